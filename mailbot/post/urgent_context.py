"""What the templates of letters about urgent matters know."""

from dataclasses import dataclass
from datetime import datetime

from mailbot.core.rules import Office
from mailbot.post.parts import File, Link


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentReport:
    """One urgent report that came; `subject` as its sender wrote it, `signs` the words that are urgent."""

    number: int
    subject: str
    received_at: datetime
    files: int
    sender: str = ""
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent:
    """What the officers on duty are told of urgent reports; `count` of the matter in all, these included.

    `over` if the unit has closed the matter, so that it is asked for no more news. `unproven` if nothing
    proves that the unit sent them: then there is no matter, nobody was answered, and `ref` is "".
    `beside` if they came beside another report or request, by which the mail was judged: no matter either.
    """

    office: Office
    now: datetime
    unit: str
    ref: str
    summary: str
    opened_at: datetime
    count: int
    reports: tuple[UrgentReport, ...]
    close: Link
    over: bool = False
    unproven: bool = False
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """That a unit's urgent report came and was passed on; `over` if it ends its matter."""

    office: Office
    now: datetime
    unit: str
    code: str
    subject: str
    received_at: datetime
    update_by: datetime
    files: tuple[File, ...]
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a unit is asked to report on; `source` is "" if it is not told."""

    office: Office
    now: datetime
    unit: str
    summary: str
    source: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """That an urgent matter has had no news; `last_at` is None where there was no report at all."""

    office: Office
    now: datetime
    unit: str
    summary: str
    opened_at: datetime
    last_at: datetime | None
    ordinal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """That a unit did not answer the nudges about an urgent matter."""

    office: Office
    now: datetime
    unit: str
    ref: str
    summary: str
    opened_at: datetime
    last_at: datetime | None
    close: Link
