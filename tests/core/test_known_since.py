"""Whose the mails are that came before their sender's address was registered."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from builders import a_book, a_mail, a_unit, an_arrival, at, filed, some_rules

from mailbot.core.book import Book
from mailbot.core.mail import Address, Level, Mail, Proof
from mailbot.core.rules import Role, Rules, Span, Unit, UnitAddress, UnitId
from mailbot.core.senders.known_since import known_since, tells_whose, with_owners, with_sender
from mailbot.core.verdict import Findings, Question, Sealed, Unclear, Verdict

NEW = "thu.ky@mail.example"
UNIT = UnitId("so-tai-chinh")
CAME, NOW = at("2013-06-10 09:00"), at("2013-06-17 09:00")
CAME_ON, ON = date(2013, 6, 10), date(2013, 6, 17)
NOBODYS = Unclear(question=Question.UNIT, findings=Findings())
SINCE = UnitAddress(email=NEW, role=Role.PERSONAL, valid=Span(start=ON))


def owning(*addresses: UnitAddress, **changes: object) -> Rules:
    unit = a_unit(addresses=(*a_unit().addresses, *addresses), **changes)
    return replace(some_rules(), units=(unit, a_unit("so-noi-vu")))


def waiting(mail: Mail | None = None) -> Book:
    return a_book(an_arrival(NOBODYS, CAME, 7, mail=mail or a_mail(sender=Address(NEW))))


def test_a_mail_that_came_before_its_sender_was_registered_is_known_by_now() -> None:
    assert list(known_since(some_rules(), waiting(), ON)) == []
    ((number, unit),) = known_since(owning(SINCE), waiting(), ON)
    assert (number, unit.id) == (7, UNIT)
    assert list(known_since(owning(SINCE), waiting(), CAME_ON)) == []


def test_a_sender_that_something_speaks_against_stays_a_person_s() -> None:
    forged = a_mail(sender=Address(NEW), proof=Proof(level=Level.FAILED))
    assert list(known_since(owning(SINCE), waiting(forged), ON)) == []


def test_a_unit_owns_no_mail_from_before_it_was() -> None:
    assert list(known_since(owning(SINCE, valid=Span(start=ON)), waiting(), ON)) == []


def test_the_sender_is_known_on_the_day_on_which_the_mail_came() -> None:
    mail = a_mail(sender=Address(NEW))
    assert owning(SINCE).unit_at_address(NEW, CAME_ON) is None
    owner = with_sender(owning(SINCE), mail, CAME_ON, ON).unit_at_address(NEW, CAME_ON)
    assert owner is not None
    assert owner.id == UNIT


@pytest.mark.parametrize("start", [None, CAME_ON])
def test_whoever_had_the_address_on_that_day_keeps_the_mail(start: date | None) -> None:
    before = UnitAddress(email=NEW, role=Role.PERSONAL, valid=Span(start=start, end=ON - timedelta(days=1)))
    former: Unit = a_unit("so-noi-vu", addresses=(before,))
    rules = replace(owning(SINCE), units=(owning(SINCE).units[0], former))
    assert with_sender(rules, a_mail(sender=Address(NEW)), CAME_ON, ON) is rules


def test_the_owner_waits_for_a_person_and_keeps_what_else_the_book_has_derived() -> None:
    book = a_book(*waiting().arrivals, an_arrival(filed("2013-05"), CAME, 8), duties=(), scanned_at=NOW)
    assert book.undecided == {}
    handed = book.handed
    owned = with_owners(owning(SINCE), book, NOW)
    assert [arrival.number for arrival in owned.undecided[UNIT]] == [7]
    assert owned.handed is handed
    assert with_owners(owning(SINCE), owned, NOW) is owned
    assert with_owners(owning(SINCE), book, NOW) is owned
    assert with_owners(some_rules(), owned, NOW).undecided == {}


@pytest.mark.parametrize(
    ("verdict", "tells"),
    [
        (filed("2013-06"), True),
        (Unclear(question=Question.REPORT, findings=Findings(unit=UNIT)), True),
        (Unclear(question=Question.FORGED, findings=Findings(may_be=(UNIT,))), True),
        (NOBODYS, False),
        (Unclear(question=Question.UNREADABLE, findings=Findings()), False),
        (Sealed(unit=UNIT, findings=Findings(unit=UNIT)), False),
    ],
)
def test_what_is_still_nobody_s_or_secret_is_not_ruled_on(verdict: Verdict, tells: bool) -> None:
    assert tells_whose(verdict) is tells
