"""The week ahead (tuần có hạn báo cáo): what falls due in it, and which units to call before.

Shown once, on the last working day before the week begins, while a telephone call still helps. It is for
the staff alone and accuses nobody: who was late before may be in time, and what is not concluded counts for
nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import Calendar, local
from mailbot.core.command import Verb
from mailbot.core.deadlines import Deadline, deadlines
from mailbot.core.delivery.health import AddressFact, Condition
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.period import Cadence
from mailbot.core.replies.circumstance import Circumstance, shown
from mailbot.core.rules import Role, Rules, Unit, UnitId
from mailbot.core.standing import Standing, judge
from mailbot.core.verdict import Commanded, Question, Unclear, unit_of

# Habits of more than a year ago are another head's, or another clerk's.
_LOOKS_BACK = timedelta(days=365)
# Of fewer concluded reports nobody knows what is usual; from half of them on, lateness is.
_FEWEST_JUDGED = 3
_USUALLY = 0.5
# A wish for more time is about the deadline that comes next: older ones have been overtaken.
_PLEA_LASTS = timedelta(days=31)
_DAYS_OF_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Plea:
    """A unit's wish for more time, by the number of its mail; `waits` if nobody has decided on it."""

    arrival: int
    arrived_at: datetime
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAhead:
    """One unit that owes something in the week and is worth a call.

    Attributes:
        owed: how many reports of the week it has still to hand in.
        judged, late: its reports of the last year on which something is concluded, and those of them that
            came late or never; both 0 unless lateness is usual with it.
        days_late: by how many working days it is late as a rule; None if what is missing never came.
        failing: its addresses that take no letters, or did not take the last.
    """

    unit: Unit
    owed: int
    judged: int = 0
    late: int = 0
    days_late: int | None = None
    failing: tuple[AddressFact, ...] = ()
    pleas: tuple[Plea, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekAhead:
    """The deadlines from `first_on` to `last_on`, and the units to look at."""

    first_on: date
    last_on: date
    deadlines: tuple[Deadline, ...]
    units: tuple[UnitAhead, ...]


def week_after(calendar: Calendar, day: date) -> tuple[date, date] | None:
    """The days up to the end of the week that the next working day lies in, if `day` is the last before it.

    Days off at its beginning belong to it, and so does a whole week off between: a letter may have put a
    deadline there.
    """
    following = calendar.shift(day, 1)
    if not calendar.is_working(day) or following.isocalendar()[:2] == day.isocalendar()[:2]:
        return None
    return day + timedelta(days=1), following + timedelta(days=_DAYS_OF_WEEK - following.isoweekday())


def week_ahead(rules: Rules, book: Book, now: datetime) -> WeekAhead | None:
    """What to look at before the coming week; None on any day but its eve, or if nothing falls due."""
    week = week_after(rules.calendar, local(now).date())
    found = deadlines(rules, book, *week) if week else ()
    if week is None or not found:
        return None
    owed = _owed(book, found)
    asked = _pleas(book, now)
    past = _past(book, owed, now)
    lines = (
        _line(rules, book, unit, owed[unit.id], past.get(unit.id, []), asked.get(unit.id, []), now)
        for unit in rules.units
        if unit.id in owed
    )
    return WeekAhead(
        first_on=week[0],
        last_on=week[1],
        deadlines=found,
        units=tuple(line for line in lines if line.judged or line.failing or line.pleas),
    )


def _owed(book: Book, found: Sequence[Deadline]) -> Mapping[UnitId, int]:
    """How many of these reports each unit has still to hand in."""
    owed: defaultdict[UnitId, int] = defaultdict(int)
    for deadline in found:
        for unit in deadline.units:
            owed[unit] += DutyKey(unit, deadline.report, deadline.period) not in book.copies
    return {unit: count for unit, count in owed.items() if count}


def _past(book: Book, owed: Mapping[UnitId, int], now: datetime) -> Mapping[UnitId, list[Duty]]:
    found: defaultdict[UnitId, list[Duty]] = defaultdict(list)
    for duty in book.dues.between(now - _LOOKS_BACK, now):
        periodic = duty.key.period.cadence is not Cadence.EVENT
        if periodic and duty.key.unit in owed and duty.due_at < now:
            found[duty.key.unit].append(duty)
    return found


def _pleas(book: Book, now: datetime) -> Mapping[UnitId, list[Plea]]:
    found: defaultdict[UnitId, list[Plea]] = defaultdict(list)
    for arrival in book.arrivals:
        unit = unit_of(arrival.verdict)
        if unit is not None and now - _PLEA_LASTS <= arrival.arrived_at <= now and _asks_for_time(arrival):
            waits = isinstance(book.verdict(arrival), Unclear | Commanded)
            found[unit].append(Plea(arrival=arrival.number, arrived_at=arrival.arrived_at, waits=waits))
    return found


def _asks_for_time(arrival: Arrival) -> bool:
    match arrival.verdict:
        case Commanded(command=command):
            return command.verb is Verb.MORE_TIME
        case Unclear(question=Question.REQUEST, findings=findings):
            return any(True for _ in shown(findings, Circumstance.EXTENSION))
        case _:
            return False


def _line(
    rules: Rules, book: Book, unit: Unit, owed: int, past: list[Duty], pleas: list[Plea], now: datetime
) -> UnitAhead:
    judged = [judge(duty, book, now) for duty in past]
    blamed = [found for found in judged if found.standing in {Standing.LATE, Standing.OVERDUE}]
    concluded = len(blamed) + sum(found.standing is Standing.ON_TIME for found in judged)
    usual = concluded >= _FEWEST_JUDGED and len(blamed) >= _USUALLY * concluded
    days = [
        rules.calendar.working_days_after(local(found.duty.due_at).date(), local(found.copy.at).date())
        for found in blamed
        if found.copy is not None
    ]
    return UnitAhead(
        unit=unit,
        owed=owed,
        judged=concluded if usual else 0,
        late=len(blamed) if usual else 0,
        days_late=round(median(days)) if usual and days else None,
        failing=tuple(_failing(book, unit, now)),
        # What was asked before its last deadline was about that one.
        pleas=tuple(plea for plea in pleas if all(plea.arrived_at > duty.due_at for duty in past)),
    )


def _failing(book: Book, unit: Unit, now: datetime) -> Iterator[AddressFact]:
    on = local(now).date()
    for email in dict.fromkeys(email for role in Role for email in unit.emails(role, on)):
        if book.health.condition(email, now) is not Condition.SOUND:
            failure = book.health.last_failure(email, now)
            if failure is not None:
                yield failure
