"""When a report is due: the day the rule names, a day off that moves it, the second that still counts."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.calendar import ZONE, Calendar
from mailbot.core.due import due_date
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import DayOff, DueRule
from mailbot.rulebook import load_rules

PROFILE = Path(__file__).parents[2] / "rules" / "thai-nguyen-2013"
RULES = load_rules(PROFILE)
PERIODIC = [report for report in RULES.reports if report.cadence is not Cadence.EVENT]
MONTHLY, QUARTERLY, HALF_YEARLY, YEARLY = (report.due for report in PERIODIC)
PLAIN = Calendar()


@pytest.mark.parametrize(
    ("period", "falls_on"),
    [
        ("2013-06", "2013-06-25"),
        ("2013-08", "2013-08-26"),  # Sunday
        ("2014-01", "2014-01-27"),  # Saturday
        ("2015-04", "2015-04-25"),  # a Saturday worked in exchange
        ("2020-01", "2020-01-30"),  # the first day of Tết, and a weekend
        ("2023-01", "2023-01-27"),  # the fourth day of Tết
        ("2024-05", "2024-05-27"),  # Saturday
        ("2026-01", "2026-01-26"),  # Sunday
        ("2026-04", "2026-04-28"),  # Saturday, the Hùng Kings' Sunday, and the Monday that makes up for it
        ("2026-07", "2026-07-27"),  # Saturday
        ("2026-10", "2026-10-26"),  # Sunday
        ("2026-11", "2026-11-25"),  # whatever 24 November is
        ("2027-04", "2027-04-26"),
        ("2027-07", "2027-07-26"),
        ("2027-09", "2027-09-27"),
        ("2027-12", "2027-12-27"),
    ],
)
def test_the_monthly_report_is_due_on_the_25th_or_the_next_working_day(period: str, falls_on: str) -> None:
    assert due_date(MONTHLY, Period.parse(period), RULES.calendar).falls_on.isoformat() == falls_on


@pytest.mark.parametrize(
    ("rule", "period", "falls_on"),
    [
        (QUARTERLY, "2013-Q2", "2013-06-20"),
        (QUARTERLY, "2013-Q3", "2013-09-20"),
        (QUARTERLY, "2013-Q4", "2013-12-20"),
        (QUARTERLY, "2014-Q1", "2014-03-20"),
        (QUARTERLY, "2026-Q3", "2026-09-21"),
        (QUARTERLY, "2027-Q1", "2027-03-22"),
        (HALF_YEARLY, "2013-H1", "2013-06-20"),
        (HALF_YEARLY, "2026-H1", "2026-06-22"),
        (HALF_YEARLY, "2027-H1", "2027-06-21"),
        (YEARLY, "2013", "2013-12-20"),
        (YEARLY, "2026", "2026-12-21"),
    ],
)
def test_the_longer_reports_are_due_on_the_20th_of_their_last_month(
    rule: DueRule, period: str, falls_on: str
) -> None:
    assert due_date(rule, Period.parse(period), RULES.calendar).falls_on.isoformat() == falls_on


def test_every_due_day_of_2013_to_2027_is_worked_and_within_a_fortnight_of_the_named_day() -> None:
    for report in PERIODIC:
        period = Period.containing(report.cadence, date(2013, 1, 1))
        while period.year <= 2027:
            due = due_date(report.due, period, RULES.calendar)
            assert RULES.calendar.is_working(due.falls_on)
            assert due.named_on.day == report.due.day
            assert timedelta() <= due.falls_on - due.named_on < timedelta(days=14)
            period = period.next()


@pytest.mark.parametrize(
    ("period", "named_on"),
    [
        ("2013-02", "2013-02-28"),
        ("2016-02", "2016-02-29"),
        ("2013-04", "2013-04-30"),
        ("2013-05", "2013-05-31"),
    ],
)
def test_in_a_short_month_the_31st_means_the_last_day(period: str, named_on: str) -> None:
    due = due_date(DueRule(day=31, day_off=DayOff.KEEP), Period.parse(period), PLAIN)
    assert due.named_on.isoformat() == named_on


@pytest.mark.parametrize(
    ("period", "months_after", "named_on"),
    [
        ("2013-06", 1, "2013-07-05"),
        ("2013-12", 1, "2014-01-05"),
        ("2013-Q4", 2, "2014-02-05"),
        ("2013", 12, "2014-12-05"),
        ("2013-9M", 0, "2013-09-05"),
        ("2013-H2", 1, "2014-01-05"),
    ],
)
def test_a_report_may_be_due_in_a_later_month(period: str, months_after: int, named_on: str) -> None:
    rule = DueRule(day=5, months_after=months_after, day_off=DayOff.KEEP)
    assert due_date(rule, Period.parse(period), PLAIN).named_on.isoformat() == named_on


@pytest.mark.parametrize(("day", "named_on"), [(1, "2013-12-30"), (5, "2014-01-03"), (8, "2014-01-06")])
def test_a_weekly_report_counts_its_day_from_the_weeks_monday(day: int, named_on: str) -> None:
    due = due_date(DueRule(day=day, day_off=DayOff.KEEP), Period.parse("2014-W01"), PLAIN)
    assert due.named_on.isoformat() == named_on


def test_the_day_counts_to_its_last_second_in_vietnam() -> None:
    due = due_date(MONTHLY, Period.parse("2013-06"), RULES.calendar)
    assert due.at == datetime(2013, 6, 25, 16, 59, 59, tzinfo=UTC)
    assert due.at.utcoffset() == timedelta(hours=7)


def test_a_clock_time_closes_with_itself() -> None:
    due = due_date(DueRule(day=25, closes=time(17)), Period.parse("2013-06"), PLAIN)
    assert due.at == datetime(2013, 6, 25, 17, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day_off", "closes", "derivation"),
    [
        (
            DayOff.NEXT,
            None,
            (
                "thời hạn là ngày 25/8/2013; ngày này là Chủ nhật nên tính đến hết 24 giờ 00 ngày 26/8/2013 "
                "(ngày làm việc tiếp theo)"
            ),
        ),
        (
            DayOff.PREVIOUS,
            time(16, 30),
            (
                "thời hạn là ngày 25/8/2013; ngày này là Chủ nhật nên tính đến hết 16 giờ 30 ngày 23/8/2013 "
                "(ngày làm việc liền trước)"
            ),
        ),
        (
            DayOff.KEEP,
            None,
            "chậm nhất 24 giờ 00 ngày 25/8/2013 (ngày này là Chủ nhật; thời hạn không chuyển sang ngày khác)",
        ),
    ],
)
def test_the_derivation_says_what_a_day_off_did(
    day_off: DayOff, closes: time | None, derivation: str
) -> None:
    rule = DueRule(day=25, closes=closes, day_off=day_off)
    assert due_date(rule, Period.parse("2013-08"), PLAIN).derivation == derivation


def test_the_derivation_of_a_working_day_is_short() -> None:
    due = due_date(DueRule(day=5), Period.parse("2013-02"), PLAIN)
    assert due.derivation == "chậm nhất 24 giờ 00 ngày 05/02/2013"


def test_the_derivation_names_the_holiday() -> None:
    assert (
        "ngày này là Tết Nguyên Đán" in due_date(MONTHLY, Period.parse("2020-01"), RULES.calendar).derivation
    )


periods = st.builds(
    Period.containing,
    st.sampled_from([c for c in Cadence if c is not Cadence.EVENT]),
    st.dates(date(2013, 1, 1), date(2027, 12, 31)),
)
due_rules = st.builds(
    DueRule,
    day=st.integers(1, 14),
    months_after=st.integers(0, 12),
    closes=st.none() | st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    day_off=st.sampled_from(DayOff),
)


@given(due_rules, periods)
def test_a_due_date_is_moved_in_one_direction_to_the_nearest_working_day(
    rule: DueRule, period: Period
) -> None:
    calendar = RULES.calendar
    due = due_date(rule, period, calendar)
    first, last = sorted((due.named_on, due.falls_on))
    between = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert due.at.date() == due.falls_on
    assert due.at.tzinfo is ZONE
    match rule.day_off:
        case DayOff.KEEP:
            assert due.falls_on == due.named_on
        case DayOff.NEXT:
            assert due.falls_on >= due.named_on
            assert [day for day in between if calendar.is_working(day)] == [due.falls_on]
        case DayOff.PREVIOUS:
            assert due.falls_on <= due.named_on
            assert [day for day in between if calendar.is_working(day)] == [due.falls_on]


@given(due_rules, periods)
def test_a_later_period_is_never_due_earlier(rule: DueRule, period: Period) -> None:
    assert due_date(rule, period, RULES.calendar).at <= due_date(rule, period.next(), RULES.calendar).at
