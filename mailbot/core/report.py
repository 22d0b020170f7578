"""What is asked for (loại báo cáo): how often, by when, on which figures, in which parts, and by whom."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NewType

from mailbot.core.due import DueRule, Term
from mailbot.core.period import Cadence, Period
from mailbot.core.unit import ALWAYS, Role, Span, Unit

ReportId = NewType("ReportId", str)


class StepKind(StrEnum):
    """On which side of the due date a notice step lies."""

    REMINDER = "reminder"  # nhắc
    LATE = "late"  # đôn đốc


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One notice step of a report.

    Attributes:
        ordinal: counts from 1 within its kind, in the order of time.
        working_days: distance from the due date, before it for reminders and after it for late notices.
        copies: whose addresses of the unit get a copy.
    """

    kind: StepKind
    ordinal: int
    working_days: int
    copies: frozenset[Role] = frozenset()

    @property
    def id(self) -> str:
        """The step's name in notice keys: `reminder-1`, `late-2`."""
        return f"{self.kind}-{self.ordinal}"


class Level(StrEnum):
    """Who acts on a report after the units have sent theirs."""

    OFFICE = "office"  # cơ quan đầu mối tổng hợp, trình
    ISSUE = "issue"  # ban hành


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A date in the life of a period's report after the units' own: compiled by, issued before.

    Attributes:
        name: what is done by then, "Văn phòng Sở tổng hợp, trình Lãnh đạo Sở".
    """

    level: Level
    name: str
    due: DueRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that a complete report consists of (phụ lục, biểu số liệu).

    Attributes:
        id: names the part in verdicts and keys.
        words: phrases by which a file is known to be that part.
    """

    id: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """A kind of matter that this province wants reported at once, or a class of questions."""

    id: str
    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A kind of report that the rules ask for (loại báo cáo).

    Attributes:
        name: as it stands in letters, in front of the period: "Báo cáo tháng".
        due: None where each one's date is announced by a letter of its own.
        ordinals: which periods of the cadence are asked for; empty means all.
        owed_by: groups of units that owe it.
        topics: what such a report is about, as phrases of its titles ("kinh tế - xã hội").
        basis: legal basis, as letters quote it.
        first, last: the first and the last period that is asked for.
        cut_off: the day of a month on which figures are closed (Decree 09/2019/NĐ-CP: the 14th); None where
            the figures are those of the calendar period.
        stages: what the office does with it afterwards, and by when.
        parts: what a complete one consists of beside the report itself.
        fulfilled_by: reports that hand in this one too, where both end on the same day.
        events: for a report without period, the matters that it is about.
        update_hours: for such a report, after how many hours without news the unit is asked for some.
    """

    id: ReportId
    name: str
    cadence: Cadence
    due: DueRule | Term | None
    basis: str
    owed_by: frozenset[str]
    steps: tuple[Step, ...]
    ordinals: frozenset[int] = frozenset()
    topics: tuple[str, ...] = ()
    valid: Span = ALWAYS
    first: Period | None = None
    last: Period | None = None
    cut_off: int | None = None
    stages: tuple[Stage, ...] = ()
    parts: tuple[Part, ...] = ()
    fulfilled_by: frozenset[ReportId] = frozenset()
    events: tuple[EventKind, ...] = ()
    update_hours: int | None = None

    def asks_for(self, period: Period) -> bool:
        """Whether the report exists for that period."""
        if period.cadence is not self.cadence or (self.ordinals and period.ordinal not in self.ordinals):
            return False
        if self.cadence is Cadence.EVENT:
            return self.valid.overlaps(Span(period.first_on, period.last_on))
        since = self.first is None or self.first.first_on <= period.first_on
        until = self.last is None or period.first_on <= self.last.first_on
        return since and until and self.valid.covers(period.last_on)

    def is_owed_by(self, unit: Unit) -> bool:
        """Whether a unit of those groups owes it."""
        return not self.owed_by.isdisjoint(unit.groups)

    def data_span(self, period: Period) -> tuple[date, date]:
        """The first and the last day that the figures of `period` cover."""
        if self.cut_off is None or self.cadence in {Cadence.WEEK, Cadence.EVENT}:
            return period.first_on, period.last_on
        day_before = period.first_on - timedelta(days=1)
        first = _on_day(day_before, self.cut_off) + timedelta(days=1)
        return first, _on_day(period.last_on, self.cut_off)


def _on_day(month_end: date, day: int) -> date:
    return month_end.replace(day=min(day, month_end.day))
