"""Urgent reports in time or not: by clocks that the unit was told of, never over what was not seen."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import a_book, a_mail, a_report, an_arrival, at, posted, some_rules

from mailbot.core.book import Book, Ruling
from mailbot.core.delivery.health import AddressFact, Sign
from mailbot.core.duty import opened_duties
from mailbot.core.emergencies.incident_act import Act, IncidentAct
from mailbot.core.emergencies.urgent_figures import urgent_figures
from mailbot.core.machine.watch import Outage
from mailbot.core.period import Cadence, Period
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.standings.figures import UrgentFigures
from mailbot.core.standings.period_figures import figures
from mailbot.core.verdict import Filed, Filing, Findings, Ignored, Question, Reason, Unclear

ME = UnitId("so-tai-chinh")
JUNE = Period.parse("2013-06")
NOW = at("2013-07-05 08:00")
# News every 6 hours; reports without period are announced by nobody.
EVENTS = a_report(Cadence.EVENT, due=None, update_hours=6)
RULES = some_rules(reports=(a_report(), EVENTS))


def urgent(when: str, number: int, subject: str = "Báo cáo nhanh mưa lũ", unit: str = ME) -> Any:
    verdict = Unclear(question=Question.URGENT, findings=Findings(unit=UnitId(unit)))
    return an_arrival(verdict, at(when), number, mail=a_mail(subject))


def demand(when: str, due: str) -> IncidentAct:
    return IncidentAct(
        number=1, act=Act.DEMAND, unit=ME, by="an", at=at(when), summary="sạt lở", due_at=at(due)
    )


def close(when: str, about: str) -> IncidentAct:
    return IncidentAct(number=2, act=Act.CLOSE, unit=ME, by="an", at=at(when), about=about)


def mine(known: Book, as_of: Any = NOW) -> UrgentFigures:
    return urgent_figures(RULES, known, JUNE, as_of).get(ME, UrgentFigures())


def told(*arrivals: Any, acts: Iterable[IncidentAct] = (), **changes: Any) -> dict[str, PostedLetter]:
    """The letters that told the unit of its clocks, each sent as soon as it was asked for."""
    keys = {f"incident/{arrival.number}": arrival.recorded_at for arrival in arrivals}
    keys |= {f"demand/{act.number}": act.at for act in acts}
    return {
        key: replace(posted(n, NoticeKind.INCIDENT, key)[key], **{"settled_at": when, **changes})
        for n, (key, when) in enumerate(keys.items(), 1)
    }


def book(*arrivals: Any, **changes: Any) -> Book:
    letters = told(*arrivals, acts=changes.get("incident_acts", ()))
    return a_book(*arrivals, **{"scanned_at": NOW, "letters": letters, **changes})


DEMANDED = (demand("2013-06-10 08:00", "2013-06-10 12:00"),)
CLOSED = (close("2013-06-10 23:00", "a1"),)
END = "Báo cáo kết thúc vụ việc"


@pytest.mark.parametrize(
    ("known", "in_time", "late"),
    [
        (book(urgent("2013-06-10 08:00", 1), incident_acts=(close("2013-06-10 09:00", "a1"),)), 0, 0),
        (book(urgent("2013-06-10 08:00", 1), urgent("2013-06-10 14:00", 2, END)), 1, 0),
        (book(urgent("2013-06-10 08:00", 1), urgent("2013-06-10 14:01", 2, END)), 0, 1),
        (book(urgent("2013-06-10 08:00", 1), incident_acts=CLOSED), 0, 1),
        (book(urgent("2013-06-10 08:00", 1)), 0, 1),
        (book(incident_acts=DEMANDED), 0, 1),
        (
            book(
                urgent("2013-06-10 11:00", 1, END),
                incident_acts=DEMANDED,
            ),
            1,
            0,
        ),
        (
            book(
                urgent("2013-06-10 13:00", 1, END),
                incident_acts=DEMANDED,
            ),
            0,
            1,
        ),
    ],
    ids=[
        "a first report that nobody asked for",
        "news by the hour",
        "news a minute late",
        "no news before a person closed it",
        "no news at all is late once and not every six hours",
        "a demand that nobody met",
        "a demand that was met",
        "a demand that was met late",
    ],
)
def test_in_time_or_late(known: Book, in_time: int, late: int) -> None:
    found = mine(known)
    assert (found.in_time, found.late) == (in_time, late)


def test_a_matter_that_a_person_closed_before_anything_was_due_counts_for_nothing() -> None:
    acts = (demand("2013-06-10 08:00", "2013-06-10 12:00"), close("2013-06-10 10:00", "d1"))
    assert mine(book(incident_acts=acts)) == UrgentFigures()


def test_a_clock_that_still_runs_is_not_late_yet() -> None:
    known = book(urgent("2013-06-10 08:00", 1))
    assert mine(known, at("2013-06-10 14:00")).late == 0
    assert mine(known, at("2013-06-10 14:01")).late == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"outages": (Outage("INBOX", at("2013-06-10 09:00"), at("2013-06-10 13:00")),)},
        {"outages": (Outage("INBOX", at("2013-06-10 09:00"), at("2013-06-10 09:01"), vanished=True),)},
        {"scanned_at": None},
        {"scanned_at": at("2013-06-10 13:59")},
    ],
    ids=[
        "an outage of ours",
        "a mail that vanished",
        "nobody has read the mailbox",
        "it was read before the clock ran out",
    ],
)
def test_what_mailbot_could_not_see_makes_nobody_late(changes: dict[str, Any]) -> None:
    assert mine(replace(book(urgent("2013-06-10 08:00", 1)), **changes)).late == 0


def test_an_undecided_mail_of_the_unit_may_be_the_news() -> None:
    asked = Unclear(question=Question.PERIOD, findings=Findings(unit=ME))
    known = book(urgent("2013-06-10 08:00", 1), an_arrival(asked, at("2013-06-10 12:00"), 2))
    assert mine(known).late == 0
    theirs = replace(asked, findings=Findings(unit=UnitId("huyen-dai-tu")))
    other = an_arrival(theirs, at("2013-06-10 12:00"), 2)
    assert mine(book(urgent("2013-06-10 08:00", 1), other)).late == 1


@pytest.mark.parametrize(
    "letter",
    [
        # Taken in muted, before the first day of letters, or one of too many at once.
        None,
        # In the shadow mode, or by the hold switch.
        {"state": State.HELD},
        {"state": State.GIVEN_UP},
        {"settled_at": at("2013-06-10 14:01")},
    ],
    ids=["never written", "waiting for a person", "taken by nobody", "too late"],
)
@pytest.mark.parametrize("asked", [True, False], ids=["a demand", "news"])
def test_a_clock_that_nobody_was_told_of_makes_nobody_late(
    letter: dict[str, Any] | None, asked: bool
) -> None:
    acts = (demand("2013-06-10 08:00", "2013-06-10 14:00"),) if asked else ()
    arrivals = () if asked else (urgent("2013-06-10 08:00", 1),)
    known = book(*arrivals, incident_acts=acts)
    assert mine(known).late == 1
    letters = told(*arrivals, acts=acts, **letter) if letter is not None else {}
    assert mine(replace(known, letters=letters)).late == 0


def test_a_unit_that_the_letter_did_not_reach_is_not_late() -> None:
    known = book(incident_acts=DEMANDED)
    returned = AddressFact(
        email=f"{ME}@tinh.example", at=at("2013-06-10 08:10"), sign=Sign.RETURNED, unit=ME, status="5.1.1"
    )
    assert (mine(known).late, mine(replace(known, addresses=(returned,))).late) == (1, 0)


def test_a_clock_belongs_to_the_month_in_which_it_runs_out() -> None:
    known = book(urgent("2013-05-31 20:00", 1))
    assert (mine(known).received, mine(known).late) == (0, 1)
    assert urgent_figures(RULES, known, JUNE.previous(), NOW)[ME] == UrgentFigures(received=1)


def test_the_months_figures_sum_up_what_the_units_did() -> None:
    duties = opened_duties(RULES, NOW, at("2013-06-01"))
    arrivals = [
        urgent("2013-06-10 08:00", 1),
        urgent("2013-06-10 13:00", 2),
        urgent("2013-06-11 08:00", 3, unit="huyen-dai-tu"),
        an_arrival(Unclear(question=Question.URGENT, findings=Findings()), at("2013-06-12 08:00"), 4),
    ]
    found = figures(RULES, book(*arrivals, duties=duties), JUNE, NOW)
    assert found.urgent == UrgentFigures(received=4, in_time=1, late=2)
    mine_too = found.unit(ME)
    assert mine_too is not None
    assert mine_too.urgent == UrgentFigures(received=2, in_time=1, late=1)
    assert timedelta(hours=6) == timedelta(hours=EVENTS.update_hours or 0)


def test_what_a_person_took_for_no_urgent_report_is_not_counted_as_one() -> None:
    findings = Findings(unit=ME)
    filing = Filing(ReportId("bc-month"), JUNE)
    verdicts = {
        1: Filed(unit=ME, filings=(filing,), findings=findings),
        2: Ignored(reason=Reason.REJECTED, findings=findings),
        # Seen, and no report of a period: an urgent one all the same.
        3: Ignored(reason=Reason.NOT_A_REPORT, findings=findings),
        # Whose it is, a person found out.
        4: Unclear(question=Question.URGENT, findings=findings),
    }
    rulings = [
        Ruling(number=n, arrival=n, verdict=verdict, by="an", why="đã đọc", ruled_at=NOW)
        for n, verdict in verdicts.items()
    ]
    nobodys = an_arrival(Unclear(question=Question.URGENT, findings=Findings()), at("2013-06-23 08:00"), 4)
    arrivals = [urgent(f"2013-06-{20 + n} 08:00", n) for n in (1, 2, 3)]
    known = book(*arrivals, nobodys, rulings=rulings)
    assert mine(known).received == 2
    assert figures(RULES, known, JUNE, NOW).urgent.received == 2
