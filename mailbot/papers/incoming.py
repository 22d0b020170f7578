"""The register of incoming documents as a workbook, in the columns of Decree 30/2020/NĐ-CP, Appendix IV.

The running number is the office's own: of mails, which the clerk has still to enter, it stays empty.
"""

from collections.abc import Iterator
from datetime import date, datetime

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book, Stamp
from mailbot.core.calendar import local
from mailbot.core.language.symbol import report_symbol
from mailbot.core.rules import Rules, UnitId
from mailbot.core.sheets.paper_sheet import REGISTER_HEADING
from mailbot.core.verdict import MACHINES, Filed, Ignored, Reason, Sealed, Unclear, unit_of
from mailbot.core.wording.vietnamese import code, foreign, named, short_day, titled
from mailbot.papers.workbook import Sheet, workbook

_WIDTHS = (12, 9, 30, 18, 12, 54, 24, 10, 9, 26)
# What a person wrote and somebody must see; machines' mails and repetitions are no documents.
_NO_DOCUMENTS = MACHINES | {Reason.DUPLICATE}


def incoming_workbook(rules: Rules, book: Book, first: date, last: date, made_at: datetime) -> bytes:
    """The documents that came from `first` to `last`, both included, in the order of coming."""
    came = [
        *((arrival.arrived_at, _of_mail(rules, book, arrival)) for arrival in _documents(book)),
        *((stamp.stamped_at, _of_paper(rules, stamp)) for stamp in book.stamps),
    ]
    rows = [row for at, row in sorted(came, key=lambda one: one[0]) if first <= local(at).date() <= last]
    title = f"Sổ đăng ký văn bản đến từ {short_day(first)} đến {short_day(last)}"
    sheet = Sheet(
        name="Văn bản đến",
        title=title,
        columns=REGISTER_HEADING,
        widths=_WIDTHS,
        rows=rows,
        remarks=(rules.office.name,),
    )
    return workbook([sheet], title=title, made_at=made_at)


def _documents(book: Book) -> Iterator[Arrival]:
    for arrival in book.arrivals:
        verdict = book.verdict(arrival)
        # Secret documents have a register of their own; nothing of them may stand in this one.
        sealed = isinstance(arrival.verdict, Sealed)
        machine = isinstance(verdict, Ignored) and verdict.reason in _NO_DOCUMENTS
        if isinstance(verdict, Filed | Unclear | Ignored) and not sealed and not machine:
            yield arrival


def _of_mail(rules: Rules, book: Book, arrival: Arrival) -> tuple[str, ...]:
    mail, unit = arrival.mail, unit_of(book.verdict(arrival))
    sender = mail.sender.email if mail.sender else ""
    symbol = report_symbol((mail.subject, *(file.name for file in mail.attachments)))
    return (
        short_day(arrival.arrived_at),
        "",
        _name(rules, unit) if unit else foreign(sender),
        foreign(symbol),
        "",
        foreign(mail.subject, longest=250),
        named(rules.office.name),
        "",
        "",
        f"Thư điện tử, mã {code(arrival.number)}",
    )


def _of_paper(rules: Rules, stamp: Stamp) -> tuple[str, ...]:
    report = rules.finds_report(stamp.duty.report)
    return (
        short_day(stamp.stamped_at),
        foreign(stamp.register_no),
        _name(rules, stamp.duty.unit),
        "",
        "",
        titled(report, stamp.duty.period) if report else str(stamp.duty),
        named(rules.office.name),
        "",
        "",
        "Bản giấy",
    )


def _name(rules: Rules, unit_id: UnitId) -> str:
    unit = rules.finds_unit(unit_id)
    return named(unit.name if unit else unit_id)
