"""One person sends for several communes: whose report a mail brings is not whose box it comes from."""

from dataclasses import replace

import pytest
from builders import a_mail, a_unit, at, some_rules

from mailbot.core.classify import classify
from mailbot.core.mail import Address, Mail
from mailbot.core.verdict import Filed, Ignored, Question, Sealed, Unclear, Verdict

PLACES = {"phu-luong": "xã Phú Lương", "vo-tranh": "xã Vô Tranh", "pho-yen": "phường Phổ Yên"}
RULES = some_rules(
    units=(
        a_unit(),
        *(
            replace(a_unit(name), name=f"UBND {place}", symbols=(), aliases=())
            for name, place in PLACES.items()
        ),
    )
)


def judged(mail: Mail) -> Verdict:
    return classify(mail, RULES, at("2013-06-24 09:00"))


def sent(
    subject: str = "Báo cáo tháng 6 năm 2013", *names: str, box: str = "phu-luong", **more: object
) -> Mail:
    return a_mail(subject, *names, **{"sender": Address(f"{box}@tinh.example"), **more})


@pytest.mark.parametrize(
    "mail",
    [
        sent("Báo cáo tháng 6 năm 2013 xã Vô Tranh"),
        sent("BC thang 6/2013 xa Vo Tranh"),
        sent("xã Vô Tranh gửi báo cáo tháng 6/2013"),
        sent("Báo cáo tình hình kinh tế - xã hội tháng 6, phương hướng tháng 7 năm 2013 xã Vô Tranh"),
        sent("Báo cáo tháng 6 năm 2013 các xã Vô Tranh, Hợp Thành"),
        sent("Báo cáo tháng 6 năm 2013", "BC_thang_6_xa_Vo_Tranh.pdf"),
        sent("Báo cáo tháng 6 năm 2013", "BC thang 6 UBND xa Vo Tranh.signed.pdf"),
        sent("Báo cáo tháng 6 năm 2013", "BC thang 6 xa Phu Luong.pdf", "BC thang 6 xa Vo Tranh.pdf"),
        sent(sender=Address("phu-luong@tinh.example", "Xã Vô Tranh")),
        sent(text="Kính gửi Văn phòng,\nUBND xã Vô Tranh gửi báo cáo tháng 6."),
    ],
    ids=lambda mail: mail.subject + mail.attachments[0].name,
)
def test_a_neighbours_report_from_a_communes_box_is_asked_about(mail: Mail) -> None:
    verdict = judged(mail)
    assert isinstance(verdict, Unclear), verdict
    assert verdict.question is Question.UNIT
    assert verdict.findings.may_be == ("vo-tranh",)
    assert verdict.candidates
    assert "UBND xã Vô Tranh" in verdict.findings.runner_up


@pytest.mark.parametrize(
    "mail",
    [
        sent("Báo cáo tháng 6 năm 2013 xã Phú Lương"),
        sent("Báo cáo tháng 6 năm 2013", "BC thang 6 xa Phu Luong.pdf"),
        sent("Báo cáo tháng 6 năm 2013 gửi kèm số liệu phối hợp với xã Vô Tranh"),
        sent("Báo cáo tháng 6 năm 2013 của xã Phú Lương về việc giáp ranh xã Vô Tranh"),
        sent(
            "Báo cáo tháng 6 năm 2013",
            "BC thang 6 xa Phu Luong.pdf",
            text="Xã Vô Tranh đã gửi báo cáo riêng.",
        ),
        sent("Báo cáo tháng 6 năm 2013", "BC thang 6.pdf", "Phu luc xa Vo Tranh.xlsx"),
        sent("Báo cáo tháng 6 năm 2013 tại xã Vô Tranh"),
    ],
    ids=lambda mail: mail.subject + mail.attachments[0].name,
)
def test_a_report_that_names_its_own_commune_or_only_speaks_of_another_is_filed(mail: Mail) -> None:
    verdict = judged(mail)
    assert isinstance(verdict, Filed), verdict
    assert verdict.unit == "phu-luong"


def test_a_department_may_report_on_a_commune() -> None:
    verdict = judged(sent("Báo cáo tháng 6 năm 2013 xã Vô Tranh", box="so-tai-chinh"))
    assert isinstance(verdict, Filed), verdict


