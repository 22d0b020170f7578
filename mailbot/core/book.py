"""The book: what the ledger knows, as one frozen value for the core to judge by.

Arrivals, rulings, stamps and announced duties are facts. Who handed in what, and what is undecided,
is derived here and stored nowhere.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from mailbot.core.arrival import Arrival
from mailbot.core.changes.edition import Edition
from mailbot.core.changes.lesson import Lesson
from mailbot.core.changes.official import OfficialLetter
from mailbot.core.command import Carried, is_by_unit
from mailbot.core.delivery.health import AddressFact, Health, Sign, failures_of, may_answer
from mailbot.core.dues import Dues
from mailbot.core.duty import Duty, DutyKey, moved
from mailbot.core.emergencies.incident_act import IncidentAct
from mailbot.core.machine.watch import Outage, Stretch, broken_off, unread_at
from mailbot.core.period import Period
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.rules import UnitId
from mailbot.core.tasks.assignment import REOPENING, Assignment, News, Note, Word
from mailbot.core.verdict import (
    Commanded,
    Filed,
    Filing,
    Ignored,
    Sealed,
    Unclear,
    Verdict,
    is_urgent,
    unit_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A person's correction of a verdict (quyết định của cán bộ): the last one counts."""

    number: int
    arrival: int
    verdict: Verdict
    by: str
    why: str
    ruled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A paper copy that arrived at the counter, by the office's incoming stamp (dấu đến)."""

    number: int
    duty: DutyKey
    stamped_at: datetime
    register_no: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy of a report, by mail or on paper; where it is in doubt, it came from `at` on, by `seen_at`."""

    at: datetime
    arrival: Arrival | None = None
    stamp: Stamp | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Book:
    """What is known at one instant.

    Attributes:
        version: grows with every fact recorded; a plan made from an older book is refused.
        duties: as announced, the latest row of each.
        as_announced: what those that a letter has changed were before any letter.
        former_dues: of those that were moved, the due moments that they had before, the first one first.
        official: the official letters, in the order of recording.
        assignments, notes: what units were given to do, and what people recorded of it.
        letters: every letter whose keys are taken, by notice key; withdrawn ones are not among them.
        incident_acts: what people did about urgent matters, in order.
        commands: what became of each command by reply, by the number of its arrival.
        scanned_at: start of the latest complete scan of the mailbox; None if there was none.
        edition: the rules that were taken up last; None before any were.
        outages: stretches in which mailbot should have watched and did not, and nobody vouches for.
        unread: those for which somebody vouches, as long as the mailbox was not read since.
        watch: the last stretch of watching, if it should go on.
        lessons: what people decided about proposals, in the order of deciding.
        closed: the periods whose figures a person has approved.
        addresses: what was seen of addresses when letters went to them.
        sealed_at: when a person sealed a mail that bore no mark, by its arrival number.
        since: whose undecided mails are by what the register has only since they came, by arrival number.
    """

    version: int
    arrivals: Sequence[Arrival] = ()
    rulings: Sequence[Ruling] = ()
    stamps: Sequence[Stamp] = ()
    duties: Mapping[DutyKey, Duty]
    letters: Mapping[str, PostedLetter]
    commands: Mapping[int, Carried] = field(default_factory=dict)
    incident_acts: Sequence[IncidentAct] = ()
    scanned_at: datetime | None = None
    edition: Edition | None = None
    outages: Sequence[Outage] = ()
    unread: Sequence[Outage] = ()
    watch: Sequence[Stretch] = ()
    lessons: Sequence[Lesson] = ()
    official: tuple[OfficialLetter, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    notes: tuple[Note, ...] = ()
    as_announced: Mapping[DutyKey, Duty] = field(default_factory=dict)
    former_dues: Mapping[DutyKey, tuple[datetime, ...]] = field(default_factory=dict)
    closed: frozenset[Period] = frozenset()
    addresses: Sequence[AddressFact] = ()
    sealed_at: Mapping[int, datetime] = field(default_factory=dict)
    since: Mapping[int, UnitId] = field(default_factory=dict)

    def announcing(self, duties: Sequence[Duty]) -> "Book":
        """This book once these duties are announced as well, in their order."""
        if not duties:
            return self
        known, former = dict(self.duties), dict(self.former_dues)
        for duty in duties:
            former |= moved(known.get(duty.key), duty, former)
            known[duty.key] = duty
        return replace(self, duties=known, former_dues=former)

    @cached_property
    def dues(self) -> Dues:
        """The announced duties by when they are due."""
        return Dues(self.duties.values())

    @cached_property
    def unsent(self) -> Sequence[PostedLetter]:
        """Every letter that has a key and was not sent, in the order of their numbers."""
        found = {each.number: each for each in self.letters.values() if each.state is not State.SENT}
        return tuple(found[number] for number in sorted(found))

    @cached_property
    def lines(self) -> Mapping[Period, Mapping[str, str]]:
        """By month the letters that told units their lines: their keys, by what a reply to them names."""
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for key, letter in self.letters.items():
            if letter.kind is NoticeKind.LINES and letter.message_id:
                found[key.rpartition("/")[2]][letter.message_id] = key
        return {Period.parse(month): told for month, told in found.items()}

    @cached_property
    def by_number(self) -> Mapping[int, Arrival]:
        """The arrivals by their number."""
        return {arrival.number: arrival for arrival in self.arrivals}

    @cached_property
    def ruled(self) -> Mapping[int, Ruling]:
        """The ruling that counts, by arrival number."""
        return {ruling.arrival: ruling for ruling in self.rulings}

    def version_of(self, arrival: int) -> int:
        """The version of an arrival: the number of the ruling that counts, 0 before there is one."""
        return self.ruled[arrival].number if arrival in self.ruled else 0

    def verdict(self, arrival: Arrival) -> Verdict:
        """What the arrival counts as now: the last ruling, or else the verdict it came with."""
        ruling = self.ruled.get(arrival.number)
        return arrival.verdict if ruling is None else ruling.verdict

    def unproven(self, now: datetime) -> Sequence[Outage]:
        """The outages over which nobody may be called late at `now`."""
        return (*self.outages, *unread_at(now, self.unread), *broken_off(self.watch, now))

    @cached_property
    def again(self) -> Mapping[int, Sequence[Arrival]]:
        """The other deliveries of what an arrival brought, by its number: servers list mails in any order."""
        found: defaultdict[int, list[Arrival]] = defaultdict(list)
        for arrival in self.arrivals:
            verdict = self.verdict(arrival)
            if isinstance(verdict, Ignored) and verdict.duplicate_of is not None:
                found[verdict.duplicate_of].append(arrival)
        return dict(found)

    def copies_by(self, arrival: Arrival) -> Sequence[Copy]:
        """The copy that an arrival hands in, dated by its earliest delivery; doubted ones stand beside it."""
        sure: list[datetime] = []
        doubted: list[Copy] = []
        for delivery in (arrival, *self.again.get(arrival.number, ())):
            if not delivery.contradicted:
                sure.append(delivery.arrived_at)
                continue
            first, last = sorted((delivery.arrived_at, delivery.clocks.seen_at))
            if self._has_ruled(delivery):
                sure.append(first)
            else:
                doubted.append(Copy(at=first, arrival=arrival, seen_at=last))
        return [Copy(at=min(sure), arrival=arrival), *doubted] if sure else doubted

    def _has_ruled(self, arrival: Arrival) -> bool:
        """Whether somebody of the staff has ruled on it, and so has looked at its date."""
        ruling = self.ruled.get(arrival.number)
        return ruling is not None and not is_by_unit(ruling.by)

    @cached_property
    def handed(self) -> Mapping[DutyKey, Sequence[Copy]]:
        """Every copy handed in for each duty, the earliest first, whether it will do or not."""
        found: defaultdict[DutyKey, list[Copy]] = defaultdict(list)
        for arrival in self.arrivals:
            verdict = self.verdict(arrival)
            if isinstance(verdict, Filed):
                for filing in verdict.filings:
                    key = DutyKey(verdict.unit, filing.report, filing.period)
                    found[key].extend(self.copies_by(arrival))
        for stamp in self.stamps:
            found[stamp.duty].append(Copy(at=stamp.stamped_at, stamp=stamp))
        for copies in found.values():
            copies.sort(key=lambda copy: copy.at)
        return dict(found)

    @cached_property
    def copies(self) -> Mapping[DutyKey, Sequence[Copy]]:
        """The copies that count for each duty, the earliest first."""
        found = dict(self.handed)
        for assignment in self.assignments:
            notes = self.notes_on.get(assignment.number, ())
            done = [Copy(at=note.noted_at) for note in notes if note.word is Word.DONE]
            # What a person found wanting has to be done again.
            undone_at = [note.noted_at for note in notes if note.word in REOPENING]
            handed = (*found.get(assignment.key, ()), *done)
            counting = [copy for copy in handed if not undone_at or copy.at > undone_at[-1]]
            found[assignment.key] = sorted(counting, key=lambda copy: copy.at)
        return {key: copies for key, copies in found.items() if copies}

    def is_owed(self, key: DutyKey) -> bool:
        """Whether the duty was announced, or given to the unit without a deadline."""
        return key in self.duties or any(key == assignment.key for assignment in self.assignments)

    @cached_property
    def notes_on(self) -> Mapping[int, Sequence[Note]]:
        """The notes on each assignment, by its number, in order."""
        found: defaultdict[int, list[Note]] = defaultdict(list)
        for note in self.notes:
            found[note.assignment].append(note)
        return dict(found)

    @cached_property
    def news(self) -> Mapping[DutyKey, Sequence[tuple[Arrival, News]]]:
        """What units' mails tell of assignments without ending them."""
        found: defaultdict[DutyKey, list[tuple[Arrival, News]]] = defaultdict(list)
        for arrival in self.arrivals:
            verdict = self.verdict(arrival)
            if isinstance(verdict, Ignored) and verdict.news is not None:
                found[verdict.news.key].append((arrival, verdict.news))
        return dict(found)

    @cached_property
    def health(self) -> Health:
        """How well addresses take letters; whoever writes from one reads there."""
        failed = failures_of(self.addresses)
        wrote = (
            AddressFact(email=arrival.sender, at=arrival.arrived_at, sign=Sign.ALIVE)
            for arrival in self.arrivals
            if may_answer(arrival.arrived_at, failed.get(arrival.sender, ())) and arrival.is_senders
        )
        return Health((*self.addresses, *wrote))

    def written_from(self, emails: Collection[str]) -> Iterator[Arrival]:
        """The mails that were written from one of these addresses, as far as nothing speaks against it."""
        for arrival in self.arrivals if emails else ():
            if arrival.sender in emails and arrival.is_senders:
                yield arrival

    @cached_property
    def orders(self) -> Sequence[Arrival]:
        """The arrivals that are commands by reply, carried out or not, the oldest first."""
        return tuple(arrival for arrival in self.arrivals if isinstance(arrival.verdict, Commanded))

    @cached_property
    def urgent(self) -> Sequence[Arrival]:
        """The arrivals that were urgent reports of a unit when they came."""
        urgent = (arrival for arrival in self.arrivals if is_urgent(arrival.verdict))
        return tuple(arrival for arrival in urgent if arrival.verdict.findings.unit is not None)

    @cached_property
    def open_duties(self) -> frozenset[DutyKey]:
        """The announced duties that are owed and for which nothing has been handed in."""
        owed = (key for key, duty in self.duties.items() if not duty.excused)
        return frozenset(key for key in owed if key not in self.copies)

    @cached_property
    def sealed(self) -> Sequence[Arrival]:
        """The arrivals that were sealed when they came, or by hand since; their bytes are not kept."""
        by_hand = self.sealed_at
        return tuple(a for a in self.arrivals if a.number in by_hand or isinstance(a.verdict, Sealed))

    @cached_property
    def unsettled(self) -> Sequence[Arrival]:
        """The arrivals on which a person has still to rule, the oldest first."""
        return tuple(a for a in self.arrivals if isinstance(self.verdict(a), Unclear | Sealed))

    @cached_property
    def undecided(self) -> Mapping[UnitId, Sequence[Arrival]]:
        """The arrivals that are, or may be, that unit's and on which a person has still to rule."""
        found: defaultdict[UnitId, list[Arrival]] = defaultdict(list)
        for arrival in self.unsettled:
            verdict = self.verdict(arrival)
            unit = unit_of(verdict) or self.since.get(arrival.number)
            for named in {*verdict.findings.may_be, *([unit] if unit else [])}:
                found[named].append(arrival)
        return dict(found)

    @cached_property
    def nobodys(self) -> Mapping[Filing, Sequence[Arrival]]:
        """The arrivals that bring a report, of nobody knows which unit; by what they would hand in."""
        found: defaultdict[Filing, list[Arrival]] = defaultdict(list)
        for arrival in self.unsettled:
            verdict = self.verdict(arrival)
            if isinstance(verdict, Unclear) and unit_of(verdict) is None and not verdict.findings.may_be:
                for filing in (each for each in verdict.candidates if arrival.mail.attachments):
                    found[filing].append(arrival)
        return dict(found)
