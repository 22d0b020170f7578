"""The office's own words as values: who owes which report, by when, and how they are reminded.

Built by `mailbot.rulebook` from the files of a profile under `rules/`; nothing here reads a file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from functools import cached_property
from typing import NewType

from mailbot.core.calendar import Calendar
from mailbot.core.period import Cadence, Period

UnitId = NewType("UnitId", str)
ReportId = NewType("ReportId", str)


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `start` to `end`, both included; None leaves that side open."""

    start: date | None = None
    end: date | None = None

    def covers(self, day: date) -> bool:
        """Whether `day` lies in the span."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def overlaps(self, other: "Span") -> bool:
        """Whether some day lies in both spans."""
        starts_in_time = self.start is None or other.end is None or self.start <= other.end
        return starts_in_time and (other.start is None or self.end is None or other.start <= self.end)


class Role(StrEnum):
    """Whose box an address is."""

    OFFICIAL = "official"  # hộp thư chính thức của đơn vị
    CLERK = "clerk"  # văn thư
    HEAD = "head"  # thủ trưởng đơn vị
    PERSONAL = "personal"  # hộp thư cá nhân dùng cho công việc


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAddress:
    """One dated address of a unit; `email` is lower case."""

    email: str
    role: Role
    valid: Span = Span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """An agency that owes reports (đơn vị).

    Attributes:
        head: the post of the person answerable, "Giám đốc Sở Tài chính".
        symbols: how its documents are marked, "STC" in 45/BC-STC; a hint, never proof.
        aliases: other names in use, "Sở KH&ĐT".
        domains: mail domains that belong to this unit alone.
        successors: units that took over, when `valid` has ended.
    """

    id: UnitId
    name: str
    group: str
    head: str
    symbols: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    addresses: tuple[UnitAddress, ...] = ()
    domains: tuple[str, ...] = ()
    valid: Span = Span()
    successors: tuple[UnitId, ...] = ()

    def emails(self, role: Role, on: date) -> tuple[str, ...]:
        """The unit's addresses in that role on that day, in the order of the register."""
        return tuple(a.email for a in self.addresses if a.role is role and a.valid.covers(on))


class DayOff(StrEnum):
    """What happens to a due date that falls on a day off."""

    NEXT = "next_working_day"
    KEEP = "none"
    PREVIOUS = "previous_working_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRule:
    """When a report is due.

    Attributes:
        day: day of the month; a month that is too short means its last day. For a weekly report it
            counts from the week's Monday: 5 is its Friday, 8 the Monday after it.
        months_after: 0 for the last month of the period itself, 1 for the month after it.
        closes: the clock time up to which the day counts; None means 24:00 (Civil Code, Art. 148(6)).
        day_off: what happens when that day is off.
    """

    day: int
    months_after: int = 0
    closes: time | None = None
    day_off: DayOff = DayOff.NEXT


class StepKind(StrEnum):
    """On which side of the due date a notice step lies."""

    REMINDER = "reminder"  # nhắc
    LATE = "late"  # đôn đốc


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One notice step of a report.

    Attributes:
        ordinal: counts from 1 within its kind, in the order of time.
        working_days: distance from the due date, before it for reminders and after it for late notices.
        copies: whose addresses of the unit get a copy.
    """

    kind: StepKind
    ordinal: int
    working_days: int
    copies: frozenset[Role] = frozenset()

    @property
    def id(self) -> str:
        """The step's name in notice keys: `reminder-1`, `late-2`."""
        return f"{self.kind}-{self.ordinal}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A kind of report that the rules ask for (loại báo cáo).

    Attributes:
        name: as it stands in letters, in front of the period: "Báo cáo tháng".
        ordinals: which periods of the cadence are asked for; empty means all.
        owed_by: groups of units that owe it.
        topics: what such a report is about, as phrases of its titles ("kinh tế - xã hội").
        basis: legal basis, as letters quote it.
    """

    id: ReportId
    name: str
    cadence: Cadence
    due: DueRule
    basis: str
    owed_by: frozenset[str]
    steps: tuple[Step, ...]
    ordinals: frozenset[int] = frozenset()
    topics: tuple[str, ...] = ()
    valid: Span = Span()

    def asks_for(self, period: Period) -> bool:
        """Whether the report exists for that period."""
        return (
            period.cadence is self.cadence
            and (not self.ordinals or period.ordinal in self.ordinals)
            and self.valid.covers(period.last_on)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """When letters that nobody waits for may leave: from `opens` until `closes` on working days."""

    opens: time
    closes: time


class StaffRole(StrEnum):
    """What a member of the office's staff is told."""

    DIGEST = "digest"
    SECURITY = "security"  # người phụ trách bảo vệ bí mật nhà nước


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A person of the office whom mailbot writes to."""

    name: str
    email: str
    roles: frozenset[StaffRole]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The office that owns the mailbox, as its letters name it.

    Attributes:
        name: "Văn phòng UBND tỉnh Thái Nguyên".
        mailbox: the shared reporting address, lower case.
        paper_to: where paper copies go, as letters say it.
        secret_desk, secret_phone: whom a unit turns to about a secret document.
        digest_at: the clock time of the daily digest on working days.
    """

    name: str
    province: str
    mailbox: str
    paper_to: str
    secret_desk: str
    secret_phone: str
    digest_at: time
    staff: tuple[Staff, ...] = ()

    def emails(self, role: StaffRole) -> tuple[str, ...]:
        """The addresses of the staff in that role."""
        return tuple(person.email for person in self.staff if role in person.roles)


