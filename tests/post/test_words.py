"""Dates, counts and sizes as official Vietnamese writes them."""

from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from mailbot.core.mail import ArrivalClock
from mailbot.core.standing import Doubt, Standing
from mailbot.core.verdict import Question, Reason
from mailbot.post import words


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
    assert words.day(day) == written
    assert words.short_day(day) == short


def test_an_instant_is_read_off_the_office_clock() -> None:
    late_in_utc = datetime(2013, 6, 24, 17, 5, tzinfo=UTC)
    assert words.moment(late_in_utc) == "00 giờ 05 phút ngày 25 tháng 6 năm 2013"
    assert words.day(late_in_utc) == "ngày 25 tháng 6 năm 2013"
    assert words.weekday(late_in_utc) == "thứ Ba"
    assert words.short_moment(late_in_utc) == "00 giờ 05 ngày 25/6/2013"


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
    assert words.due(at) == written
    assert words.short_due(at) == short
    assert words.due_day(at) == "ngày 25 tháng 6 năm 2013"


def test_counts() -> None:
    assert [words.number(n) for n in (0, 3, 10, 1370)] == ["0", "03", "10", "1.370"]
    assert words.working_days(2) == "02 ngày làm việc"
    assert words.late(2) == "Chậm 02 ngày làm việc so với thời hạn"
    assert words.late(0) == "Chậm so với thời hạn, chưa đến 01 ngày làm việc"


@pytest.mark.parametrize(
    ("octets", "written"), [(0, "0 KB"), (1, "1 KB"), (18_000, "18 KB"), (1_234_567, "1,2 MB")]
)
def test_sizes(octets: int, written: str) -> None:
    assert words.size(octets) == written


@pytest.mark.parametrize(
    ("name", "period", "title"),
    [
        ("Báo cáo tình hình thực hiện nhiệm vụ", "tháng 6 năm 2013", None),
        ("Báo cáo tháng", "tháng 6 năm 2013", "Báo cáo tháng 6 năm 2013"),
        ("Báo cáo Quý", "quý II năm 2013", "Báo cáo quý II năm 2013"),
        ("Báo cáo 06 tháng", "06 tháng đầu năm 2013", "Báo cáo 06 tháng đầu năm 2013"),
    ],
)
def test_a_title_says_nothing_twice(name: str, period: str, title: str | None) -> None:
    assert words.title(name, period) == (title or f"{name} {period}")


@pytest.mark.parametrize("states", [Standing, Doubt, Question, Reason, ArrivalClock])
def test_every_state_has_words(states: type[StrEnum]) -> None:
    assert all(words.words(state) for state in states)


def test_a_receipt_code() -> None:
    assert words.code(123) == "BC-000123"
