"""Judgement of whole mails: whose, which report, which period; and when a person must say."""

from dataclasses import replace

import pytest
from builders import a_mail, a_report, at, some_rules

from mailbot.core.classify import Known, classify
from mailbot.core.duty import DutyKey
from mailbot.core.mail import Address, Attachment, Automation, Mail, Nature
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.verdict import Filed, Ignored, Question, Reason, Sealed, Unclear, Verdict, kind

RULES = some_rules()
JUNE = at("2013-06-24 09:00")


def judged(mail: Mail, arrived: str = "2013-06-24 09:00") -> Verdict:
    return classify(mail, RULES, at(arrived))


def filings(verdict: Verdict) -> list[str]:
    assert isinstance(verdict, Filed), verdict
    return [f"{filing.report} {filing.period}" for filing in verdict.filings]


@pytest.mark.parametrize(
    ("subject", "name", "expected"),
    [
        ("Báo cáo tháng 6 năm 2013", "bc.pdf", ["bc-month 2013-06"]),
        ("BAO CAO THANG 6/2013", "scan001.pdf", ["bc-month 2013-06"]),
        ("Báo cáo tháng 6", "bc.pdf", ["bc-month 2013-06"]),
        ("Báo cáo tình hình thực hiện nhiệm vụ quý II/2013", "a.doc", ["bc-quarter 2013-Q2"]),
        ("Báo cáo tháng 6 và quý II năm 2013", "a.doc", ["bc-month 2013-06", "bc-quarter 2013-Q2"]),
        ("Báo cáo tháng 6, phương hướng nhiệm vụ tháng 7 năm 2013", "a.doc", ["bc-month 2013-06"]),
        ("Sở Tài chính gửi báo cáo", "bao_cao_thang_6_2013.docx", ["bc-month 2013-06"]),
        ("Fwd: Báo cáo tháng 6/2013", "bc.pdf", ["bc-month 2013-06"]),
        ("Báo cáo tháng 6", "BC thang 6.2013.doc", ["bc-month 2013-06"]),
    ],
)
def test_ordinary_titles_are_filed(subject: str, name: str, expected: list[str]) -> None:
    assert filings(judged(a_mail(subject, name))) == expected


def test_several_files_hand_in_several_reports() -> None:
    mail = a_mail("Báo cáo tháng 6 và quý II", "BC thang 6-2013.doc", "BC quy II-2013.doc")
    assert filings(judged(mail)) == ["bc-month 2013-06", "bc-quarter 2013-Q2"]


def test_the_period_may_stand_in_the_body_alone() -> None:
    mail = a_mail(
        "Gửi VP UBND tỉnh", "scan.pdf", text="Kính gửi Văn phòng,\nĐơn vị gửi báo cáo tháng 6/2013 ạ."
    )
    assert filings(judged(mail)) == ["bc-month 2013-06"]


def test_what_is_quoted_below_a_reply_is_not_read() -> None:
    body = "Đơn vị xin trả lời.\n\nVào 25/5/2013, Văn phòng đã viết:\n> báo cáo tháng 5 năm 2013"
    verdict = judged(a_mail("Trả lời", "scan.pdf", text=body))
    assert isinstance(verdict, Unclear)
    assert verdict.findings.periods == ()


def test_a_year_that_is_missing_follows_from_the_arrival_and_says_so() -> None:
    verdict = judged(a_mail("Báo cáo tháng 12", "bc.pdf"), "2014-01-03 09:00")
    assert filings(verdict) == ["bc-month 2013-12"]
    assert any("suy từ thời điểm nhận" in evidence.says for evidence in verdict.findings.evidence)
    assert verdict.findings.runner_up == "tháng 12 năm 2012, nếu báo cáo gửi muộn"


def test_subject_and_file_that_contradict_each_other_are_a_question() -> None:
    verdict = judged(a_mail("Báo cáo tháng 6/2013", "BC thang 5-2013.doc"))
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.PERIOD
    assert "tháng 5" in verdict.findings.runner_up
    # Whoever answers "1" to the one period that is offered would file the other's report.
    assert [str(candidate.period) for candidate in verdict.candidates] == ["2013-06", "2013-05"]


