"""Documents that stand beside a report, or look like one, and are not the report that is owed."""

from dataclasses import replace

import pytest
from builders import a_mail, at, some_rules

from mailbot.core.classify import classify
from mailbot.core.mail import Attachment, Mail, Nature
from mailbot.core.verdict import Filed, Question, Unclear, Verdict

RULES = some_rules()
HEAD = "SỞ TÀI CHÍNH\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 45/BC-STC\nngày 24 tháng 6 năm 2013\nBÁO CÁO\n"
READ = a_mail().attachments[0]


def judged(mail: Mail) -> Verdict:
    return classify(mail, RULES, at("2013-06-24 09:00"))


def filings(mail: Mail) -> list[str]:
    verdict = judged(mail)
    assert isinstance(verdict, Filed), verdict
    return [f"{filing.report} {filing.period}" for filing in verdict.filings]


def asked(mail: Mail) -> Question:
    verdict = judged(mail)
    assert isinstance(verdict, Unclear), verdict
    return verdict.question


def document(name: str, title: str) -> Attachment:
    return replace(READ, name=name, text=f"{HEAD}{title}\n\nI. KẾT QUẢ", nature=Nature.READ)


@pytest.mark.parametrize("subject", ["Báo cáo tuần 4 tháng 6", "BC tháng 6", "Gửi báo cáo"])
def test_a_week_of_a_month_is_not_the_month_whatever_its_file_is_called(subject: str) -> None:
    for name in ("BC tuan 4 T6.docx", "BC T6.docx", "bc.docx"):
        week = document(name, "Kết quả công tác tuần 4 tháng 6 năm 2013")
        assert asked(a_mail(subject, attachments=(week,))) is Question.PERIOD


def test_a_week_s_report_beside_the_month_s_hinders_nothing() -> None:
    files = (
        document("BC tuan 4 T6.docx", "Kết quả công tác tuần 4 tháng 6 năm 2013"),
        document("BC T6.docx", "Tình hình thực hiện nhiệm vụ tháng 6 năm 2013"),
    )
    assert filings(a_mail("Báo cáo tuần 4 và tháng 6", attachments=files)) == ["bc-month 2013-06"]


def test_a_year_s_report_of_another_regime_beside_the_month_s_is_not_the_year_s() -> None:
    files = (
        document("BC CCHC.docx", "Kết quả công tác cải cách hành chính quý II năm 2013"),
        document("BC T6.docx", "Tình hình thực hiện nhiệm vụ tháng 6 năm 2013"),
    )
    for attachments in (files, files[::-1]):
        assert filings(a_mail("Gửi các báo cáo", attachments=attachments)) == ["bc-month 2013-06"]


def test_two_reports_of_ours_of_which_one_also_speaks_of_another_regime_are_both_filed() -> None:
    files = (
        document("BC T6.docx", "Tình hình thực hiện nhiệm vụ tháng 6 năm 2013"),
        document("BC Q2.docx", "Tình hình kinh tế - xã hội, CCHC quý II năm 2013"),
    )
    filed = filings(a_mail("Gửi các báo cáo", attachments=files))
    assert filed == ["bc-month 2013-06", "bc-quarter 2013-Q2"]


def test_a_body_that_names_work_in_general_does_not_make_another_regime_s_report_ours() -> None:
    for name in ("BC CCHC T6.pdf", "bao_cao_cai_cach_hanh_chinh_thang_6.pdf"):
        for text in ("Gửi kết quả thực hiện nhiệm vụ CCHC tháng 6", "Gửi báo cáo thực hiện nhiệm vụ tháng 6"):
            assert asked(a_mail("BC CCHC tháng 6", name, text=text)) is Question.REPORT


def test_a_file_that_says_nothing_beside_another_regime_s_report_is_not_taken_for_ours() -> None:
    report = document("BC.docx", "Kết quả công tác cải cách hành chính tháng 6 năm 2013")
    table = replace(READ, name="bieu so lieu.xlsx")
    assert asked(a_mail("Báo cáo tháng 6", attachments=(report, table))) is Question.REPORT


