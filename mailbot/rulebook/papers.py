"""`papers.toml`: what the office's papers are headed, whom they name, and when they are written.

The only file of a profile that may be missing: every key has a default, most of them the customary one.
"""

from pathlib import Path

from pydantic import Field, model_validator

from mailbot.core.paper_rules import Grade, Letterhead, Naming, PaperRules, Timetable
from mailbot.rulebook.files import OfficeTable, Table
from mailbot.rulebook.sheets import OPTIONAL
from mailbot.toml_file import PlainText, TomlFile

_PERCENT = 100
_DEFAULT = Letterhead()


class LetterheadTable(Table):
    """`[letterhead]`."""

    superior: PlainText | None = None
    issuer: PlainText = _DEFAULT.issuer
    place: PlainText | None = None
    report_symbol: PlainText = _DEFAULT.report_symbol
    letter_symbol: PlainText = _DEFAULT.letter_symbol
    chairman: PlainText | None = None
    board: PlainText = _DEFAULT.board
    signer: PlainText = _DEFAULT.signer
    receivers: tuple[PlainText, ...] = Field(default=_DEFAULT.receivers, strict=False)
    basis: PlainText = _DEFAULT.basis

    def value(self, office: OfficeTable) -> Letterhead:
        """The letterhead; what is not said follows from the office's province."""
        province = office.province
        return Letterhead(
            superior=self.superior or f"{_DEFAULT.superior} {province.upper()}",
            issuer=self.issuer,
            place=self.place or province,
            report_symbol=self.report_symbol,
            letter_symbol=self.letter_symbol,
            chairman=self.chairman or f"{_DEFAULT.chairman} {province}",
            board=self.board,
            signer=self.signer,
            receivers=self.receivers,
            basis=self.basis,
        )


class NamingTable(Table):
    """`[naming]`."""

    poor_below: int = Field(default=Naming().poor_below, ge=0, le=_PERCENT)
    fewest_month: int = Field(default=Naming().fewest_month, ge=1)
    fewest_longer: int = Field(default=Naming().fewest_longer, ge=1)


class TimetableTable(Table):
    """`[monthly]`: working days of the month after the one reported on."""

    lines_on: int = Field(default=Timetable().lines_on, ge=1, le=10)
    lines_to_all: bool = Timetable().lines_to_all
    objections_for: int = Field(default=Timetable().objections_for, ge=1, le=10)


class EvaluationTable(Table):
    """`[evaluation]`: a working day of July and of January."""

    draft_on: int = Field(default=Timetable().evaluation_on, ge=1, le=20)


class CalendarTable(Table):
    """`[calendar]`: a working day of January, and who gets the year's deadlines."""

    on: int = Field(default=Timetable().calendar_on, ge=1, le=10)
    to_units: bool = Timetable().calendar_to_units


class GradeTable(Table):
    """`[[grade]]`, the best first."""

    name: PlainText
    on_time_from: int = Field(ge=0, le=_PERCENT)
    overdue_most: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _last_takes_all(self) -> "GradeTable":
        if self.on_time_from == 0 and self.overdue_most is not None:
            raise ValueError("a grade from 0 percent must take whoever is left: leave overdue_most out")
        return self


def read_papers(folder: Path, office: OfficeTable | None) -> tuple[TomlFile, PaperRules]:
    """The file, with its faults, and what it says; without the file, what is customary."""
    path = folder / f"{OPTIONAL}.toml"
    file = TomlFile.read(path) if path.exists() else TomlFile(path, readable=True)
    file.only("letterhead", "naming", "monthly", "evaluation", "calendar", "grade")
    letterhead = file.table("letterhead", LetterheadTable)
    naming = file.table("naming", NamingTable)
    timetable = file.table("monthly", TimetableTable)
    evaluation = file.table("evaluation", EvaluationTable) or EvaluationTable()
    calendar = file.table("calendar", CalendarTable) or CalendarTable()
    grades = file.tables("grade", GradeTable)
    if grades and grades[-1].value.on_time_from > 0:
        file.fault((*grades[-1].loc, "on_time_from"), "the last grade must take whoever is left: 0")
    rules = PaperRules()
    if office is None or letterhead is None or naming is None or timetable is None:
        return file, rules
    found = tuple(Grade(**entry.value.model_dump()) for entry in grades)
    return file, PaperRules(
        letterhead=letterhead.value(office),
        naming=Naming(**naming.model_dump()),
        grades=found or rules.grades,
        timetable=Timetable(
            **timetable.model_dump(),
            evaluation_on=evaluation.draft_on,
            calendar_on=calendar.on,
            calendar_to_units=calendar.to_units,
        ),
    )