@pytest.mark.parametrize(
    ("mail", "question"),
    [
        (a_mail("Báo cáo tháng 6/2013", sender=Address("ai@noi-khac.example")), Question.UNIT),
        (a_mail("Báo cáo tháng 6/2013", sender=None), Question.UNIT),
        (a_mail("Báo cáo", "bao cao.pdf"), Question.PERIOD),
        (a_mail("Báo cáo tháng 6/2013", attachments=()), Question.NO_FILE),
        (a_mail("Báo cáo công tác CCHC tháng 6/2013"), Question.REPORT),
        (a_mail("Báo cáo kết quả thực hiện nhiệm vụ cải cách hành chính quý II/2013"), Question.REPORT),
        (a_mail("Báo cáo tuần 25 năm 2013"), Question.REPORT),
        (a_mail("Gửi", defects=("cannot be parsed",), attachments=()), Question.UNREADABLE),
    ],
)
def test_what_a_clerk_would_ask_is_asked(mail: Mail, question: Question) -> None:
    verdict = judged(mail)
    assert isinstance(verdict, Unclear)
    assert verdict.question is question


def test_a_question_keeps_the_likely_answers() -> None:
    verdict = judged(a_mail("Báo cáo tháng 6/2013", attachments=()))
    assert isinstance(verdict, Unclear)
    assert [str(candidate.period) for candidate in verdict.candidates] == ["2013-06"]


def test_a_report_on_social_economy_that_also_names_investment_is_ours() -> None:
    verdict = judged(a_mail("Báo cáo kinh tế - xã hội, đầu tư công và CCHC tháng 6/2013", "bc.pdf"))
    assert filings(verdict) == ["bc-month 2013-06"]


@pytest.mark.parametrize(
    "subject", ["Kế hoạch công tác tháng 7 năm 2013", "Giấy mời họp báo cáo quý II/2013"]
)
def test_plans_and_invitations_hand_in_nothing(subject: str) -> None:
    verdict = judged(a_mail(subject, "van ban.pdf"))
    assert isinstance(verdict, Ignored)
    assert verdict.reason is Reason.NOT_A_REPORT


def test_a_report_that_a_machine_sends_is_put_before_a_person_and_answered_by_nobody() -> None:
    verdict = judged(a_mail("Báo cáo tháng 6/2013", "bc.pdf", automation=Automation.AUTO_REPLY))
    assert isinstance(verdict, Unclear)
    assert (verdict.question, verdict.findings.unit, verdict.candidates) == (Question.MACHINE, None, ())
    assert verdict.findings.may_be == ("so-tai-chinh",)
    logo = Attachment(name="logo.png", content_type="image/png", size=90_000, sha256="d" * 64)
    answer = a_mail("Trả lời tự động: Nhắc nộp", attachments=(logo,), automation=Automation.AUTO_REPLY)
    assert isinstance(judged(answer), Ignored)


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Gửi Văn phòng", "scan.pdf"),
        ("Báo cáo", "BC.docx"),
        ("Báo cáo tháng 6", "BC thang 5-2013.doc"),
        ("Báo cáo đột xuất", "BC.docx"),
    ],
)
def test_what_a_machine_of_a_unit_brings_is_asked_about_also_where_it_is_not_clear(
    subject: str, name: str
) -> None:
    verdict = judged(a_mail(subject, name, automation=Automation.AUTO_REPLY))
    assert isinstance(verdict, Unclear)
    assert (verdict.question, verdict.findings.unit) == (Question.MACHINE, None)
    assert verdict.findings.may_be == ("so-tai-chinh",)
    stranger = Address("bantin@tapchi.example")
    unknown = judged(a_mail(subject, name, automation=Automation.AUTO_REPLY, sender=stranger))
    assert isinstance(unknown, Ignored)


@pytest.mark.parametrize("automation", list(Automation))
def test_machines_are_set_aside_whatever_they_say(automation: Automation) -> None:
    verdict = judged(a_mail("Báo cáo tháng 6/2013", automation=automation, attachments=()))
    assert isinstance(verdict, Ignored)
    assert kind(verdict) in {"bounce", "delayed", "auto_reply", "ignored"}


