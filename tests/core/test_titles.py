"""Titles are read for what they say, in any spelling, and never for what they leave out."""

import unicodedata
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailbot.core.language.lost_letters import restored
from mailbot.core.period import Cadence, Period
from mailbot.core.reading.titles import DocumentType, PeriodMention, read_title, resolve


def test_the_words_that_a_period_was_read_from_are_kept_as_written() -> None:
    reading = read_title("BC_CCHC Quý III/2025, nhiệm vụ quý IV.pdf")
    assert [mention.text for mention in reading.periods] == ["Quý III/2025"]


@pytest.mark.parametrize(
    ("title", "symbol", "document_type"),
    [
        ("45/BC-STC Báo cáo tháng 6", "45/BC-STC", DocumentType.BC),
        ("Số: 891 /SGDĐT - GDTrH V/v báo cáo", "891 /SGDĐT - GDTrH", DocumentType.CV),
        ("Số: 472/ SGDĐT-GDTrH", "472/ SGDĐT-GDTrH", DocumentType.CV),
        ("số 168/SGDĐT-VP về báo cáo", "168/SGDĐT-VP", DocumentType.CV),
        ("Số 581/SGDĐT V/v báo cáo", "581/SGDĐT", DocumentType.CV),
        ("Số: 02-TB-SGDĐT.pdf", "02-TB-SGDĐT", DocumentType.TB),
        ("01-BC/BDV ngày 12/01/2009 Báo cáo công tác", "01-BC/BDV", DocumentType.BC),
        ("34-KH/TU", "34-KH/TU", DocumentType.KH),
        ("18/2016/QĐ-UBND ban hành Quy chế", "18/2016/QĐ-UBND", DocumentType.QD),
        ("166/TTr-STC", "166/TTr-STC", DocumentType.TTR),
        ("12/BC-TTr Báo cáo công tác thanh tra", "12/BC-TTr", DocumentType.BC),
        ("Số:         /BC-UBND", "/BC-UBND", DocumentType.BC),
        ("Báo cáo số 211/BC-UBND ngày 10/6/2026", "211/BC-UBND", DocumentType.BC),
        ("Báo cáo kết quả (45/BC-STC)", "45/BC-STC", DocumentType.BC),
        ("Báo cáo thực hiện Chỉ thị số 13/CT-UBND", "", DocumentType.BC),
        ("Báo cáo theo Nghị định 09/2019/NĐ-CP quý I", "", DocumentType.BC),
        ("Trả lời Công văn số 4787/UBND-TH", "", DocumentType.CV),
    ],
)
def test_a_documents_own_symbol_is_told_from_a_cited_one(
    title: str, symbol: str, document_type: DocumentType
) -> None:
    reading = read_title(title)
    assert (reading.symbol, reading.document_type) == (symbol, document_type)


@pytest.mark.parametrize(
    ("title", "version"),
    [
        ("Báo cáo tháng 6/2026 (lần 2)", 2),
        ("BC_thang_8_v3.docx", 3),
        ("Báo cáo tháng 6 (bổ sung)", None),
        ("Báo cáo bổ sung tháng 6", None),
        ("Báo cáo tháng 6 - thay thế", None),
        ("Đính chính báo cáo tháng 6", None),
        ("BAO CAO THANG FILE W - ĐIỀU CHỈNH.docx", None),
        ("Báo cáo tháng 6 (1).docx", None),
        ("Báo cáo thi hành Luật sửa đổi, bổ sung một số điều năm 2025", None),
        ("Báo cáo tháng 6", None),
    ],
)
def test_a_later_version_is_seen(title: str, version: int | None) -> None:
    assert read_title(title).version == version


@pytest.mark.parametrize(
    ("title", "asks"),
    [
        ("V/v đề nghị báo cáo tình hình tháng 6", True),
        ("Công văn 45 về việc chấn chỉnh chế độ báo cáo", True),
        ("2030/SYT-NVY Báo cáo nhanh hoạt động Răng hàm Mặt", True),
        ("Đôn đốc nộp báo cáo quý II", True),
        ("Thông báo thời hạn gửi báo cáo năm 2025", True),
        ("V/v gửi báo cáo tháng 6", False),
        ("Báo cáo việc thực hiện chế độ báo cáo quý I", False),
        ("Báo cáo kết quả đôn đốc tháng 6", False),
        ("V/v đề nghị cấp kinh phí", False),
    ],
)
def test_a_letter_that_asks_for_reports_is_told_from_a_report(title: str, asks: bool) -> None:
    assert read_title(title).asks is asks


