"""What the templates of answers to commands know."""

from dataclasses import dataclass
from datetime import datetime

from mailbot.core.rules import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One line of a unit's own table; `code` and `received_at` of the copy that counts, if there is one."""

    title: str
    due_at: datetime
    status: str
    received_at: datetime | None
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where the reports of one unit stand."""

    office: Office
    now: datetime
    unit: str
    code: str
    reports: tuple[Standing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """What can be said by a reply; to a unit, or to the staff."""

    office: Office
    now: datetime
    unit: str
    unknown: bool
    staff: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a command, or of an objection (`heard`); `says` is a clause without a full stop."""

    office: Office
    now: datetime
    unit: str
    code: str
    replied_at: datetime
    says: str
    done: bool
    heard: bool = False
