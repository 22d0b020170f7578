"""A duty (nghĩa vụ): one unit owes one report for one period, by a due moment.

Computed from the rules, and announced in the ledger when its period opens; an announced duty is what
counts from then on. A report that has no due day of its own gives no duties until a letter announces it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Self

from mailbot.core.calendar import Calendar, at, local
from mailbot.core.due import DueDate, due_date
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import OpenDuties, Report, ReportId, Rules, Stage, Unit, UnitId

# A due date lies at most this far from the last day of its period: due rules name a day of the
# period's last month or of one at most a year away, and a day off moves it by less than a month.
REACH = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class DutyKey:
    """What makes a duty the same duty."""

    unit: UnitId
    report: ReportId
    period: Period

    def __str__(self) -> str:
        return f"{self.unit}/{self.report}/{self.period}"

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read a key as `str` writes it.

        Raises:
            ValueError: if it is not of that form.
        """
        unit, report, period = written.split("/")
        return cls(UnitId(unit), ReportId(report), Period.parse(period))


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One duty with its due moment.

    Attributes:
        opens_at: the first moment of its period.
        due_at: the last second that counts as on time, inclusive.
        derivation: how the due moment follows from the rules, in Vietnamese.
        excused: nobody is chased or called late for it: excused by a letter, or passed on.
        reason: why it differs from what was announced first, in Vietnamese; "" if it does not.
        letter: number and date of the official letter that decided it; the rules touch it no more.
    """

    key: DutyKey
    opens_at: datetime
    due_at: datetime
    basis: str
    derivation: str
    excused: bool = False
    reason: str = ""
    letter: str = ""


def due_of(report: Report, period: Period, calendar: Calendar) -> DueDate | None:
    """When the report of `period` is due; None if no day is fixed, and a letter must announce one.

    Raises:
        ValueError: if the calendar has no working day near the day that the rule names.
    """
    if report.due is None or period.cadence is Cadence.EVENT:
        return None
    return due_date(report.due, period, calendar, report.data_span(period)[1])


def stages_of(report: Report, period: Period, calendar: Calendar) -> tuple[tuple[Stage, DueDate], ...]:
    """By when the office compiles and issues the report of `period`, in the order of the rules.

    Days off may push one step past the next; nothing can be issued before it was compiled.
    """
    found: list[tuple[Stage, DueDate]] = []
    before = due_of(report, period, calendar)
    for stage in report.stages:
        moment = due_date(stage.due, period, calendar)
        if before is not None and moment.at < before.at:
            moment = replace(
                moment,
                falls_on=before.falls_on,
                at=before.at,
                derivation=f"{moment.derivation}; không sớm hơn bước trước nên tính đến hết bước đó",
            )
        found.append((stage, moment))
        before = moment
    return tuple(found)


def duties(rules: Rules, since: date, until: date) -> Iterator[Duty]:
    """The duties whose due day lies from `since` to `until`, both included."""
    for report, period in _periods(rules, since - REACH, until + REACH):
        due = due_of(report, period, rules.calendar)
        if due is not None and since <= due.falls_on <= until:
            yield from _of_period(rules, report, period, due)


def opened_duties(rules: Rules, now: datetime, go_live: datetime) -> tuple[Duty, ...]:
    """The duties that stand announced at `now`: opened by then, and not due before `go_live`.

    What fell due more than about a year ago is not announced any more: mailbot was not there.
    """
    return tuple(opened_by_key(rules, now, go_live).values())


def opened_by_key(rules: Rules, now: datetime, go_live: datetime) -> Mapping[DutyKey, Duty]:
    """The same duties, by their keys."""
    return _opened(rules, local(now).date(), go_live)


# Periods open at midnight, so the answer is one for the whole day; planning asks every minute.
@lru_cache(maxsize=8)
def _opened(rules: Rules, today: date, go_live: datetime) -> Mapping[DutyKey, Duty]:
    since = max(go_live, at(today - REACH))
    return {
        duty.key: duty
        for report, period in _periods(rules, local(since).date() - REACH, today)
        if (due := due_of(report, period, rules.calendar)) is not None and due.at >= since
        for duty in _of_period(rules, report, period, due)
    }


def duty_of(rules: Rules, key: DutyKey) -> Duty | None:
    """The duty that the rules give for `key`, announced or not; None if they ask for no such report."""
    report = rules.finds_report(key.report)
    if report is None:
        return None
    due = due_of(report, key.period, rules.calendar) if report.asks_for(key.period) else None
    if due is None:
        return None
    found = _of_period(rules, report, key.period, due)
    return next((duty for duty in found if duty.key == key), None)


def _periods(rules: Rules, since: date, until: date) -> Iterator[tuple[Report, Period]]:
    for report in rules.reports:
        if report.cadence is Cadence.EVENT or report.due is None:
            continue
        period = Period.containing(report.cadence, since)
        while period.first_on <= until:
            if report.asks_for(period):
                yield report, period
            period = period.next()


def _of_period(rules: Rules, report: Report, period: Period, due: DueDate) -> Iterator[Duty]:
    for unit in _owing(rules, report, period, due.falls_on):
        yield Duty(
            key=DutyKey(unit.id, report.id, period),
            opens_at=at(period.first_on),
            due_at=due.at,
            basis=report.basis,
            derivation=due.derivation,
        )


def _owing(rules: Rules, report: Report, period: Period, due_on: date) -> Iterator[Unit]:
    """Who owes the report of `period`: the units of the due day, and those whose duties outlive them."""
    for unit in rules.units:
        if not report.is_owed_by(unit):
            continue
        ended_on = unit.valid.end
        outlives = (
            unit.open_duties is OpenDuties.KEEP
            and ended_on is not None
            and period.first_on <= ended_on < due_on
            and (unit.valid.start is None or unit.valid.start <= period.last_on)
        )
        if unit.valid.covers(due_on) or outlives:
            yield unit


def moved(
    before: Duty | None, after: Duty, former: Mapping[DutyKey, tuple[datetime, ...]]
) -> dict[DutyKey, tuple[datetime, ...]]:
    """The former due moments of a duty that `after` moves; empty if it leaves the moment as it was."""
    if before is None or before.due_at == after.due_at:
        return {}
    return {after.key: (*former.get(after.key, ()), before.due_at)}
