"""The almanac (lịch báo cáo) of a year: every due date that the rules give, as a person checks it.

One entry for each report and period, not for each unit: the same day holds for all that owe it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from mailbot.core.calendar import weekday_name
from mailbot.core.due import DueDate, Term
from mailbot.core.duty import due_of, duties, stages_of
from mailbot.core.period import Cadence, Period
from mailbot.core.report import Report, Stage
from mailbot.core.rules import Rules
from mailbot.core.wording.vietnamese import short_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One report of one period: when it is due, on which figures, from how many units."""

    report: Report
    period: Period
    due: DueDate
    stages: tuple[tuple[Stage, DueDate], ...]
    units: int


def almanac(rules: Rules, since: date, until: date) -> tuple[Entry, ...]:
    """What falls due from `since` to `until`, both included, in the order of the due dates."""
    owing: dict[tuple[str, Period], int] = {}
    for duty in duties(rules, since, until):
        owed = (duty.key.report, duty.key.period)
        owing[owed] = owing.get(owed, 0) + 1
    found = [
        Entry(
            report=report,
            period=period,
            due=due,
            stages=stages_of(report, period, rules.calendar),
            units=count,
        )
        for report in rules.reports
        for (name, period), count in owing.items()
        if name == report.id and (due := due_of(report, period, rules.calendar)) is not None
    ]
    return tuple(sorted(found, key=lambda entry: (entry.due.at, entry.report.id)))


def written(rules: Rules, since: date, until: date) -> Iterator[str]:
    """The almanac as lines of text, in Vietnamese."""
    yield f"LỊCH BÁO CÁO từ {short_day(since)} đến {short_day(until)} (hồ sơ {rules.profile})"
    found = almanac(rules, since, until)
    if found:
        yield ""
    for entry in found:
        yield _line(entry)
        if not entry.due.plain:
            yield f"            {entry.due.derivation}"
        for stage, moment in entry.stages:
            yield f"            {short_day(moment.falls_on)} {stage.name}: {moment.derivation}"
    without = [report for report in rules.reports if _in_force(report, since, until) and _has_no_day(report)]
    if without:
        yield ""
        yield "Không có ngày định sẵn:"
    for report in without:
        yield f"- {report.id}: {report.name} ({_why_no_day(report)})"


def _line(entry: Entry) -> str:
    due_on = entry.due.falls_on
    first, last = entry.report.data_span(entry.period)
    day = f"{short_day(due_on):<10}  {weekday_name(due_on):<8}"
    figures = f"số liệu {short_day(first):<10} - {short_day(last):<10}"
    return f"{day}  {entry.period.label:<26}  {figures}  {entry.units:>3} đơn vị  {entry.report.id}"


def _in_force(report: Report, since: date, until: date) -> bool:
    start, end = report.valid.start, report.valid.end
    return (start is None or start <= until) and (end is None or since <= end)


def _has_no_day(report: Report) -> bool:
    return report.due is None or report.cadence is Cadence.EVENT


def _why_no_day(report: Report) -> str:
    if report.cadence is not Cadence.EVENT:
        return "mỗi kỳ, thời hạn do văn bản thông báo"
    if isinstance(report.due, Term):
        units = {"hours": "giờ", "days": "ngày", "working_days": "ngày làm việc"}
        return f"không theo kỳ; trong {report.due.count:02} {units[report.due.unit]} kể từ khi nhận"
    return "không theo kỳ; báo cáo ngay, hoặc theo thời hạn được yêu cầu"
