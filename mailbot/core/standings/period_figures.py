"""From the book to the figures of a period: which duties fall into it, and whom may be named.

A duty belongs to the period in which its due day lies, whichever period it reports on. A unit belongs to
it by its duties, so a month's figures speak of that month's units; one that ended before is none of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book, Copy
from mailbot.core.calendar import local
from mailbot.core.changes.after_end import doubted
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.emergencies.urgent_figures import urgent_figures, urgent_received
from mailbot.core.language.symbol import report_symbol
from mailbot.core.mail import ArrivalClock
from mailbot.core.period import Cadence, Period, span
from mailbot.core.rules import Rules, UnitId
from mailbot.core.senders.known_since import with_owners
from mailbot.core.standing import Doubt, Judgement, Standing, judge, may_have_come
from mailbot.core.standings.figures import (
    Counts,
    Figures,
    Line,
    ObjectionFigures,
    Rating,
    Reserve,
    TaskFigures,
    UnitFigures,
    UrgentFigures,
)
from mailbot.core.standings.objection import objections_by_unit
from mailbot.core.tasks.progress import Line as Progress
from mailbot.core.tasks.progress import State, questions_in, tasks_in
from mailbot.core.tasks.progress import lines as progress
from mailbot.core.verdict import Filed, Ignored, Reason, unit_of
from mailbot.core.wording import vietnamese
from mailbot.core.wording.told_apart import told_apart

_BLAMED = frozenset({Standing.LATE, Standing.OVERDUE})


def figures(rules: Rules, book: Book, period: Period, as_of: datetime) -> Figures:
    """The figures of `period` as they stand at `as_of`."""
    book = with_owners(rules, book, as_of)
    order = {unit.id: ordinal for ordinal, unit in enumerate(rules.units)}
    lines = _lines(rules, book, period, as_of)
    names = told_apart(rules, lines, local(as_of).date())
    rater = _Rater(rules, book, period, as_of)
    urgent = urgent_figures(rules, book, period, as_of)
    objected = objections_by_unit(rules, book, period)
    given = list(progress(rules, book, as_of))
    begins, ends = span(period)
    return Figures(
        period=period,
        as_of=as_of,
        rules=rules.fingerprint,
        units=tuple(
            rater.rated(
                replace(
                    _unit(rules, unit_id, names[unit_id], lines[unit_id]),
                    urgent=urgent.get(unit_id, UrgentFigures()),
                    objections=objected.get(unit_id, ObjectionFigures()),
                )
            )
            for unit_id in sorted(lines, key=lambda found: (order.get(found, len(order)), found))
        ),
        groups=dict(rules.groups),
        urgent=UrgentFigures(
            received=urgent_received(book, period, as_of),
            in_time=sum(found.in_time for found in urgent.values()),
            late=sum(found.late for found in urgent.values()),
        ),
        tasks=_given(tasks_in(given, begins, ends)),
        questions=_given(questions_in(given, begins, ends)),
    )


def _lines(rules: Rules, book: Book, period: Period, as_of: datetime) -> Mapping[UnitId, list[Line]]:
    begins, ends = span(period)
    sent_back = _sent_back(book)
    found: defaultdict[UnitId, list[Line]] = defaultdict(list)
    for duty in book.duties.values():
        # What has no period (tasks, questions, urgent matters) is told of apart from the periodic reports.
        periodic = duty.key.period.cadence is not Cadence.EVENT
        fell_due = begins <= duty.due_at < ends and duty.opens_at <= as_of
        if periodic and fell_due and not released(book, duty):
            found[duty.key.unit].append(line_of(rules, book, duty, as_of, sent_back))
    return found


def line_of(
    rules: Rules,
    book: Book,
    duty: Duty,
    as_of: datetime,
    sent_back: Mapping[DutyKey, int] | None = None,
) -> Line:
    """How one duty counts at `as_of`; `sent_back` if it is known already."""
    title = vietnamese.titled_as_known(rules, duty.key.report, duty.key.period)
    copies = [copy for copy in book.copies.get(duty.key, ()) if copy.at <= as_of]
    # A mail that was delivered twice, of which one date is in doubt, is two copies and one version.
    mailed = len({copy.arrival.number for copy in copies if copy.arrival is not None})
    line = _line(duty, doubted(rules, judge(duty, book, as_of)), title)
    until = local(line.arrived_at or as_of).date()
    returned = _sent_back(book) if sent_back is None else sent_back
    return replace(
        line,
        by_mail=mailed > 0,
        on_paper=any(copy.stamp is not None for copy in copies),
        days_late=rules.calendar.working_days_after(local(duty.due_at).date(), until),
        versions=max(0, mailed - 1) + returned.get(duty.key, 0),
    )


def released(book: Book, duty: Duty) -> bool:
    """Whether nobody owes it any more: its unit has ended, or the rules no longer ask for it.

    Who was excused by a letter is listed with the letter, and what came all the same with its arrival.
    """
    return duty.excused and not duty.letter and duty.key not in book.copies


def _line(duty: Duty, judgement: Judgement, title: str) -> Line:
    copy = judgement.copy
    arrival = copy.arrival if copy else None
    return Line(
        unit=duty.key.unit,
        report=duty.key.report,
        period=duty.key.period,
        title=title,
        opens_at=duty.opens_at,
        due_at=duty.due_at,
        # One who is excused and reports all the same counts neither way.
        standing=Standing.EXCUSED if duty.excused else judgement.standing,
        basis=duty.basis,
        derivation=duty.derivation,
        arrived_at=copy.at if copy else None,
        clock=_clock(copy),
        arrival=arrival.number if arrival else None,
        sha256=arrival.mail.sha256 if arrival else "",
        register_no=copy.stamp.register_no if copy and copy.stamp else "",
        symbol=_symbol(arrival),
        doubt=None if duty.excused else judgement.doubt,
        remark=duty.reason,
    )


def _clock(copy: Copy | None) -> str:
    if copy is not None and copy.stamp is not None:
        return f"theo dấu công văn đến số {vietnamese.foreign(copy.stamp.register_no)}"
    return vietnamese.words(copy.arrival.clock) if copy and copy.arrival else ""


def _symbol(arrival: Arrival | None) -> str:
    if arrival is None:
        return ""
    lines = (arrival.mail.subject, *(file.name for file in arrival.mail.attachments))
    return vietnamese.foreign(report_symbol(lines))


def _sent_back(book: Book) -> Mapping[DutyKey, int]:
    """How many copies of each duty a person has sent back as unusable."""
    found: defaultdict[DutyKey, int] = defaultdict(int)
    for number, ruling in book.ruled.items():
        first = book.by_number[number].verdict
        rejected = isinstance(ruling.verdict, Ignored) and ruling.verdict.reason is Reason.REJECTED
        if rejected and isinstance(first, Filed):
            for filing in first.filings:
                found[DutyKey(first.unit, filing.report, filing.period)] += 1
    return found


def _given(lines: Sequence[Progress]) -> TaskFigures | None:
    """The tasks or questions in each state; None if there were none. What was taken back does not count."""
    counted = [line for line in lines if line.state is not State.ENDED]
    done = [line for line in counted if line.state is State.DONE]
    if not lines:
        return None
    return TaskFigures(
        total=len(counted),
        done_in_time=sum(not line.late for line in done),
        done_late=sum(line.late for line in done),
        doing=sum(not line.overdue for line in counted) - len(done),
        overdue=sum(line.overdue for line in counted),
    )


def _unit(rules: Rules, unit_id: UnitId, name: str, lines: list[Line]) -> UnitFigures:
    unit = rules.finds_unit(unit_id)
    return UnitFigures(
        id=unit_id,
        name=name,
        group=unit.group if unit else "",
        lines=tuple(sorted(lines, key=lambda line: (line.due_at, line.report))),
    )


class _Rater:
    """Says of each unit what the report may say of it."""

    def __init__(self, rules: Rules, book: Book, period: Period, as_of: datetime) -> None:
        naming = rules.papers.naming
        self._naming = naming
        self._fewest = naming.fewest_month if period.cadence is Cadence.MONTH else naming.fewest_longer
        self._book = book
        self._as_of = as_of
        self._set_aside = _set_aside(book)

    def rated(self, unit: UnitFigures) -> UnitFigures:
        """The unit with its rating, and with what stands against rating it."""
        counts = unit.counts
        if not counts.owed:
            return _as(unit, Rating.NOT_RATED, Reserve.EXCUSED)
        if counts.on_time == counts.owed and counts.owed >= self._fewest:
            return _as(unit, Rating.GOOD)
        poor = self._poor(counts)
        reserves = dict.fromkeys([*_open_ends(unit), *(self._reserves(unit) if poor else ())])
        if unit.objections.waiting:
            reserves[Reserve.OBJECTION] = None
        if poor and unit.objections.upheld:
            reserves[Reserve.UPHELD] = None
        if not reserves and counts.judged < self._fewest:
            reserves[Reserve.TOO_FEW] = None
        if reserves:
            return _as(unit, Rating.NOT_RATED, *reserves)
        return _as(unit, Rating.POOR if poor else Rating.FAIR)

    def _poor(self, counts: Counts) -> bool:
        return counts.overdue > 0 or (counts.rate is not None and counts.rate < self._naming.poor_below)

    def _reserves(self, unit: UnitFigures) -> Iterator[Doubt | Reserve]:
        """What stands against naming a unit that its judged lines would name as not doing well."""
        blamed = [line for line in unit.lines if line.standing in _BLAMED]
        since = min(line.opens_at for line in blamed)
        if any(self._lies(arrival, since) for arrival in self._book.undecided.get(unit.id, ())):
            yield Doubt.UNDECIDED_MAIL
        periods = {line.period for line in blamed}
        for arrival in self._set_aside.get(unit.id, ()):
            if self._lies(arrival, since) and periods.intersection(arrival.verdict.findings.periods):
                yield Reserve.SET_ASIDE
        if any(self._own_clock(line) for line in blamed):
            yield Reserve.OWN_CLOCK

    def _lies(self, arrival: Arrival, since: datetime) -> bool:
        return any(since <= moment <= self._as_of for moment in may_have_come(arrival, self._book))

    def _own_clock(self, line: Line) -> bool:
        """Whether a copy of it has no other moment than the one at which mailbot read it.

        It may have come in time, also where another copy with a server's date is the earliest that is known.
        """
        copies = self._book.handed.get(DutyKey(line.unit, line.report, line.period), ())
        return any(copy.arrival is not None and copy.arrival.clock is ArrivalClock.SEEN for copy in copies)


def _open_ends(unit: UnitFigures) -> Iterator[Doubt | Reserve]:
    """Why some line of the unit is not concluded."""
    yield from (line.doubt for line in unit.lines if line.doubt is not None)
    if any(line.standing is Standing.OPEN for line in unit.lines):
        yield Reserve.STILL_OPEN


def _set_aside(book: Book) -> Mapping[UnitId, list[Arrival]]:
    """The mails with files that mailbot alone took for no report; a person's ruling settles such a thing."""
    found: defaultdict[UnitId, list[Arrival]] = defaultdict(list)
    for arrival in book.arrivals:
        verdict = arrival.verdict
        unseen = isinstance(verdict, Ignored) and verdict.reason is Reason.NOT_A_REPORT
        unit = unit_of(verdict)
        if unseen and unit and arrival.mail.attachments and arrival.number not in book.ruled:
            found[unit].append(arrival)
    return found


def _as(unit: UnitFigures, rating: Rating, *reserves: Doubt | Reserve) -> UnitFigures:
    return replace(unit, rating=rating, reserves=reserves)
