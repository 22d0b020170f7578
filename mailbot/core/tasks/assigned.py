"""Letters about what was given: to the units, and to the staff when a journey begins without consent."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from mailbot.core.book import Book
from mailbot.core.calendar import at, local
from mailbot.core.notice import AssignedItem, AssignedMatter, Notice, TravelMatter
from mailbot.core.posting import FINAL, NoticeKind
from mailbot.core.rules import Role, Rules, StaffRole, Unit, UnitId
from mailbot.core.tasks.assignment import ENDED, Assignment, Given, PortalQuestion, Task, Travel
from mailbot.core.tasks.progress import unconsented

# After a month a unit knows its task from reminders and telephone; a first letter would only confuse.
_USEFUL_FOR = timedelta(days=30)


def assigned(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Iterator[Notice]:
    """The letters about assignments that ought to exist at `now`; `rules` are those in force.

    What was entered together makes one letter for each unit: a list of fifty tasks is no fifty letters.
    """
    together: defaultdict[tuple[UnitId, datetime, type[Given]], list[Assignment]] = defaultdict(list)
    for found in book.assignments:
        lately = go_live <= found.recorded_at <= now < found.recorded_at + _USEFUL_FOR
        if lately and not isinstance(found.given, Travel) and not _is_over(book, found):
            others = found.given.supporting if isinstance(found.given, Task) else ()
            for unit_id in (found.given.lead, *others):
                together[unit_id, found.recorded_at, type(found.given)].append(found)
    for (unit_id, recorded_at, _), given in together.items():
        yield from _to_unit(rules, book, unit_id, recorded_at, given, now)
    yield from _warnings(rules, book, now, go_live)


def _is_over(book: Book, found: Assignment) -> bool:
    notes = book.notes_on.get(found.number, ())
    return found.key in book.copies or bool(notes and notes[-1].word in ENDED)


def _to_unit(
    rules: Rules, book: Book, unit_id: UnitId, recorded_at: datetime, given: list[Assignment], now: datetime
) -> Iterator[Notice]:
    unit = rules.finds_unit(unit_id)
    to = rules.emails(unit, Role.OFFICIAL, local(now).date()) if unit else ()
    keys = [f"{NoticeKind.ASSIGNED}/{found.number}/{unit_id}" for found in given]
    # What was told already stays out of a letter about the rest.
    fresh = [(key, found) for key, found in zip(keys, given, strict=True) if _is_untold(book, key)]
    told = [(key, found) for key, found in zip(keys, given, strict=True) if not _is_untold(book, key)]
    for some in (fresh, told):
        items = tuple(item for _, found in some if (item := _item(rules, book, found)))
        if to and items:
            yield Notice(
                kind=NoticeKind.ASSIGNED,
                keys=tuple(key for key, _ in some),
                to=to,
                due_at=recorded_at,
                expires_at=recorded_at + _USEFUL_FOR,
                matter=AssignedMatter(items=items),
                unit=unit,
            )


def _is_untold(book: Book, key: str) -> bool:
    posted = book.letters.get(key)
    return posted is None or posted.state not in FINAL


def _item(rules: Rules, book: Book, found: Assignment) -> AssignedItem | None:
    lead = rules.finds_unit(found.given.lead)
    if lead is None or isinstance(found.given, Travel):
        return None
    duty = book.duties.get(found.key)
    return AssignedItem(
        assignment=found,
        due_at=duty.due_at if duty else found.due_at,
        lead=lead,
        supporting=_units(rules, found.given),
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