def test_the_same_content_again_is_a_duplicate_of_the_first() -> None:
    verdict = classify(a_mail(), RULES, JUNE, Known(twin=17))
    assert isinstance(verdict, Ignored)
    assert (kind(verdict), verdict.duplicate_of) == ("duplicate", 17)


def test_a_domain_of_one_unit_names_the_unit_and_a_longer_name_does_not() -> None:
    inside = Address("chuyenvien@phong.so-tai-chinh.tinh.example")
    assert filings(judged(a_mail(sender=inside))) == ["bc-month 2013-06"]
    outside = Address("ai@xso-tai-chinh.tinh.example")
    assert judged(a_mail(sender=outside)).findings.unit is None


@pytest.mark.parametrize(
    "mail",
    [
        a_mail("Báo cáo tháng 6/2013 (Mật)"),
        a_mail("BÁO CÁO (TỐI MẬT) quý II"),
        a_mail("Báo cáo tuyệt mật"),
        a_mail("Độ mật: Mật - báo cáo"),
        a_mail("Báo cáo tháng 6", "BC thang 6 (MẬT).pdf"),
        a_mail("Báo cáo tháng 6", "BC_thang_6_(mat).pdf"),
        a_mail("Báo cáo tháng 6", text="UBND HUYỆN\nM Ậ T\nBáo cáo tình hình"),
        a_mail("Báo cáo tháng 6", text="MẬT\nSố 12/BC"),
        a_mail("Báo cáo tháng 6 [Mật]"),
    ],
)
def test_a_mark_of_secrecy_seals_the_mail(mail: Mail) -> None:
    verdict = judged(mail)
    assert isinstance(verdict, Sealed)
    assert verdict.unit == "so-tai-chinh"
    assert all(not evidence.text for evidence in verdict.findings.evidence)


@pytest.mark.parametrize(
    "mail",
    [
        a_mail("Báo cáo bảo mật thông tin tháng 6/2013"),
        a_mail("Báo cáo tháng 6/2013", text="Mật khẩu mở tệp: 1234"),
        a_mail("Báo cáo mật độ dân số quý II/2013"),
        a_mail("Báo cáo tháng 6/2013", "BC gui Mat tran To quoc.pdf"),
        a_mail("Báo cáo tháng 6/2013", text="Đơn vị không có tài liệu thuộc danh mục bí mật nhà nước."),
        a_mail("Báo cáo nuôi ong lấy mật tháng 6/2013"),
    ],
)
def test_false_friends_of_secrecy_seal_nothing(mail: Mail) -> None:
    assert not isinstance(judged(mail), Sealed)


def test_the_verdict_does_not_depend_on_the_order_of_files() -> None:
    names = ("BC thang 6-2013.doc", "Phu luc.xls", "BC quy II-2013.doc")
    one, other = (judged(a_mail("Báo cáo", *order)) for order in (names, names[::-1]))
    assert sorted(filings(one)) == sorted(filings(other))


def test_the_body_of_a_mail_is_never_kept_as_evidence_beyond_one_line() -> None:
    mail = replace(a_mail("x", "y.pdf"), text="báo cáo tháng 6 " + "rất dài " * 2000)
    assert all(len(evidence.text) <= 400 for evidence in judged(mail).findings.evidence)


def test_a_mail_from_a_private_box_that_names_a_unit_holds_that_unit_s_judgement() -> None:
    mail = a_mail("Đơn vị so-tai-chinh gửi báo cáo tháng 6/2013", sender=Address("hoa@mail.example"))
    verdict = judged(mail)
    assert isinstance(verdict, Unclear)
    assert verdict.findings.unit is None
    assert verdict.findings.may_be == ("so-tai-chinh",)


READ = replace(a_mail().attachments[0], nature=Nature.READ)


def document(text: str, name: str = "bc.docx") -> Attachment:
    return replace(READ, name=name, text=text)