def test_an_urgent_report_has_no_period_but_keeps_its_words() -> None:
    reading = read_title("Báo cáo nhanh tình hình bão số 3")
    assert reading.adhoc
    assert reading.periods == (PeriodMention(None, None, None, "Báo cáo nhanh"),)


@pytest.mark.parametrize(
    ("title", "arrived_on", "period"),
    [
        ("Báo cáo tháng 6", date(2013, 6, 24), "2013-06"),
        ("Báo cáo tháng 6", date(2013, 7, 3), "2013-06"),
        ("Báo cáo tháng 12", date(2014, 1, 5), "2013-12"),
        ("Báo cáo quý IV", date(2014, 1, 5), "2013-Q4"),
        ("Báo cáo năm", date(2014, 1, 5), "2013"),
        ("Báo cáo năm", date(2013, 12, 18), "2013"),
        ("Báo cáo năm", date(2013, 11, 10), "2013"),
        ("Báo cáo quý II", date(2013, 6, 18), "2013-Q2"),
        ("Báo cáo 6 tháng", date(2013, 6, 10), "2013-H1"),
        ("Báo cáo 9 tháng", date(2013, 9, 20), "2013-9M"),
        ("Báo cáo tuần 1", date(2025, 12, 31), "2026-W01"),
        ("Báo cáo tuần 53", date(2025, 3, 1), "2020-W53"),
        ("Báo cáo tháng 6/2011", date(2013, 6, 24), "2011-06"),
    ],
)
def test_a_missing_year_follows_from_the_arrival(title: str, arrived_on: date, period: str) -> None:
    (mention,) = read_title(title).periods
    assert str(resolve(mention, arrived_on)) == period


@pytest.mark.parametrize(
    "title", ["Báo cáo tháng", "Báo cáo tháng 13/2025", "Báo cáo nhanh bão số 3", "Báo cáo tuần 53/2025"]
)
def test_what_a_title_leaves_open_is_not_inferred(title: str) -> None:
    (mention,) = read_title(title).periods
    assert resolve(mention, date(2025, 6, 1)) is None


PERIODS = st.one_of(
    st.builds(Period, st.integers(2000, 2098), st.just(Cadence.MONTH), st.integers(1, 12)),
    st.builds(Period, st.integers(2000, 2098), st.just(Cadence.QUARTER), st.integers(1, 4)),
    st.builds(Period, st.integers(2000, 2098), st.just(Cadence.HALF), st.integers(1, 2)),
    st.builds(Period, st.integers(2000, 2098), st.sampled_from([Cadence.NINE_MONTHS, Cadence.YEAR])),
    st.builds(Period, st.integers(2000, 2098), st.just(Cadence.WEEK), st.integers(1, 52)),
)
SUBJECTS = st.sampled_from(
    [
        "Báo cáo công tác {}",
        "Báo cáo tình hình kinh tế - xã hội {} của Sở Tài chính",
        "Báo cáo kết quả thực hiện nhiệm vụ {}",
        "Dự thảo Báo cáo của UBND tỉnh về công tác cải cách hành chính {}",
        "BC Đề án 06 {}",
        "45/BC-STC Báo cáo giải ngân vốn đầu tư công {}",
        "{} Báo cáo tiếp công dân",
    ]
)


def unmarked(text: str) -> str:
    stripped = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in stripped if not unicodedata.combining(letter))


SPELLINGS: list[Callable[[str], str]] = [
    str,
    lambda title: unicodedata.normalize("NFD", title),
    unmarked,
    str.upper,
    lambda title: unmarked(title).upper(),
    lambda title: title.replace(" ", "_") + ".docx",
    lambda title: unmarked(title).lower().replace("/", "-").replace(" ", "-") + ".signed.pdf",
    lambda title: title.replace(" ", "\u00a0"),
    lambda title: f"Fwd: Re: {title} (1).doc",
]


