"""A duty (nghĩa vụ): one unit owes one report for one period, by a due moment.

Computed from the rules, and announced in the ledger when its period opens; an announced duty is what
counts from then on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from mailbot.core.calendar import at
from mailbot.core.due import due_date
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
    for report in rules.reports:
        period = Period.containing(report.cadence, since - _REACH)
        while period.first_on <= until + _REACH:
            if report.asks_for(period):
                yield from _of_period(rules, report, period, since, until)
            period = period.next()


def open_duties(rules: Rules, now: datetime, go_live: datetime) -> Iterator[Duty]:
    """The duties to announce by `now`: their period has opened, and they fall due after `go_live`."""
    horizon = at(now.date() + _REACH).date()
    for duty in duties(rules, go_live.date() - timedelta(days=1), horizon):
        if duty.opens_at <= now and duty.due_at >= go_live:
            yield duty


def _of_period(rules: Rules, report: Report, period: Period, since: date, until: date) -> Iterator[Duty]:
    due = due_date(report.due, period, rules.calendar)
    if not since <= due.falls_on <= until:
        return
    for unit in rules.owing(report, due.falls_on):
        yield Duty(
            key=DutyKey(unit.id, report.id, period),
            opens_at=at(period.first_on),
            due_at=due.at,
            basis=report.basis,
            derivation=due.derivation,
        )
