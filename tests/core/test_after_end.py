"""A unit whose end was entered after its day: it owed nothing any more, and is called late by nobody."""

from dataclasses import replace
from datetime import date

from builders import GO_LIVE, a_book, a_report, a_unit, an_arrival, at, filed, some_rules

from mailbot.core.book import Book
from mailbot.core.changes.edition import Edition
from mailbot.core.changes.revision import changes
from mailbot.core.duty import opened_duties
from mailbot.core.letters.digest import digest_matter
from mailbot.core.period import Period
from mailbot.core.plan import plan
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Rules, Span, UnitId
from mailbot.core.standing import Doubt, Standing
from mailbot.core.standings.figures import Rating
from mailbot.core.standings.period_figures import figures

BEFORE = some_rules(units=(a_unit(),), reports=(a_report(),))
HEIR = a_unit("so-moi", valid=Span(date(2013, 6, 21), None))
NOW = at("2013-06-27 08:00")
JUNE = Period.parse("2013-06")


def ended_on(day: date) -> Rules:
    unit = a_unit(valid=Span(None, day), successors=(UnitId("so-moi"),))
    return some_rules(units=(unit, HEIR), reports=(a_report(),), fingerprint="1" * 64)


def the_book(rules: Rules) -> Book:
    """It was announced, and fell due, by the rules of before; those of today were taken up this morning."""
    edition = Edition(number=2, fingerprint=rules.fingerprint, profile="t", taken_up_at=NOW, by="an", why="")
    return a_book(duties=opened_duties(BEFORE, NOW, GO_LIVE), scanned_at=NOW, edition=edition)


def late_letters(rules: Rules, book: Book) -> list[str]:
    found = plan(rules, book, NOW, GO_LIVE).post
    return [n.unit.id for n in found if n.kind is NoticeKind.LATE and n.unit]


def test_until_a_person_applies_its_end_nobody_calls_it_late() -> None:
    rules = ended_on(date(2013, 6, 20))
    book = the_book(rules)
    # That it is released waits for a person, for the day is over.
    assert [change.past for change in changes(rules, book, NOW, GO_LIVE)] == [True, True]
    unit = figures(rules, book, JUNE, NOW).unit(UnitId("so-tai-chinh"))
    assert unit is not None
    assert (unit.lines[0].standing, unit.lines[0].doubt) == (Standing.NOT_JUDGED, Doubt.ENDED)
    assert (unit.rating, unit.reserves) == (Rating.NOT_RATED, (Doubt.ENDED,))
    assert late_letters(rules, book) == []
    digest = digest_matter(rules, book, NOW.date(), NOW, GO_LIVE)
    assert not digest.overdue


def test_what_it_handed_in_in_time_stays_in_time() -> None:
    rules = ended_on(date(2013, 6, 20))
    book = replace(the_book(rules), arrivals=(an_arrival(filed("2013-06"), at("2013-06-18 09:00")),))
    line = figures(rules, book, JUNE, NOW).lines[0]
    assert (line.unit, line.standing) == ("so-tai-chinh", Standing.ON_TIME)


def test_what_was_due_while_it_was_there_stays_its_duty() -> None:
    rules = ended_on(date(2013, 6, 26))
    book = the_book(rules)
    assert figures(rules, book, JUNE, NOW).lines[0].standing is Standing.OVERDUE
    assert late_letters(rules, book) == ["so-tai-chinh"]
