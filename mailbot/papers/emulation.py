"""The evaluation for the Emulation board (Directive 13/CT-UBND, point 10): a letter and a workbook.

Raw counts stand beside every proposed grade, the rule is printed, and the last column is empty: what the
office thinks of a unit is a person's to write.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from mailbot.core.paper_rules import Grade, PaperRules
from mailbot.core.standings.figures import Figures, UnitFigures
from mailbot.core.standings.grading import proposed
from mailbot.core.wording import vietnamese
from mailbot.papers.monthly import Report, amended, checksum_line, not_due
from mailbot.papers.wording import Wording

NAME = "emulation"
_COLUMNS = (
    ("STT", 9), ("Đơn vị", 42), ("Phải gửi", 12), ("Đúng hạn", 12), ("Chậm", 12), ("Chưa gửi", 12),
    ("Chưa kết luận", 13), ("Tỷ lệ đúng hạn (%)", 14), ("Tổng số ngày chậm", 14), ("Phải bổ sung", 13),
    ("Báo cáo đột xuất kịp thời / chậm", 18), ("Ý kiến giải trình của đơn vị", 22), ("Mức đề xuất", 40),
    ("Đánh giá của Văn phòng UBND tỉnh", 24),
)  # fmt: skip
_WRITTEN = frozenset(
    {"Đơn vị", "Ý kiến giải trình của đơn vị", "Mức đề xuất", "Đánh giá của Văn phòng UBND tỉnh"}
)
# How "in time" and "late" are counted, printed where they are.
URGENT_RULE = (
    "Báo cáo đột xuất kịp thời / chậm: tính theo mốc ghi trong thư đề nghị báo cáo vụ việc và hạn cập nhật"
    " ghi trong thư xác nhận; báo cáo đầu tiên do đơn vị chủ động gửi không có mốc nên không tính; không kết"
    " luận chậm khi hệ thống gián đoạn hoặc còn thư của đơn vị chưa xử lý."
)
_NO_PROPOSAL = "Không đề xuất: {}"


def context(report: Report) -> dict[str, Any]:
    """What the letter's template knows."""
    return {
        "office": report.office,
        "head": report.rules.letterhead,
        "grades": report.rules.grades,
        "figures": report.figures,
        "since": report.since,
    }


def samples() -> list[dict[str, Any]]:
    """What the template is tried with."""
    from mailbot.papers.samples import FIGURES, OFFICE, QUIET  # noqa: PLC0415 - only when templates are loaded

    report = Report(office=OFFICE, rules=PaperRules(), figures=FIGURES)
    nothing = replace(QUIET, units=())
    begun = replace(report, known_since=report.figures.period.last_on)
    return [context(report), context(begun), context(replace(report, figures=nothing))]


def letter(report: Report, wording: Wording) -> bytes:
    """The letter to the board with its table, as a Word file."""
    from mailbot.papers.official import Column, OfficialDocument  # noqa: PLC0415 - python-docx takes long to load

    figures, head = report.figures, report.rules.letterhead
    following = figures.period.followed_on
    about = f"kết quả thực hiện chế độ thông tin, báo cáo {figures.period.label}"
    # The board is who it is addressed to, "như trên", and gets no second copy.
    receivers = tuple(line for line in head.receivers if head.board not in line)
    paper = OfficialDocument(
        replace(head, receivers=receivers),
        issued_by=report.office.name,
        made_at=figures.as_of,
        title=about,
    )
    paper.heading(head.letter_symbol, about, dated=f"ngày      tháng      năm {following.year}")
    paper.addressees(head.board)
    paper.text(wording.text(NAME, context(report)))
    paper.signature()
    paper.annex("Phụ lục", f"TỔNG HỢP ĐÁNH GIÁ VIỆC THỰC HIỆN CHẾ ĐỘ BÁO CÁO {figures.period.label.upper()}")
    columns = [Column(head=name, width=width, right=name not in _WRITTEN) for name, width in _COLUMNS]
    rows = ([_text(cell) for cell in row] for row in _rows(figures, report.rules.grades))
    paper.table(columns, rows)
    for says in (*not_due(figures), URGENT_RULE):
        paper.remark(says)
    paper.amended(report.amendments)
    paper.remark(checksum_line(figures))
    return paper.saved()


def evaluation(report: Report) -> bytes:
    """The same table as a workbook."""
    from mailbot.papers.workbook import Sheet, workbook  # noqa: PLC0415 - xlsxwriter is for papers alone

    figures = report.figures
    title = f"Đánh giá việc thực hiện chế độ báo cáo {figures.period.label}"
    sheet = Sheet(
        name="Đánh giá",
        title=title,
        columns=[name for name, _ in _COLUMNS],
        widths=[max(8, round(width * 0.55)) for _, width in _COLUMNS],
        rows=_rows(figures, report.rules.grades),
        remarks=[
            *_rule(report.rules.grades),
            *not_due(figures),
            *amended(report),
            checksum_line(figures),
        ],
        notes=report.amendments,
    )
    return workbook([sheet], title=title, made_at=figures.as_of)


def _rule(grades: Sequence[Grade]) -> Iterator[str]:
    yield "Mức đề xuất theo quy tắc sau, xét lần lượt; báo cáo được miễn, chưa kết luận không tính:"
    for grade in grades:
        most = ""
        if grade.overdue_most is not None:
            count = grade.overdue_most
            most = f", quá hạn chưa gửi không quá {count}" if count else ", không có báo cáo quá hạn chưa gửi"
        least = f"đúng hạn từ {grade.on_time_from}%" if grade.on_time_from else "các trường hợp còn lại"
        yield f"{grade.name}: {least}{most}"
    yield URGENT_RULE


def _rows(figures: Figures, grades: Sequence[Grade]) -> Iterator[Sequence[str | int | float | None]]:
    for ordinal, unit in enumerate(figures.units, 1):
        counts = unit.counts
        yield (
            ordinal,
            unit.name,
            counts.owed,
            counts.on_time,
            counts.late,
            counts.overdue,
            counts.not_judged,
            counts.rate,
            counts.days_late,
            counts.supplemented,
            _urgent(unit),
            _objections(unit),
            _proposal(unit, grades),
            "",
        )


def _urgent(unit: UnitFigures) -> str:
    """In time and late, where a clock ran (`core.urgent_figures`); else how many came."""
    urgent = unit.urgent
    if urgent.in_time or urgent.late:
        return f"{urgent.in_time} / {urgent.late}"
    return f"nhận {urgent.received}" if urgent.received else ""


def _proposal(unit: UnitFigures, grades: Sequence[Grade]) -> str:
    grade = proposed(unit, grades)
    if grade is not None:
        return grade.name
    return _NO_PROPOSAL.format("; ".join(map(vietnamese.words, unit.reserves or unit.objections.reserves)))


def _objections(unit: UnitFigures) -> str:
    """How many there were, and what a person said of them; empty if there were none."""
    found = unit.objections
    parts = (
        (found.upheld, "được chấp nhận"),
        (found.dismissed, "không được chấp nhận"),
        (found.waiting, "đang xem xét"),
    )
    return "; ".join(f"{number} {what}" for number, what in parts if number)


def _text(cell: str | float | None) -> str:
    return "" if cell is None else vietnamese.decimal(cell) if isinstance(cell, float) else str(cell)
