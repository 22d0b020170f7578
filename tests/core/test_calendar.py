"""Working days, the office's clock, and the decreed days of 2013 to 2027."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.calendar import Calendar, at, local, weekday_name
from mailbot.rulebook import load_rules

OFFICE = load_rules(Path(__file__).parents[2] / "rules" / "thai-nguyen-2013").calendar
PLAIN = Calendar()
days = st.dates(date(2013, 1, 1), date(2027, 12, 31))


def test_the_offices_clock_is_seven_hours_ahead() -> None:
    assert local(datetime(2013, 6, 25, 17, 0, tzinfo=UTC)).date() == date(2013, 6, 26)
    assert at(date(2013, 6, 25), time(7, 30)) == datetime(2013, 6, 25, 0, 30, tzinfo=UTC)
    assert at(date(2013, 6, 25)) == datetime(2013, 6, 24, 17, tzinfo=UTC)


def test_weekdays_have_their_vietnamese_names() -> None:
    assert [weekday_name(date(2013, 7, day)) for day in (1, 4, 7)] == ["thứ Hai", "thứ Năm", "Chủ nhật"]


# Tết and Hùng Kings' days of domain knowledge, the swaps as decreed, National Day pairs since 2021.
@pytest.mark.parametrize(
    "off",
    [
        "2013-02-11", "2013-04-19", "2013-04-29", "2013-04-30", "2013-05-01", "2013-09-02",
        "2014-01-31", "2014-04-09", "2014-05-02", "2014-09-01", "2014-09-02",
        "2015-01-02", "2015-02-16", "2015-02-19", "2015-04-28", "2015-04-29",
        "2016-02-08", "2016-04-18", "2017-01-30", "2017-04-06", "2018-02-16", "2018-04-25", "2018-12-31",
        "2019-02-05", "2019-04-15", "2019-04-29", "2020-01-27", "2020-04-02",
        "2021-02-12", "2021-04-21", "2022-02-01", "2022-04-11", "2023-01-23", "2023-01-25",
        "2024-02-12", "2024-04-18", "2024-04-29", "2025-01-29", "2025-04-07", "2025-05-02", "2025-09-01",
        "2026-01-01", "2026-01-02", "2026-02-16", "2026-02-20", "2026-04-27", "2026-08-31", "2026-09-01",
        "2027-02-08", "2027-04-16",
    ],
)  # fmt: skip
def test_decreed_days_off_are_off(off: str) -> None:
    assert not OFFICE.is_working(date.fromisoformat(off))


@pytest.mark.parametrize(
    "worked",
    [
        "2013-05-04", "2014-04-26", "2014-09-06", "2014-12-27", "2015-02-14", "2015-04-25", "2019-01-05",
        "2019-05-04", "2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22",
    ],
)  # fmt: skip
def test_swapped_saturdays_are_worked(worked: str) -> None:
    day = date.fromisoformat(worked)
    assert day.weekday() == 5
    assert OFFICE.is_working(day)


def test_ordinary_days_around_tet_2026_are_worked() -> None:
    assert all(OFFICE.is_working(day) for day in (date(2026, 2, 13), date(2026, 2, 23), date(2026, 1, 5)))


def test_the_day_of_culture_is_worked_until_a_person_decides_otherwise() -> None:
    assert OFFICE.is_working(date(2026, 11, 24))
    # Nor is the day made up for where it falls on a Sunday.
    assert OFFICE.is_working(date(2030, 11, 25))


def test_why_off_names_the_reason() -> None:
    assert OFFICE.why_off(date(2013, 6, 22)) == "thứ Bảy"
    assert OFFICE.why_off(date(2013, 9, 2)) == "Quốc khánh"
    assert OFFICE.why_off(date(2026, 1, 2)) == "ngày nghỉ hoán đổi dịp Tết Dương lịch"
    assert OFFICE.why_off(date(2013, 6, 25)) is None


@pytest.mark.parametrize(
    ("start", "working_days", "end"),
    [
        ("2013-06-25", -5, "2013-06-18"),
        ("2013-06-25", -1, "2013-06-24"),
        ("2013-06-25", 1, "2013-06-26"),
        ("2013-06-25", 7, "2013-07-04"),
        ("2013-06-22", 1, "2013-06-24"),
        ("2026-02-13", 1, "2026-02-23"),
        ("2013-06-22", 0, "2013-06-22"),
    ],
)
def test_shift_counts_working_days_and_not_the_first(start: str, working_days: int, end: str) -> None:
    assert OFFICE.shift(date.fromisoformat(start), working_days).isoformat() == end


def test_a_calendar_without_working_days_does_not_hang() -> None:
    with pytest.raises(ValueError, match="no working day"):
        Calendar(weekend=frozenset(range(7))).on_or_after(date(2013, 6, 25))


@given(days, st.integers(-40, 40))
def test_shift_lands_as_many_working_days_away_as_asked(day: date, working_days: int) -> None:
    end = OFFICE.shift(day, working_days)
    if working_days > 0:
        assert OFFICE.is_working(end)
        assert OFFICE.working_days_after(day, end) == working_days
    elif working_days < 0:
        assert OFFICE.is_working(end)
        # Counting back leaves out `day` itself and takes in `end`.
        assert OFFICE.working_days_after(end - timedelta(days=1), day - timedelta(days=1)) == -working_days


@given(days)
def test_the_neighbouring_working_days_enclose_a_day(day: date) -> None:
    before, after = OFFICE.on_or_before(day), OFFICE.on_or_after(day)
    assert before <= day <= after
    assert OFFICE.is_working(before)
    assert OFFICE.is_working(after)
    assert (before == after) == OFFICE.is_working(day)


@given(days, days)
def test_working_days_after_is_never_negative(start: date, end: date) -> None:
    count = PLAIN.working_days_after(start, end)
    assert 0 <= count <= max(0, (end - start).days)
