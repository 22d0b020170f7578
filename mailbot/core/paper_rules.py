"""The office's own rules for its papers: what they are headed, whom they name, and when they are due.

The founding documents give no scoring formula and no threshold for naming (Directive 13/CT-UBND, points
7, 8 and 10), so every number here is the office's choice, stands in its rules, and is printed in the paper.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What stands around the text of an official document (Decree 30/2020/NĐ-CP, Appendix I).

    Attributes:
        superior: the agency above the issuing one, in capitals; `issuer` below it.
        place: where the document is dated.
        report_symbol, letter_symbol: what follows the number: "BC-VPUBND", "VPUBND-TH".
        chairman: whom the monthly report is addressed to.
        signer: the post that signs, in capitals.
        receivers: the lines under "Nơi nhận" of the monthly report.
        basis: what the papers are drawn up under, as they quote it.
    """

    superior: str = "ỦY BAN NHÂN DÂN TỈNH"
    issuer: str = "VĂN PHÒNG"
    place: str = ""
    report_symbol: str = "BC-VPUBND"
    letter_symbol: str = "VPUBND-TH"
    chairman: str = "Chủ tịch UBND tỉnh"
    board: str = "Ban Thi đua - Khen thưởng tỉnh"
    signer: str = "CHÁNH VĂN PHÒNG"
    receivers: tuple[str, ...] = ("Như trên;", "Lưu: VT, TH.")
    basis: str = "chế độ thông tin, báo cáo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """When a unit is named as doing well or not.

    Attributes:
        poor_below: a share of reports on time, in percent, below which a unit is named as not doing well;
            a report that is overdue names it in any case.
        fewest_month, fewest_longer: with fewer judged reports in a month, or in a longer period, a unit is
            not rated at all.
    """

    poor_below: int = 50
    fewest_month: int = 1
    fewest_longer: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A grade proposed to the Emulation board: the first whose conditions are met.

    Attributes:
        on_time_from: the least share of reports on time, in percent.
        overdue_most: the greatest number of reports never handed in; None does not ask.
    """

    name: str
    on_time_from: int
    overdue_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """On which working day of the month that follows papers are written.

    Attributes:
        lines_on: each unit gets its own lines.
        lines_to_all: also where every report came in time; that another's mail was taken for its own, only
            the unit itself can see.
        objections_for: for how many working days it may object before the report is drafted.
        evaluation_on: after June and December, the evaluation for the Emulation board.
        calendar_on: in January, the year's deadlines; `calendar_to_units` sends each unit its own.
    """

    lines_on: int = 1
    lines_to_all: bool = True
    objections_for: int = 3
    evaluation_on: int = 10
    calendar_on: int = 1
    calendar_to_units: bool = True

    @property
    def draft_on(self) -> int:
        """The working day of the following month on which the draft goes to the approver."""
        return self.lines_on + self.objections_for + 1


_GRADES = (
    Grade(name="Tốt", on_time_from=95, overdue_most=0),
    Grade(name="Khá", on_time_from=80, overdue_most=0),
    Grade(name="Trung bình", on_time_from=50, overdue_most=2),
    Grade(name="Chưa nghiêm túc", on_time_from=0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRules:
    """All of it; a profile without `papers.toml` has these values."""

    letterhead: Letterhead = Letterhead()
    naming: Naming = Naming()
    grades: tuple[Grade, ...] = _GRADES
    timetable: Timetable = Timetable()
