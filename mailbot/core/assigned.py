"""Letters about what was given: to the units, and to the staff when a journey begins without consent."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mailbot.core.assignment import ENDED, Assignment, PortalQuestion, Task, Travel
from mailbot.core.book import Book
from mailbot.core.calendar import at, local
from mailbot.core.notice import AssignedMatter, Notice, TravelMatter
from mailbot.core.posting import NoticeKind
from mailbot.core.progress import unconsented
from mailbot.core.rules import Role, Rules, StaffRole, Unit, UnitId

# After a month a unit knows its task from reminders and telephone; a first letter would only confuse.
_USEFUL_FOR = timedelta(days=30)


def assigned(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Iterator[Notice]:
    """The letters about assignments that ought to exist at `now`; `rules` are those in force."""
    for found in book.assignments:
        expires_at = found.recorded_at + _USEFUL_FOR
        if go_live <= found.recorded_at <= now < expires_at and not _is_over(book, found):
            yield from _to_units(rules, book, found, expires_at)
    yield from _warnings(rules, book, now, go_live)


def _is_over(book: Book, found: Assignment) -> bool:
    notes = book.notes_on.get(found.number, ())
    return found.key in book.copies or bool(notes and notes[-1].word in ENDED)


def _to_units(rules: Rules, book: Book, found: Assignment, expires_at: datetime) -> Iterator[Notice]:
    if isinstance(found.given, Travel):
        return
    lead = rules.finds_unit(found.given.lead)
    supporting = _units(rules, found.given)
    duty = book.duties.get(found.key)
    for unit in (lead, *supporting):
        to = unit.emails(Role.OFFICIAL, local(found.recorded_at).date()) if unit else ()
        if lead is not None and unit is not None and to:
            yield Notice(
                kind=NoticeKind.ASSIGNED,
                keys=(f"{NoticeKind.ASSIGNED}/{found.number}/{unit.id}",),
                to=to,
                due_at=found.recorded_at,
                expires_at=expires_at,
                matter=AssignedMatter(
                    assignment=found,
                    due_at=duty.due_at if duty else found.due_at,
                    lead=lead,
                    supporting=supporting,
                ),
                unit=unit,
            )


def _units(rules: Rules, given: Task | PortalQuestion) -> tuple[Unit, ...]:
    named: tuple[UnitId, ...] = given.supporting if isinstance(given, Task) else ()
    return tuple(unit for unit in map(rules.finds_unit, named) if unit is not None)


def _warnings(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Iterator[Notice]:
    to = rules.office.emails(StaffRole.DIGEST)
    for found in unconsented(book, now):
        assert isinstance(found.given, Travel)
        unit = rules.finds_unit(found.given.lead)
        begins_at, ends_at = at(found.given.first_on), at(found.given.last_on + timedelta(days=1))
        if to and unit is not None and found.recorded_at >= go_live and now < ends_at:
            yield Notice(
                kind=NoticeKind.TRAVEL,
                keys=(f"{NoticeKind.TRAVEL}/{found.number}",),
                to=to,
                due_at=max(begins_at, found.recorded_at),
                expires_at=ends_at,
                matter=TravelMatter(assignment=found, traveller_of=unit),
            )
