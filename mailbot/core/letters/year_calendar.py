"""The deadlines of a year, told at its beginning: to each unit its own, to the staff all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from mailbot.core.book import Book
from mailbot.core.calendar import at, local
from mailbot.core.deadlines import Deadline, deadlines
from mailbot.core.notice import CalendarMatter, Notice
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Role, Rules, StaffRole, Unit

# After two weeks of January the first reminders tell as much.
_OPEN_FOR = 10


def calendar_keys(rules: Rules, now: datetime) -> frozenset[str]:
    """The keys of the year's calendars that are justified at `now`, written already or not."""
    year = local(now).year
    if not _is_open(rules, now):
        return frozenset()
    units = (_key(year, unit.id) for unit in _told(rules, now))
    return frozenset([*units, *(_key(year, email) for email in rules.office.emails(StaffRole.DIGEST))])


def year_calendar(rules: Rules, book: Book, now: datetime) -> Iterator[Notice]:
    """The calendars that ought to exist and are not written yet."""
    keys = calendar_keys(rules, now)
    if keys <= book.letters.keys():
        return
    year = local(now).year
    found = deadlines(rules, book, date(year, 1, 1), date(year, 12, 31))
    for unit in _told(rules, now):
        own = [replace(each, units=(unit.id,)) for each in found if unit.id in each.units]
        to = unit.emails(Role.OFFICIAL, local(now).date())
        yield from _notice(rules, book, year, unit.id, to, own, unit)
    for email in rules.office.emails(StaffRole.DIGEST):
        yield from _notice(rules, book, year, email, (email,), found, None)


def _notice(
    rules: Rules,
    book: Book,
    year: int,
    whose: str,
    to: tuple[str, ...],
    found: Sequence[Deadline],
    unit: Unit | None,
) -> Iterator[Notice]:
    key = _key(year, whose)
    if found and key not in book.letters:
        begins, ends = _window(rules, year)
        matter = CalendarMatter(year=year, deadlines=tuple(found))
        yield Notice(
            kind=NoticeKind.CALENDAR,
            keys=(key,),
            to=to,
            due_at=begins,
            expires_at=ends,
            matter=matter,
            unit=unit,
        )


def _told(rules: Rules, now: datetime) -> Iterator[Unit]:
    """The units that owe something on a date of the rules, and have a box to write to."""
    on = local(now).date()
    dated = [report for report in rules.reports if report.due is not None]
    for unit in rules.units if rules.papers.timetable.calendar_to_units else ():
        here = unit.valid.covers(on) and unit.emails(Role.OFFICIAL, on)
        if here and any(report.is_owed_by(unit) for report in dated):
            yield unit


def _is_open(rules: Rules, now: datetime) -> bool:
    begins, ends = _window(rules, local(now).year)
    return begins <= now < ends


def _window(rules: Rules, year: int) -> tuple[datetime, datetime]:
    on = rules.papers.timetable.calendar_on
    before, opens = date(year - 1, 12, 31), rules.sending.opens
    begins, ends = (rules.calendar.shift(before, days) for days in (on, on + _OPEN_FOR))
    return at(begins, opens), at(ends, opens)


def _key(year: int, whose: str) -> str:
    return f"{NoticeKind.CALENDAR}/{year}/{whose}"
