"""Work that grows with the mails, and not with their square: a full mailbox must not stop the clerk."""

import sys
from datetime import timedelta
from types import FrameType

import pytest
from builders import GO_LIVE, a_book, an_arrival, at, filed, some_rules

from mailbot.core.delivery.health import AddressFact, Sign
from mailbot.core.duty import opened_duties
from mailbot.core.plan import plan
from mailbot.core.rules import UnitId

RULES = some_rules()
NOW = at("2013-06-27 10:00")
DUTIES = tuple(opened_duties(RULES, NOW, GO_LIVE))


def _steps(mails: int, since: str) -> int:
    """How many calls one plan takes where a unit has handed in the same report so many times."""
    began = at(since)
    arrivals = [an_arrival(filed("2013-06"), began + timedelta(seconds=n), n) for n in range(1, mails + 1)]
    facts = (
        AddressFact(
            email="so-tai-chinh@tinh.example",
            at=arrival.arrived_at,
            sign=Sign.TAKEN,
            unit=UnitId("so-tai-chinh"),
        )
        for arrival in arrivals
    )
    book = a_book(*arrivals, duties=DUTIES, scanned_at=NOW, addresses=tuple(facts))
    calls = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        found = plan(RULES, book, NOW, GO_LIVE)
    finally:
        sys.setprofile(None)
    assert len(found.post) >= mails
    return calls


@pytest.mark.parametrize("since", ["2013-06-25 09:00", "2013-06-26 09:00"], ids=["in time", "late"])
def test_twice_as_many_mails_about_one_report_take_twice_the_steps(since: str) -> None:
    _steps(10, since)
    assert _steps(400, since) < 2.2 * _steps(200, since)
