"""The office's own words as values: who owes which report, by when, and how they are reminded.

Built by `mailbot.rulebook` from the files of a profile under `rules/`; nothing here reads a file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from functools import cached_property

from mailbot.core.calendar import Calendar
from mailbot.core.changes.lesson import Lesson
from mailbot.core.due import DayOff, DueRule, Term, TermUnit
from mailbot.core.paper_rules import PaperRules
from mailbot.core.report import EventKind, Level, Part, Report, ReportId, Stage, Step, StepKind
from mailbot.core.unit import FormerName, OpenDuties, Role, Span, Unit, UnitAddress, UnitId

__all__ = [
    "DayOff",
    "DueRule",
    "EventKind",
    "FormerName",
    "Level",
    "Office",
    "OpenDuties",
    "Part",
    "Report",
    "ReportId",
    "Role",
    "Rules",
    "Sending",
    "Span",
    "Staff",
    "StaffRole",
    "Stage",
    "Step",
    "StepKind",
    "Term",
    "TermUnit",
    "Unit",
    "UnitAddress",
    "UnitId",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """When letters that nobody waits for may leave: from `opens` until `closes` on working days."""

    opens: time
    closes: time


class StaffRole(StrEnum):
    """What a member of the office's staff is told."""

    DIGEST = "digest"
    DUTY = "duty"  # người trực, được báo ngay khi có vấn đề đột xuất
    SECURITY = "security"  # người phụ trách bảo vệ bí mật nhà nước
    PORTAL = "portal"  # hộp thư của Cổng thông tin điện tử: chuyển câu hỏi của công dân đến
    APPROVER = "approver"  # người duyệt báo cáo tháng và việc công khai kết quả


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
        lessons: what people confirmed beside the files, as `core.taught` has put it in.
        approval: what waits for a person before it leaves: kinds of notice ("query"), or steps from which
            on it does ("late-2").
        late_closes_after: working days after the due date when the last late notice's window ends.
        once: what is owed one time only, by an official letter or as a task; no rule announces these.
    """

    profile: str
    fingerprint: str
    office: Office
    calendar: Calendar
    sending: Sending
    units: tuple[Unit, ...]
    reports: tuple[Report, ...]
    late_closes_after: int
    approval: frozenset[str] = frozenset({"late-2"})
    other_topics: tuple[str, ...] = ()
    once: tuple[Report, ...] = ()
    groups: dict[str, str] = field(default_factory=dict)
    papers: PaperRules = field(default_factory=PaperRules)
    lessons: tuple[Lesson, ...] = ()

    @cached_property
    def _units(self) -> dict[UnitId, Unit]:
        return {unit.id: unit for unit in self.units}

    @cached_property
    def _reports(self) -> dict[ReportId, Report]:
        return {report.id: report for report in (*self.reports, *self.once)}

    @cached_property
    def _owners(self) -> dict[str, tuple[tuple[Span, Unit], ...]]:
        owners: dict[str, tuple[tuple[Span, Unit], ...]] = {}
        for unit in self.units:
            for address in unit.addresses:
                owners[address.email] = (*owners.get(address.email, ()), (address.valid, unit))
        return owners

    @cached_property
    def _domains(self) -> dict[str, list[int]]:
        """Which of the units have a domain, by their places in the register."""
        owners: dict[str, list[int]] = {}
        for place, unit in enumerate(self.units):
            for domain in unit.domains:
                owners.setdefault(domain, []).append(place)
        return owners

    @cached_property
    def _deepest(self) -> int:
        """Of how many parts a unit's domain has at the most; a stranger's may have thousands."""
        return max((domain.count(".") + 1 for domain in self._domains), default=0)

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

    def finds_report(self, report_id: ReportId) -> Report | None:
        """The report of that id, if the rules have it."""
        return self._reports.get(report_id)

    def finds_unit(self, unit_id: UnitId) -> Unit | None:
        """The unit of that id, if the register has it."""
        return self._units.get(unit_id)

    def unit_at_address(self, email: str, on: date) -> Unit | None:
        """The unit whose address `email` is on that day, compared without regard to case."""
        for valid, unit in self._owners.get(email.lower(), ()):
            if valid.covers(on):
                return unit
        return None

    def heirs_of_address(self, email: str, on: date) -> tuple[Unit, ...]:
        """The units that on that day carry on those whose address `email` once was; none if nobody's."""
        spans = self._owners.get(email.lower(), ())
        owners = [unit for valid, unit in spans if valid.is_over(on)]
        return self._carrying_on(owners, on)

    def heirs(self, unit: Unit, on: date) -> tuple[Unit, ...]:
        """The units that carry `unit` on, on that day: itself while it exists, then its successors."""
        return self._carrying_on([unit], on)

    def emails(self, unit: Unit, role: Role, on: date) -> tuple[str, ...]:
        """The addresses in that role at which `unit` is to be reached on that day: its own, or its heirs'."""
        found = (email for heir in self.heirs(unit, on) for email in heir.emails(role, on))
        return tuple(dict.fromkeys(found))

    def _carrying_on(self, ahead: list[Unit], on: date) -> tuple[Unit, ...]:
        heirs: dict[UnitId, Unit] = {}
        seen: set[UnitId] = set()
        while ahead:
            unit = ahead.pop(0)
            if unit.id in seen:
                continue
            seen.add(unit.id)
            if unit.valid.covers(on):
                heirs[unit.id] = unit
            else:
                ahead += [self._units[successor] for successor in unit.successors]
        return tuple(heirs.values())

    def unit_at_domain(self, email: str, on: date) -> Unit | None:
        """The unit that alone owns the mail domain of `email`, or a domain above it, on that day."""
        parts = email.lower().rpartition("@")[2].split(".")
        above = (".".join(parts[-count:]) for count in range(1, min(len(parts), self._deepest) + 1))
        owners = sorted(place for domain in above for place in self._domains.get(domain, ()))
        return next((self.units[place] for place in owners if self.units[place].valid.covers(on)), None)

    def owing(self, report: Report, on: date) -> Iterator[Unit]:
        """The units that owe `report` on that day."""
        return (unit for unit in self.units if report.is_owed_by(unit) and unit.valid.covers(on))

    def members(self, group: str, on: date) -> tuple[Unit, ...]:
        """The units of that group on that day, in the order of the register."""
        return tuple(unit for unit in self.units if group in unit.groups and unit.valid.covers(on))

    def knows(self, email: str) -> bool:
        """Whether mailbot might write to that address on some day, whichever."""
        folded = email.lower()
        return folded in self._owners or any(folded == person.email for person in self.office.staff)

    def registered(self, email: str, on: date) -> bool:
        """Whether mailbot may write to that address: a unit's on that day, or the staff's."""
        folded = email.lower()
        return self.unit_at_address(folded, on) is not None or any(
            folded == person.email for person in self.office.staff
        )