@given(PERIODS, SUBJECTS, st.sampled_from(SPELLINGS))
def test_a_title_made_from_a_period_is_read_back(
    period: Period, subject: str, spell: Callable[[str], str]
) -> None:
    title = spell(subject.format(period.label))
    assert [resolve(mention, date(2000, 1, 1)) for mention in read_title(title).periods] == [period]


@given(PERIODS, st.sampled_from(SPELLINGS))
def test_the_coming_periods_plan_is_not_reported(period: Period, spell: Callable[[str], str]) -> None:
    title = spell(f"Báo cáo công tác {period.label}, phương hướng, nhiệm vụ {period.next().label}")
    assert [resolve(mention, date(2000, 1, 1)) for mention in read_title(title).periods] == [period]


@given(st.integers(2000, 2098), st.integers(1, 12), st.sampled_from(["", "0"]))
def test_a_year_given_once_at_the_plan_belongs_to_the_report_before_it(
    year: int, month: int, zero: str
) -> None:
    coming = Period(year, Cadence.MONTH, month).next()
    title = f"Báo cáo tháng {zero}{month} và phương hướng tháng {coming.ordinal}/{coming.year}"
    assert [(one.year, one.ordinal) for one in read_title(title).periods] == [(year, month)]


@given(st.integers(0, 99_999))
@example(787)
@example(2268)
def test_a_number_of_a_document_makes_no_period(number: int) -> None:
    for title in (
        f"{number} bc syt.pdf",
        f"Báo cáo số {number}",
        f"Số {number}/BC-SYT Báo cáo kết quả",
        f"Báo cáo theo Quyết định {number}/QĐ-TTg",
        f"Báo cáo hồ sơ số {number}",
        f"Báo cáo kết quả xử lý, tổng số {number} vụ",
    ):
        assert read_title(title).periods == ()


@given(st.dates(date(2000, 1, 1), date(2098, 12, 31)), st.sampled_from(["-", "/", "."]))
def test_a_date_makes_no_period(day: date, link: str) -> None:
    for title in (
        f"Báo cáo tính đến {day.day}{link}{day.month}{link}{day.year}",
        f"Báo cáo ngày {day.day}{link}{day.month}",
        f"Báo cáo kết quả {day.day:02}{link}{day.month:02}.docx",
        f"Báo cáo ngày {day.day} tháng {day.month} năm {day.year}",
        f"Báo cáo ngày    tháng {day.month} năm {day.year}",
    ):
        assert read_title(title).periods == ()


@given(st.dates(date(2000, 1, 1), date(2098, 12, 31)), st.integers(1, 31), st.sampled_from([str, unmarked]))
def test_days_from_and_to_make_no_month(day: date, first: int, spell: Callable[[str], str]) -> None:
    until = f"{day.day:02} tháng {day.month} năm {day.year}"
    for title in (
        f"Báo cáo tình hình từ ngày {first} đến {until}",
        f"Báo cáo tình hình từ {first} tháng {day.month} đến hết {until}",
        f"Báo cáo tình hình từ {first} - {until}",
        f"Báo cáo tình hình ngày {first} và {until}",
        f"Báo cáo số liệu tính đến {until}",
    ):
        assert read_title(spell(title)).periods == ()


def test_a_month_whose_days_are_given_is_that_month_alone() -> None:
    title = "Báo cáo tháng 6 (từ 15 tháng 5 đến 14 tháng 6 năm 2013)"
    assert [(one.cadence, one.ordinal) for one in read_title(title).periods] == [(Cadence.MONTH, 6)]


@pytest.mark.parametrize(
    ("title", "closes"),
    [
        ("Báo cáo tháng 12 và cả năm", True),
        ("BC T12 va nam.pdf", True),
        ("Báo cáo quý IV và năm", True),
        ("BC T12, Q4, cả năm", True),
        ("Báo cáo tháng 11 và cả năm", False),
        ("Báo cáo tháng 12 trong cả năm", False),
        ("Báo cáo tháng 12 và năm nhiệm vụ", False),
    ],
)
def test_the_year_that_december_or_the_fourth_quarter_closes_is_reported_with_it(
    title: str, closes: bool
) -> None:
    found = [(one.cadence, one.ordinal, one.year) for one in read_title(title).periods]
    assert ((Cadence.YEAR, 1, None) in found) is closes


