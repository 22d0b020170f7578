"""A notice (thông báo): a letter that ought to exist, before it is worded.

Each has keys and a window `[due_at, expires_at)`. The windows of one duty's notices are disjoint, so
that at any instant at most one of them is justified.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from mailbot.core.arrival import Arrival
from mailbot.core.book import Copy
from mailbot.core.changes.official import Change, OfficialLetter
from mailbot.core.deadlines import Deadline
from mailbot.core.delivery.health import Storm
from mailbot.core.duty import Duty
from mailbot.core.emergencies.urgent_matter import (
    DemandMatter,
    IncidentMatter,
    NudgeMatter,
    SilentMatter,
    UrgentMatter,
)
from mailbot.core.letters.answer_matter import HelpMatter, ResultMatter, StatusMatter
from mailbot.core.letters.digest_matter import DigestMatter, OverdueLine
from mailbot.core.period import Period
from mailbot.core.posting import NoticeKind, PostedLetter
from mailbot.core.rules import Part, Report, Step, Unit
from mailbot.core.standing import Judgement
from mailbot.core.standings.figures import Figures, Line, UnitFigures
from mailbot.core.tasks.assignment import Assignment
from mailbot.core.tasks.progress import Line as Progress
from mailbot.core.verdict import Filing, Question, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptMatter:
    """What was understood of a mail; no judgements if it hands in no report.

    Attributes:
        corrected: it differs from what was told before, or was told by a command.
        by_unit: the unit's own reply said so.
        undated: what it hands in of reports whose date nobody has announced yet.
        denied: why what it asks for is refused.
        rejected: why a person does not count it, as he wrote it for the unit.
    """

    arrival: Arrival
    judgements: tuple[Judgement, ...]
    corrected: bool = False
    by_unit: bool = False
    undated: tuple[Filing, ...] = ()
    denied: str = ""
    rejected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryMatter:
    """What could not be understood, and the few likely answers; `nil` if there is nothing to report.

    `version` is that of the arrival, which a code of confirmation is bound to.
    """

    arrival: Arrival
    question: Question
    candidates: tuple[Filing, ...]
    nil: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaseItem:
    """One duty in a reminder or late notice; `working_days` to go, or late, counted from today."""

    judgement: Judgement
    report: Report
    step: Step
    working_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChaseMatter:
    """All that a unit is reminded of, or late with, in one letter."""

    items: tuple[ChaseItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedMatter:
    """A mail with a mark of secrecy, or found to be secret by a person; only number and time may be told.

    `counted`: it was taken for a report before a person sealed it, and still counts as one.
    """

    arrival: Arrival
    counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationMatter:
    """Duties that are overdue although the last late notice has gone; `chased` is how often each was."""

    lines: tuple[OverdueLine, ...]
    chased: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmMatter:
    """Letters to many units fail at once."""

    storm: Storm


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMatter:
    """What an official letter changes for one unit; `revoked` is the letter that it revokes, if it does."""

    letter: OfficialLetter
    changes: tuple[tuple[Report, Change], ...]
    revoked: OfficialLetter | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedItem:
    """One thing that a unit was given to do; `lead` is the unit that answers for it."""

    assignment: Assignment
    due_at: datetime | None
    lead: Unit
    supporting: tuple[Unit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedMatter:
    """All that a unit was given in one go: tasks of one list, or a citizen's question."""

    items: tuple[AssignedItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelMatter:
    """A journey that began without a consent on record."""

    assignment: Assignment
    traveller_of: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementMatter:
    """A report that came (`copy` is the first of it) without these parts.

    Attributes:
        wanting: of a task, what a person found wanting in the answer `copy`; there are no parts then.
        code: the task's, by which the answer is to name it.
    """

    duty: Duty
    report: Report
    copy: Copy
    parts: tuple[Part, ...] = ()
    wanting: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesMatter:
    """A unit's own lines of a month; until the end of `until` an objection is heard before the report."""

    figures: UnitFigures
    period: Period
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthMatter:
    """The draft of a month's report.

    Attributes:
        objections: how many units replied to their lines.
        given: the tasks and questions that the report tells of.
    """

    figures: Figures
    before: Figures | None
    objections: int
    given: tuple[Progress, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationMatter:
    """A half-year or year for the Emulation board.

    Attributes:
        since: from when mailbot has been there.
        unapproved: the months of it whose figures nobody has approved.
        amendments: where the figures differ from what was approved of its months, in Vietnamese.
    """

    figures: Figures
    since: date
    unapproved: tuple[Period, ...]
    amendments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarMatter:
    """The deadlines of a year, of one unit or of all."""

    year: int
    deadlines: tuple[Deadline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailOnLine:
    """A mail that bears on a line, with the verdict that counts now; `version` as staff commands know it."""

    arrival: Arrival
    verdict: Verdict
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestedLine:
    """A duty that a unit may object to, the unit's mails that bear on it, and our letters about it."""

    line: Line
    mails: tuple[MailOnLine, ...]
    letters: tuple[PostedLetter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionMatter:
    """A unit's objection to its lines of `period`, and what there is about them.

    Attributes:
        version: of the arrival, as staff commands must know it.
        in_time: how many of its reports came in time, which nobody contests.
    """

    unit: Unit
    period: Period
    arrival: Arrival
    version: int
    in_time: int
    lines: tuple[ContestedLine, ...]


Matter: TypeAlias = (
    ReceiptMatter
    | QueryMatter
    | ChaseMatter
    | SealedMatter
    | DigestMatter
    | StatusMatter
    | HelpMatter
    | ResultMatter
    | ChangeMatter
    | SupplementMatter
    | AlarmMatter
    | AssignedMatter
    | TravelMatter
    | LinesMatter
    | MonthMatter
    | EvaluationMatter
    | CalendarMatter
    | ObjectionMatter
    | EscalationMatter
    | UrgentMatter
    | IncidentMatter
    | DemandMatter
    | NudgeMatter
    | SilentMatter
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A letter that ought to exist.

    Attributes:
        keys: one per duty and step, arrival, or day; each is answered by one letter, ever.
        to, copies: registered addresses.
        answers: the arrival that is answered, for threading.
    """

    kind: NoticeKind
    keys: tuple[str, ...]
    to: tuple[str, ...]
    due_at: datetime
    expires_at: datetime
    matter: Matter
    unit: Unit | None = None
    copies: tuple[str, ...] = ()
    answers: Arrival | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A letter that waits to leave and is still justified; what it says need not be put together once more.

    In a rush thousands of receipts wait, and every plan looks at each.
    """

    keys: tuple[str, ...]
