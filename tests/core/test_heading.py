"""The head of a document is read from whatever extraction leaves of Decree 30's layout."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailbot.core.reading.heading import read_heading
from mailbot.core.reading.titles import TitleReading

_MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
_SIGN = {"month": "", "quarter": "Q", "half": "H", "nine_months": "9M", "year": "Y", "week": "W"}


def periods(reading: TitleReading | None) -> str:
    """`2013-06`, `2013-Q2`, `????-06`, joined by `+`; `-` for none."""
    if reading is None:
        return "-"
    said = [
        f"{mention.year or '????'}"
        + (
            ""
            if mention.cadence == "year"
            else f"-{_SIGN.get(str(mention.cadence), '')}{mention.ordinal or '?':0>2}"
        )
        for mention in reading.periods
        if mention.cadence is not None
    ]
    return "+".join(said).replace("-Q0", "-Q").replace("-H0", "-H").replace("9M01", "9M") or "-"


HEADS = (Path(__file__).parents[1] / "data" / "heads.txt").read_text(encoding="utf-8").split("\n===== ")[1:]


def _case(head: str) -> tuple[str, tuple[str, ...]]:
    """A page, and issuer, symbol, date, type and periods as a clerk reads them."""
    fields, _, page = head.partition("\ntext:\n")
    known = dict(line.split(": ", 1) for line in fields.splitlines()[1:])
    names = ("issuer", "symbol", "dated", "type", "periods")
    return page, tuple(known.get(name, "-" if name == "periods" else "") for name in names)


@pytest.mark.parametrize("head", HEADS, ids=[head.partition("\n")[0] for head in HEADS])
def test_a_head_is_read_as_a_clerk_reads_it(head: str) -> None:
    page, expected = _case(head)
    assert _seen(page) == expected


@pytest.mark.parametrize(
    "changed",
    [
        lambda page: page.replace("\n", "\r\n"),
        lambda page: unicodedata.normalize("NFD", page),
        lambda page: page.replace(" ", "\u00a0"),
        lambda page: f"\ufeff{page}",
        lambda page: "\n".join(f"    {line}   " for line in page.split("\n")),
    ],
    ids=["CRLF", "NFD", "no-break spaces", "byte order mark", "indented"],
)
@pytest.mark.parametrize("head", HEADS[:20], ids=range(20))
def test_what_a_reader_does_not_see_changes_nothing(head: str, changed: Callable[[str], str]) -> None:
    page, expected = _case(head)
    assert _seen(changed(page)) == expected


@pytest.mark.parametrize("head", HEADS, ids=range(len(HEADS)))
def test_a_head_without_accents_says_the_same(head: str) -> None:
    page, expected = _case(head)
    apart = unicodedata.normalize("NFD", page).replace("đ", "d").replace("Đ", "D")
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    assert _seen(plain)[2:] == expected[2:]


def _seen(page: str) -> tuple[str, ...]:
    heading = read_heading(page)
    assert heading is not None
    dated = str(heading.dated_on or "")
    return heading.issuer, heading.symbol, dated, str(heading.reading.document_type), periods(heading.reading)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\n\t\n",
        "Dear all,\nplease find attached the monthly report for June 2013.\nBest regards",
        "REPORT\nNo. 45/2013\nOn the situation in June 2013",
        ("Thái Nguyên: Kinh tế tháng 6 năm 2013 tiếp tục phục hồi\n(TNO) - Theo báo cáo của Sở Kế hoạch "
        "và Đầu tư, tháng 6 năm 2013"),
        ("Báo cáo của Ngân hàng Thế giới công bố hôm qua cho thấy kinh tế tháng 6 năm 2013 tăng "
        "trưởng.\nTheo đó"),
        "Kính gửi: Văn phòng UBND tỉnh\nSở Tài chính gửi báo cáo tháng 6 năm 2013.\nTrân trọng!",
        "STT\tChỉ tiêu\tTháng 6\n1\tThu ngân sách\t1.370,39\n2\tChi ngân sách\t900",
        "Em gửi báo cáo tháng 6 ạ",
        "MINUTES OF MEETING\n24 June 2013",
    ],
)  # fmt: skip
def test_what_is_no_official_document_has_no_head(text: str) -> None:
    assert read_heading(text) is None


@pytest.mark.parametrize(
    ("body", "opening"),
    [
        (("Thực hiện Chỉ thị số 13/CT-UBND ngày 11 tháng 6 năm 2013, Sở Y tế báo cáo kết quả công tác "
        "tháng 6 năm 2013 như sau:"), "2013-06"),
        (("Thực hiện Công văn số 1/UBND-TH về việc báo cáo tháng 5, Sở Y tế báo cáo tình hình\ntháng 6 "
        "năm 2013 như sau:\nI. Tháng 7"), "2013-06"),
        ("Căn cứ Kế hoạch năm 2013;\nSở Y tế báo cáo kết quả quý II năm 2013, cụ thể:", "2013-Q2"),
        ("Sở Y tế tổng hợp kết quả công tác tháng 8/2013 và phương hướng, nhiệm vụ tháng 9/2013 như sau:",
        "2013-08"),
        (("Thực hiện Chỉ thị số 13/CT-UBND ngày 11 tháng 6 năm 2013, Sở Y tế báo cáo như sau:\nI. Kết quả "
        "tháng 6 năm 2013"), "-"),
        ("I. Tình hình\nTrong kỳ, đơn vị hoàn thành nhiệm vụ.", "-"),
    ],
)  # fmt: skip
def test_the_first_sentence_is_a_second_source(body: str, opening: str) -> None:
    heading = read_heading(
        f"SỞ Y TẾ\n{_MOTTO}\nSố: 3/BC-SYT\nBÁO CÁO\nTình hình thực hiện nhiệm vụ\n\n{body}"
    )
    assert heading is not None
    assert (periods(heading.reading), periods(heading.opening)) == ("-", opening)


def test_a_letter_that_asks_for_a_report_is_seen_to_ask() -> None:
    heading = read_heading(
        f"SỞ Y TẾ\nSố: 2030/SYT-NVY\nV/v Báo cáo nhanh tháng 6\n{_MOTTO}\nKính gửi: Các đơn vị"
    )
    assert heading is not None
    assert heading.reading.asks


def test_the_title_is_type_and_abstract_joined() -> None:
    heading = read_heading(_case(HEADS[1])[0])
    assert heading is not None
    assert heading.title == "BÁO CÁO Kết quả công tác tháng 6, phương hướng nhiệm vụ tháng 7 năm 2013"


@given(st.text())
@example("Số: /")
@example("BÁO CÁO")
@example("ngày tháng năm")
@example("İ" * 50 + "\nBÁO CÁO İ")
@example("\ud800BÁO CÁO\n\x00")
def test_no_text_makes_the_reading_fail(text: str) -> None:
    read_heading(text)


_PIECES = [
    "BÁO CÁO",
    "Số: ",
    "45/BC-STC",
    "\n",
    "\n\n",
    " ",
    "ngày ",
    "tháng ",
    "6",
    "năm 2013",
    ",",
    "-" * 9,
    "SỞ ",
    "\t",
    "V/v ",
    "I. ",
    "Thực hiện",
]


@given(st.lists(st.sampled_from([*_PIECES, _MOTTO]), max_size=60).map("".join))
def test_no_mixture_of_landmarks_makes_the_reading_fail(text: str) -> None:
    read_heading(text)


@pytest.mark.parametrize(
    "piece",
    [
        "BÁO CÁO ",
        "Số: 1/BC-STC ",
        " ",
        "\n",
        "ngày tháng năm ",
        "a ",
        "A",
        "- ",
        "1",
        "\t",
        "B Á O ",
        ".",
        "Số: ",
        "I",
        "/",
    ],
)
def test_a_megabyte_of_anything_comes_back(piece: str) -> None:
    read_heading(piece * (1_000_000 // len(piece)))


@pytest.mark.parametrize("committee", ["ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN", "UBND"])
def test_the_abstract_of_a_committees_letter_is_read_below_its_name(committee: str) -> None:
    above = f"{committee}\nXÃ VÕ NHAI\n{_MOTTO}\nSố: 92/UBND-KT"
    heading = read_heading(f"{above}\nV/v báo cáo tháng 6 năm 2013\n\nKính gửi: UBND tỉnh")
    assert heading is not None
    assert (heading.title, periods(heading.reading)) == ("V/v báo cáo tháng 6 năm 2013", "2013-06")
