"""Alarms: which faults people are told of now, on a channel that does not depend on the faulty one.

Each fault is told once when it has lasted, once a day while it lasts, and once when it is over. What is
remembered between two looks is a small value; losing it costs one alarm too many.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# A server's restart or a short break of the line is over by then, and the hour is not.
PATIENCE = timedelta(minutes=15)
_AGAIN_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that `mailbot health` looks at.

    Attributes:
        what: its name, the same each time.
        says: what was found, for the administrator.
        urgent: whether people must be told at once, for it does not pass by itself.
    """

    what: str
    well: bool
    says: str
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A condition that is not well: since when, and when people were told last."""

    since: datetime
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What people are told: of a fault that lasts, or with `over` that one has passed."""

    what: str
    says: str
    since: datetime
    over: bool = False


def alarms(
    conditions: Iterable[Condition], faults: Mapping[str, Fault], now: datetime
) -> tuple[tuple[Alarm, ...], dict[str, Fault]]:
    """The alarms that are due at `now`, and the faults to remember once they have been told."""
    due: list[Alarm] = []
    lasting: dict[str, Fault] = {}
    for condition in conditions:
        known = faults.get(condition.what)
        if condition.well:
            continue
        since = known.since if known else now
        told_at = known.told_at if known else None
        patience = timedelta() if condition.urgent else PATIENCE
        first = told_at is None and now - since >= patience
        if first or (told_at is not None and now - told_at >= _AGAIN_AFTER):
            due.append(Alarm(what=condition.what, says=condition.says, since=since))
            told_at = now
        lasting[condition.what] = Fault(since=since, told_at=told_at)
    for what, fault in faults.items():
        if what not in lasting and fault.told_at is not None:
            due.append(Alarm(what=what, says="", since=fault.since, over=True))
    return tuple(due), lasting
