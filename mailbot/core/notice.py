"""A notice (thông báo): a letter that ought to exist, before it is worded.

Each has keys and a window `[due_at, expires_at)`. The windows of one duty's notices are disjoint, so
that at any instant at most one of them is justified.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from mailbot.core.answer_matter import HelpMatter, ResultMatter, StatusMatter
from mailbot.core.assignment import Assignment
from mailbot.core.book import Arrival, Copy
from mailbot.core.duty import Duty
from mailbot.core.figures import Figures, UnitFigures
from mailbot.core.health import AddressFact, Storm
from mailbot.core.lesson import Proposal
from mailbot.core.official import Change, OfficialLetter
from mailbot.core.period import Period
from mailbot.core.posting import NoticeKind
from mailbot.core.progress import Line as Progress
from mailbot.core.rules import Part, Report, Step, Unit
from mailbot.core.standing import Judgement
from mailbot.core.urgent_matter import (
    DemandMatter,
    EmergencyLine,
    IncidentMatter,
    NudgeMatter,
    SilentMatter,
    UrgentMatter,
)
from mailbot.core.verdict import Filing, Question, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptMatter:
    """What was understood of a mail; no judgements if it hands in no report.

    Attributes:
        corrected: it differs from what was told before, or was told by a command.
        by_unit: the unit's own reply said so.
        undated: what it hands in of reports whose date nobody has announced yet.
    """

    arrival: Arrival
    judgements: tuple[Judgement, ...]
    corrected: bool = False
    by_unit: bool = False
    undated: tuple[Filing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryMatter:
    """What could not be understood, and the few likely answers; `nil` if there is nothing to report."""

    arrival: Arrival
    question: Question
    candidates: tuple[Filing, ...]
    nil: bool = False


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
    """A mail with a mark of secrecy; only its number and time may be told."""

    arrival: Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """One arrival that waits for a person, with the verdict that counts now.

    Attributes:
        version: of the arrival, as staff commands must know it.
        by_reply: a unit's reply is what waits.
    """

    arrival: Arrival
    unit: Unit | None
    verdict: Verdict
    version: int = 0
    by_reply: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyLine:
    """One arrival that counts otherwise since its unit said so by a reply."""

    arrival: int
    unit: Unit
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueLine:
    """One overdue duty and by how many working days."""

    judgement: Judgement
    unit: Unit
    report: Report
    working_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationMatter:
    """Duties that are overdue although the last late notice has gone; `chased` is how often each was."""

    lines: tuple[OverdueLine, ...]
    chased: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLine:
    """One report that falls due soon: who has handed it in, who has not."""

    report: Report
    judgements: tuple[Judgement, ...]
    due_at: datetime
    missing: tuple[Unit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalLine:
    """One proposal that waits for a person, with the name of the unit or report that it is about."""

    proposal: Proposal
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachedLine:
    """A registered address that takes no letters; `instead` is where they go meanwhile, or ""."""

    unit: Unit
    failure: AddressFact
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmMatter:
    """Letters to many units fail at once."""

    storm: Storm


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """Letters of one batch and kind that wait for a person for one reason.

    Attributes:
        units: those they are for, in the order of the register.
        numbers: the letters'.
    """

    batch: int
    kind: NoticeKind
    why: str
    units: tuple[Unit, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMatter:
    """Where things stand, for the staff.

    Attributes:
        since, until: the stretch in which mails are counted as come.
        received, filed, on_time, late, machine, sealed: mails of that stretch; `machine` are bounces and
            automatic replies, `units` how many units filed something.
        emergencies: the urgent matters that are not over, or not seen by anybody.
        waiting: every other arrival that a person must rule on, whenever it came.
        due: what falls due in the next three working days.
        held, given_up: letters that wait for a person, and that could not be delivered; `held_lines` lists
            the first.
        replies: what units changed by a reply in that stretch.
        forged: commands of that stretch that nothing proved to be the staff's.
        scanned_at: until when the mailbox has been read to its end.
        proposals: what rulings suggest to remember, for a person to confirm or decline.
        unreached: registered addresses that take no letters.
    """

    day: date
    since: datetime
    until: datetime
    received: int
    filed: int
    on_time: int
    late: int
    units: int
    machine: int
    sealed: int
    emergencies: tuple[EmergencyLine, ...]
    waiting: tuple[DigestLine, ...]
    due: tuple[DueLine, ...]
    overdue: tuple[OverdueLine, ...]
    not_judged: tuple[OverdueLine, ...]
    held: int
    given_up: int
    replies: tuple[ReplyLine, ...]
    forged: int
    scanned_at: datetime | None
    held_lines: tuple[HeldLine, ...] = ()
    proposals: tuple[ProposalLine, ...] = ()
    unreached: tuple[UnreachedLine, ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell but that mailbot is alive."""
        letters = self.held or self.given_up or self.replies or self.forged or self.unreached
        mails = self.received or self.waiting or self.emergencies or self.proposals or letters
        return not (mails or self.due or self.overdue or self.not_judged)


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
    """A report that came (`copy` is the first of it) without these parts."""

    duty: Duty
    report: Report
    copy: Copy
    parts: tuple[Part, ...]


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
