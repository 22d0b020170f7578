"""The monthly report to the Chairman (Directive 13/CT-UBND, point 8): its words and its Word file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from mailbot.core.paper_rules import Naming, PaperRules
from mailbot.core.rules import Office
from mailbot.core.standing import Standing
from mailbot.core.standings.figures import Counts, Figures, Line, Rating
from mailbot.core.standings.figures_form import checksum
from mailbot.core.wording import vietnamese
from mailbot.papers.given import QUESTION_COLUMNS, TASK_COLUMNS
from mailbot.papers.wording import Wording
from mailbot.papers.words import STANDINGS

NAME = "monthly"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a periodic report is made of.

    Attributes:
        before: the figures of the period before it, if mailbot was there.
        amendments: what has changed since the figures were frozen, in Vietnamese sentences.
        tasks, questions: a row for each, as `mailbot.papers.given` makes them.
        sealed: the mails that are secret, some of them since the figures were frozen.
        known_since: the first day of which mailbot knows, if it is told.
    """

    office: Office
    rules: PaperRules
    figures: Figures
    before: Figures | None = None
    amendments: Sequence[str] = ()
    tasks: Sequence[Sequence[str]] = ()
    questions: Sequence[Sequence[str]] = ()
    sealed: frozenset[int] = frozenset()
    known_since: date | None = None

    @property
    def since(self) -> date:
        """The first day that the figures count: of the period, or of mailbot's work within it."""
        first_on = self.figures.period.first_on
        return max(first_on, self.known_since or first_on)

    def symbol(self, line: Line) -> str:
        """The report's number and symbol; nothing of a sealed one, for the mail's own words told it."""
        return "" if line.arrival in self.sealed else line.symbol

    @property
    def change(self) -> float | None:
        """The rate's change since the period before, in points of percent, as the printed rates differ."""
        now, then = self.figures.counts.rate, self.before.counts.rate if self.before else None
        return None if now is None or then is None else round(now - then, 1)


def context(report: Report) -> dict[str, Any]:
    """What the template of the monthly report knows."""
    figures = report.figures
    return {
        "office": report.office,
        "head": report.rules.letterhead,
        "naming": report.rules.naming,
        "figures": figures,
        "before": report.before,
        "change": report.change,
        "since": report.since,
        "until": figures.period.last_on,
        "good": figures.rated(Rating.GOOD),
        "poor": figures.rated(Rating.POOR),
        "not_rated": figures.rated(Rating.NOT_RATED),
    }


def samples() -> list[dict[str, Any]]:
    """What the template is tried with: together they pass through all of its branches."""
    from mailbot.papers.samples import FIGURES, OFFICE, QUIET  # noqa: PLC0415 - only when templates are loaded

    rules = PaperRules(naming=Naming())
    full = Report(office=OFFICE, rules=rules, figures=FIGURES, before=FIGURES)
    better = Report(office=OFFICE, rules=rules, figures=FIGURES, before=QUIET)
    return [context(full), context(better), context(replace(full, figures=QUIET, before=None))]


def document(report: Report, wording: Wording) -> bytes:
    """The report as a Word file in the layout of Decree 30/2020/NĐ-CP."""
    from mailbot.papers.official import OfficialDocument  # noqa: PLC0415 - python-docx takes long to load

    figures, head = report.figures, report.rules.letterhead
    label = figures.period.label
    following = figures.period.followed_on
    month = f"{following.month:02}" if following.month <= 2 else str(following.month)  # noqa: PLR2004
    about = f"Tình hình thực hiện chế độ thông tin, báo cáo {label}"
    issued_by = report.office.name
    paper = OfficialDocument(head, issued_by=issued_by, made_at=figures.as_of, title=f"Báo cáo: {about}")
    paper.heading(
        head.report_symbol, about, kind="BÁO CÁO", dated=f"ngày      tháng {month} năm {following.year}"
    )
    paper.addressees(head.chairman)
    paper.text(wording.text(NAME, context(report)))
    paper.signature()
    upper = label.upper()
    paper.annex("Phụ lục I", f"TỔNG HỢP TÌNH HÌNH GỬI BÁO CÁO {upper}")
    paper.table(_columns(*_REGISTER), _register(report))
    paper.annex("Phụ lục II", f"BÁO CÁO QUÁ HẠN CHƯA GỬI VÀ ĐƠN VỊ CHƯA ĐÁNH GIÁ {upper}")
    paper.subheading("a) Báo cáo quá hạn chưa gửi")
    paper.table(_columns(*_MISSING), _missing(figures))
    paper.subheading("b) Đơn vị chưa đánh giá, lý do")
    paper.table(_columns(*_UNRATED), _unrated(figures))
    paper.annex("Phụ lục III", f"TỔNG HỢP THEO ĐƠN VỊ, SO SÁNH VỚI KỲ TRƯỚC, {upper}")
    paper.table(_columns(*_UNITS), units_table(figures, report.before))
    for says in not_due(figures):
        paper.remark(says)
    if report.tasks:
        paper.annex("Phụ lục IV", f"THEO DÕI NHIỆM VỤ DO UBND TỈNH, CHỦ TỊCH UBND TỈNH GIAO, {upper}")
        paper.table(_columns(*TASK_COLUMNS), report.tasks)
    if report.questions:
        paper.annex("Phụ lục V", f"TRẢ LỜI CÂU HỎI TRÊN CỔNG THÔNG TIN ĐIỆN TỬ, {upper}")
        paper.table(_columns(*QUESTION_COLUMNS), report.questions)
    paper.amended(report.amendments)
    paper.remark(checksum_line(figures))
    return paper.saved()