@dataclass(frozen=True, kw_only=True, eq=False)
class Rules:
    """Everything that judgement needs to know of the office, cross-checked by the rulebook.

    Two are the same only if they are one object, so that what follows from them can be remembered.

    Attributes:
        profile: the profile's name, "thai-nguyen-2013".
        fingerprint: SHA-256 over the profile's files, kept with every arrival and duty.
        other_topics: phrases that mark reports of other regimes, which fulfil none of ours.
        late_closes_after: working days after the due date when the last late notice's window ends.
    """

    profile: str
    fingerprint: str
    office: Office
    calendar: Calendar
    sending: Sending
    units: tuple[Unit, ...]
    reports: tuple[Report, ...]
    late_closes_after: int
    other_topics: tuple[str, ...] = ()
    groups: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _units(self) -> dict[UnitId, Unit]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def _reports(self) -> dict[ReportId, Report]:
        return {report.id: report for report in self.reports}

    @cached_property
    def _owners(self) -> dict[str, tuple[tuple[Span, Unit], ...]]:
        owners: dict[str, tuple[tuple[Span, Unit], ...]] = {}
        for unit in self.units:
            for address in unit.addresses:
                owners[address.email] = (*owners.get(address.email, ()), (address.valid, unit))
        return owners

    def unit(self, unit_id: UnitId) -> Unit:
        """The unit of that id.

        Raises:
            KeyError: if the register has none.
        """
        return self._units[unit_id]

    def report(self, report_id: ReportId) -> Report:
        """The report of that id.

        Raises:
            KeyError: if the rules have none.
        """
        return self._reports[report_id]

    def unit_at_address(self, email: str, on: date) -> Unit | None:
        """The unit whose address `email` is on that day, compared without regard to case."""
        for valid, unit in self._owners.get(email.lower(), ()):
            if valid.covers(on):
                return unit
        return None

    def heirs_of_address(self, email: str, on: date) -> tuple[Unit, ...]:
        """The units that on that day carry on those whose address `email` once was; none if nobody's."""
        owners = [unit for valid, unit in self._owners.get(email.lower(), ()) if not valid.covers(on)]
        heirs: dict[UnitId, Unit] = {}
        seen: set[UnitId] = set()
        while owners:
            unit = owners.pop()
            if unit.id in seen:
                continue
            seen.add(unit.id)
            if unit.valid.covers(on):
                heirs[unit.id] = unit
            else:
                owners += [self._units[successor] for successor in unit.successors]
        return tuple(heirs.values())

    def unit_at_domain(self, email: str, on: date) -> Unit | None:
        """The unit that alone owns the mail domain of `email`, or a domain above it, on that day."""
        domain = email.lower().rpartition("@")[2]
        for unit in self.units:
            if unit.valid.covers(on) and any(
                domain == own or domain.endswith(f".{own}") for own in unit.domains
            ):
                return unit
        return None

    def owing(self, report: Report, on: date) -> Iterator[Unit]:
        """The units that owe `report` on that day."""
        return (unit for unit in self.units if unit.group in report.owed_by and unit.valid.covers(on))

    def registered(self, email: str, on: date) -> bool:
        """Whether mailbot may write to that address: a unit's on that day, or the staff's."""
        folded = email.lower()
        return self.unit_at_address(folded, on) is not None or any(
            folded == person.email for person in self.office.staff
        )
