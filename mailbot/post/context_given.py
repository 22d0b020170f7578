"""What templates know of what the staff entered (official letters, assignments, journeys) or misses."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from mailbot.core.rules import Office


class Act(StrEnum):
    """What an official letter does."""

    MOVED = "moved"
    EXTENDED = "extended"  # on the unit's own request
    EXCUSED = "excused"
    ANNOUNCED = "announced"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedReport:
    """One report as an official letter changes it.

    Attributes:
        was_due_at: the due moment before; None if nothing was owed.
        due_at: the due moment now; None if nothing has to be handed in any more.
        note: how the due moment follows, where days off moved it, or "".
    """

    title: str
    was_due_at: datetime | None
    due_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOfDuties:
    """What a unit is told of an official letter; `cited` names it, `revoked` the letter that it revokes.

    `code` is that of the unit's mail in which it had asked for it, or "".
    """

    office: Office
    now: datetime
    unit: str
    head: str
    act: Act
    cited: str
    reason: str
    reports: tuple[ChangedReport, ...]
    revoked: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedItem:
    """One thing that a unit was given to do.

    Attributes:
        leads: whether the unit answers for it, or only supports the unit `lead`.
        cited: the document that gave it, with who gave it; "" for a question.
        output: what has to come of it, in words; "" for a question.
        due_at: by when; None if no day was set.
    """

    code: str
    leads: bool
    cited: str
    summary: str
    content: str
    lead: str
    supporting: tuple[str, ...]
    output: str
    watcher: str
    given_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """All that a unit was given in one go; `question` tells whether citizens' questions, or tasks."""

    office: Office
    now: datetime
    unit: str
    question: bool
    items: tuple[AssignedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A journey that began without a consent on record; `days` counts the first and the last."""

    office: Office
    now: datetime
    unit: str
    code: str
    traveller: str
    place: str
    abroad: bool
    first_on: date
    last_on: date
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplement:
    """What is asked for besides a report that came; `code` is "" if it came on paper.

    Attributes:
        parts: names of the parts that were not seen; of a task, `wanting` once more.
        wanting: what a person found wanting in the answer to a task, which is to be given anew; else "".
        due_at: by when the report was to come.
    """

    office: Office
    now: datetime
    unit: str
    code: str
    title: str
    basis: str
    received_at: datetime
    parts: tuple[str, ...]
    wanting: str = ""
    due_at: datetime
