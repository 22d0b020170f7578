"""The deadlines of a stretch of days, as data: what a calendar file, a wall chart or a letter is made of."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.amend import foreseen
from mailbot.core.duty import Duty
from mailbot.core.period import Period
from mailbot.core.rules import ReportId, Rules, UnitId
from mailbot.core.wording import vietnamese


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One report of one period that falls due at one moment, for those units.

    Attributes:
        title: the report with its period, in Vietnamese.
        moved: it differs from what was announced first; `reason` says by which letter.
    """

    report: ReportId
    period: Period
    title: str
    due_at: datetime
    basis: str
    derivation: str
    units: tuple[UnitId, ...]
    moved: bool = False
    reason: str = ""

    @property
    def on(self) -> date:
        """The day on which it falls due."""
        return local(self.due_at).date()


def deadlines(
    rules: Rules, book: Book, since: date, until: date, unit: UnitId | None = None
) -> tuple[Deadline, ...]:
    """The deadlines from `since` to `until`, both included, of one unit or of all; excused duties have none.

    What was announced counts; what is not announced yet follows from the rules and the letters in effect.
    """
    names = {report.id: report.name for report in (*rules.reports, *rules.once)}
    groups: defaultdict[tuple[datetime, ReportId, Period, str], list[Duty]] = defaultdict(list)
    for duty in foreseen(rules, book, since, until):
        if unit in {None, duty.key.unit} and not duty.excused:
            groups[duty.due_at, duty.key.report, duty.key.period, duty.reason].append(duty)
    found = [deadline_of(names, owed) for owed in groups.values()]
    return tuple(sorted(found, key=lambda each: (each.due_at, each.report, str(each.period), each.reason)))


def deadline_of(names: Mapping[ReportId, str], owed: Sequence[Duty]) -> Deadline:
    """The one deadline of duties that differ in nothing but their units."""
    first = owed[0]
    name = names.get(first.key.report, first.key.report)
    return Deadline(
        report=first.key.report,
        period=first.key.period,
        title=vietnamese.title(name, first.key.period.label),
        due_at=first.due_at,
        basis=first.basis,
        derivation=first.derivation,
        units=tuple(sorted(duty.key.unit for duty in owed)),
        moved=bool(first.reason),
        reason=first.reason,
    )
