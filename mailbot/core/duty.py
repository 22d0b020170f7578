"""A duty (nghĩa vụ): one unit owes one report for one period, by a due moment.

Computed from the rules, and announced in the ledger when its period opens; an announced duty is what
counts from then on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Self

from mailbot.core.calendar import at, local
from mailbot.core.due import DueDate, due_date
from mailbot.core.period import Period
from mailbot.core.rules import Report, ReportId, Rules, UnitId

# A due date lies at most this far from the last day of its period: due rules name a day of the
# period's last month or of one soon after, and a day off moves it by less than a month.
_REACH = timedelta(days=400)


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
    """

    key: DutyKey
    opens_at: datetime
    due_at: datetime
    basis: str
    derivation: str


def duties(rules: Rules, since: date, until: date) -> Iterator[Duty]:
    """The duties whose due day lies from `since` to `until`, both included."""
    for report, period in _periods(rules, since - _REACH, until + _REACH):
        due = due_date(report.due, period, rules.calendar)
        if since <= due.falls_on <= until:
            yield from _of_period(rules, report, period, due)


def opened_duties(rules: Rules, now: datetime, go_live: datetime) -> tuple[Duty, ...]:
    """The duties that stand announced at `now`: opened by then, and not due before `go_live`.

    What fell due more than about a year ago is not announced any more: mailbot was not there.
    """
    return _opened(rules, local(now).date(), go_live)


# Periods open at midnight, so the answer is one for the whole day; planning asks every minute.
@lru_cache(maxsize=8)
def _opened(rules: Rules, today: date, go_live: datetime) -> tuple[Duty, ...]:
    since = max(go_live, at(today - _REACH))
    return tuple(
        duty
        for report, period in _periods(rules, local(since).date() - _REACH, today)
        if (due := due_date(report.due, period, rules.calendar)).at >= since
        for duty in _of_period(rules, report, period, due)
    )


def duty_of(rules: Rules, key: DutyKey) -> Duty | None:
    """The duty that the rules give for `key`, announced or not; None if they ask for no such report."""
    report = rules.report(key.report)
    if not report.asks_for(key.period):
        return None
    due = due_date(report.due, key.period, rules.calendar)
    found = _of_period(rules, report, key.period, due)
    return next((duty for duty in found if duty.key == key), None)


def _periods(rules: Rules, since: date, until: date) -> Iterator[tuple[Report, Period]]:
    for report in rules.reports:
        period = Period.containing(report.cadence, since)
        while period.first_on <= until:
            if report.asks_for(period):
                yield report, period
            period = period.next()


def _of_period(rules: Rules, report: Report, period: Period, due: DueDate) -> Iterator[Duty]:
    for unit in rules.owing(report, due.falls_on):
        yield Duty(
            key=DutyKey(unit.id, report.id, period),
            opens_at=at(period.first_on),
            due_at=due.at,
            basis=report.basis,
            derivation=due.derivation,
        )
