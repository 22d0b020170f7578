"""Dates, counts, sizes, titles and states as official Vietnamese writes them."""

from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.mail import ArrivalClock
from mailbot.core.standing import Doubt
from mailbot.core.verdict import Question, Reason
from mailbot.core.wording import vietnamese

ANYTHING = st.lists(
    st.one_of(st.text(), st.sampled_from(["\r\n", "\r", "\n", "\x85", "\u2028", "\u202e", "\u200b"]))
).map("".join)


@pytest.mark.parametrize(
    ("day", "written", "short"),
    [
        (date(2013, 1, 5), "ngày 05 tháng 01 năm 2013", "05/01/2013"),
        (date(2013, 2, 28), "ngày 28 tháng 02 năm 2013", "28/02/2013"),
        (date(2013, 6, 5), "ngày 05 tháng 6 năm 2013", "05/6/2013"),
        (date(2013, 12, 20), "ngày 20 tháng 12 năm 2013", "20/12/2013"),
    ],
)
def test_days(day: date, written: str, short: str) -> None:
    assert vietnamese.day(day) == written
    assert vietnamese.short_day(day) == short


def test_an_instant_is_read_off_the_office_clock() -> None:
    late_in_utc = datetime(2013, 6, 24, 17, 5, tzinfo=UTC)
    assert vietnamese.moment(late_in_utc) == "00 giờ 05 phút ngày 25 tháng 6 năm 2013"
    assert vietnamese.day(late_in_utc) == "ngày 25 tháng 6 năm 2013"
    assert vietnamese.weekday(late_in_utc) == "thứ Ba"
    assert vietnamese.short_moment(late_in_utc) == "00 giờ 05 ngày 25/6/2013"


@pytest.mark.parametrize(
    ("at", "written", "short"),
    [
        (
            datetime(2013, 6, 25, 16, 59, 59, tzinfo=UTC),
            "24 giờ 00 phút ngày 25 tháng 6 năm 2013",
            "25/6/2013",
        ),
        (datetime(2013, 6, 25, 17, 0, 0, tzinfo=UTC), "24 giờ 00 phút ngày 25 tháng 6 năm 2013", "25/6/2013"),
        (
            datetime(2013, 6, 25, 10, 0, 0, tzinfo=UTC),
            "17 giờ 00 phút ngày 25 tháng 6 năm 2013",
            "17 giờ 00 ngày 25/6/2013",
        ),
    ],
)
def test_due_moments(at: datetime, written: str, short: str) -> None:
    assert vietnamese.due(at) == written
    assert vietnamese.short_due(at) == short
    assert vietnamese.due_day(at) == "ngày 25 tháng 6 năm 2013"


def test_counts() -> None:
    assert [vietnamese.number(n) for n in (0, 3, 10, 1370)] == ["0", "03", "10", "1.370"]
    assert vietnamese.working_days(2) == "02 ngày làm việc"


@pytest.mark.parametrize(
    ("octets", "written"), [(0, "0 KB"), (1, "1 KB"), (18_000, "18 KB"), (1_234_567, "1,2 MB")]
)
def test_sizes(octets: int, written: str) -> None:
    assert vietnamese.size(octets) == written


@pytest.mark.parametrize(
    ("name", "period", "title"),
    [
        ("Báo cáo tình hình thực hiện nhiệm vụ", "tháng 6 năm 2013", None),
        ("Báo cáo tháng", "tháng 6 năm 2013", "Báo cáo tháng 6 năm 2013"),
        ("Báo cáo Quý", "quý II năm 2013", "Báo cáo quý II năm 2013"),
        ("Báo cáo\u202e\n Quý", "quý II năm 2013", "Báo cáo quý II năm 2013"),
        ("Báo cáo 06 tháng", "06 tháng đầu năm 2013", "Báo cáo 06 tháng đầu năm 2013"),
    ],
)
def test_a_title_says_nothing_twice(name: str, period: str, title: str | None) -> None:
    assert vietnamese.title(name, period) == (title or f"{name} {period}")


def test_a_name_that_somebody_typed_with_a_full_stop_stands_in_a_title_without_it() -> None:
    assert vietnamese.title("Báo cáo công tác phòng, chống bão số 1. ", "") == (
        "Báo cáo công tác phòng, chống bão số 1"
    )
    assert vietnamese.clause("Mưa lũ, sạt lở đất v.v. ") == "Mưa lũ, sạt lở đất v.v"


@pytest.mark.parametrize("states", [Doubt, Question, Reason, ArrivalClock])
def test_every_state_has_words(states: type[StrEnum]) -> None:
    assert all(vietnamese.words(state) for state in states)


def test_a_receipt_code() -> None:
    assert vietnamese.code(123) == "BC-000123"


@given(text=ANYTHING)
def test_foreign_text_is_one_short_visible_line(text: str) -> None:
    line = vietnamese.foreign(text)
    assert len(line) <= 120
    assert line == " ".join(line.split())
    assert vietnamese.foreign(line) == line
    line.encode()


def test_long_lines_are_cut() -> None:
    assert vietnamese.foreign("a" * 121) == "a" * 119 + "…"
