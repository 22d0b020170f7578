"""The office's register of incoming documents (Decree 30/2020/NĐ-CP, Appendix IV) as a spreadsheet of papers.

A row names a report by its title, as the clerk writes it, or by the ids of report and period.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.duty import DutyKey, duty_of
from mailbot.core.mail import Mail
from mailbot.core.period import Period
from mailbot.core.reading.fulfilment import filings_of
from mailbot.core.reading.periods_of import periods_of
from mailbot.core.reading.slip import not_begun
from mailbot.core.rules import ReportId, Rules, Unit, UnitId
from mailbot.core.seals import secrecy
from mailbot.core.sheets.sheet_values import a_moment, a_text, a_unit, has_clock

COLUMNS: Mapping[str, Sequence[str]] = {
    "came": ("Ngày đến", "Ngày tháng đến", "Thời điểm đến"),
    "no": ("Số đến", "Số"),
    "unit": ("Tác giả", "Cơ quan gửi", "Nơi gửi", "Đơn vị gửi", "Đơn vị"),
    "symbol": ("Số, ký hiệu", "Số ký hiệu", "Số/ký hiệu"),
    "title": ("Tên loại và trích yếu nội dung", "Trích yếu", "Trích yếu nội dung", "Nội dung"),
    "report": ("Mã báo cáo", "Loại báo cáo"),
    "period": ("Kỳ báo cáo", "Kỳ"),
    "remark": ("Ghi chú",),
}
REQUIRED = ("came", "no", "unit")
# The heading of the form itself, in its order; what mailbot cannot know stays empty for the clerk.
REGISTER_HEADING = (
    "Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu", "Ngày văn bản", "Tên loại và trích yếu nội dung",
    "Đơn vị hoặc người nhận", "Ngày chuyển", "Ký nhận", "Ghi chú",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paper:
    """Paper copies that came under one number: the duties that they hand in, and the stamp's moment."""

    duties: tuple[DutyKey, ...]
    stamped_at: datetime
    register_no: str


@dataclass(frozen=True, slots=True)
class Apart:
    """A row that is no report of a unit of ours: some other document in the register."""

    says: str


def paper_of(
    cells: Mapping[str, object], rules: Rules, book: Book, now: datetime
) -> tuple[Paper | Apart | None, list[str]]:
    """The paper that a row registers, or that it is another document, or all that is wrong with the row."""
    if any(secrecy.marked(str(cell)) for cell in cells.values()):
        return None, ["it bears a mark of State secrecy: secret documents have a register of their own"]
    wrong = [f"{COLUMNS[column][0]}: is empty" for column in REQUIRED if column not in cells]
    stamped_at = None
    if "came" in cells:
        try:
            stamped_at = a_moment(cells["came"])
        except ValueError as error:
            wrong.append(f"{COLUMNS['came'][0]}: {error}")
    if stamped_at is not None and stamped_at.date() > local(now).date():
        wrong.append(f"{COLUMNS['came'][0]}: {stamped_at:%d/%m/%Y} is still to come")
    if wrong or stamped_at is None:
        return None, wrong
    try:
        # What a unit owed when it ended may come on its own paper, some days after.
        unit = a_unit(cells["unit"], rules, stamped_at.date(), former=True)
    except ValueError as error:
        return Apart(str(error)), []
    keys, says = _keys(cells, rules, unit.id, stamped_at.date())
    owed = tuple(key for key in keys if book.is_owed(key) or duty_of(rules, key))
    if says:
        return None, [says]
    if not owed:
        return Apart(f"it is no report that {unit.id} owes"), []
    if not has_clock(cells["came"]):
        stamped_at = _within(stamped_at, owed, rules, book)
    return Paper(owed, stamped_at, a_text(cells.get("no", ""))), []


def _within(noon: datetime, owed: Iterable[DutyKey], rules: Rules, book: Book) -> datetime:
    """The moment that a stamp without an hour counts as: nobody can say that it came after that day's."""
    duties = (book.duties.get(key) or duty_of(rules, key) for key in owed)
    due = [duty.due_at for duty in duties if duty is not None]
    return min([noon, *(at for at in due if local(at).date() == local(noon).date())])


def _keys(
    cells: Mapping[str, object], rules: Rules, unit: UnitId, on: date
) -> tuple[tuple[DutyKey, ...], str]:
    if "report" in cells or "period" in cells:
        try:
            period = Period.parse(a_text(cells.get("period", "")))
        except ValueError as error:
            return (), f"{COLUMNS['period'][0]}: {error}"
        if says := not_begun(period, on):
            return (), f"{COLUMNS['period'][0]}: {says}"
        report = ReportId(a_text(cells.get("report", "")))
        if rules.finds_report(report) is None:
            return (), f"{COLUMNS['report'][0]}: there is no report {report!r}"
        return (DutyKey(unit, report, period),), ""
    title = a_text(cells.get("title", ""))
    return tuple(_read(title, rules, rules.unit(unit), on)), ""


def _read(title: str, rules: Rules, unit: Unit, on: date) -> Iterator[DutyKey]:
    """The reports that a title names, read as the subject of a mail is."""
    reading = periods_of(Mail(sha256="", identity="", size=0, message_id="", subject=title), on)
    if not reading.conflict and not reading.asks:
        begun = [period for period in reading.periods if period.has_begun(on)]
        for filing in filings_of(rules, unit, begun, title):
            yield DutyKey(unit.id, filing.report, filing.period)
