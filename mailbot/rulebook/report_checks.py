"""What several reports of a profile together can get wrong, and due dates that nobody could meet.

Faults go to their files. Due dates are tried on every period of the years that the calendar knows: a rule
that makes sense in June may not in February, or over Tết.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations

from mailbot.core.calendar import at
from mailbot.core.duty import due_of, stages_of
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import Report, ReportId, Rules
from mailbot.rulebook.files import BaseTable
from mailbot.rulebook.ids import check_ids
from mailbot.rulebook.report_tables import ReportTable
from mailbot.rulebook.sheets import Sheet
from mailbot.toml_file import Entry

# Any year with 53 ISO weeks: an ordinal that it lacks, no year has.
_LONG_YEAR = 2020


def check_reports(
    sheet: Sheet, reports: Sequence[Entry[ReportTable]], groups: Mapping[str, str] | None
) -> None:
    """Note ids that two reports share, groups and reports that are not there, periods that no year has."""
    known = check_ids(sheet, "report")
    by_id = {entry.value.id: entry.value for entry in reports}
    for entry in reports:
        report = entry.value
        for number, group in enumerate(report.owed_by):
            if groups is not None and group not in groups:
                entry.fault(("owed_by", number), f"unknown group {group}")
        for number, ordinal in enumerate(report.ordinals):
            if not _exists(report.cadence, ordinal):
                says = f"no year has a {report.cadence} number {ordinal}"
                entry.fault(("ordinals", number), says)
        for number, name in enumerate(report.fulfilled_by):
            if name not in known and not sheet.readable:
                continue
            if says := _cannot_fulfil(report, name, known, by_id):
                entry.fault(("fulfilled_by", number), says)
        _check_bounds(entry)
        _check_parts(entry)


def check_due_dates(reports: Sequence[Entry[ReportTable]], rules: Rules, base: BaseTable) -> None:
    """Note due dates that nobody could meet, stages out of order, and reports that contradict each other."""
    for entry in reports:
        report = rules.report(ReportId(entry.value.id))
        if not any(report.is_owed_by(unit) for unit in rules.units):
            entry.fault(("owed_by",), "no unit is in these groups: nobody owes the report")
        if report.cadence is Cadence.EVENT:
            continue
        periods = [period for period in _periods(report, base) if report.asks_for(period)]
        if not periods:
            says = f"asks for no period from {base.first_year} to {base.last_year}"
            entry.fault((), says)
        for period in periods:
            if found := _impossible(report, period, rules):
                # One period is enough to show what is wrong.
                entry.fault((found[0],), found[1])
                break
    _check_contradictions(reports, rules, base)


def _exists(cadence: Cadence, ordinal: int) -> bool:
    try:
        Period(_LONG_YEAR, cadence, ordinal)
    except ValueError:
        return False
    return True


def _cannot_fulfil(report: ReportTable, name: str, known: set[str], by_id: Mapping[str, ReportTable]) -> str:
    if name not in known:
        return f"unknown report {name}"
    other = by_id.get(name)
    if name == report.id or (other is not None and report.id in other.fulfilled_by):
        return f"{report.id} and {name} would fulfil each other"
    if Cadence.EVENT in {report.cadence, other.cadence if other else None}:
        return "what has no period is fulfilled by nothing else"
    return ""


def _check_bounds(entry: Entry[ReportTable]) -> None:
    report = entry.value
    for key in ("first_period", "last_period"):
        period: Period | None = getattr(report, key)
        if period is not None and period.cadence is not report.cadence:
            entry.fault((key,), f"{period} is no {report.cadence}")
        elif period is not None and report.ordinals and period.ordinal not in report.ordinals:
            entry.fault((key,), f"the report does not exist for {period}")
    first, last = report.first_period, report.last_period
    if first and last and last.first_on < first.first_on:
        entry.fault(("last_period",), f"lies before the first period, {first}")


def _check_parts(entry: Entry[ReportTable]) -> None:
    ids = [part.id for part in entry.value.parts]
    for number, name in enumerate(ids):
        if name in ids[:number]:
            entry.fault(("parts", number, "id"), f"two parts have the id {name}")


def _periods(report: Report, base: BaseTable) -> Iterator[Period]:
    period = Period.containing(report.cadence, date(base.first_year, 1, 1))
    while period.year < base.first_year:
        period = period.next()
    while period.year <= base.last_year:
        yield period
        period = period.next()


def _impossible(report: Report, period: Period, rules: Rules) -> tuple[str, str] | None:
    """The key and the reason, if the report of `period` cannot be handed in as the rules ask."""
    try:
        due = due_of(report, period, rules.calendar)
        stages = stages_of(report, period, rules.calendar)
    except ValueError as error:
        return "due", f"for {period}: {error}"
    closed_on = report.data_span(period)[1]
    if due is not None and due.at <= at(period.first_on):
        return "due", f"for {period} the due date {due.falls_on} lies before the period begins"
    if due is not None and report.cut_off is not None and due.falls_on <= closed_on:
        return "due", f"for {period} the due date {due.falls_on} lies before its figures close on {closed_on}"
    before = due
    for stage, moment in stages:
        # As the rules name them: days off may push one past the other, and that is no contradiction.
        if before is not None and moment.named_on < before.named_on:
            return "stages", (
                f"for {period} the date of {stage.level}, {moment.named_on}, lies before {before.named_on}, "
                "by when the step before it may come"
            )
        before = moment
    return None


def _check_contradictions(reports: Sequence[Entry[ReportTable]], rules: Rules, base: BaseTable) -> None:
    """Two reports of the same units, periods and topics: no mail could say which of them it is."""
    for one, other in combinations(reports, 2):
        first, second = rules.report(ReportId(one.value.id)), rules.report(ReportId(other.value.id))
        if first.cadence is not second.cadence or first.cadence is Cadence.EVENT:
            continue
        if set(first.topics) != set(second.topics):
            continue
        if not any(first.is_owed_by(unit) and second.is_owed_by(unit) for unit in rules.units):
            continue
        both = next((p for p in _periods(first, base) if first.asks_for(p) and second.asks_for(p)), None)
        if both is not None:
            says = f"asks the same units for {both} as the report {first.id}, and about the same: no mail "
            other.fault(
                ("id",), f"{says}could tell which it is; end one of them, or give it topics of its own"
            )
