"""The week ahead: shown on the right morning, and naming units for a call, never for blame."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from builders import a_book, a_mail, a_report, an_arrival, at, filed, some_rules

from mailbot.core.book import Book, Ruling
from mailbot.core.calendar import Calendar
from mailbot.core.command import Command, Verb
from mailbot.core.delivery.health import AddressFact, Sign
from mailbot.core.duty import opened_duties
from mailbot.core.letters.week_ahead import UnitAhead, WeekAhead, week_after, week_ahead
from mailbot.core.machine.own_health import own_health
from mailbot.core.machine.watch import Outage
from mailbot.core.notice import Notice
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.replies.plea import WANTS_MORE_TIME
from mailbot.core.rules import UnitId
from mailbot.core.verdict import Commanded, Evidence, Findings, Ignored, Question, Reason, Source, Unclear

ME, OTHER = UnitId("so-tai-chinh"), UnitId("huyen-dai-tu")
RULES = some_rules(reports=(a_report(),))
GO_LIVE = at("2013-01-01")
# 25 October 2013 was a Friday, so 18 October is the eve of its week.
EVE = at("2013-10-18 07:30")
DUTIES = {duty.key: duty for duty in opened_duties(RULES, EVE, GO_LIVE)}


def history(days: dict[str, int]) -> list[Any]:
    """The reports of these months, each so many days after (before, if negative) its due moment."""
    return [
        an_arrival(filed(period, unit=unit), duty.due_at + timedelta(days=days[period]), number)
        for number, (period, unit, duty) in enumerate(
            ((str(key.period), key.unit, duty) for key, duty in DUTIES.items() if str(key.period) in days), 1
        )
        if unit == ME
    ]


def book(*arrivals: Any, **changes: Any) -> Book:
    return a_book(*arrivals, duties=DUTIES.values(), scanned_at=EVE, **changes)


def ahead(known: Book, now: Any = EVE) -> WeekAhead:
    found = week_ahead(RULES, known, now)
    assert found is not None
    return found


def mine(known: Book) -> UnitAhead | None:
    return next((line for line in ahead(known).units if line.unit.id == ME), None)


def test_the_week_is_looked_at_on_its_eve_and_on_no_other_day() -> None:
    days = [at("2013-10-01 08:00") + timedelta(days=n) for n in range(31)]
    assert [day.date() for day in days if week_ahead(RULES, book(), day)] == [date(2013, 10, 18)]
    found = ahead(book())
    assert (found.first_on, found.last_on) == (date(2013, 10, 19), date(2013, 10, 27))
    assert [(d.title, d.units) for d in found.deadlines] == [
        ("Báo cáo tình hình thực hiện nhiệm vụ tháng 10 năm 2013", (OTHER, ME))
    ]


def test_after_a_week_off_the_eve_lies_before_it() -> None:
    monday = date(2014, 1, 27)
    tet = Calendar(days_off={monday + timedelta(days=n): "Tết" for n in range(7)})
    assert week_after(tet, date(2014, 1, 24)) == (date(2014, 1, 25), date(2014, 2, 9))
    assert week_after(tet, date(2014, 1, 23)) is None
    assert week_after(tet, monday) is None
    # Thursday is the eve where Friday is off.
    assert week_after(Calendar(days_off={date(2014, 1, 24): "nghỉ"}), date(2014, 1, 23)) is not None


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"2013-06": 1, "2013-07": 2, "2013-08": -3}, (3, 2)),
        ({"2013-06": 1, "2013-07": -2, "2013-08": -3}, None),
        ({"2013-07": 1, "2013-08": 1}, None),
    ],
    ids=["two of three", "one of three", "too few to tell"],
)
def test_who_is_usually_late(days: dict[str, int], expected: tuple[int, int] | None) -> None:
    first = min(days)
    kept = [
        duty for key, duty in DUTIES.items() if first <= str(key.period) <= "2013-08" or key.unit == OTHER
    ]
    october = [duty for key, duty in DUTIES.items() if str(key.period) == "2013-10"]
    known = a_book(*history(days), duties=[*kept, *october], scanned_at=EVE)
    line = mine(known)
    assert (line and (line.judged, line.late)) == expected


def test_what_is_excused_or_not_concluded_makes_nobody_usually_late() -> None:
    days = {"2013-06": 1, "2013-07": 1, "2013-08": 1}
    only = {key: duty for key, duty in DUTIES.items() if key.unit == ME and str(key.period) >= "2013-06"}
    known = a_book(*history(days), duties=only.values(), scanned_at=EVE)
    assert mine(known) is not None
    excused = [replace(d, excused=str(k.period) != "2013-10") for k, d in only.items()]
    assert mine(replace(known, duties={duty.key: duty for duty in excused})) is None
    gaps = tuple(
        Outage("INBOX", duty.due_at - timedelta(hours=9), duty.due_at - timedelta(hours=2))
        for key, duty in only.items()
        if str(key.period) < "2013-10"
    )
    assert mine(replace(known, outages=gaps)) is None


def test_lateness_is_told_in_working_days_as_it_usually_is() -> None:
    # The 25th of June, July and September 2013 were Tuesday, Thursday and Wednesday.
    line = mine(book(*history({"2013-06": 1, "2013-07": 4, "2013-09": 1})))
    assert line is not None
    assert line.days_late == 1


def test_whose_address_fails_is_told_also_where_one_letter_failed_for_once() -> None:
    for status in ("5.1.1", "5.2.2"):
        fact = AddressFact(
            email="giamdoc.so-tai-chinh@tinh.example",
            at=EVE - timedelta(days=2),
            sign=Sign.RETURNED,
            unit=ME,
            status=status,
        )
        line = mine(replace(a_book(duties=DUTIES.values()), scanned_at=None, addresses=(fact,)))
        assert line is not None
        assert line.failing == (fact,)
    old = replace(fact, at=EVE - timedelta(days=150))
    assert mine(a_book(duties=DUTIES.values(), addresses=(old,))) is None


ASKED = Unclear(
    question=Question.REQUEST,
    findings=Findings(unit=ME, evidence=(Evidence(Source.BODY, WANTS_MORE_TIME, "xin gia hạn"),)),
)
TYPED = Commanded(unit=ME, command=Command(verb=Verb.MORE_TIME), findings=Findings(unit=ME))


@pytest.mark.parametrize(
    ("verdict", "when", "told"),
    [
        (ASKED, "2013-10-16 09:00", True),
        (TYPED, "2013-10-16 09:00", True),
        (ASKED, "2013-08-16 09:00", False),
        (ASKED, "2013-09-24 09:00", False),
        (Unclear(question=Question.REQUEST, findings=Findings(unit=ME)), "2013-10-16 09:00", False),
        (filed("2013-09"), "2013-10-16 09:00", False),
    ],
    ids=["a letter", "a command", "long ago", "before the last deadline", "a question", "a report"],
)
def test_who_asked_for_more_time(verdict: Any, when: str, told: bool) -> None:
    asked = an_arrival(verdict, at(when), 7, mail=a_mail("Xin gia hạn"))
    line = mine(a_book(asked, duties=DUTIES.values()))
    assert bool(line and [(plea.arrival, plea.waits) for plea in line.pleas] == [(7, True)]) is told


def test_a_wish_that_was_decided_is_told_as_decided() -> None:
    no = Ignored(reason=Reason.NOT_A_REPORT, findings=Findings(unit=ME))
    ruling = Ruling(number=1, arrival=7, verdict=no, by="an", why="không gia hạn", ruled_at=at("2013-10-17"))
    line = mine(
        a_book(an_arrival(ASKED, at("2013-10-16 09:00"), 7), duties=DUTIES.values(), rulings=(ruling,))
    )
    assert line is not None
    assert [plea.waits for plea in line.pleas] == [False]


def test_a_unit_that_has_reported_already_is_left_alone() -> None:
    asked = an_arrival(ASKED, at("2013-10-16 09:00"), 7)
    done = an_arrival(filed("2013-10"), at("2013-10-17 09:00"), 8)
    assert mine(a_book(asked, done, duties=DUTIES.values())) is None


def digest_of(known: Book, now: Any) -> Notice:
    return next(n for n in plan(RULES, known, now, GO_LIVE).post if n.kind is NoticeKind.DIGEST)


def test_the_eve_of_a_week_with_deadlines_is_no_quiet_day() -> None:
    done = [
        an_arrival(filed(str(k.period), unit=k.unit), d.opens_at, n)
        for n, (k, d) in enumerate(DUTIES.items(), 1)
        if str(k.period) < "2013-10"
    ]
    known = book(*done)
    eve, day_before = digest_of(known, EVE).matter, digest_of(known, at("2013-10-17 07:30")).matter
    assert (eve.quiet, day_before.quiet) == (False, True)  # type: ignore[union-attr]


def test_the_digest_tells_of_gaps_in_the_watch_and_of_letters_that_have_not_left() -> None:
    gap = Outage("INBOX", at("2013-10-02 08:00"), at("2013-10-02 12:00"))
    letters = {
        str(n): PostedLetter(number=n, kind=NoticeKind.LATE, keys=(str(n),), state=state, queued_at=at(when))
        for n, (state, when) in enumerate(
            [
                (State.WAITING, "2013-10-17 09:00"),
                (State.WAITING, "2013-10-16 09:00"),
                (State.HELD, "2013-10-01"),
            ]
        )
    }
    found = own_health(replace(book(), letters=letters, outages=(gap,)), RULES.office.mailbox, EVE, EVE)
    assert (found.outages, found.unsent, found.oldest_at) == ((gap,), 2, at("2013-10-16 09:00"))
    assert (
        own_health(replace(book(), outages=(gap,)), RULES.office.mailbox, at("2014-03-01"), EVE).outages == ()
    )
