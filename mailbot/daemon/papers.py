"""From the ledger to the papers: a period's figures as they stand, as they were approved, and replayed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from mailbot.core.changes.in_force import in_force
from mailbot.core.notice import EvaluationMatter, MonthMatter, Notice
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import Rules
from mailbot.core.standings.closing import Amendment, Closing, amendments, differences, rerated, within
from mailbot.core.standings.figures import Figures
from mailbot.core.standings.period_figures import figures
from mailbot.errors import Unavailable
from mailbot.ledger.store import Ledger
from mailbot.papers.given import question_rows, questions_of, task_rows, tasks_of
from mailbot.papers.monthly import Report

# Facts may arrive while figures are made; making them again is cheap, but not for ever.
_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """An approved period, and what its facts give today.

    Attributes:
        same: the checksum holds over the kept figures, and every duty stands as it was approved.
    """

    closing: Closing
    differences: tuple[Amendment, ...]
    same: bool


def report_of(rules: Rules, ledger: Ledger, period: Period, now: datetime) -> Report:
    """The report on `period`: approved figures where there are, else as they stand at `now`."""
    closed = ledger.closings(period)
    before = ledger.closings(period.previous())
    book = ledger.book()
    rules = in_force(rules, book)
    current = figures(rules, book, period, now)
    then = before[-1].figures if before else figures(rules, book, period.previous(), now)
    shown = closed[-1].figures if closed else current
    waiting = (*(found.says for found in differences(shown, current, now)), *rerated(shown, current))
    approved = [found.says for found in amendments(closed)]
    for earlier, later in pairwise(closed):
        approved += rerated(earlier.figures, later.figures)
    # Tasks and questions are listed as they were known when the figures were approved, like every number.
    known = ledger.book_at(book, closed[-1].position, closed[-1].closed_at) if closed else book
    return Report(
        office=rules.office,
        rules=rules.papers,
        figures=shown,
        tasks=tuple(task_rows(rules, tasks_of(rules, known, period, shown.as_of))),
        questions=tuple(question_rows(rules, questions_of(rules, known, period, shown.as_of))),
        before=then if then.units else None,
        sealed=frozenset(arrival.number for arrival in book.sealed),
        amendments=(
            *(f"Đã đính chính: {says}" for says in approved),
            *(f"Chưa được duyệt: {says}" for says in waiting if closed),
            *(_unlike_its_months(ledger, shown) if period.cadence is not Cadence.MONTH else ()),
        ),
    )


def beside_approved(ledger: Ledger, notice: Notice) -> Notice:
    """The notice; a draft is held against what was approved of the month before, or of its own months."""
    match notice.matter:
        case MonthMatter(figures=drafted) as matter if before := ledger.closings(drafted.period.previous()):
            return replace(notice, matter=replace(matter, before=before[-1].figures))
        case EvaluationMatter(figures=drafted) as matter:
            unlike = tuple(_unlike_its_months(ledger, drafted))
            return replace(notice, matter=replace(matter, amendments=unlike))
        case _:
            return notice


def _unlike_its_months(ledger: Ledger, found: Figures) -> Iterator[str]:
    """Where the figures of a longer period are no longer the sum of what was approved of its months."""
    whole = found.period
    approved = {closing.period: closing.figures for closing in ledger.closings()}
    for month, figures_then in sorted(approved.items(), key=lambda one: one[0].first_on):
        if month.cadence is Cadence.MONTH and month.lies_in(whole):
            for change in differences(figures_then, within(found, month), found.as_of):
                yield f"Khác số liệu {month.label} đã duyệt: {change.says}"


def close(
    rules: Rules,
    ledger: Ledger,
    period: Period,
    now: datetime,
    *,
    by: str,
    why: str = "",
    via: int | None = None,
    public: bool = True,
) -> Closing:
    """Approve the figures of `period` as they stand at `now`.

    Raises:
        Unavailable: facts arrive faster than figures can be made.
    """
    for _ in range(_TRIES):
        book = ledger.book()
        found = figures(in_force(rules, book), book, period, now)
        kept = ledger.close_period(book, found, by=by, now=now, why=why, via=via, public=public)
        if kept is not None:
            return kept
    raise Unavailable("facts arrive faster than figures can be approved")


def unapproved(rules: Rules, ledger: Ledger, now: datetime) -> Iterator[tuple[Period, tuple[str, ...]]]:
    """What each public month shows otherwise than it stands at `now`; nobody has approved that yet."""
    book = ledger.book()
    rules = in_force(rules, book)
    last = {closing.period: closing for closing in ledger.closings() if closing.public}
    for period, closing in sorted(last.items(), key=lambda one: one[0].first_on):
        current = figures(rules, book, period, now)
        if changes := tuple(found.says for found in differences(closing.figures, current, now)):
            yield period, changes


def replayed(rules: Rules, ledger: Ledger, period: Period | None = None) -> Iterator[Replayed]:
    """Every approval with the figures that the facts known then give by the rules in force now."""
    book = ledger.book()
    for closing in ledger.closings(period):
        then = ledger.book_at(book, closing.position, closing.closed_at)
        again = figures(in_force(rules, then), then, closing.period, closing.figures.as_of)
        found = tuple(differences(closing.figures, again, closing.closed_at))
        yield Replayed(closing=closing, differences=found, same=closing.sound and not found)