def checksum_line(figures: Figures) -> str:
    """The line that papers made from the same figures share."""
    return (
        f"Mã đối chiếu số liệu (SHA-256): {checksum(figures)}; quy tắc {figures.rules[:12]}; "
        f"số liệu tính đến {vietnamese.moment(figures.as_of)}."
    )


def not_due(figures: Figures) -> Iterator[str]:
    """Before the period is over: why the columns do not add up to what is owed."""
    if figures.counts.still_open:
        number = vietnamese.number(figures.counts.still_open)
        yield f"Cột Phải gửi gồm cả {number} lượt báo cáo chưa đến hạn, không có trong các cột bên cạnh."


def amended(report: Report) -> Iterator[str]:
    """Where the figures are not those that were approved: how many changes stand below the table."""
    if report.amendments:
        yield f"Thay đổi sau khi chốt số liệu: {len(report.amendments)}, ghi dưới bảng."


def standing_words(line: Line) -> str:
    """How the line stands, with its doubt, and with the letter that changed it."""
    notes = [vietnamese.words(line.doubt)] if line.doubt else []
    notes += [vietnamese.remark(line.remark)] if line.remark else []
    known = STANDINGS[line.standing]
    return f"{known}: {'; '.join(notes)}" if notes else known


def days_late(line: Line) -> str:
    """The working days by which it is late, or "" if it is not."""
    if line.standing not in {Standing.LATE, Standing.OVERDUE}:
        return ""
    return str(line.days_late) if line.days_late else "<1"


_REGISTER = (
    ("STT", 11), ("Đơn vị", 42), ("Tên báo cáo, kỳ báo cáo", 54), ("Thời hạn", 19), ("Số, ký hiệu", 24),
    ("Thời điểm nhận", 26), ("Căn cứ", 30), ("Tình trạng", 26), ("Ngày chậm", 12), ("Bản giấy", 11),
    ("Bản điện tử", 12),
)  # fmt: skip
_MISSING = (
    ("STT", 12),
    ("Đơn vị", 80),
    ("Báo cáo", 90),
    ("Thời hạn", 35),
    ("Số ngày làm việc đã quá hạn", 35),
)
_UNRATED = (("STT", 12), ("Đơn vị", 80), ("Lý do", 160))
_UNITS = (
    ("STT", 11), ("Đơn vị", 62), ("Phải gửi", 17), ("Đúng hạn", 17), ("Chậm", 15), ("Chưa gửi", 16),
    ("Chưa kết luận", 18), ("Số ngày chậm", 17), ("Bổ sung", 16), ("Tỷ lệ đúng hạn", 20), ("Kỳ trước", 20),
    ("Đánh giá", 28),
)  # fmt: skip
_NUMBERS = frozenset({
    "STT", "Ngày chậm", "Phải gửi", "Đúng hạn", "Chậm", "Chưa gửi", "Chưa kết luận", "Số ngày chậm",
    "Bổ sung", "Tỷ lệ đúng hạn", "Kỳ trước", "Số ngày làm việc đã quá hạn",
})  # fmt: skip
RATINGS = {
    Rating.GOOD: "Thực hiện tốt",
    Rating.FAIR: "",
    Rating.POOR: "Chưa nghiêm túc",
    Rating.NOT_RATED: "Chưa đánh giá",
}


def _columns(*named: tuple[str, float]) -> list[Any]:
    from mailbot.papers.official import Column  # noqa: PLC0415 - as above

    return [Column(head=head, width=width, right=head in _NUMBERS) for head, width in named]


def _register(report: Report) -> Iterator[Sequence[str]]:
    figures = report.figures
    names = {unit.id: unit.name for unit in figures.units}
    for ordinal, line in enumerate(figures.lines, 1):
        yield (
            str(ordinal),
            names[line.unit],
            line.title,
            vietnamese.short_due(line.due_at),
            report.symbol(line),
            vietnamese.short_moment(line.arrived_at) if line.arrived_at else "",
            line.clock,
            standing_words(line),
            days_late(line),
            "x" if line.on_paper else "",
            "x" if line.by_mail else "",
        )
    if not figures.lines:
        yield "", "Không có", *[""] * (len(_REGISTER) - 2)


def _missing(figures: Figures) -> Iterator[Sequence[str]]:
    names = {unit.id: unit.name for unit in figures.units}
    found = figures.missing()
    for ordinal, line in enumerate(found, 1):
        yield str(ordinal), names[line.unit], line.title, vietnamese.short_due(line.due_at), days_late(line)
    if not found:
        yield "", "Không có", "", "", ""


def _unrated(figures: Figures) -> Iterator[Sequence[str]]:
    found = figures.rated(Rating.NOT_RATED)
    for ordinal, unit in enumerate(found, 1):
        yield str(ordinal), unit.name, vietnamese.reserves(unit.reserves)
    if not found:
        yield "", "Không có", ""


def units_table(figures: Figures, before: Figures | None) -> Iterator[Sequence[str]]:
    """A row for each unit, and one for all of them."""
    for ordinal, unit in enumerate(figures.units, 1):
        then = before.unit(unit.id) if before else None
        yield (
            str(ordinal),
            unit.name,
            *_counted(unit.counts),
            _rate(then.counts) if then else "",
            RATINGS[unit.rating],
        )
    yield "", "Cộng", *_counted(figures.counts), _rate(before.counts) if before else "", ""


def _counted(counts: Counts) -> tuple[str, ...]:
    return (
        str(counts.owed),
        str(counts.on_time),
        str(counts.late),
        str(counts.overdue),
        str(counts.not_judged),
        str(counts.days_late),
        str(counts.supplemented),
        _rate(counts),
    )


def _rate(counts: Counts) -> str:
    return "" if counts.rate is None else f"{vietnamese.decimal(counts.rate)}%"
