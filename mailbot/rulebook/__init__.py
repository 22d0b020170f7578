"""Reads a profile under `rules/` and hands the core its rules, or every fault in the files at once.

A profile is a folder of five TOML files. `mailbot.rulebook.files` says what each table may hold; here
stands what only several tables together can get wrong. Nothing is repaired or guessed.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mailbot.core.rules import (
    DueRule,
    Office,
    Report,
    ReportId,
    Rules,
    Sending,
    Staff,
    Step,
    StepKind,
    Unit,
    UnitAddress,
    UnitId,
)
from mailbot.errors import Fault, Misconfigured
from mailbot.rulebook.calendar import CalendarTables, build_calendar, read_calendar
from mailbot.rulebook.checks import check_mailboxes, check_reports, check_steps, check_units
from mailbot.rulebook.files import (
    LateTable,
    OfficeTable,
    ReportTable,
    SendingTable,
    StaffTable,
    StepTable,
    TopicsTable,
    UnitTable,
)
from mailbot.toml_file import Entry, PlainText, TomlFile

FILES = ("calendar.toml", "notices.toml", "office.toml", "reports.toml", "units.toml")


def load_rules(folder: Path) -> Rules:
    """The rules that the files of the profile `folder` state.

    Raises:
        Misconfigured: with every fault found in the files.
    """
    if not folder.is_dir():
        raise Misconfigured([Fault(folder, "no such folder of rules")])
    files = {name: TomlFile.read(folder / name) for name in FILES}
    profile = _Profile.read(files)
    faults = [*_strangers(folder), *(fault for file in files.values() for fault in file.faults)]
    if faults or profile is None:
        raise Misconfigured(sorted(faults, key=lambda fault: (fault.file, fault.line or 0)))
    return profile.rules(folder.resolve().name, fingerprint(folder))


def fingerprint(folder: Path) -> str:
    """SHA-256 over the names and bytes of the folder's TOML files, in hexadecimal."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.toml")):
        content = path.read_bytes()
        # The lengths keep two different profiles from running together into the same bytes.
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _strangers(folder: Path) -> list[Fault]:
    # A file under a wrong name would silently not be read.
    return [
        Fault(path, f"unknown file; a profile has {', '.join(FILES)}")
        for path in sorted(folder.glob("*.toml"))
        if path.name not in FILES
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Profile:
    """The tables of a profile, each of the right shape."""

    office: OfficeTable
    staff: list[Entry[StaffTable]]
    groups: dict[str, str]
    units: list[Entry[UnitTable]]
    topics: TopicsTable
    reports: list[Entry[ReportTable]]
    sending: SendingTable
    late: LateTable
    steps: list[Entry[StepTable]]
    calendar: CalendarTables

    @classmethod
    def read(cls, files: dict[str, TomlFile]) -> "_Profile | None":
        """The tables of `files`; faults are noted in the files, and None means that a table is missing."""
        calendar_file, notices, office_file, reports_file, units_file = (files[name] for name in FILES)
        office_file.only("office", "staff")
        office = office_file.table("office", OfficeTable)
        staff = office_file.tables("staff", StaffTable)
        units_file.only("groups", "unit")
        groups = units_file.table("groups", dict[str, PlainText])
        units = units_file.tables("unit", UnitTable)
        reports_file.only("topics", "report")
        topics = reports_file.table("topics", TopicsTable)
        reports = reports_file.tables("report", ReportTable)
        notices.only("sending", "late", "step")
        sending = notices.table("sending", SendingTable)
        late = notices.table("late", LateTable)
        steps = notices.tables("step", StepTable)
        calendar = read_calendar(calendar_file)

        check_units(units_file, units, groups)
        check_mailboxes(office_file, office, staff, units)
        check_reports(reports_file, reports, groups)
        check_steps(notices, steps, late)
        if not (office and topics and sending and late and calendar) or groups is None:
            return None
        return cls(
            office=office,
            staff=staff,
            groups=groups,
            units=units,
            topics=topics,
            reports=reports,
            sending=sending,
            late=late,
            steps=steps,
            calendar=calendar,
        )

    def rules(self, profile: str, fingerprint: str) -> Rules:
        """The rules that these tables state."""
        steps = tuple(_steps(entry.value for entry in self.steps))
        return Rules(
            profile=profile,
            fingerprint=fingerprint,
            office=_office(self.office, self.staff),
            calendar=build_calendar(self.calendar),
            sending=Sending(opens=self.sending.opens, closes=self.sending.closes),
            units=tuple(_unit(entry.value) for entry in self.units),
            reports=tuple(_report(entry.value, self.topics, steps) for entry in self.reports),
            late_closes_after=self.late.closes_after,
            other_topics=tuple(self.topics.others),
            groups=dict(self.groups),
        )


def _office(table: OfficeTable, staff: Iterable[Entry[StaffTable]]) -> Office:
    return Office(
        name=table.name,
        province=table.province,
        mailbox=table.mailbox,
        paper_to=table.paper_to,
        secret_desk=table.secret_desk,
        secret_phone=table.secret_phone,
        digest_at=table.digest_at,
        staff=tuple(
            Staff(name=person.name, email=person.email, roles=frozenset(person.roles))
            for person in (entry.value for entry in staff)
        ),
    )


def _unit(table: UnitTable) -> Unit:
    return Unit(
        id=UnitId(table.id),
        name=table.name,
        group=table.group,
        head=table.head,
        symbols=tuple(table.symbols),
        aliases=tuple(table.aliases),
        addresses=tuple(
            UnitAddress(email=address.email, role=address.role, valid=table.address_span(address))
            for address in table.addresses
        ),
        domains=tuple(table.domains),
        valid=table.span,
        successors=tuple(UnitId(successor) for successor in table.successors),
    )


def _report(table: ReportTable, topics: TopicsTable, steps: tuple[Step, ...]) -> Report:
    return Report(
        id=ReportId(table.id),
        name=table.name,
        cadence=table.cadence,
        due=DueRule(
            day=table.due.day,
            months_after=table.due.months_after,
            closes=table.due.closes,
            day_off=table.due.day_off,
        ),
        basis=table.basis,
        owed_by=frozenset(table.owed_by),
        steps=steps,
        ordinals=frozenset(table.ordinals),
        topics=tuple(topics.ours if table.topics is None else table.topics),
        valid=table.span,
    )


def _steps(tables: Iterable[StepTable]) -> Iterable[Step]:
    # Reminders count down to the due date and late notices away from it: both in the order of time.
    ordered = sorted(
        tables, key=lambda step: step.working_days * (-1 if step.kind is StepKind.REMINDER else 1)
    )
    seen = dict.fromkeys(StepKind, 0)
    for table in ordered:
        seen[table.kind] += 1
        yield Step(
            kind=table.kind,
            ordinal=seen[table.kind],
            working_days=table.working_days,
            copies=frozenset(table.copies),
        )
