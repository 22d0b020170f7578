"""The parts that a complete report consists of: which a mail brings, and which are missing.

The report itself is what makes a mail a report; a part is an annex or a sheet of figures beside it. Missing
parts are chased alone: the report counts as received by its first copy.
"""

from dataclasses import replace

from mailbot.core.book import Book
from mailbot.core.duty import DutyKey
from mailbot.core.language.text import fold
from mailbot.core.mail import Mail
from mailbot.core.report import Part, Report
from mailbot.core.rules import Rules
from mailbot.core.standing import Judgement
from mailbot.core.verdict import Filed


def parts_seen(report: Report, mail: Mail) -> tuple[str, ...] | None:
    """Which parts of `report` the mail names in its subject, in a file's name, or in what a file says.

    None if the report has no parts to look for.
    """
    if not report.parts:
        return None
    words = [mail.subject, *(f"{file.name}\n{file.text}" for file in mail.attachments)]
    said = fold("\n".join(words))
    return tuple(part.id for part in report.parts if any(fold(phrase) in said for phrase in part.words))


def missing_parts(report: Report, key: DutyKey, book: Book) -> tuple[Part, ...]:
    """The parts of a report handed in that no copy of it brought; none while nothing was handed in.

    Nobody is asked for a part that a person may have seen: a paper copy, and a mail that a person filed
    without looking for parts, count as complete.
    """
    copies = book.copies.get(key, ())
    seen: set[str] = set()
    for copy in copies:
        brought = None if copy.arrival is None else _brought(book, copy.arrival.number, key)
        if brought is None:
            return ()
        seen.update(brought)
    return tuple(part for part in report.parts if part.id not in seen) if copies else ()


def with_parts(judgement: Judgement, rules: Rules, book: Book) -> Judgement:
    """The judgement, and what the report lacks as far as anybody has looked."""
    report = rules.finds_report(judgement.duty.key.report)
    if report is None or not report.parts:
        return judgement
    return replace(judgement, missing=missing_parts(report, judgement.duty.key, book))


def _brought(book: Book, number: int, key: DutyKey) -> tuple[str, ...] | None:
    verdict = book.verdict(book.by_number[number])
    filings = verdict.filings if isinstance(verdict, Filed) else ()
    return next((f.parts for f in filings if (f.report, f.period) == (key.report, key.period)), None)
