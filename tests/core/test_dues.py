"""The index of duties by their due moments gives what a look at all of them would."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.calendar import ZONE, at
from mailbot.core.dues import Dues
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import ReportId, UnitId

_BEGINS = datetime(2013, 7, 1, tzinfo=ZONE)
# Close together, so that bounds are met exactly and several duties are due at once.
_HOURS = st.integers(0, 12)


def _duty(number: int, hours: int, *, utc: bool) -> Duty:
    due_at = _BEGINS + timedelta(hours=hours)
    return Duty(
        key=DutyKey(UnitId(f"u{number}"), ReportId("bc"), Period(2013, Cadence.MONTH, 6)),
        opens_at=at(_BEGINS.date()),
        due_at=due_at.astimezone(UTC) if utc else due_at,
        basis="",
        derivation="",
    )


@given(st.lists(st.tuples(_HOURS, st.booleans())), _HOURS, _HOURS)
def test_what_is_due_between_two_moments_is_found_in_the_order_of_announcing(
    dues: list[tuple[int, bool]], first: int, last: int
) -> None:
    duties = [_duty(number, hours, utc=utc) for number, (hours, utc) in enumerate(dues)]
    since, until = _BEGINS + timedelta(hours=first), _BEGINS + timedelta(hours=last)
    found = Dues(duties)
    assert list(found.between(since, until)) == [duty for duty in duties if since <= duty.due_at <= until]
    assert list(found.between(since)) == [duty for duty in duties if since <= duty.due_at]
