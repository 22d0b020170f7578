"""What bears on one duty: the mails that hand it in or could, and the letters that were written about it."""

from collections.abc import Iterator
from datetime import datetime

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.duty import Duty
from mailbot.core.posting import PostedLetter
from mailbot.core.rules import UnitId
from mailbot.core.verdict import Filed, Filing, Verdict, unit_of


def mails_about(book: Book, duty: Duty, now: datetime) -> Iterator[Arrival]:
    """The mails that hand the duty in, now or as they were judged first, and the unit's while it was open."""
    filing = Filing(duty.key.report, duty.key.period)
    for arrival in book.arrivals:
        verdicts = (arrival.verdict, book.verdict(arrival))
        handed_in = any(
            isinstance(v, Filed) and v.unit == duty.key.unit and filing in v.filings for v in verdicts
        )
        theirs = any(_may_be(verdict, duty.key.unit) for verdict in verdicts)
        theirs = theirs or book.since.get(arrival.number) == duty.key.unit
        if handed_in or (theirs and duty.opens_at <= arrival.arrived_at <= now and _speaks_of(arrival, duty)):
            yield arrival


def letters_about(book: Book, duty: Duty) -> tuple[PostedLetter, ...]:
    """The letters that name the duty, the oldest first."""
    found = {letter for key, letter in book.letters.items() if f"/{duty.key}" in key}
    return tuple(sorted(found, key=lambda letter: letter.number))


def _may_be(verdict: Verdict, unit: UnitId) -> bool:
    return unit_of(verdict) == unit or unit in verdict.findings.may_be


def _speaks_of(arrival: Arrival, duty: Duty) -> bool:
    """Whether the mail could matter: it names the period, or names none."""
    periods = arrival.verdict.findings.periods
    return not periods or duty.key.period in periods
