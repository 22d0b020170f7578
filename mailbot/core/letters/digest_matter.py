"""The matter of the daily digest: where things stand, line by line, before it is worded."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mailbot.core.arrival import Arrival
from mailbot.core.changes.lesson import Proposal
from mailbot.core.delivery.health import AddressFact
from mailbot.core.emergencies.urgent_matter import EmergencyLine
from mailbot.core.letters.week_ahead import WeekAhead
from mailbot.core.machine.own_health import OwnHealth
from mailbot.core.period import Period
from mailbot.core.posting import NoticeKind
from mailbot.core.replies.wish import Wish
from mailbot.core.rules import Report, ReportId, Unit
from mailbot.core.standing import Judgement
from mailbot.core.verdict import Verdict

_WELL = OwnHealth()
# A mailbox is read every few minutes; of one that was not for longer nobody knows that nothing came.
_READ_LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """One arrival that waits for a person, with the verdict that counts now.

    Attributes:
        version: of the arrival, as staff commands must know it.
        by_reply: a unit's reply is what waits.
        keeps: how many duties are not judged because of it, for it may be the report that they ask for.
        wish: for what it asks more time, and until when, if it does.
        since: the unit for which its sender was registered after it came; None of all others.
    """

    arrival: Arrival
    unit: Unit | None
    verdict: Verdict
    version: int = 0
    by_reply: bool = False
    keeps: int = 0
    wish: Wish | None = None
    since: Unit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyLine:
    """One arrival that counts otherwise since its unit said so by a reply."""

    arrival: int
    unit: Unit
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueLine:
    """One overdue duty and by how many working days; `version` is that of links that excuse it.

    `mails` are the numbers of those that keep it from being judged.
    """

    judgement: Judgement
    unit: Unit
    report: Report
    working_days: int
    version: int = 0
    mails: tuple[int, ...] = ()


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
class HeldLine:
    """Letters of one batch and kind, or all answers of a kind, that wait for a person for one reason.

    Attributes:
        batch: 0 for answers, which are written one by one.
        units: those they are for, in the order of the register.
        numbers: the letters'; `named` is whom each of them is for, `new` the addresses that each waits for.
        together: one command may let all go; `readers` is how many members of the staff can give it.
        alone: no other letters of that batch and kind wait for another reason.
        due_at: the next moment at which a report that they are about is due.
    """

    batch: int
    kind: NoticeKind
    why: str
    units: tuple[Unit, ...]
    numbers: tuple[int, ...]
    named: tuple[str, ...] = ()
    new: tuple[tuple[str, ...], ...] = ()
    together: bool = False
    readers: int = 1
    alone: bool = True
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldLine:
    """One report of one period, of which the rules would change so many duties that are due already."""

    report: ReportId
    period: Period
    duties: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestMatter:
    """Where things stand, for the staff.

    Attributes:
        since, until: the stretch in which mails are counted as come.
        received, filed, on_time, late, machine, sealed: mails of that stretch; `machine` are bounces and
            automatic replies, `units` how many units filed something. Of what is filed neither `on_time` nor
            `late` is what nobody has judged yet, or a letter excuses.
        emergencies: the urgent matters that are not over, or not seen by anybody.
        waiting: every other arrival that a person must rule on, whenever it came.
        due: what falls due in the next three working days, of those who are not excused.
        held, given_up: letters that wait for a person (`held_lines`), and those of the last two weeks
            that could not be delivered.
        replies: what units changed by a reply in that stretch.
        forged: commands of that stretch that nothing proved to be the staff's.
        scanned_at: until when the mailbox has been read to its end.
        proposals: what rulings suggest to remember, for a person to confirm or decline.
        unreached: registered addresses that take no letters.
        week: what to look at before the coming week, on its eve.
        own: how mailbot itself is.
        withheld: what the rules would change of duties that are due already, until a person applies it.
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
    week: WeekAhead | None = None
    own: OwnHealth = _WELL
    withheld: tuple[WithheldLine, ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell but that mailbot is alive, and it is certain that nothing came."""
        read = self.scanned_at is not None and self.until - self.scanned_at <= _READ_LATELY
        letters = self.held or self.given_up or self.replies or self.forged or self.unreached
        mails = self.received or self.waiting or self.emergencies or letters
        asked = self.proposals or self.withheld
        machine = self.own.outages or self.own.namesakes
        duties = self.due or self.overdue or self.not_judged or self.week
        return read and not (mails or asked or duties or machine)