def test_each_file_of_an_archive_is_a_document_of_its_own() -> None:
    names = ("Quy/BC quy II-2013.docx", "Thang 6/BC thang 6-2013.docx", "~$ thang 5-2013.docx")
    text = "\n\n".join(f"goi.zip/{name}\n" for name in names)
    assert filings(judged(a_mail("Gửi", attachments=(document(text, "goi.zip"),)))) == [
        "bc-quarter 2013-Q2",
        "bc-month 2013-06",
    ]


def test_each_file_of_a_mail_within_a_mail_is_a_document_of_its_own() -> None:
    text = "Gửi VP\nKính gửi\n\nunnamed/BC quy II-2013.docx\n\nunnamed/BC thang 6-2013.docx\n"
    forwarded = replace(document(text, "Gửi VP.eml"), content_type="message/rfc822")
    assert filings(judged(a_mail("Gửi", attachments=(forwarded,)))) == [
        "bc-quarter 2013-Q2",
        "bc-month 2013-06",
    ]


def test_an_archive_s_name_speaks_where_its_files_say_nothing() -> None:
    packed = document("BC thang 6-2013.zip/scan.pdf\n", "BC thang 6-2013.zip")
    assert filings(judged(a_mail("Gửi", attachments=(packed,)))) == ["bc-month 2013-06"]


def test_an_archive_without_a_file_counts_as_not_attached() -> None:
    nothing = replace(READ, name="BC thang 6.zip", size=22, text="", nature=Nature.EMPTY)
    verdict = judged(a_mail("Báo cáo tháng 6/2013", attachments=(nothing,)))
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.NO_FILE
    scans = replace(nothing, size=9_000)
    assert filings(judged(a_mail("Báo cáo tháng 6/2013", attachments=(scans,)))) == ["bc-month 2013-06"]


@pytest.mark.parametrize(("name", "size"), [("~$o cao thang 6.docx", 162), ("BC thang 6.docx", 0)])
def test_what_is_no_document_counts_as_not_attached(name: str, size: int) -> None:
    mail = a_mail("Báo cáo tháng 6/2013", attachments=(replace(READ, name=name, size=size),))
    verdict = judged(mail)
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.NO_FILE


@pytest.mark.parametrize(
    ("arrived", "filed"),
    [
        ("2013-06-24 09:00", False),
        ("2013-09-01 09:00", False),
        ("2013-11-25 09:00", True),
        ("2013-12-19 09:00", True),
    ],
)
def test_a_year_that_has_months_to_run_is_asked_about(arrived: str, filed: bool) -> None:
    rules = some_rules(reports=(*RULES.reports, a_report(Cadence.YEAR, 20)))
    mail = a_mail("Báo cáo 6 2013", attachments=(replace(READ, name="bc.docx"),))
    verdict = classify(mail, rules, at(arrived))
    if filed:
        assert filings(verdict) == ["bc-year 2013"]
    else:
        assert isinstance(verdict, Unclear)
        assert verdict.question is Question.PERIOD


EMBLEM = Attachment(name="logo.png", content_type="image/png", size=4_000, sha256="2" * 64)
OF_OUTLOOK = replace(EMBLEM, name="image001.png", size=30_000)


def added(name: str, content_type: str = "application/octet-stream", size: int = 2_000) -> Attachment:
    return replace(EMBLEM, name=name, content_type=content_type, size=size)


@pytest.mark.parametrize(
    "file",
    [
        added("smime.p7s", "application/pkcs7-signature", 6_000),
        added("signature.asc", "application/pgp-signature"),
        added("unnamed-2.bin", "message/disposition-notification"),
        added("vanthu.vcf"),
        added("invite.ics", "text/calendar", 20_000),
        added("ATT00001.txt", "text/plain", 40),
        added("Báo cáo tháng 6.docx.lnk"),
        added("Báo cáo tháng 6.URL"),
        added("Báo cáo tháng 6.gdoc"),
    ],
    ids=lambda file: file.name,
)
def test_what_mail_programs_add_and_what_only_leads_elsewhere_is_no_report(file: Attachment) -> None:
    verdict = judged(a_mail("Báo cáo tháng 6/2013", attachments=(file,)))
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.NO_FILE


