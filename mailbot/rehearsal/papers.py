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
from mailbot.resources import resource

FOLDER = "papers"


def papers(house: House, year: int, now: datetime) -> Iterator[ShownPaper]:
    """Every paper of the year, with what it is; the last approved month stands for the others."""
    templates, rules, book = resource("templates"), house.rules, house.ledger.book()
    wording = load_wording(templates)
    if book.closed:
        last = max(book.closed, key=lambda period: period.first_on)
        report = report_of(rules, house.ledger, last, now)
        name = f"bao-cao-{last}"
        says = f"Báo cáo {last.label} gửi Chủ tịch UBND tỉnh"
        yield _paper(f"{name}.docx", says, monthly.document(report, wording))
        yield _paper(f"{name}.xlsx", f"Số liệu {last.label}", register.register_workbook(report, rules, book))
    whole = report_of(rules, house.ledger, Period(year, Cadence.YEAR), now)
    says = f"Đánh giá năm {year} gửi Ban Thi đua - Khen thưởng"
    yield _paper(f"thi-dua-{year}.docx", says, emulation.letter(whole, wording))
    yield _paper(f"thi-dua-{year}.xlsx", f"{says} (bảng tính)", emulation.evaluation(whole))
    yield from _calendars(house, year, now)
    for key in _late(house, now):
        pack = evidence.pack(evidence_of(house, key, now), templates)
        yield _paper("chung-cu.zip", f"Hồ sơ chứng cứ của một báo cáo gửi chậm ({key})", pack)
    for path, content in Portal(templates).files(rules.office, house.ledger.closings()).items():
        says = "Trang công khai trên Cổng thông tin điện tử" if path == "index.html" else ""
        yield _paper(f"cong-khai/{path}", says, content)


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
