"""What a template knows: one frozen value for each kind of letter, made from the notice.

Templates see nothing else: no mail, no book, no rules. Whatever other people wrote has passed through
`vietnamese.foreign` when it stands here, and the body of a mail never does.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from mailbot.core.rules import Office
from mailbot.core.verdict import Question
from mailbot.post.answer_context import Help, Result, Status
from mailbot.post.context_given import Assigned, ChangeOfDuties, Journey, Supplement
from mailbot.post.escalated import Escalation
from mailbot.post.failures import Alarm, UnreachedUnit
from mailbot.post.month_context import MonthDraft, OwnLines
from mailbot.post.parts import File, HeldLetter, Link
from mailbot.post.side_by_side import SideBySide
from mailbot.post.urgent_context import Demand, Incident, Nudge, Silent, Urgent
from mailbot.post.week_ahead import ComingWeek, Machine
from mailbot.post.year_context import EvaluationDraft, YearCalendar

_WELL = Machine()


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledReport:
    """One report that a mail hands in.

    Attributes:
        note: why the due moment is not simply the day that the rule names, or "".
        status: on time, late by how much, or why neither is concluded, in words.
        counted_at, counted_by: the moment of another copy that timeliness was judged by, and whose
            clock it is; None and "" if this very mail counts.
        counted_code: receipt code of that other copy, if it came by mail, or "".
        due_at: None while no letter has announced the date of this period.
        missing: parts of the report that were not seen in what came.
        on_paper: whether it is handed in on paper, too; what was given to one unit alone is not.
    """

    title: str
    due_at: datetime | None
    note: str
    basis: str
    status: str
    counted_at: datetime | None = None
    counted_by: str = ""
    counted_code: str = ""
    missing: tuple[str, ...] = ()
    on_paper: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the receipt tells.

    Attributes:
        refused: why nothing was recorded where `reports` is empty, or "".
        news: what the mail tells of a task that is not done yet, or "".
        denied: why more time, which the mail asks for, is refused, or "".
        example: a period, as an example of a correction: another one than was recorded; "" for a task, or
            whatever else has no period.
    """

    office: Office
    now: datetime
    unit: str
    code: str
    arrived_at: datetime
    clock: str
    symbol: str
    reports: tuple[FiledReport, ...]
    files: tuple[File, ...]
    refused: str
    news: str
    corrected: bool
    by_unit: bool
    example: str
    denied: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What the query asks.

    Attributes:
        candidates: titles of reports that the mail may be, in the order of the numbers that choose them.
        answerable: a word of the unit settles it.
        waits: a person of the office must decide; the unit need do nothing.
        confirmation: the code by which the unit may confirm that the mail is its own, or "".
    """

    office: Office
    now: datetime
    unit: str
    code: str
    arrived_at: datetime
    clock: str
    subject: str
    question: Question
    answerable: bool
    waits: bool
    candidates: tuple[str, ...]
    files: tuple[File, ...]
    confirmation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChasedReport:
    """One report that a unit is reminded of, or late with, for the `ordinal`-th time.

    `on_paper`: whether it is handed in on paper, too; what was given to one unit alone is not.
    """

    title: str
    due_at: datetime
    note: str
    basis: str
    ordinal: int
    working_days: int
    on_paper: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Chase:
    """What a reminder or late notice tells; `bases` are the reports' legal bases, each once."""

    office: Office
    now: datetime
    unit: str
    head: str
    reports: tuple[ChasedReport, ...]
    bases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedMail:
    """What may be told of a mail with a mark of secrecy: that it came, and when.

    `counted`: a person sealed it after its receipt, and it counts as a report still.
    """

    office: Office
    now: datetime
    unit: str
    code: str
    number: int
    arrived_at: datetime
    counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMatter:
    """An urgent matter in the digest; `over` if it was closed and only has to be seen."""

    ref: str
    unit: str
    summary: str
    opened_at: datetime
    last_at: datetime | None
    count: int
    over: bool
    close: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A mail that counts otherwise since its unit said so; `says` is "" if it counts as no report now."""

    number: int
    unit: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMail:
    """A mail that waits for a person; `sender` and `subject` are "" where they may not be told.

    Attributes:
        files: the names of its attachments; what they contain is read in the mailbox.
        asked: in a unit's request the words that ask, as far as they tell more than the subject, or "".
    """

    number: int
    arrived_at: datetime
    sender: str
    subject: str
    why: str
    said: str
    links: tuple[Link, ...]
    files: tuple[str, ...] = ()
    asked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeStep:
    """What the office itself does with a report, and by when: compile it, issue it."""

    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReport:
    """A report that falls due soon; `owed` duties, of which the units in `missing` have not filed."""

    title: str
    due_at: datetime
    owed: int
    missing: tuple[str, ...]
    steps: tuple[OfficeStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReport:
    """A report that these units have not handed in, or that is not judged for the reason `why`."""

    title: str
    due_at: datetime
    working_days: int
    why: str
    units: tuple[str, ...]
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedLesson:
    """What rulings suggest to remember: its code, the suggestion as a sentence, and the two answers."""

    code: str
    says: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLetters:
    """Letters of one batch that wait for a person for one reason; `batch` is 0 for answers to units' mails.

    Attributes:
        kind, kind_name: what they are, for a command and for people.
        units: whom they are for; empty if for the staff.
        numbers: the letters'; `letters` are the first of them with their commands.
        links: what lets all of them go at once, where a reply may do so.
        choice: names them at the console; `due_at` is when a report that they are about is due next.
    """

    batch: int
    kind: str
    kind_name: str
    why: str
    units: tuple[str, ...]
    numbers: tuple[int, ...]
    choice: str
    due_at: datetime | None = None
    links: tuple[Link, ...] = ()
    letters: tuple[HeldLetter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldReport:
    """A report of which the rules would change so many duties that are due already."""

    title: str
    duties: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What the digest tells; the counts are those of `notice.DigestMatter`.

    Attributes:
        reread: has all mails read once more whose sender was registered after they came; None if none waits.
    """

    office: Office
    now: datetime
    day: date
    quiet: bool
    since: datetime
    until: datetime
    received: int
    filed: int
    on_time: int
    late: int
    units: int
    machine: int
    sealed: int
    emergencies: tuple[OpenMatter, ...]
    waiting: tuple[WaitingMail, ...]
    due: tuple[DueReport, ...]
    overdue: tuple[OpenReport, ...]
    not_judged: tuple[OpenReport, ...]
    held: int
    given_up: int
    held_letters: tuple[HeldLetters, ...]
    replies: tuple[Reply, ...]
    forged: int
    stop: Link
    scanned_at: datetime | None
    proposals: tuple[ProposedLesson, ...] = ()
    unreached: tuple[UnreachedUnit, ...] = ()
    week: ComingWeek | None = None
    own: Machine = _WELL
    waiting_more: int = 0
    withheld: tuple[WithheldReport, ...] = ()
    reread: Link | None = None


Context: TypeAlias = (
    Receipt
    | Query
    | Chase
    | SealedMail
    | Digest
    | Alarm
    | Status
    | Help
    | Result
    | Urgent
    | Incident
    | Demand
    | Nudge
    | Silent
    | Escalation
    | ChangeOfDuties
    | Assigned
    | Journey
    | Supplement
    | OwnLines
    | SideBySide
    | EvaluationDraft
    | YearCalendar
    | MonthDraft
)