def wrapping(name: str, content_type: str, text: str) -> Attachment:
    return replace(READ, name=name, content_type=content_type, text=text)


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("winmail.dat", "application/ms-tnef"),
        ("WINMAIL.DAT", "application/octet-stream"),
        ("smime.p7m", "application/pkcs7-mime"),
        ("Thời hạn gửi Báo cáo tháng 6 năm 2013.eml", "message/rfc822"),
    ],
)
def test_what_wraps_words_alone_is_no_report(name: str, content_type: str) -> None:
    words = wrapping(name, content_type, "Báo cáo tháng 6 năm 2013\nKính gửi")
    verdict = judged(a_mail("Báo cáo tháng 6/2013", attachments=(words,)))
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.NO_FILE
    emblem = replace(words, text=f"{words.text}\n{name}/image001.png\n\n{name}/smime.p7s\n")
    assert isinstance(judged(a_mail("Báo cáo tháng 6/2013", attachments=(emblem,))), Unclear)
    wrapped = replace(emblem, text=f"{emblem.text}\n{name}/bc.docx\n")
    assert filings(judged(a_mail("Báo cáo tháng 6/2013", attachments=(wrapped,)))) == ["bc-month 2013-06"]


@pytest.mark.parametrize("emblem", [EMBLEM, OF_OUTLOOK])
def test_the_emblem_in_a_signature_is_no_report(emblem: Attachment) -> None:
    verdict = judged(a_mail("Báo cáo tháng 6/2013", attachments=(emblem,)))
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.NO_FILE


@pytest.mark.parametrize(
    "page",
    [
        replace(EMBLEM, size=60_000),
        replace(OF_OUTLOOK, size=60_000),
        replace(EMBLEM, name="fax.tif", content_type="image/tiff"),
        replace(EMBLEM, name="ATT00001.pdf", content_type="application/pdf"),
        replace(EMBLEM, name="ATT00001.txt", content_type="text/plain", size=9_000),
        replace(EMBLEM, name="bc.docx.p7m", content_type="application/pkcs7-mime"),
    ],
)
def test_what_may_be_a_page_or_a_document_is_one(page: Attachment) -> None:
    assert filings(judged(a_mail("Báo cáo tháng 6/2013", attachments=(page,)))) == ["bc-month 2013-06"]


@pytest.mark.parametrize(
    ("subject", "text", "question"),
    [
        ("Thu hồi báo cáo tháng 6/2013", "", Question.REQUEST),
        ("Recall: Báo cáo tháng 6/2013", "", Question.REQUEST),
        ("Báo cáo tháng 6/2013", "De nghi huy ban bao cao gui nham.", Question.REQUEST),
        ("Giải trình việc chậm gửi báo cáo tháng 6/2013", "", Question.REQUEST),
        ("Giải trình việc gửi báo cáo chậm tháng 6/2013", "", Question.REQUEST),
        ("Phụ lục báo cáo tháng 6/2013", "", Question.REPORT),
        ("Mẫu báo cáo tháng 6/2013", "", Question.REPORT),
        ("Báo cáo tháng 6/2013", "Gửi báo cáo tháng 5/2013.", Question.PERIOD),
        ("Re: Báo cáo tháng 6/2013", "Gửi báo cáo tháng 5/2013.", Question.PERIOD),
    ],
)
def test_recalls_excuses_annexes_and_contradictions_are_asked_about(
    subject: str, text: str, question: Question
) -> None:
    verdict = judged(a_mail(subject, "scan.pdf", text=text))
    assert isinstance(verdict, Unclear)
    assert verdict.question is question


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Báo cáo kết quả thực hiện nhiệm vụ thu hồi đất tháng 6/2013", ""),
        ("Báo cáo tháng 6/2013", "Đề nghị hủy bản đã gửi ngày 20/6, thay bằng bản này."),
        ("Báo cáo tháng 6/2013", "Gửi báo cáo tháng 6, lý do gửi chậm: mất điện."),
        ("Re: Báo cáo tháng 5/2013", "Gửi báo cáo tháng 6/2013."),
        ("TL: [Đôn đốc lần 2] Báo cáo tháng 6 năm 2013 quá thời hạn gửi", "Gửi báo cáo tháng 6."),
        ("Re: [2012-00200] Đề nghị bổ sung thông tin báo cáo", "Báo cáotháng 6/2013"),
        ("Ba'o ca'o tha'ng 6 na(m 2013", ""),
    ],
)
def test_what_only_looks_so_is_filed(subject: str, text: str) -> None:
    assert filings(judged(a_mail(subject, "scan.pdf", text=text))) == ["bc-month 2013-06"]


