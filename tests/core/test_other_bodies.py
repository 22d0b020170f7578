"""What another body than the unit issued, beside it or below it, is not the unit's report."""

from dataclasses import replace

import pytest
from builders import a_mail, a_unit, at, some_rules

from mailbot.core.classify import classify
from mailbot.core.mail import Address, Attachment, Nature
from mailbot.core.rules import Unit
from mailbot.core.verdict import Filed, Question, Unclear, Verdict

_MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
_WORK = "Kết quả thực hiện nhiệm vụ tháng 6, nhiệm vụ tháng 7 năm 2013"
_COMMUNE = replace(a_unit("phu-luong"), name="UBND xã Phú Lương", aliases=("xã Phú Lương",))
_DEPARTMENT = replace(a_unit("so-nong-nghiep"), name="Sở Nông nghiệp", aliases=("Sở NN",))


def document(head: str, title: str = _WORK, name: str = "bc.pdf") -> Attachment:
    text = f"{head}\n{_MOTTO}\nSố: 45/BC\nThái Nguyên, ngày 24 tháng 6 năm 2013\nBÁO CÁO\n{title}\n"
    return Attachment(
        name=name, content_type="application/pdf", size=2_000, sha256="0" * 64, text=text, nature=Nature.READ
    )


def judged(unit: Unit, *documents: Attachment, subject: str = "Gửi Văn phòng báo cáo") -> Verdict:
    mail = a_mail(subject, attachments=documents, sender=Address(unit.addresses[0].email))
    return classify(mail, some_rules(units=(a_unit(), _COMMUNE, _DEPARTMENT)), at("2013-06-24 09:00"))


@pytest.mark.parametrize(
    ("unit", "head"),
    [
        (_COMMUNE, "UBND XÃ PHÚ LƯƠNG\nPHÒNG KINH TẾ"),
        (_COMMUNE, "ỦY BAN NHÂN DÂN\nXÃ PHÚ LƯƠNG\nTRƯỜNG THCS ĐU"),
        (_COMMUNE, "UBND XÃ PHÚ LƯƠNG\nTRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG XÃ PHÚ LƯƠNG"),
        (_COMMUNE, "UBND XÃ PHÚ LƯƠNG\nBAN CHỈ HUY PHÒNG THỦ DÂN SỰ"),
        (_COMMUNE, "TRẠM Y TẾ XÃ PHÚ LƯƠNG"),
        (_DEPARTMENT, "SỞ NÔNG NGHIỆP\nCHI CỤC KIỂM LÂM"),
    ],
)
def test_the_report_of_a_body_below_the_unit_is_asked_about(unit: Unit, head: str) -> None:
    verdict = judged(unit, document(head))
    assert isinstance(verdict, Unclear), verdict
    assert verdict.question is Question.REPORT
    assert any("trực thuộc" in evidence.says for evidence in verdict.findings.evidence)


@pytest.mark.parametrize(
    ("unit", "head"),
    [
        (_COMMUNE, "ỦY BAN NHÂN DÂN\nXÃ PHÚ LƯƠNG"),
        (_COMMUNE, "ỦY BAN NHÂN DÂN XÃ\nPHÚ LƯƠNG"),
        (_COMMUNE, "UBND XÃ PHÚ LƯƠNG\nVĂN PHÒNG HĐND&UBND"),
        (_DEPARTMENT, "UBND TỈNH THÁI NGUYÊN\nSỞ NÔNG NGHIỆP"),
        (_DEPARTMENT, "SỞ NÔNG NGHIỆP\nVĂN PHÒNG"),
        (_DEPARTMENT, "PHÒNG KẾ HOẠCH - TÀI CHÍNH"),
    ],
)
def test_what_the_unit_itself_or_its_office_issues_is_filed(unit: Unit, head: str) -> None:
    verdict = judged(unit, document(head))
    assert isinstance(verdict, Filed), verdict
    assert [str(filing.period) for filing in verdict.filings] == ["2013-06"]


@pytest.mark.parametrize(
    ("head", "its_own"),
    [
        ("ỦY BAN NHÂN DÂN\nXÃ PHONG QUANG", True),
        ("ỦY BAN NHÂN DÂN XÃ\nPHONG QUANG", True),
        ("UBND XÃ PHONG QUANG\nPHÒNG KINH TẾ XÃ PHONG QUANG", False),
        ("TRẠM Y TẾ XÃ PHONG QUANG", False),
        ("PHÒNG KINH TẾ XÃ PHONG QUANG", False),
    ],
)
def test_a_place_that_looks_like_a_section_is_none(head: str, *, its_own: bool) -> None:
    unit = replace(a_unit("phong-quang"), name="UBND xã Phong Quang", aliases=("xã Phong Quang",))
    mail = a_mail("BC", attachments=(document(head),), sender=Address(unit.addresses[0].email))
    verdict = classify(mail, some_rules(units=(unit,)), at("2013-06-24 09:00"))
    assert isinstance(verdict, Filed if its_own else Unclear), verdict


@pytest.mark.parametrize(
    "head",
    [
        "ỦY BAN MTTQ VIỆT NAM XÃ PHÚ LƯƠNG\nBAN THƯỜNG TRỰC",
        "HỘI ĐỒNG NHÂN DÂN XÃ PHÚ LƯƠNG\nBAN KINH TẾ - XÃ HỘI",
    ],
)
def test_what_stands_below_a_stranger_is_a_stranger(head: str) -> None:
    verdict = judged(_COMMUNE, document(head))
    assert isinstance(verdict, Unclear), verdict
    assert verdict.question is Question.UNIT


@pytest.mark.parametrize(
    "head",
    ["HỘI ĐỒNG NHÂN DÂN\nXÃ PHÚ LƯƠNG", "ĐẢNG ỦY XÃ PHÚ LƯƠNG", "UBND XÃ PHÚ LƯƠNG\nPHÒNG KINH TẾ"],
)
def test_beside_the_unit_s_own_report_the_report_of_another_body_says_nothing(head: str) -> None:
    other = document(head, "Kết quả công tác quý II năm 2013", "bc khac.pdf")
    for documents in ((other, document("UBND XÃ PHÚ LƯƠNG")), (document("UBND XÃ PHÚ LƯƠNG"), other)):
        verdict = judged(_COMMUNE, *documents)
        assert isinstance(verdict, Filed), verdict
        assert [str(filing.period) for filing in verdict.filings] == ["2013-06"]
        assert any(evidence.text == "bc khac.pdf" for evidence in verdict.findings.evidence)
