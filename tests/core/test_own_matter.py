"""A report on one matter that no list of the rules names is asked about; one on all work is filed."""

from dataclasses import replace

import pytest
from builders import a_mail, a_report, a_unit, at, some_rules

from mailbot.core.classify import classify
from mailbot.core.mail import Mail, Nature
from mailbot.core.verdict import Filed, Question, Unclear, Verdict

JUNE = at("2013-06-24 10:00")
_COMMITTEE = replace(a_unit(), name="UBND xã Đại Từ", aliases=("xã Đại Từ", "Ủy ban nhân dân xã Đại Từ"))


def filings(verdict: Verdict) -> list[str]:
    assert isinstance(verdict, Filed), verdict
    return [f"{filing.report} {filing.period}" for filing in verdict.filings]


def _mail(subject: str, head: str = "", name: str = "scan.pdf") -> Mail:
    """A mail with one file, at whose head stands what it is about, if that can be read."""
    mail = a_mail(subject, name)
    if not head:
        return mail
    text = f"ĐƠN VỊ\nSố: 45/BC-ĐV\nĐại Từ, ngày 20 tháng 6 năm 2013\nBÁO CÁO\n{head}\n"
    return replace(mail, attachments=(replace(mail.attachments[0], text=text, nature=Nature.READ),))


@pytest.mark.parametrize(
    ("subject", "head"),
    [
        ("Báo cáo đuối nước trẻ em tháng 6 năm 2013", ""),
        ("Bao cao phong, chong duoi nuoc thang 6/2013", ""),
        ("Báo cáo an sinh xã hội 6 tháng đầu năm 2013", ""),
        ("Gửi Văn phòng", "Tình hình tôn giáo tháng 6 năm 2013"),
    ],
)
def test_a_report_on_a_field_that_the_rules_do_not_know_is_asked_about(subject: str, head: str) -> None:
    verdict = classify(_mail(subject, head), some_rules(), JUNE)
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.REPORT


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        # His own field, all work, one of ours beside it, whose it is, or what a clerk writes besides.
        ("Báo cáo công tác tài chính tháng 6 năm 2013", "scan.pdf"),
        ("Báo cáo tổng hợp số liệu định kì tháng 6/2013", "scan.pdf"),
        ("Báo cáo thực hiện nhiệm vụ, phòng chống đuối nước tháng 6/2013", "scan.pdf"),
        ("Báo cáo của phòng Tài chính - Kế hoạch tháng 6/2013", "scan.pdf"),
        ("Em kính gửi anh chị báo cáo chính thức của đơn vị em tháng 6/2013", "scan.pdf"),
        ("Báo cáo tháng 6/2013", "BC duoi nuoc thang 6.2013.pdf"),
        ("Số: 857 / BC -SGD ĐT báo cáo tháng 6 năm 2013", "scan.pdf"),
        ("45/BC-SNN&PTNT tháng 6 năm 2013", "scan.pdf"),
    ],
)
def test_what_names_no_field_of_its_own_is_filed(subject: str, name: str) -> None:
    unit = replace(a_unit(), name="Sở Tài chính")
    verdict = classify(a_mail(subject, name), some_rules(units=(unit,)), JUNE)
    assert filings(verdict) == ["bc-month 2013-06"]


def _of_committee(subject: str, head: str = "", name: str = "scan.pdf") -> Verdict:
    topics = ("kết quả công tác", "tình hình thực hiện nhiệm vụ", "kinh tế - xã hội", "thực hiện nhiệm vụ")
    rules = some_rules(units=(_COMMITTEE,), reports=(a_report(topics=topics),))
    return classify(_mail(subject, head, name), rules, JUNE)


