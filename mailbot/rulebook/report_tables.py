"""What reports.toml may say, table by table: keys, types and ranges."""

from datetime import time
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from mailbot.core.period import Cadence, Period
from mailbot.core.rules import DayOff, DueRule, Level, Part, Stage, Term, TermUnit
from mailbot.rulebook.files import ClockTime, Dated, Slug, Table
from mailbot.toml_file import PlainText

_LAST_MONTH_DAY = 31
# Two weeks reach from a week's Monday to the Sunday after it: the latest day a weekly report is due.
_LAST_WEEK_DAY = 14
_MOST_HOURS = 24 * 366


def _period(written: object) -> Period:
    if not isinstance(written, str):
        # A ValueError, because that is what pydantic takes for a fault of the file.
        raise ValueError(  # noqa: TRY004
            'must be written like "2013-06", "2013-Q2", "2013-H1", "2013-9M" or "2013"'
        )
    return Period.parse(written)


PeriodWord = Annotated[Period, BeforeValidator(_period)]
DayOffWord = Annotated[DayOff, Field(strict=False)]


class DueTable(Table):
    """`due` of a report: a named day, a term, or nothing until a letter announces the day."""

    day: int | None = Field(default=None, ge=1, le=_LAST_MONTH_DAY)
    months_after: int = Field(default=0, ge=-11, le=12)
    before: bool = False
    hours: int | None = Field(default=None, ge=1, le=_MOST_HOURS)
    days: int | None = Field(default=None, ge=1, le=366)
    working_days: int | None = Field(default=None, ge=1, le=250)
    announced: bool = False
    closes: ClockTime | None = None
    day_off: DayOffWord = DayOff.NEXT
    day_off_basis: PlainText | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        ways = [self.day, self.hours, self.days, self.working_days, self.announced or None]
        if sum(way is not None for way in ways) != 1:
            raise ValueError("needs exactly one of day, working_days, days, hours, announced = true")
        if self.day is None and (self.before or self.months_after):
            raise ValueError("before and months_after belong to a day")
        if self.hours is not None and self.closes is not None:
            raise ValueError("a term in hours ends by the clock, closes has no place in it")
        if self.closes == time():
            # TOML knows no 24:00, and 00:00 of the last day is over before anybody can write on it.
            raise ValueError(
                "closes at 00:00 would end the day as it begins; without closes it counts to 24:00"
            )
        return self

    def rule(self, day_off_basis: str) -> DueRule | Term | None:
        """The rule that the table states; `day_off_basis` is the profile's, where the table has none."""
        basis = self.day_off_basis or day_off_basis
        if self.announced:
            return None
        if self.day is not None:
            return DueRule(
                day=self.day,
                months_after=self.months_after,
                before=self.before,
                closes=self.closes,
                day_off=self.day_off,
                day_off_basis=basis,
            )
        count, unit = next(
            (count, unit)
            for count, unit in (
                (self.hours, TermUnit.HOURS),
                (self.days, TermUnit.DAYS),
                (self.working_days, TermUnit.WORKING_DAYS),
            )
            if count is not None
        )
        return Term(count=count, unit=unit, closes=self.closes, day_off=self.day_off, day_off_basis=basis)


class StageTable(Table):
    """One element of `stages` of a report."""

    level: Annotated[Level, Field(strict=False)]
    name: PlainText
    due: DueTable

    @model_validator(mode="after")
    def _names_a_day(self) -> Self:
        if self.due.day is None:
            raise ValueError("a stage is due on a named day")
        return self

    def stage(self, day_off_basis: str) -> Stage:
        """The stage that the table states."""
        due = self.due.rule(day_off_basis)
        assert isinstance(due, DueRule)
        return Stage(level=self.level, name=self.name, due=due)


class PartTable(Table):
    """One element of `parts` of a report."""

    id: Slug
    name: PlainText
    words: list[PlainText] = Field(min_length=1)

    @property
    def part(self) -> Part:
        """The part that the table states."""
        return Part(id=self.id, name=self.name, words=tuple(self.words))


class EventTable(Table):
    """One element of `events` of a report without period."""

    id: Slug
    name: PlainText
    words: list[PlainText] = Field(default_factory=list)


class ReportTable(Dated):
    """`[[report]]` in reports.toml."""

    id: Slug
    name: PlainText
    cadence: Annotated[Cadence, Field(strict=False)]
    due: DueTable
    basis: PlainText
    owed_by: list[Slug] = Field(min_length=1)
    ordinals: list[int] = Field(default_factory=list)
    topics: list[PlainText] | None = None
    first_period: PeriodWord | None = None
    last_period: PeriodWord | None = None
    cut_off: int | None = Field(default=None, ge=1, le=_LAST_MONTH_DAY)
    stages: list[StageTable] = Field(default_factory=list)
    parts: list[PartTable] = Field(default_factory=list)
    fulfilled_by: list[Slug] = Field(default_factory=list)
    events: list[EventTable] = Field(default_factory=list)
    update_hours: int | None = Field(default=None, ge=1, le=_MOST_HOURS)

    @model_validator(mode="after")
    def _fits_the_cadence(self) -> Self:
        if self.cadence is Cadence.WEEK and ((self.due.day or 1) > _LAST_WEEK_DAY or self.due.months_after):
            raise ValueError("a weekly report is due on day 1 to 14 from its Monday, with no months_after")
        if self.cadence is Cadence.EVENT:
            self._is_about_events()
        elif self.events or self.update_hours:
            raise ValueError('events and update_hours belong to a report with cadence = "event"')
        elif self.due.hours is not None:
            raise ValueError('a term in hours belongs to a report with cadence = "event"')
        return self

    def _is_about_events(self) -> None:
        if self.due.day is not None:
            raise ValueError("an event has no month to name a day of: use a term, or announced = true")
        if self.ordinals or self.first_period or self.last_period or self.cut_off or self.stages:
            raise ValueError(
                "an event has no period: no ordinals, first_period, last_period, cut_off, stages"
            )


class TopicsTable(Table):
    """`[topics]` in reports.toml."""

    ours: list[PlainText] = Field(default_factory=list)
    others: list[PlainText] = Field(default_factory=list)


class TermsTable(Table):
    """`[terms]` in reports.toml: what holds for every due date."""

    day_off_basis: PlainText | None = None
