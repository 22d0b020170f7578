"""When the machine's clock is in doubt, by the one that is never set and by what the ledger has seen."""

from datetime import timedelta

import pytest
from builders import at

from mailbot.core.machine.timepiece import Reading, behind, jumped, off_the_track

NOW = at("2013-06-25 09:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("by", [HOUR, 3 * DAY, 365 * DAY, -HOUR, -3 * DAY, -365 * DAY])
@pytest.mark.parametrize("after", [MINUTE, 30 * DAY])
def test_a_clock_that_was_set_is_in_doubt(by: timedelta, after: timedelta) -> None:
    found = jumped(Reading(NOW + after + by, after), Reading(NOW, timedelta()))
    assert ("forward" if by > timedelta() else "back") in found


@pytest.mark.parametrize("by", [timedelta(), 9 * MINUTE, -9 * MINUTE])
def test_a_short_standstill_or_correction_is_none(by: timedelta) -> None:
    assert jumped(Reading(NOW + DAY + by, DAY), Reading(NOW, timedelta())) == ""


def test_a_clock_that_nobody_has_believed_yet_cannot_have_jumped() -> None:
    assert jumped(Reading(NOW, DAY), None) == ""


def test_a_clock_before_what_the_ledger_has_seen_is_wrong() -> None:
    assert "1970-01-01" in behind(at("1970-01-01 07:00"), NOW)
    assert behind(NOW - HOUR, NOW)
    assert behind(NOW - MINUTE, NOW) == behind(NOW + DAY, NOW) == behind(NOW, None) == ""


@pytest.mark.parametrize(
    ("shows", "by", "right"),
    [
        (2 * HOUR, 3 * DAY, True),
        (4 * DAY, 3 * DAY, False),
        (-HOUR, 3 * DAY, False),
        (2 * HOUR, -3 * DAY, True),
        (-2 * DAY, -3 * DAY, False),
    ],
)
def test_after_a_restart_of_the_machine_a_clock_is_believed_that_left_the_wrong_track(
    shows: timedelta, by: timedelta, right: bool
) -> None:
    assert off_the_track(NOW + shows, NOW, NOW + by) is right
