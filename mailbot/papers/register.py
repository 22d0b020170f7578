"""The same numbers as the monthly report, as a workbook: totals, units, duties, and the register of mails."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.period import Period, span
from mailbot.core.rules import Rules, UnitId
from mailbot.core.standings.figures import Counts, Figures
from mailbot.core.verdict import Commanded, Filed, Ignored, Sealed, Unclear, Verdict, kind, unit_of
from mailbot.core.wording import vietnamese
from mailbot.papers.given import QUESTION_COLUMNS, TASK_COLUMNS
from mailbot.papers.monthly import RATINGS, Report, amended, checksum_line, not_due, standing_words
from mailbot.papers.words import MAIL_KINDS, opening
from mailbot.papers.workbook import Cell, Sheet, workbook

Row = Sequence[Cell]
# On A4 all columns together would be too small to read.
_NOT_PRINTED = "Cột Cách tính thời hạn và cột SHA-256 chỉ có trong tệp, không in."


def register_workbook(report: Report, rules: Rules, book: Book) -> bytes:
    """The workbook of a period: what the report says, and the mails of the period."""
    return _workbook(report, _mails_sheet(report.figures, rules, book))


def figures_workbook(report: Report) -> bytes:
    """The workbook without the register of mails, as it goes by mail itself."""
    return _workbook(report)


def _workbook(report: Report, *more: Sheet) -> bytes:
    sheets = (*_counted_sheets(report), *more, *_given_sheets(report))
    title = f"Tổng hợp báo cáo {report.figures.period.label}"
    return workbook(sheets, title=title, made_at=report.figures.as_of)


def _counted_sheets(report: Report) -> Iterator[Sheet]:
    figures = report.figures
    label, remarks = figures.period.label, (checksum_line(figures),)
    yield Sheet(
        name="Tổng hợp",
        title=f"Tổng hợp tình hình thực hiện chế độ báo cáo {label}",
        columns=("Chỉ tiêu", opening(label), "Kỳ trước"),
        widths=(60, 22, 22),
        rows=_totals(figures, report.before),
        remarks=(*amended(report), *remarks),
        notes=report.amendments,
    )
    yield units_sheet(report)
    yield Sheet(
        name="Sổ theo dõi",
        title=f"Từng báo cáo đến hạn trong {label}",
        columns=_LINE_COLUMNS,
        widths=(5, 30, 40, 17, 16, 17, 18, 22, 8, 7, 8, 7, 10, 60, 22),
        rows=lines(report),
        remarks=(*remarks, _NOT_PRINTED),
        printed=_LINE_COLUMNS.index("Cách tính thời hạn"),
    )


def _mails_sheet(figures: Figures, rules: Rules, book: Book) -> Sheet:
    return Sheet(
        name="Thư đến",
        title=f"Thư đến hộp thư báo cáo trong {figures.period.label}",
        columns=(
            "Số", "Đơn vị", "Thời điểm nhận", "Người gửi", "Tiêu đề", "Kết quả", "Số tệp", "Mã tiếp nhận",
        ),
        widths=(7, 30, 17, 28, 54, 36, 7, 12),
        rows=mails(rules, book, figures.period, figures.as_of),
        remarks=(checksum_line(figures),),
    )  # fmt: skip


def _given_sheets(report: Report) -> Iterator[Sheet]:
    figures = report.figures
    for name, about, columns, rows in (
        ("Nhiệm vụ", "Nhiệm vụ do UBND tỉnh, Chủ tịch UBND tỉnh giao,", TASK_COLUMNS, report.tasks),
        ("Câu hỏi", "Câu hỏi trên Cổng thông tin điện tử,", QUESTION_COLUMNS, report.questions),
    ):
        yield Sheet(
            name=name,
            title=f"{about} {figures.period.label}",
            columns=[head for head, _ in columns],
            widths=[max(10, round(width * 0.6)) for _, width in columns],
            rows=rows,
            remarks=(checksum_line(figures),),
        )


def units_sheet(report: Report) -> Sheet:
    """A row for each unit."""
    figures = report.figures
    return Sheet(
        name="Theo đơn vị",
        title=f"Theo đơn vị, {figures.period.label}",
        columns=(
            "STT", "Đơn vị", "Khối", "Phải gửi", "Đúng hạn", "Chậm", "Chưa gửi", "Chưa kết luận", "Được miễn",
            "Số ngày chậm", "Bổ sung", "Tỷ lệ đúng hạn (%)", "Kỳ trước (%)", "Đánh giá",
            "Lý do chưa đánh giá",
        ),
        widths=(5, 32, 25, 8, 8, 8, 8, 9, 8, 9, 8, 10, 10, 16, 36),
        rows=_units(figures, report.before),
        remarks=(*not_due(figures), checksum_line(figures)),
    )  # fmt: skip


_LINE_COLUMNS = (
    "STT", "Đơn vị", "Báo cáo", "Thời hạn", "Số, ký hiệu", "Thời điểm nhận", "Căn cứ", "Tình trạng",
    "Số ngày chậm", "Bản giấy", "Bản điện tử", "Bổ sung", "Số bản ghi", "Cách tính thời hạn", "SHA-256",
)  # fmt: skip


def lines(report: Report) -> Iterator[Row]:
    """A row for each duty."""
    figures = report.figures
    names = {unit.id: unit.name for unit in figures.units}
    for ordinal, line in enumerate(figures.lines, 1):
        blamed = line.standing in {"late", "overdue"}
        yield (
            ordinal,
            names[line.unit],
            line.title,
            line.due_at,
            report.symbol(line),
            line.arrived_at,
            line.clock,
            standing_words(line),
            line.days_late if blamed else None,
            "x" if line.on_paper else "",
            "x" if line.by_mail else "",
            line.versions,
            vietnamese.code(line.arrival) if line.arrival is not None else "",
            line.derivation,
            line.sha256[:16],
        )


def mails(rules: Rules, book: Book, period: Period, as_of: datetime) -> Iterator[Row]:
    """A row for each mail that arrived in the period; of a sealed one nothing but number and time."""
    begins, ends = span(period)
    names = {unit.id: vietnamese.named(unit.name) for unit in rules.units}
    for arrival in book.arrivals:
        if begins <= arrival.arrived_at < ends and arrival.arrived_at <= as_of:
            yield _mail(arrival, book.verdict(arrival), names)


def _mail(arrival: Arrival, verdict: Verdict, names: Mapping[UnitId, str]) -> Row:
    # Sealed as it came or by ruling: once sealed, its words appear nowhere, and not whose it was.
    if isinstance(arrival.verdict, Sealed) or isinstance(verdict, Sealed):
        return arrival.number, "", arrival.arrived_at, "", "", MAIL_KINDS["sealed"], None, ""
    unit, sender = unit_of(verdict), arrival.mail.sender
    return (
        arrival.number,
        names.get(unit, unit) if unit else "",
        arrival.arrived_at,
        vietnamese.foreign_name(sender.email) if sender else "",
        vietnamese.foreign(arrival.mail.subject, longest=250),
        _outcome(verdict),
        len(arrival.mail.attachments),
        vietnamese.code(arrival.number),
    )


def _outcome(verdict: Verdict) -> str:
    says = MAIL_KINDS[kind(verdict)]
    match verdict:
        case Filed():
            return f"{says}: {'; '.join(filing.period.label for filing in verdict.filings)}"
        case Unclear():
            return f"{says}: {vietnamese.words(verdict.question)}"
        case Ignored():
            return f"{says}: {vietnamese.words(verdict.reason)}"
        case Sealed() | Commanded():
            return says


def _totals(figures: Figures, before: Figures | None) -> Iterator[Row]:
    now, then = figures.counts, before.counts if before else None
    yield "Số đơn vị phải báo cáo", len(figures.owing), len(before.owing) if before else None
    for says, name in (
        ("Số lượt báo cáo phải gửi", "owed"), ("Đã gửi", "handed_in"), ("Đúng hạn", "on_time"),
        ("Chậm", "late"), ("Quá hạn chưa gửi", "overdue"), ("Chưa kết luận", "not_judged"),
        ("Chưa đến hạn", "still_open"),
        ("Được miễn theo văn bản", "excused"), ("Tổng số ngày làm việc chậm", "days_late"),
        ("Có bản bổ sung, chỉnh sửa hoặc bị trả lại", "supplemented"), ("Có bản điện tử", "electronic"),
    ):  # fmt: skip
        yield says, getattr(now, name), getattr(then, name) if then else None
    for says, task in (("Nhiệm vụ được giao", "tasks"), ("Câu hỏi của công dân", "questions")):
        for state, field in (("", "total"), (", đã xong", "done"), (", quá hạn", "overdue")):
            found, earlier = getattr(figures, task), getattr(before, task) if before else None
            values = [getattr(each, field) if each else None for each in (found, earlier)]
            yield f"{says}{state}", *values
    yield "Tỷ lệ đúng hạn trên số đã kết luận (%)", now.rate, then.rate if then else None
    yield (
        "Thư có dấu hiệu là báo cáo đột xuất",
        figures.urgent.received,
        before.urgent.received if before else None,
    )
    for says, rating in RATINGS.items():
        if rating:
            yield rating, len(figures.rated(says)), len(before.rated(says)) if before else None


def _units(figures: Figures, before: Figures | None) -> Iterator[Row]:
    for ordinal, unit in enumerate(figures.units, 1):
        then = before.unit(unit.id) if before else None
        yield (
            ordinal,
            unit.name,
            figures.groups.get(unit.group, unit.group),
            *_counted(unit.counts),
            then.counts.rate if then else None,
            RATINGS[unit.rating],
            vietnamese.reserves(unit.reserves),
        )


def _counted(counts: Counts) -> Row:
    return (
        counts.owed,
        counts.on_time,
        counts.late,
        counts.overdue,
        counts.not_judged,
        counts.excused,
        counts.days_late,
        counts.supplemented,
        counts.rate,
    )
