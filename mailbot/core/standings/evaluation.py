"""The evaluation of a half-year or year for the Emulation board, on its date, to whoever approves papers.

Directive 13/CT-UBND, point 10, has the office evaluate and the board decide. So nothing leaves for the board
by itself: the approver gets letter and table, signs and sends them.
"""

from collections.abc import Iterator
from datetime import date, datetime

from mailbot.core.book import Book
from mailbot.core.calendar import at, local
from mailbot.core.letters.month_end import approvers, owed_in
from mailbot.core.notice import EvaluationMatter, Notice
from mailbot.core.period import Cadence, Period
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Rules
from mailbot.core.standings.period_figures import figures

# As long as a month's draft: what nobody has looked at by then stays with the command line.
_OPEN_FOR = 15


def evaluation_keys(rules: Rules, book: Book, now: datetime, go_live: datetime) -> frozenset[str]:
    """The keys of the evaluations that are justified at `now`, written already or not."""
    period = evaluated(local(now).date())
    begins, ends = window(rules, period)
    known = begins <= now < ends and at(period.last_on) > go_live and any(owed_in(book, period))
    return frozenset(_key(period, email) for email in approvers(rules)) if known else frozenset()


def evaluation(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Iterator[Notice]:
    """The evaluations that ought to exist and are not written yet."""
    keys = evaluation_keys(rules, book, now, go_live)
    if keys <= book.letters.keys():
        return
    period = evaluated(local(now).date())
    begins, ends = window(rules, period)
    matter = EvaluationMatter(
        figures=figures(rules, book, period, now),
        since=max(period.first_on, local(go_live).date()),
        unapproved=tuple(month for month in months_of(period, go_live) if month not in book.closed),
    )
    for email in approvers(rules):
        key = _key(period, email)
        if key not in book.letters:
            yield Notice(
                kind=NoticeKind.EVALUATION,
                keys=(key,),
                to=(email,),
                due_at=begins,
                expires_at=ends,
                matter=matter,
            )


def evaluated(day: date) -> Period:
    """The last first half-year or whole year that is over on `day`."""
    half = Period.containing(Cadence.HALF, day).previous()
    return half if half.ordinal == 1 else Period(half.year, Cadence.YEAR)


def window(rules: Rules, period: Period) -> tuple[datetime, datetime]:
    """From when until when the letter about `period` is justified."""
    calendar, on = rules.calendar, rules.papers.timetable.evaluation_on
    begins, ends = (calendar.shift(period.last_on, days) for days in (on, on + _OPEN_FOR))
    return at(begins, rules.sending.opens), at(ends, rules.sending.opens)


def months_of(period: Period, go_live: datetime) -> Iterator[Period]:
    """The whole months of `period` in which mailbot was there."""
    month = Period.containing(Cadence.MONTH, period.first_on)
    while month.first_on <= period.last_on:
        if at(month.first_on) >= go_live:
            yield month
        month = month.next()


def _key(period: Period, email: str) -> str:
    return f"{NoticeKind.EVALUATION}/{period}/{email}"
