"""The papers that go out on dates of the calendar: after a month, a half-year and a year, and before one."""

from collections.abc import Iterator
from datetime import datetime

from mailbot.core.book import Book
from mailbot.core.letters.month_end import month_end, month_end_keys
from mailbot.core.letters.year_calendar import calendar_keys, year_calendar
from mailbot.core.notice import Notice
from mailbot.core.rules import Rules
from mailbot.core.standings.evaluation import evaluation, evaluation_keys


def on_dates(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Iterator[Notice]:
    """The letters of the calendar that ought to exist at `now` and are not written yet."""
    yield from month_end(rules, book, now, go_live)
    yield from evaluation(rules, book, now, go_live)
    yield from year_calendar(rules, book, now)


def on_dates_keys(rules: Rules, book: Book, now: datetime, go_live: datetime) -> frozenset[str]:
    """The keys of all of them that are justified at `now`, written already or not."""
    return (
        month_end_keys(rules, book, now, go_live)
        | evaluation_keys(rules, book, now, go_live)
        | calendar_keys(rules, now)
    )
