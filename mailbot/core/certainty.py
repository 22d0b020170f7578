"""How sure a filing is: a number from 0 to 1 that can be compared with how often such filings are right.

Each source of evidence is right that often by itself; sources that agree make one another surer. What is
known beside the mail, above all what the unit owes, takes part openly. `make accuracy` shows how the
figures fare.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from mailbot.core.duty import DutyKey, due_of
from mailbot.core.period import Cadence, Period
from mailbot.core.reading.periods_of import Found, PeriodReading
from mailbot.core.reading.titles import DocumentType
from mailbot.core.rules import Rules
from mailbot.core.verdict import Evidence, Filing, Source

# Below it a clerk would ask: one filing in five of that kind would be wrong.
ENOUGH = 0.8
_RIGHT = {
    Source.HEADING: 0.985,
    Source.SUBJECT: 0.975,
    Source.ATTACHMENT: 0.94,
    Source.OPENING: 0.93,
    Source.BODY: 0.9,
}
_INFERRED_YEAR = 0.97
# Only the unit's mail domain is known, not the address.
_BY_DOMAIN = 0.98
# Nothing says that it is a report; it only carries a period and comes from one who owes it.
_TYPE_UNSAID = 0.88
# A period that ended long before the mail came, or has not begun, is often a slip of the pen.
LONG_AGO, _LONG_AGO = timedelta(days=100), 0.85
_NOT_BEGUN = 0.5
# Of a year that has months to run only the year is left of "tháng 8/2014", or another report is meant.
_EARLY_DAYS, _EARLY = 75, 0.5
# Nobody owes the report any more: it is a further version, or the period is misread.
_MET_ALREADY = 0.98


def certainty(
    rules: Rules,
    reading: PeriodReading,
    filings: Iterable[Filing],
    arrived_on: date,
    *,
    exact: bool,
    nil: bool,
) -> float:
    """How sure it is that the mail hands in these reports.

    `exact` if the very address is registered; `nil` if it says that there is nothing to report.
    """
    sure = 1.0 if exact else _BY_DOMAIN
    if reading.document_type is not DocumentType.BC and not nil:
        sure *= _TYPE_UNSAID
    sources: dict[Period, list[Found]] = {}
    for found in reading.found:
        sources.setdefault(found.period, []).append(found)
    filings = tuple(filings)
    if any(_is_early(rules, filing, arrived_on) for filing in filings):
        sure *= _EARLY
    for period in {filing.period for filing in filings}:
        sure *= _of_period(period, sources.get(period, []), reading.agreeing(period), arrived_on)
    return round(sure, 3)


def by_duties(
    unit_filings: Iterable[DutyKey], open_duties: Collection[DutyKey]
) -> tuple[float, tuple[Evidence, ...]]:
    """What the unit's duties add: a factor, and the evidence as a person reads it."""
    keys = list(unit_filings)
    owed = [key for key in keys if key in open_duties]
    if not keys or not open_duties:
        return 1.0, ()
    if len(owed) == len(keys):
        return 1.0, (Evidence(Source.DUTIES, "đơn vị đang phải gửi báo cáo này"),)
    return _MET_ALREADY, (
        Evidence(Source.DUTIES, "đơn vị không còn phải gửi báo cáo này, hoặc đã gửi trước đó"),
    )


def of_another_year(key: DutyKey, open_duties: Collection[DutyKey], arrived_on: date) -> DutyKey | None:
    """The duty that `key` becomes when its year is a slip of the pen: owed just now, while `key` is not."""
    if key in open_duties:
        return None
    owed = (other for other in open_duties if _is_same_but_for_year(other, key))
    now = [other for other in owed if other.period.first_on <= arrived_on <= other.period.last_on + LONG_AGO]
    return min(
        now, key=lambda other: (abs(other.period.year - key.period.year), -other.period.year), default=None
    )


def _is_same_but_for_year(one: DutyKey, other: DutyKey) -> bool:
    alike = (one.period.cadence, one.period.ordinal) == (other.period.cadence, other.period.ordinal)
    return alike and (one.unit, one.report) == (other.unit, other.report)


def _is_early(rules: Rules, filing: Filing, arrived_on: date) -> bool:
    """Whether a year's report comes long before it is due, or before the year ends where no day is fixed."""
    if filing.period.cadence is not Cadence.YEAR:
        return False
    due = due_of(rules.report(filing.report), filing.period, rules.calendar)
    return (due.falls_on if due else filing.period.last_on) - arrived_on > timedelta(_EARLY_DAYS)


def _of_period(
    period: Period, found: Iterable[Found], agreeing: Collection[Source], arrived_on: date
) -> float:
    doubt = 1.0
    for source in agreeing:
        doubt *= 1 - _RIGHT.get(source, _RIGHT[Source.BODY])
    sure = 1 - doubt
    if any(each.inferred for each in found):
        sure *= _INFERRED_YEAR
    if not period.has_begun(arrived_on):
        sure *= _NOT_BEGUN
    elif arrived_on - period.last_on > LONG_AGO:
        sure *= _LONG_AGO
    return sure
