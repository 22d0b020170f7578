"""An undecided mail that was delivered several times, or whose clocks differ, came when any of them says."""

from dataclasses import replace

import pytest
from builders import a_book, a_unit, an_arrival, at, filed

from mailbot.core.arrival import Arrival
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.mail import Clocks
from mailbot.core.period import Period
from mailbot.core.rules import ReportId
from mailbot.core.standing import Doubt, Standing, judge
from mailbot.core.verdict import Filing, Findings, Ignored, Question, Reason, Unclear

UNIT = a_unit()
JUNE = Filing(ReportId("bc-month"), Period.parse("2013-06"))
DUTY = Duty(
    key=DutyKey(UNIT.id, JUNE.report, JUNE.period),
    opens_at=at("2013-06-01"),
    due_at=at("2013-06-25 17:00"),
    basis="",
    derivation="",
)
NOW = at("2013-07-01 09:00")
LATE = an_arrival(filed("2013-06"), at("2013-06-26 09:00"), number=1)
OF_THE_UNIT = Unclear(question=Question.PERIOD, findings=Findings(unit=UNIT.id))
OF_NOBODY = Unclear(question=Question.UNIT, findings=Findings(), candidates=(JUNE,))
AGAIN = Ignored(reason=Reason.DUPLICATE, findings=Findings(), duplicate_of=2)


def standing(*arrivals: Arrival) -> tuple[Standing, Doubt | None]:
    found = judge(DUTY, a_book(arrivals=(LATE, *arrivals), duties=[DUTY], scanned_at=NOW), NOW)
    return found.standing, found.doubt


@pytest.mark.parametrize(
    ("verdict", "doubt"), [(OF_THE_UNIT, Doubt.UNDECIDED_MAIL), (OF_NOBODY, Doubt.NOBODYS_REPORT)]
)
def test_an_earlier_delivery_of_an_undecided_mail_protects_as_the_first_one_would(
    verdict: Unclear, doubt: Doubt
) -> None:
    undecided = an_arrival(verdict, at("2013-06-27 09:00"), number=2)
    assert standing(undecided) == (Standing.LATE, None)
    assert standing(undecided, an_arrival(AGAIN, at("2013-06-24 09:00"), number=3)) == (
        Standing.NOT_JUDGED,
        doubt,
    )
    # One that came no earlier than the report that is on record changes nothing.
    later = an_arrival(AGAIN, at("2013-06-28 09:00"), number=3)
    assert standing(undecided, later) == (Standing.LATE, None)


def test_a_later_delivery_takes_nothing_from_an_undecided_mail() -> None:
    undecided = an_arrival(OF_THE_UNIT, at("2013-06-24 09:00"), number=2)
    again = an_arrival(AGAIN, at("2013-06-28 09:00"), number=3)
    assert standing(undecided, again) == (Standing.NOT_JUDGED, Doubt.UNDECIDED_MAIL)


def test_an_undecided_mail_that_was_seen_before_the_date_it_bears_protects_its_unit() -> None:
    undecided = an_arrival(OF_THE_UNIT, at("2013-06-27 09:00"), number=2)
    ahead = Clocks(seen_at=at("2013-06-24 09:00"), server_at=undecided.arrived_at, absent_at=None)
    assert standing(replace(undecided, clocks=ahead)) == (Standing.NOT_JUDGED, Doubt.UNDECIDED_MAIL)
