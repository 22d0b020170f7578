"""What the digest may tell of the coming week, and of mailbot itself; beside it, what its template knows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from mailbot.core.letters.week_ahead import UnitAhead, WeekAhead
from mailbot.core.machine.own_health import OwnHealth
from mailbot.core.wording import vietnamese


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeksDeadline:
    """One report that so many units hand in that week."""

    title: str
    due_at: datetime
    units: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedUnit:
    """One unit to look at before the week, and why; each of `why` is a clause."""

    unit: str
    owed: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingWeek:
    """The week that begins after this working day."""

    first_on: date
    last_on: date
    deadlines: tuple[WeeksDeadline, ...]
    units: tuple[WatchedUnit, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which the mailbox was not read."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """How mailbot is: the gaps in its watch, the letters that have not left, the mails found in junk.

    `namesakes` are the numbers of the mails that prove another mailbot at the same mailbox.
    """

    outages: tuple[Gap, ...] = ()
    unsent: int = 0
    oldest_at: datetime | None = None
    junked: int = 0
    namesakes: tuple[int, ...] = ()


def coming_week(found: WeekAhead | None) -> ComingWeek | None:
    """What may be told of the coming week."""
    if found is None:
        return None
    return ComingWeek(
        first_on=found.first_on,
        last_on=found.last_on,
        deadlines=tuple(
            WeeksDeadline(
                title=deadline.title,
                due_at=deadline.due_at,
                units=len(deadline.units),
                reason=vietnamese.foreign(deadline.reason),
            )
            for deadline in found.deadlines
        ),
        units=tuple(
            WatchedUnit(unit=vietnamese.named(line.unit.name), owed=line.owed, why=tuple(_why(line)))
            for line in found.units
        ),
    )


def machine(own: OwnHealth) -> Machine:
    """What may be told of mailbot itself."""
    return Machine(
        outages=tuple(Gap(gap.since, gap.until) for gap in own.outages),
        unsent=own.unsent,
        oldest_at=own.oldest_at,
        junked=own.junked,
        namesakes=own.namesakes,
    )


def _why(line: UnitAhead) -> Iterator[str]:
    if line.judged:
        late, judged = vietnamese.number(line.late), vietnamese.number(line.judged)
        # On the very evening of the due day is late too, and no working day.
        usually = f", thường chậm {vietnamese.working_days(line.days_late)}" if line.days_late else ""
        yield f"hay gửi chậm: {late} trong {judged} báo cáo của 12 tháng qua{usually}"
    for failure in line.failing:
        yield f"thư gửi đến {failure.email} bị trả lại {vietnamese.day(failure.at)}"
    for plea in line.pleas:
        state = "chưa trả lời" if plea.waits else "đã xem xét"
        yield f"xin gia hạn bằng thư số {plea.arrival}, {vietnamese.day(plea.arrived_at)} ({state})"
