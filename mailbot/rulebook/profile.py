"""A profile as its tables state it; the checks that need several sheets are called here."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailbot.rulebook.calendar import CalendarTables, read_calendar
from mailbot.rulebook.files import (
    GroupTable,
    LateTable,
    OfficeTable,
    SendingTable,
    StaffTable,
    StepTable,
    UnitTable,
)
from mailbot.rulebook.notice_checks import check_steps
from mailbot.rulebook.report_checks import check_reports
from mailbot.rulebook.report_tables import ReportTable, TermsTable, TopicsTable
from mailbot.rulebook.sheets import Sheet
from mailbot.rulebook.unit_checks import check_groups, check_mailboxes, check_units
from mailbot.toml_file import Entry, PlainText


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The tables of units.toml and its like; `groups` is None if it is unknown which groups there are."""

    groups: dict[str, str] | None
    composed: list[Entry[GroupTable]]
    units: list[Entry[UnitTable]]

    @classmethod
    def read(cls, sheet: Sheet) -> "Register":
        """Read and check them; faults are noted in the files."""
        sheet.only("groups", lists=("composed_group", "unit"))
        groups = sheet.table("groups", dict[str, PlainText])
        register = cls(
            groups=groups if sheet.readable else None,
            composed=sheet.tables("composed_group", GroupTable),
            units=sheet.tables("unit", UnitTable),
        )
        known = check_units(sheet, register.units, register.groups)
        check_groups(register.composed, register.groups, known)
        return register

    @property
    def titles(self) -> dict[str, str] | None:
        """What each group is called, composed ones too."""
        composed = {entry.value.id: entry.value.name for entry in self.composed}
        return None if self.groups is None else {**self.groups, **composed}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The tables of a profile, each of the right shape."""

    office: OfficeTable
    staff: list[Entry[StaffTable]]
    register: Register
    topics: TopicsTable
    terms: TermsTable
    reports: list[Entry[ReportTable]]
    sending: SendingTable
    late: LateTable
    steps: list[Entry[StepTable]]
    calendar: CalendarTables

    @classmethod
    def read(cls, sheets: Mapping[str, Sheet]) -> "Profile | None":
        """The tables of `sheets`; faults are noted in the files, and None means that a table is missing."""
        register = Register.read(sheets["units"])
        office, staff = _office(sheets["office"], register)
        topics, terms, reports = _reports(sheets["reports"], register)
        sending, late, steps = _notices(sheets["notices"], sheets["reports"])
        calendar = read_calendar(sheets["calendar"])
        if not (office and topics and terms and sending and late and calendar) or register.groups is None:
            return None
        return cls(
            office=office,
            staff=staff,
            register=register,
            topics=topics,
            terms=terms,
            reports=reports,
            sending=sending,
            late=late,
            steps=steps,
            calendar=calendar,
        )


def _office(sheet: Sheet, register: Register) -> tuple[OfficeTable | None, list[Entry[StaffTable]]]:
    sheet.only("office", lists=("staff",))
    office = sheet.table("office", OfficeTable)
    staff = sheet.tables("staff", StaffTable)
    check_mailboxes(sheet, office, staff, register.units)
    return office, staff


def _reports(
    sheet: Sheet, register: Register
) -> tuple[TopicsTable | None, TermsTable | None, list[Entry[ReportTable]]]:
    sheet.only("topics", "terms", lists=("report",))
    topics = sheet.table("topics", TopicsTable)
    terms = sheet.table("terms", TermsTable)
    reports = sheet.tables("report", ReportTable)
    check_reports(sheet, reports, register.titles)
    return topics, terms, reports


def _notices(
    sheet: Sheet, reports: Sheet
) -> tuple[SendingTable | None, LateTable | None, list[Entry[StepTable]]]:
    sheet.only("sending", "late", lists=("step",))
    sending = sheet.table("sending", SendingTable)
    late = sheet.table("late", LateTable)
    steps = sheet.tables("step", StepTable)
    check_steps(steps, late, reports)
    return sending, late, steps
