"""Urgent reports in time or not, by the clocks that the unit was told of.

mailbot cannot know when something happened, so a first report that nobody asked for is neither. Two clocks
run against a unit: the moment that a demand names, and the interval after which news of an open matter are
due, which every confirmation of an urgent report names. One clock that runs out is one report late, however
long it takes then. Nothing is concluded where the letter that names the clock had not left before it ran out
or did not reach the unit, over an outage of ours, nor while a mail of the unit is undecided.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.emergencies.emergency import (
    Emergency,
    demand_key,
    emergencies,
    is_no_matter,
    update_interval,
)
from mailbot.core.machine.watch import broken_before, vanished_before
from mailbot.core.period import Period, span
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.rules import Rules, UnitId
from mailbot.core.standing import may_have_come
from mailbot.core.standings.figures import UrgentFigures
from mailbot.core.verdict import is_urgent, unit_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A moment by which a unit was to report on an urgent matter.

    Attributes:
        letters: the keys of the letters of which one told the unit of it.
        came_at: when it reported, if it did.
    """

    unit: UnitId
    letters: tuple[str, ...]
    since: datetime
    due_at: datetime
    came_at: datetime | None

    @property
    def in_time(self) -> bool:
        """Whether the report came by then."""
        return self.came_at is not None and self.came_at <= self.due_at


def clocks(rules: Rules, book: Book, as_of: datetime) -> Iterator[Clock]:
    """Every clock that has been met or has run out at `as_of`, and of which that can be concluded."""
    for matter in emergencies(book):
        unit = rules.finds_unit(matter.unit)
        if unit is None:
            continue
        for clock in _of(matter, rules, book, as_of):
            if clock.in_time or (clock.due_at < as_of and _is_concluded(book, clock, as_of)):
                yield clock


def urgent_figures(
    rules: Rules, book: Book, period: Period, as_of: datetime
) -> Mapping[UnitId, UrgentFigures]:
    """What each unit reported at once in `period`, and which of its clocks fell into it."""
    begins, ends = span(period)
    received: defaultdict[UnitId | None, int] = defaultdict(int)
    in_time: defaultdict[UnitId, int] = defaultdict(int)
    late: defaultdict[UnitId, int] = defaultdict(int)
    for arrival in _urgent(book):
        if begins <= arrival.arrived_at < ends and arrival.arrived_at <= as_of:
            received[unit_of(book.verdict(arrival))] += 1
    for clock in clocks(rules, book, as_of):
        if begins <= clock.due_at < ends:
            (in_time if clock.in_time else late)[clock.unit] += 1
    units = {unit for unit in received if unit is not None} | in_time.keys() | late.keys()
    return {
        unit: UrgentFigures(received=received[unit], in_time=in_time[unit], late=late[unit]) for unit in units
    }


def urgent_received(book: Book, period: Period, as_of: datetime) -> int:
    """How many urgent reports came in `period`, whoever they are from."""
    begins, ends = span(period)
    came = (arrival.arrived_at for arrival in _urgent(book))
    return sum(begins <= moment < ends and moment <= as_of for moment in came)


def _of(matter: Emergency, rules: Rules, book: Book, as_of: datetime) -> Iterator[Clock]:
    reports = [report for report in matter.reports if report.arrived_at <= as_of]
    news = [report.arrived_at for report in reports]
    ended_at = min(as_of, matter.closed_at) if matter.closed_at is not None else as_of
    asked = matter.demand
    if asked is not None and asked.due_at is not None:
        first = news[0] if news else None
        # Closed by a person before the unit had to report: nobody waited any more.
        if first is not None or asked.due_at < ended_at:
            yield Clock(
                unit=matter.unit,
                letters=(demand_key(asked),),
                since=asked.at,
                due_at=asked.due_at,
                came_at=first,
            )
    every = update_interval(rules, rules.unit(matter.unit))
    for report, following in zip_longest(reports, news[1:]):
        since = report.arrived_at
        if following is not None or since + every < ended_at:
            confirmed = f"{NoticeKind.INCIDENT}/{report.number}"
            yield Clock(
                unit=matter.unit,
                # Where a person found out whose report it is, the confirmation followed the ruling.
                letters=(confirmed, f"{confirmed}/{book.version_of(report.number)}"),
                since=since,
                due_at=since + every,
                came_at=following,
            )


def _is_concluded(book: Book, clock: Clock, as_of: datetime) -> bool:
    """Whether the unit knew of the clock, and mailbot would have seen a report, had one come in time."""
    if not any(_left_before(clock.due_at, book.letters.get(key)) for key in clock.letters):
        return False
    read = clock.came_at is not None or (book.scanned_at is not None and book.scanned_at > clock.due_at)
    until = min(as_of, clock.came_at or as_of)
    waits = book.undecided.get(clock.unit, ())
    open_mails = (mail for mail in waits if not is_urgent(mail.verdict))
    open_mail = any(clock.since < at <= until for mail in open_mails for at in may_have_come(mail, book))
    gaps = book.unproven(as_of)
    unseen = broken_before(clock.due_at, gaps) or vanished_before(clock.due_at, clock.since, gaps)
    unreached = any(book.health.unreached(clock.unit, at) for at in {clock.due_at, until})
    return read and not (open_mail or unseen or unreached)


def _left_before(due_at: datetime, letter: PostedLetter | None) -> bool:
    """Whether that letter had been sent by then; what nobody wrote, and what waited for a person, had not."""
    if letter is None or letter.state is not State.SENT:
        return False
    return letter.settled_at is None or letter.settled_at <= due_at


def _urgent(book: Book) -> Iterator[Arrival]:
    """The mails that were urgent reports when they came, and that no person took for something else since."""
    for arrival in book.arrivals:
        if is_urgent(arrival.verdict) and not is_no_matter(book.verdict(arrival)):
            yield arrival