@pytest.mark.parametrize(
    ("subject", "head"),
    [
        # Work in general is named, and leads up to one matter.
        ("Báo cáo kết quả công tác tôn giáo tháng 6/2013", ""),
        ("BC T6", "Kết quả công tác y tế học đường tháng 6 năm 2013"),
        ("BC T6", "Tình hình kinh tế - xã hội vùng đồng bào dân tộc thiểu số tháng 6 năm 2013"),
        ("Báo cáo tháng 6/2013 về công tác tuyển quân", ""),
        ("Bao cao ket qua thuc hien Nghi quyet so 57-NQ/TW thang 6/2013", ""),
        ("Báo cáo hoạt động của Trung tâm Phục vụ hành chính công tháng 6/2013", ""),
        # Not words of "Ủy ban nhân dân xã Đại Từ", whatever is left of them without accents.
        ("BC T6", "Tình hình thực hiện nhiệm vụ công tác dân tộc tháng 6 năm 2013"),
        ("BC T6", "Tình hình an ninh trật tự tháng 6, nhiệm vụ tháng 7 năm 2013"),
        ("Báo cáo ANTT tháng 6/2013", ""),
        ("Báo cáo kết quả công tác GPMB tháng 6 năm 2013", ""),
    ],
)
def test_a_committee_s_report_on_one_matter_is_asked_about(subject: str, head: str) -> None:
    verdict = _of_committee(subject, head)
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.REPORT


@pytest.mark.parametrize(
    ("subject", "head", "name"),
    [
        ("BC", "Kết quả công tác chỉ đạo, điều hành tháng 6, nhiệm vụ tháng 7 năm 2013", "scan.pdf"),
        ("BC", "Kết quả công tác, tình hình tôn giáo tháng 6 năm 2013", "scan.pdf"),
        ("BC", "Tình hình kinh tế - xã hội, công tác xây dựng chính quyền tháng 6 năm 2013", "scan.pdf"),
        ("BC", "Kiểm điểm các mặt công tác nổi bật của UBND xã Đại Từ tháng 6 năm 2013", "scan.pdf"),
        ("BC", "Kết quả thực hiện Nghị quyết của HĐND về kinh tế - xã hội tháng 6 năm 2013", "scan.pdf"),
        (
            "BC",
            "Kinh tế, văn hóa - xã hội, quốc phòng, an ninh và xây dựng chính quyền tháng 6/2013",
            "scan.pdf",
        ),
        ("BC KQTH NV T.6/2013", "KQTHNV tháng 6 năm 2013", "scan.pdf"),
        ("BC THNV KTXH-QPAN của UBND xã tháng 6/2013", "", "scan.pdf"),
        # What stands at the document's head, and in the subject, goes before the names of files.
        ("Báo cáo công tác tôn giáo tháng 6/2013", "Tình hình kinh tế - xã hội tháng 6 năm 2013", "scan.pdf"),
        ("Em gửi BC tháng 6 ạ", "", "BC Nguyễn Văn Tám gửi tháng 6.pdf"),
        ("Báo cáo tháng 6/2013", "", "145-BC-UBND Nguyễn Văn Tám.signed.pdf"),
    ],
)
def test_a_committee_s_report_on_all_work_is_filed_however_it_is_called(
    subject: str, head: str, name: str
) -> None:
    assert filings(_of_committee(subject, head, name)) == ["bc-month 2013-06"]


def test_a_report_without_topics_takes_what_names_no_other() -> None:
    rules = some_rules(reports=(a_report(topics=()),))
    verdict = classify(a_mail("Báo cáo đuối nước trẻ em tháng 6 năm 2013"), rules, JUNE)
    assert filings(verdict) == ["bc-month 2013-06"]


@pytest.mark.parametrize(
    ("title", "asked"),
    [
        (
            "Tình hình sản xuất nông, lâm nghiệp, thủy sản và quản lý tài nguyên, môi trường tháng 6/2013",
            False,
        ),
        ("Tình hình ô nhiễm môi trường làng nghề tháng 6 năm 2013", True),
    ],
)
def test_a_department_of_several_fields_that_names_them_all_reports_on_its_work(
    title: str, *, asked: bool
) -> None:
    unit = replace(a_unit(), name="Sở Nông nghiệp và Môi trường")
    verdict = classify(_mail("BC", title), some_rules(units=(unit,)), JUNE)
    assert isinstance(verdict, Unclear if asked else Filed)
