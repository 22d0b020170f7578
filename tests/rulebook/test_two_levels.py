"""What the profile of 2026 makes of mails of communes since there are two levels."""

from dataclasses import replace

import pytest
from builders import a_mail, at

from mailbot.core.classify import classify
from mailbot.core.mail import Address, Attachment
from mailbot.core.paper_rules import Letterhead
from mailbot.core.verdict import Filed, Question, Unclear, Verdict
from mailbot.resources import resource
from mailbot.rulebook import load_rules

RULES = load_rules(resource("rules") / "thai-nguyen-2026")


def judged(subject: str, box: str = "xaphuluong", text: str = "", document: str = "") -> Verdict:
    mail = a_mail(subject, "bc.pdf", sender=Address(f"{box}@thainguyen.example"), text=text)
    files: tuple[Attachment, ...] = tuple(replace(file, text=document) for file in mail.attachments)
    return classify(replace(mail, attachments=files), RULES, at("2025-09-23 09:00"))


@pytest.mark.parametrize(
    "subject",
    [
        "Báo cáo kết quả vận hành mô hình chính quyền địa phương 02 cấp tháng 9/2025",
        "Báo cáo tình hình hoạt động của chính quyền địa phương 2 cấp tháng 9 năm 2025",
        "Bao cao ket qua thuc hien nhiem vu sap xep, to chuc bo may thang 9/2025",
        "Báo cáo kết quả sắp xếp đơn vị hành chính tháng 9 năm 2025",
    ],
)
def test_a_report_on_the_reform_is_not_the_monthly_report(subject: str) -> None:
    verdict = judged(subject)
    assert isinstance(verdict, Unclear), verdict
    assert verdict.question is Question.REPORT


@pytest.mark.parametrize(
    "subject",
    [
        "Báo cáo tình hình kinh tế - xã hội và vận hành chính quyền địa phương 02 cấp tháng 9 năm 2025",
        "Báo cáo KT-XH, hoạt động của chính quyền hai cấp tháng 9/2025",
        "Báo cáo tình hình thực hiện nhiệm vụ tháng 9 năm 2025 của UBND xã Phú Lương",
    ],
)
def test_a_general_report_that_also_tells_of_the_reform_is_filed(subject: str) -> None:
    assert isinstance(judged(subject), Filed)


@pytest.mark.parametrize("place", ["xã Hòa Bình", "đặc khu Phú Quý"])
def test_a_document_of_a_commune_that_a_department_sends_on_is_not_the_departments(place: str) -> None:
    document = (
        f"UBND {place.upper()}\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
        "Số: 45/BC-UBND\n\nBÁO CÁO\nTình hình thực hiện nhiệm vụ tháng 9 năm 2025\n"
    )
    for verdict in (
        judged("Báo cáo tháng 9/2025", "sotaichinh", document=document),
        judged("Báo cáo tháng 9/2025", "sotaichinh", text=f"Sở gửi hộ {place} báo cáo tháng 9."),
    ):
        assert isinstance(verdict, Unclear), verdict
        assert verdict.question is Question.UNIT


def test_its_papers_say_under_what_they_are_drawn_up() -> None:
    head = RULES.papers.letterhead
    assert "13/CT-UBND" in head.basis
    assert len(head.receivers) > len(Letterhead().receivers)