@pytest.mark.parametrize(
    ("subject", "attachments"),
    [
        ("Xin lùi", (document("bc.docx", "V/v xin lùi thời hạn gửi báo cáo tháng 6 năm 2013"),)),
        ("Báo cáo", (document("bc.docx", "Về việc đề nghị gia hạn nộp báo cáo tháng 6 năm 2013"),)),
        ("xin lui thoi han bao cao T6", (replace(READ, name="BC_T6_xin_lui.pdf"),)),
        ("Xin lùi thời hạn báo cáo quý II (gửi kèm báo cáo tháng 6)", (replace(READ, name="BC T6.pdf"),)),
        ("Giải trình báo cáo chậm tháng 6", (replace(READ, name="giai trinh.pdf"),)),
        ("Dự thảo báo cáo tháng 6, xin ý kiến các phòng", (replace(READ, name="BC T6.docx"),)),
        ("Xin ý kiến góp ý dự thảo BC tháng 6", (replace(READ, name="BC T6.docx"),)),
    ],
)
def test_a_document_that_asks_for_more_time_or_comments_or_explains_a_delay_is_not_the_report(
    subject: str, attachments: tuple[Attachment, ...]
) -> None:
    assert asked(a_mail(subject, attachments=attachments)) is Question.REQUEST


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Báo cáo tháng 6 (xin gửi muộn do mất điện)", "BC T6.pdf"),
        ("Dự thảo báo cáo tháng 6", "BC T6.pdf"),
        ("Báo cáo tháng 6 (đã tiếp thu ý kiến góp ý dự thảo báo cáo)", "BC T6.pdf"),
        ("Báo cáo tháng 6 về giải quyết hồ sơ đề nghị gia hạn giấy phép", "BC T6.pdf"),
        ("Báo cáo tháng 6: nguyên nhân một số dự án báo cáo chậm tiến độ", "BC T6.pdf"),
    ],
)
def test_a_report_that_comes_with_an_excuse_or_on_extensions_stays_a_report(subject: str, name: str) -> None:
    assert filings(a_mail(subject, name)) == ["bc-month 2013-06"]


def test_that_nothing_urgent_happened_is_not_the_month_s_report() -> None:
    nothing = a_mail("Báo cáo đột xuất tháng 6: không phát sinh", attachments=())
    assert asked(nothing) is Question.NO_FILE


@pytest.mark.parametrize(
    ("text", "name", "is_report"),
    [
        ("Đơn vị đã gửi, ảnh chụp màn hình kèm theo", "Screenshot_20130624.png", False),
        ("Sở đã gửi báo cáo tháng 6 ngày 24/6, có minh chứng kèm theo.", "minh chung.jpg", False),
        ("Da em gui roi a", "zalo.jpg", False),
        ("Đề nghị VP kiểm tra, xã gửi từ hôm 21/6 rồi.", "zalo.jpg", False),
        ("Đơn vị đã gửi ngày 24/6, nay gửi lại ạ", "IMG_1.jpg", True),
        ("Báo cáo đã gửi sáng nay sai số liệu, thay bằng file này", "scan.pdf", True),
        ("Em gửi báo cáo ạ", "IMG_1.jpg", True),
        ("Đơn vị đã gửi rồi ạ", "BC T6.pdf", True),
    ],
)
def test_a_picture_that_proves_that_a_report_was_sent_is_not_the_report(
    text: str, name: str, is_report: bool
) -> None:
    subject = "Re: [Đôn đốc lần 1] Chưa nhận được Báo cáo tình hình thực hiện nhiệm vụ tháng 6 năm 2013"
    mail = a_mail(subject, attachments=(replace(READ, name=name, size=50_000),), text=text)
    if is_report:
        assert filings(mail) == ["bc-month 2013-06"]
    else:
        assert asked(mail) is Question.REQUEST


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Báo cáo kết quả công tác phòng chống tham nhũng quý II năm 2013", "bc.pdf"),
        ("Gửi báo cáo", "BC phong chong tham nhung quy II-2013.pdf"),
        ("Báo cáo công tác phòng, chống tham nhũng quý II năm 2013", "bc.pdf"),
    ],
)
def test_another_regime_is_known_without_the_commas_of_its_name(subject: str, name: str) -> None:
    rules = replace(RULES, other_topics=("phòng, chống tham nhũng",))
    verdict = classify(a_mail(subject, name), rules, at("2013-06-24 09:00"))
    assert isinstance(verdict, Unclear), verdict
    assert verdict.question is Question.REPORT


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Thông báo thay đổi địa chỉ email", "Từ 01/7 đơn vị dùng hộp thư khác để gửi báo cáo."),
        ("Thông báo", "Từ 01/7 đơn vị dùng email mới vanphong@stc.tinh.example."),
        ("V/v đổi hộp thư công vụ", ""),
    ],
)
def test_a_new_address_is_for_a_person_and_not_set_aside(subject: str, text: str) -> None:
    assert asked(a_mail(subject, attachments=(), text=text)) is Question.REQUEST
