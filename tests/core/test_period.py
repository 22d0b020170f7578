"""Periods: written, read, ordered and labelled."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.period import Cadence, Period

YEARS = st.integers(min_value=1990, max_value=2100)
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))
CADENCES = st.sampled_from([cadence for cadence in Cadence if cadence is not Cadence.EVENT])


@pytest.mark.parametrize(
    ("written", "label", "first", "last"),
    [
        ("2013-06", "tháng 6 năm 2013", "2013-06-01", "2013-06-30"),
        ("2016-02", "tháng 2 năm 2016", "2016-02-01", "2016-02-29"),
        ("2013-Q2", "quý II năm 2013", "2013-04-01", "2013-06-30"),
        ("2013-H1", "06 tháng đầu năm 2013", "2013-01-01", "2013-06-30"),
        ("2013-H2", "06 tháng cuối năm 2013", "2013-07-01", "2013-12-31"),
        ("2013-9M", "09 tháng đầu năm 2013", "2013-01-01", "2013-09-30"),
        ("2013", "năm 2013", "2013-01-01", "2013-12-31"),
        ("2019-W32", "tuần 32 năm 2019", "2019-08-05", "2019-08-11"),
    ],
)
def test_each_kind_of_period_is_written_labelled_and_spans_its_days(
    written: str, label: str, first: str, last: str
) -> None:
    period = Period.parse(written)
    assert (str(period), period.label) == (written, label)
    assert (str(period.first_on), str(period.last_on)) == (first, last)


@pytest.mark.parametrize(
    "written", ["2013-13", "2013-00", "2013-Q5", "2013-W54", "2015-W00", "13-06", "x", ""]
)
def test_what_no_year_has_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="period"):
        Period.parse(written)


@given(DAYS, CADENCES)
def test_a_period_holds_the_day_it_was_found_by_and_is_read_as_written(day: date, cadence: Cadence) -> None:
    period = Period.containing(cadence, day)
    assert Period.parse(str(period)) == period
    if cadence is not Cadence.NINE_MONTHS:
        assert period.first_on <= day <= period.last_on


@given(DAYS, CADENCES)
def test_the_next_period_begins_where_this_one_ends(day: date, cadence: Cadence) -> None:
    period = Period.containing(cadence, day)
    assert period.next().previous() == period
    assert period.first_on < period.next().first_on
    if cadence is not Cadence.NINE_MONTHS:
        assert (period.next().first_on - period.last_on).days == 1


def test_an_event_has_a_number_within_its_year_in_place_of_a_period() -> None:
    event = Period.parse("2019-E12")
    assert (event.cadence, event.ordinal, str(event), event.label) == (
        Cadence.EVENT,
        12,
        "2019-E12",
        "số 12 năm 2019",
    )
    assert (event.first_on, event.last_on) == (date(2019, 1, 1), date(2019, 12, 31))
    assert str(event.next()) == "2019-E13"
    for written in ("2019-E0", "2019-E012", "2019-E1000000"):
        with pytest.raises(ValueError, match="not a period"):
            Period.parse(written)
    with pytest.raises(ValueError, match="numbered"):
        Period.containing(Cadence.EVENT, date(2019, 5, 1))