def test_a_year_that_is_not_owed_while_the_next_one_is_is_asked_about() -> None:
    owed = DutyKey(UnitId("so-tai-chinh"), ReportId("bc-month"), Period.parse("2013-06"))
    verdict = classify(a_mail("Báo cáo tháng 6/2012", "bc.pdf"), RULES, JUNE, Known(open={owed}))
    assert isinstance(verdict, Unclear)
    assert [str(candidate.period) for candidate in verdict.candidates] == ["2013-06", "2012-06"]
    assert verdict.findings.runner_up == "tháng 6 năm 2013, nếu ghi nhầm năm"


@pytest.mark.parametrize("year", ["2003", "2016"])
def test_a_year_far_from_the_one_that_is_owed_is_asked_about_too(year: str) -> None:
    owed = DutyKey(UnitId("so-tai-chinh"), ReportId("bc-month"), Period.parse("2013-06"))
    verdict = classify(a_mail(f"Báo cáo tháng 6/{year}", "bc.pdf"), RULES, JUNE, Known(open={owed}))
    assert isinstance(verdict, Unclear)
    assert str(verdict.candidates[0].period) == "2013-06"


@pytest.mark.parametrize("named", ["tháng 6 năm 2030", "tháng 7 năm 2013"])
def test_a_period_that_has_not_begun_is_no_likely_answer(named: str) -> None:
    owed = DutyKey(UnitId("so-tai-chinh"), ReportId("bc-month"), Period.parse("2013-06"))
    verdict = classify(a_mail(f"Báo cáo {named}", "bc.pdf"), RULES, JUNE, Known(open={owed}))
    assert isinstance(verdict, Unclear)
    assert [str(candidate.period) for candidate in verdict.candidates] == ["2013-06"]


@pytest.mark.parametrize(
    ("issuer", "asked"),
    [("BỘ Y TẾ", True), ("UBND XÃ LA BẰNG", True), ("PHÒNG NGÂN SÁCH", False), ("BỘ PHẬN VĂN THƯ", False)],
)
def test_a_document_of_a_body_outside_the_register_raises_a_doubt(issuer: str, asked: bool) -> None:
    motto = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    text = f"{issuer}\n{motto}\nSố: 4/BC\nBÁO CÁO\nKết quả tháng 6 năm 2013\n\nKính gửi:"
    verdict = judged(a_mail("Báo cáo tháng 6/2013", attachments=(document(text),)))
    assert (kind(verdict) == "unclear") == asked


@pytest.mark.parametrize(
    ("subject", "asked"),
    [
        ("Báo cáo tình hình KT-XH tháng 5 và 6 tháng đầu năm 2013", True),
        ("Báo cáo kết quả quý I và năm 2013", True),
        ("Báo cáo tháng 4, tháng 5 và quý II năm 2013", True),
        ("Báo cáo tháng 6, quý II và 6 tháng đầu năm 2013", False),
        ("Báo cáo tháng 4, tháng 5, tháng 6 và quý II năm 2013", False),
        ("Báo cáo tháng 6 năm 2013", False),
    ],
)
def test_a_period_named_with_an_earlier_part_of_it_is_no_report_of_the_whole(
    subject: str, *, asked: bool
) -> None:
    reports = (a_report(), a_report(Cadence.QUARTER), a_report(Cadence.HALF), a_report(Cadence.YEAR))
    verdict = classify(a_mail(subject, "bc.pdf"), some_rules(reports=reports), JUNE)
    assert isinstance(verdict, Unclear if asked else Filed), verdict
    if isinstance(verdict, Unclear):
        assert verdict.question is Question.PERIOD
        assert len(verdict.candidates) > 1
