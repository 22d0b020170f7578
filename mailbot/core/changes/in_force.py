"""The rules in force: the files' rules, with what official letters and tasks add to them.

A decreed day off changes the calendar; a report that is asked for once, or a task, has a name and steps
of its own. Whoever words, chases or judges duties works with these.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from mailbot.core.book import Book
from mailbot.core.calendar import Calendar
from mailbot.core.changes.official import Announce, DaysOff, OfficialLetter, in_effect, reports_once
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import Report, ReportId, Rules, Step
from mailbot.core.tasks.assignment import Assignment


def in_force(rules: Rules, book: Book) -> Rules:
    """The rules as they hold with what `book` knows; the same object as long as nothing is added."""
    ruled = with_letters(rules, in_effect(book.official))
    return _assigned(ruled, book.assignments) if book.assignments else ruled


def with_letters(rules: Rules, letters: tuple[OfficialLetter, ...]) -> Rules:
    """The rules with the effect of these letters."""
    # What a letter did to duties does not matter here, and is long to compare.
    days = tuple(replace(letter, changes=()) for letter in letters if isinstance(letter.effect, DaysOff))
    asked = tuple(replace(letter, changes=()) for letter in reports_once(letters))
    return _amended(rules, days, asked) if days or asked else rules


# Windows are remembered by the rules they were made with: the same facts must give the same object.
@lru_cache(maxsize=64)
def _amended(rules: Rules, days: tuple[OfficialLetter, ...], asked: tuple[OfficialLetter, ...]) -> Rules:
    return replace(
        rules, calendar=_calendar(rules.calendar, days), once=(*rules.once, *_reports(rules, asked))
    )


@lru_cache(maxsize=8)
def _assigned(rules: Rules, assignments: tuple[Assignment, ...]) -> Rules:
    given = (once(rules, a.key.report, a.key.period, a.title, a.basis) for a in assignments)
    return replace(rules, once=(*rules.once, *given))


def _calendar(calendar: Calendar, letters: tuple[OfficialLetter, ...]) -> Calendar:
    days_off, worked = dict(calendar.days_off), set(calendar.worked)
    for letter in letters:
        assert isinstance(letter.effect, DaysOff)
        for day, name in letter.effect.off:
            days_off[day] = f"{name} (theo {letter.document.cited})"
            worked.discard(day)
        for day in letter.effect.worked:
            days_off.pop(day, None)
            worked.add(day)
    return replace(calendar, days_off=days_off, worked=frozenset(worked))


def _reports(rules: Rules, letters: tuple[OfficialLetter, ...]) -> Iterator[Report]:
    for letter in letters:
        assert isinstance(letter.effect, Announce)
        yield once(rules, letter.report, letter.period, letter.effect.title, letter.document.cited)


def once(rules: Rules, report_id: ReportId, period: Period, name: str, basis: str) -> Report:
    """A report that no rule gives: its duties are announced one by one, each with its due moment."""
    return Report(
        id=report_id,
        name=name,
        cadence=Cadence.EVENT,
        due=None,
        basis=basis,
        owed_by=frozenset(),
        ordinals=frozenset({period.ordinal}),
        steps=_steps(rules),
    )


def _steps(rules: Rules) -> tuple[Step, ...]:
    """The steps of the office's reports, which what is asked for once shares."""
    return rules.reports[0].steps if rules.reports else ()
