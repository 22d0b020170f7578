"""Which reports a mail about certain periods hands in, with those that a combined one fulfils.

"Báo cáo tháng 6 và 6 tháng đầu năm" names both periods. Where the rules say that the half-year report also
stands for June's, naming the half-year is enough; each duty is judged by its own due moment.
"""

from collections.abc import Iterable, Iterator

from mailbot.core.language.text import fold
from mailbot.core.period import Period
from mailbot.core.reading.topic import leads_up
from mailbot.core.report import Report
from mailbot.core.rules import Rules
from mailbot.core.unit import Unit
from mailbot.core.verdict import Filing


def filings_of(
    rules: Rules, unit: Unit | None, periods: Iterable[Period], title: str = ""
) -> tuple[Filing, ...]:
    """The reports that the rules ask for, of `unit` if it is known, for those periods.

    Where several are asked for the same period, those whose topics `title` names come before the others; the
    one that has no topics is meant where it names none. Whether that leaves a choice, tells `says_not_which`.
    """
    named = [(report, period) for period in periods for report in _meant(rules, unit, period, title)]
    also = [found for report, period in named for found in _fulfilled(rules, report, period)]
    found = [
        Filing(report.id, period)
        for report, period in (*named, *also)
        if report.asks_for(period) and _owes(unit, report)
    ]
    return tuple(dict.fromkeys(found))


def says_not_which(rules: Rules, unit: Unit, periods: Iterable[Period], title: str) -> bool:
    """Whether `unit` owes several reports for one of the periods, and `title` is about none of them."""
    asked = (_asked(rules, unit, period) for period in periods)
    return any(len(reports) > 1 and not _about(reports, title) for reports in asked)


def _fulfilled(rules: Rules, report: Report, period: Period) -> Iterator[tuple[Report, Period]]:
    """The reports that one of `period` stands for, and their periods, which end on the same day."""
    for other in rules.reports:
        if report.id in other.fulfilled_by:
            within = Period.containing(other.cadence, period.last_on)
            if within.last_on == period.last_on:
                yield other, within


def _meant(rules: Rules, unit: Unit | None, period: Period, title: str) -> list[Report]:
    asked = _asked(rules, unit, period)
    about = _about(asked, title) if len(asked) > 1 else []
    plain = [report for report in about if not any(leads_up(title, report, other) for other in about)]
    return plain or about or asked


def _asked(rules: Rules, unit: Unit | None, period: Period) -> list[Report]:
    return [report for report in rules.reports if report.asks_for(period) and _owes(unit, report)]


def _about(reports: Iterable[Report], title: str) -> list[Report]:
    folded = fold(title)
    about = [report for report in reports if any(fold(topic) in folded for topic in report.topics)]
    return about or [report for report in reports if not report.topics]


def _owes(unit: Unit | None, report: Report) -> bool:
    return unit is None or report.is_owed_by(unit)
