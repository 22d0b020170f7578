"""The papers of a rehearsed year, as the office would have them in hand when it ends."""

from collections.abc import Iterator
from datetime import date, datetime

from mailbot.core.deadlines import deadlines
from mailbot.core.duty import DutyKey
from mailbot.core.period import Cadence, Period
from mailbot.core.standing import Standing, judge
from mailbot.daemon.evidence import evidence_of
from mailbot.daemon.house import House
from mailbot.daemon.papers import report_of
from mailbot.papers import emulation, evidence, monthly, register
from mailbot.papers.ics import calendar_file
from mailbot.papers.paper_words import load_wording
from mailbot.papers.portal import Portal
from mailbot.papers.shown import ShownPaper
from mailbot.papers.wall import wall_chart
from mailbot.papers.wording import Wording
from mailbot.resources import resource

FOLDER = "papers"


def papers(house: House, year: int, now: datetime) -> Iterator[ShownPaper]:
    """Every paper of the year, with what it is."""
    templates, wording = resource("templates"), load_wording(resource("templates"))
    yield from _months(house, wording, now)
    for period in (Period(year, Cadence.HALF, 1), Period(year, Cadence.YEAR)):
        report = report_of(house.rules, house.ledger, period, now)
        says = f"Đánh giá {period.label} gửi Ban Thi đua - Khen thưởng"
        yield _paper(f"thi-dua-{period}.docx", says, emulation.letter(report, wording))
        yield _paper(f"thi-dua-{period}.xlsx", f"{says} (bảng tính)", emulation.evaluation(report))
    yield from _calendars(house, year, now)
    for key in _late(house, now):
        pack = evidence.pack(evidence_of(house, key, now), templates)
        yield _paper("chung-cu.zip", f"Hồ sơ chứng cứ của một báo cáo gửi chậm ({key})", pack)
    for path, content in Portal(templates).files(house.rules.office, house.ledger.closings()).items():
        says = "Trang công khai trên Cổng thông tin điện tử" if path == "index.html" else ""
        yield _paper(f"cong-khai/{path}", says, content)


def _months(house: House, wording: Wording, now: datetime) -> Iterator[ShownPaper]:
    """The report of every approved month, and its figures; the last one's with the whole register."""
    rules, book = house.rules, house.ledger.book()
    closed = sorted(book.closed, key=lambda period: period.first_on)
    for period in closed:
        report = report_of(rules, house.ledger, period, now)
        name, says = f"bao-cao-{period}", f"Báo cáo {period.label} gửi Chủ tịch UBND tỉnh"
        yield _paper(f"{name}.docx", says, monthly.document(report, wording))
        last = period == closed[-1]
        figures = (
            register.register_workbook(report, rules, book) if last else register.figures_workbook(report)
        )
        yield _paper(f"{name}.xlsx", f"Số liệu {period.label}", figures)


def _calendars(house: House, year: int, now: datetime) -> Iterator[ShownPaper]:
    rules, book = house.rules, house.ledger.book()
    found = deadlines(rules, book, date(year, 1, 1), date(year, 12, 31))
    title = f"Lịch gửi báo cáo năm {year}"
    yield _paper(f"lich-{year}.ics", f"{title} (tệp lịch)", calendar_file(rules.office, title, found, now))
    for path, content in wall_chart(resource("templates"), rules.office, rules.calendar, year, found).items():
        yield _paper(path, f"{title} (treo tường)" if path.endswith(".html") else "", content)


def _late(house: House, now: datetime) -> Iterator[DutyKey]:
    """One duty that came late by mail, if there is any."""
    book = house.ledger.book()
    for duty in sorted(book.duties.values(), key=lambda duty: (duty.due_at, str(duty.key))):
        if judge(duty, book, now).standing is Standing.LATE:
            yield duty.key
            return


def _paper(path: str, says: str, content: bytes) -> ShownPaper:
    return ShownPaper(path=f"{FOLDER}/{path}", says=says, content=content)