def test_an_urgent_matter_at_a_neighbours_still_goes_to_who_is_on_duty() -> None:
    verdict = judged(sent("Báo cáo nhanh vụ cháy rừng xã Vô Tranh", "bc.pdf"))
    assert not isinstance(verdict, Filed | Ignored | Sealed)
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.URGENT


def test_a_neighbour_is_not_called_late_while_a_mail_that_names_it_lacks_its_file() -> None:
    verdict = judged(sent("Báo cáo tháng 6 năm 2013 xã Vô Tranh", attachments=()))
    assert isinstance(verdict, Unclear)
    assert verdict.question is Question.NO_FILE
    assert verdict.findings.may_be == ("vo-tranh",)


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("UBND XÃ VÔ TRANH", "PHÒNG KINH TẾ"),
        ("ỦY BAN NHÂN DÂN\nXÃ VÔ TRANH", "PHÒNG VĂN HÓA - XÃ HỘI"),
        ("UBND XÃ VÔ TRANH", "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG"),
    ],
)
def test_the_report_of_a_section_belongs_to_the_committee_above_it_and_is_not_its_report(
    above: str, below: str
) -> None:
    head = f"{above}\n{below}\nSố: 45/BC-PKT\nBÁO CÁO\nTình hình tháng 6 năm 2013\n"
    attachments = (replace(sent().attachments[0], text=head),)
    verdict = judged(sent("Báo cáo tháng 6 năm 2013", attachments=attachments))
    assert isinstance(verdict, Unclear), verdict
    assert verdict.question is Question.UNIT
    assert "vo-tranh" in verdict.findings.may_be
    own = judged(sent("Báo cáo tháng 6 năm 2013", attachments=attachments, box="vo-tranh"))
    assert isinstance(own, Unclear), own
    assert own.question is Question.REPORT
    stranger = judged(sent("Báo cáo tháng 6 năm 2013", attachments=attachments, box="nobody"))
    assert stranger.findings.may_be == ("vo-tranh",)


@pytest.mark.parametrize(
    "issuer",
    [
        "HỘI ĐỒNG NHÂN DÂN\nXÃ PHÚ LƯƠNG",
        "THƯỜNG TRỰC HĐND XÃ PHÚ LƯƠNG",
        "ỦY BAN MTTQ VIỆT NAM\nXÃ PHÚ LƯƠNG",
        "MTTQ VIỆT NAM TỈNH THÁI NGUYÊN\nBAN THƯỜNG TRỰC UBMTTQ XÃ PHÚ LƯƠNG",
        "HỘI NÔNG DÂN VIỆT NAM\nBAN CHẤP HÀNH XÃ PHÚ LƯƠNG",
        "ĐOÀN TNCS HỒ CHÍ MINH\nBCH XÃ PHÚ LƯƠNG",
        "ĐẢNG BỘ TỈNH THÁI NGUYÊN\nBAN XÂY DỰNG ĐẢNG XÃ PHÚ LƯƠNG",
    ],
)
def test_the_report_of_a_council_or_association_at_the_same_place_is_not_the_committees(issuer: str) -> None:
    head = f"{issuer}\nSố: 45/BC\nBÁO CÁO\nKết quả công tác tháng 6 năm 2013\n"
    verdict = judged(sent(attachments=(replace(sent().attachments[0], text=head),)))
    assert isinstance(verdict, Unclear), verdict
    assert verdict.question is Question.UNIT


@pytest.mark.parametrize(
    "issuer",
    [
        "HĐND VÀ UBND\nXÃ PHÚ LƯƠNG",
        "UBND XÃ PHÚ LƯƠNG\nVĂN PHÒNG HĐND VÀ UBND",
        "ĐẢNG ỦY XÃ PHÚ LƯƠNG\nỦY BAN NHÂN DÂN",
    ],
)
def test_what_the_committee_issues_beside_its_council_or_through_its_office_is_its_own(issuer: str) -> None:
    head = f"{issuer}\nSố: 45/BC\nBÁO CÁO\nKết quả công tác tháng 6 năm 2013\n"
    verdict = judged(sent(attachments=(replace(sent().attachments[0], text=head),)))
    assert isinstance(verdict, Filed), verdict
    assert verdict.unit == "phu-luong"
