"""What the templates of the letters about a month know; see `mailbot.post.context`."""

from dataclasses import dataclass
from datetime import datetime

from mailbot.core.rules import Office
from mailbot.post.parts import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLine:
    """One report of a unit's month: `status` is how it stands, `counted_by` whose clock it was judged by."""

    title: str
    due_at: datetime
    arrived_at: datetime | None
    counted_by: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLines:
    """What a unit is told of its month before the report is issued; objections are heard `until` then."""

    office: Office
    now: datetime
    unit: str
    head: str
    period: str
    lines: tuple[OwnLine, ...]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedUnit:
    """A unit that the draft names, or does not rate, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDraft:
    """What the approver is told of the draft; `rate` and `rate_before` are shares in percent, or None.

    Attributes:
        checksum: the line that ties letter, report and workbook to the same figures.
        objections: how many units replied to their lines.
        approve: the command that freezes these figures.
    """

    office: Office
    now: datetime
    period: str
    code: str
    units: int
    owed: int
    on_time: int
    late: int
    overdue: int
    not_judged: int
    rate: float | None
    rate_before: float | None
    good: int
    poor: tuple[NamedUnit, ...]
    not_rated: tuple[NamedUnit, ...]
    objections: int
    checksum: str
    approve: Link