@pytest.mark.parametrize("weeks", ["24, 25", "24 và 25", "24,25"])
def test_several_weeks_are_all_reported(weeks: str) -> None:
    found = read_title(f"Báo cáo công tác tuần {weeks} năm 2013").periods
    assert [(one.ordinal, one.year) for one in found] == [(24, 2013), (25, 2013)]


@pytest.mark.parametrize(
    "days", ["10-14/6/2013", "(10-14/6/2013)", "10/6 - 14/6/2013", "10.6-14.6.2013", "10 – 14/6", "2/6"]
)
def test_a_week_that_is_told_by_its_days_is_no_week_of_the_year(days: str) -> None:
    (mention,) = read_title(f"Báo cáo công tác tuần {days}").periods
    assert (mention.cadence, mention.ordinal) == (Cadence.WEEK, None)


FRAGMENTS = st.sampled_from(
    [
        "tháng",
        "quý",
        "năm",
        "tuần",
        "báo",
        "cáo",
        "6",
        "06",
        "2025",
        "I",
        "IV",
        "đầu",
        "cuối",
        "và",
        ",",
        "-",
        "/",
        "(",
        ")",
        "T",
        "Q",
        "nhiệm",
        "vụ",
        "phương",
        "hướng",
        "ngày",
        "ước",
        "cả",
        "45/BC-STC",
    ]
)


@given(
    st.lists(FRAGMENTS, max_size=25).map(" ".join) | st.text(st.characters(codec=None, exclude_categories=()))
)
def test_any_title_can_be_read(title: str) -> None:
    for mention in read_title(title).periods:
        resolve(mention, date(2025, 6, 1))
        resolve(mention, date.min)
        resolve(mention, date.max)


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "part", ["tháng ", "1", "tháng 1 ", "/A-", "số 1/", "(", ".pdf", " ", "và ", "1-", "A&", "\ud800"]
)
def test_a_megabyte_of_anything_is_read_at_once(part: str) -> None:
    read_title(part * (1_000_000 // len(part)))


@pytest.mark.parametrize(
    ("title", "cadence", "ordinal"),
    [
        ("B?o c?o th?ng 8 n?m 2014.pdf", Cadence.MONTH, 8),
        ("B_o_c_o_th_ng_12_n_m_2014.pdf", Cadence.MONTH, 12),
        ("B-o-c-o-th-ng-8-n-m-2014.pdf", Cadence.MONTH, 8),
        ("Bo co thng 8 nm 2014.pdf", Cadence.MONTH, 8),
        ("B\ufffdo c\ufffdo th\ufffdng 8 n\ufffdm 2014", Cadence.MONTH, 8),
        ("B?O C?O QU? III N?M 2014", Cadence.QUARTER, 3),
        ("B?o c?o tu?n 32 n?m 2014", Cadence.WEEK, 32),
        ("B?o c?o 6 th?ng ??u n?m 2014", Cadence.HALF, 1),
        ("B_o c_o 6 th_ng cu_i n_m 2014", Cadence.HALF, 2),
        ("B?o c?o n?m 2014", Cadence.YEAR, 1),
    ],
)
def test_a_period_is_read_where_its_accented_letters_were_lost(
    title: str, cadence: Cadence, ordinal: int
) -> None:
    assert [(m.cadence, m.year, m.ordinal) for m in read_title(title).periods] == [(cadence, 2014, ordinal)]


@pytest.mark.parametrize(
    "title",
    [
        "Báo cáo năm 2014",
        "Chậm-muộn 2014",
        "đầu năm 2014",
        "Tuấn 3 tháng",
        "Báo cáo quý - III",
        "nam-2014 tuan 5",
    ],
)
def test_words_that_lost_nothing_stay(title: str) -> None:
    assert restored(title) == title
