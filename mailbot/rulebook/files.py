"""What the files of a profile may say, table by table: keys, types and ranges.

What needs a second look around, such as one address in two units, is `mailbot.rulebook`'s.
"""

from datetime import date, time
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from mailbot.core.calendar import weekday_name
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import OpenDuties, Role, Span, StaffRole, StepKind
from mailbot.toml_file import Email, PlainText

_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
# 1 July 2013 was a Monday.
_WEEKDAYS = tuple(weekday_name(date(2013, 7, day)) for day in range(1, 8))
# The least and the greatest year that the holiday table may be asked for; the lunar tables end there.
_FIRST_YEAR, LAST_YEAR = 1990, 2099


def _weekday(name: str) -> str:
    if name not in _WEEKDAYS:
        raise ValueError(f"must be one of {', '.join(_WEEKDAYS)}")
    return name


def _approval(word: str) -> str:
    name, _, step = word.rpartition("-")
    if word not in set(NoticeKind) and not (name in set(StepKind) and step.isdigit() and int(step) > 0):
        raise ValueError(f"must be one of {', '.join(NoticeKind)}, or a step such as late-2")
    return word


def _whole_minutes(clock: time) -> time:
    if clock.second or clock.microsecond:
        raise ValueError("must be a clock time in whole minutes")
    return clock


Slug = Annotated[str, Field(pattern=rf"^{_SLUG}$")]
"""An id: lower-case ASCII words joined by hyphens. It ends up in notice keys, file names and URLs."""

Domain = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$")]
ClockTime = Annotated[time, AfterValidator(_whole_minutes)]
RoleWord = Annotated[Role, Field(strict=False)]


class Table(BaseModel):
    """A TOML table: unknown keys are faults, and no type is bent into another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Dated(Table):
    """A table that holds from `valid_from` to `valid_to`, both included, each optional."""

    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self

    @property
    def span(self) -> Span:
        """The days on which the table holds."""
        return Span(self.valid_from, self.valid_to)


class OfficeTable(Table):
    """`[office]` in office.toml."""

    name: PlainText
    province: PlainText
    mailbox: Email
    paper_to: PlainText
    secret_desk: PlainText
    secret_phone: PlainText
    digest_at: ClockTime


class StaffTable(Table):
    """`[[staff]]` in office.toml."""

    name: PlainText
    email: Email
    roles: list[Annotated[StaffRole, Field(strict=False)]] = Field(min_length=1)


class AddressTable(Dated):
    """One element of `addresses` of a unit."""

    email: Email
    role: RoleWord


class FormerNameTable(Table):
    """One element of `former_names` of a unit: what it was called up to and including a day."""

    name: PlainText
    until: date


class GroupTable(Table):
    """`[[composed_group]]` in units.toml: a group put together from other groups and from single units."""

    id: Slug
    name: PlainText
    groups: list[Slug] = []
    units: list[Slug] = []
    without: list[Slug] = []


class UnitTable(Dated):
    """`[[unit]]` in units.toml."""

    id: Slug
    name: PlainText
    group: Slug
    head: PlainText
    symbols: list[PlainText] = []
    aliases: list[PlainText] = []
    addresses: list[AddressTable] = Field(min_length=1)
    domains: list[Domain] = []
    successors: list[Slug] = []
    open_duties: Annotated[OpenDuties, Field(strict=False)] = OpenDuties.PASS_ON
    former_names: list[FormerNameTable] = []

    def address_span(self, address: AddressTable) -> Span:
        """The days on which `address` is the unit's: where it names no date, as long as the unit exists."""
        return Span(address.valid_from or self.valid_from, address.valid_to or self.valid_to)


class BaseTable(Table):
    """`[base]` in calendar.toml."""

    first_year: int = Field(ge=_FIRST_YEAR, le=LAST_YEAR)
    last_year: int = Field(ge=_FIRST_YEAR, le=LAST_YEAR)
    weekend: list[Annotated[str, AfterValidator(_weekday)]]
    culture_day: bool

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.last_year < self.first_year:
            raise ValueError("last_year lies before first_year")
        if len(set(self.weekend)) == len(_WEEKDAYS):
            raise ValueError("weekend leaves no working day")
        return self

    @property
    def weekend_numbers(self) -> frozenset[int]:
        """The weekdays off, 0 = Monday."""
        return frozenset(_WEEKDAYS.index(name) for name in self.weekend)


class DayTable(Table):
    """`[[worked]]` and `[[removed]]` in calendar.toml: a day, and the document that decided it."""

    date: date
    source: PlainText


class DayOffTable(DayTable):
    """`[[day_off]]` in calendar.toml; `name` is what letters call the day."""

    name: PlainText


class SendingTable(Table):
    """`[sending]` in notices.toml."""

    opens: ClockTime
    closes: ClockTime
    approval: list[Annotated[str, AfterValidator(_approval)]] = ["late-2"]

    @model_validator(mode="after")
    def _opens_first(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError("closes must be later than opens")
        return self


class LateTable(Table):
    """`[late]` in notices.toml."""

    closes_after: int = Field(ge=1)


class StepTable(Table):
    """`[[step]]` in notices.toml."""

    kind: Annotated[StepKind, Field(strict=False)]
    working_days: int = Field(ge=1)
    copies: list[RoleWord] = []
    reports: list[Slug] = []
