"""A reporting period (kỳ báo cáo): `2013-06`, `2013-Q2`, `2013-H1`, `2013-9M`, `2013`, `2013-W32`.

A period has a label; which days its figures cover is a matter of the report's rules, and may differ
from the calendar days given here. What has no period, an incident or a question, has a number within its
year in its place: `2019-E12`.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from mailbot.core.calendar import at


class Cadence(StrEnum):
    """How often a report recurs (tần suất)."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    NINE_MONTHS = "nine_months"
    YEAR = "year"
    WEEK = "week"
    EVENT = "event"  # không theo kỳ: sự vụ, câu hỏi, nhiệm vụ; numbered within the year


_ORDINALS = {
    Cadence.MONTH: 12,
    Cadence.QUARTER: 4,
    Cadence.HALF: 2,
    Cadence.NINE_MONTHS: 1,
    Cadence.YEAR: 1,
}
MONTHS = {
    Cadence.MONTH: 1,
    Cadence.QUARTER: 3,
    Cadence.HALF: 6,
    Cadence.NINE_MONTHS: 9,
    Cadence.YEAR: 12,
}
# Outside these a number in a mail is no year; the last one leaves room for `next`.
_FIRST_YEAR, _LAST_YEAR = 1900, 9998
# A period's written form has room for so many.
_MOST_EVENTS = 999_999
ROMAN = ("I", "II", "III", "IV")
_WRITTEN = re.compile(
    r"(?P<year>\d{4})(?:-(?:(?P<month>\d{2})|Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<nine>9M)|W(?P<week>\d{2})"
    r"|E(?P<event>[1-9]\d{0,5})))?"
)


@dataclass(frozen=True, slots=True)
class Period:
    """One period; `ordinal` counts from 1 within the year (ISO weeks for `WEEK`, running number for `EVENT`).

    Raises:
        ValueError: for a period that no year has, such as month 13 or week 54.
    """

    year: int
    cadence: Cadence
    ordinal: int = 1

    def __post_init__(self) -> None:
        if not (1 <= self.ordinal <= self._most and _FIRST_YEAR <= self.year <= _LAST_YEAR):
            raise ValueError(f"no such period: {self.cadence} {self.ordinal} of {self.year}")

    def __hash__(self) -> int:
        # Every duty is looked for by its period; a cadence takes long to hash, and tells few of them apart.
        return hash((self.year, self.ordinal))

    @property
    def _most(self) -> int:
        """The highest ordinal of the year."""
        match self.cadence:
            case Cadence.WEEK:
                return _weeks_in(self.year)
            case Cadence.EVENT:
                return _MOST_EVENTS
            case _:
                return _ORDINALS[self.cadence]

    def __str__(self) -> str:
        match self.cadence:
            case Cadence.MONTH:
                return f"{self.year}-{self.ordinal:02}"
            case Cadence.QUARTER:
                return f"{self.year}-Q{self.ordinal}"
            case Cadence.HALF:
                return f"{self.year}-H{self.ordinal}"
            case Cadence.NINE_MONTHS:
                return f"{self.year}-9M"
            case Cadence.YEAR:
                return f"{self.year}"
            case Cadence.WEEK:
                return f"{self.year}-W{self.ordinal:02}"
            case Cadence.EVENT:
                return f"{self.year}-E{self.ordinal}"

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read a period as `str` writes it.

        Raises:
            ValueError: if `written` is not a period in that form.
        """
        match = _WRITTEN.fullmatch(written)
        if match is None:
            raise ValueError(f"not a period: {written!r}")
        year = int(match["year"])
        if match["month"]:
            return cls(year, Cadence.MONTH, int(match["month"]))
        if match["quarter"]:
            return cls(year, Cadence.QUARTER, int(match["quarter"]))
        if match["half"]:
            return cls(year, Cadence.HALF, int(match["half"]))
        if match["week"]:
            return cls(year, Cadence.WEEK, int(match["week"]))
        if match["event"]:
            return cls(year, Cadence.EVENT, int(match["event"]))
        return cls(year, Cadence.NINE_MONTHS if match["nine"] else Cadence.YEAR)

    @classmethod
    def containing(cls, cadence: Cadence, day: date) -> Self:
        """The period of `cadence` that `day` lies in; nine months for October to December also.

        Raises:
            ValueError: for events, which no day contains.
        """
        if cadence is Cadence.EVENT:
            raise ValueError("an event is numbered, and no day contains it")
        if cadence is Cadence.WEEK:
            iso = day.isocalendar()
            return cls(iso.year, cadence, iso.week)
        if cadence is Cadence.NINE_MONTHS:
            return cls(day.year, cadence)
        return cls(day.year, cadence, (day.month - 1) // MONTHS[cadence] + 1)

    @property
    def label(self) -> str:
        """The period in Vietnamese official words, to follow a report's name."""
        match self.cadence:
            case Cadence.MONTH:
                return f"tháng {self.ordinal} năm {self.year}"
            case Cadence.QUARTER:
                return f"quý {ROMAN[self.ordinal - 1]} năm {self.year}"
            case Cadence.HALF:
                return f"06 tháng {'đầu' if self.ordinal == 1 else 'cuối'} năm {self.year}"
            case Cadence.NINE_MONTHS:
                return f"09 tháng đầu năm {self.year}"
            case Cadence.YEAR:
                return f"năm {self.year}"
            case Cadence.WEEK:
                return f"tuần {self.ordinal} năm {self.year}"
            case Cadence.EVENT:
                return f"số {self.ordinal} năm {self.year}"

    @property
    def first_on(self) -> date:
        """The first calendar day of the period; of an event, of its year."""
        if self.cadence is Cadence.WEEK:
            return date.fromisocalendar(self.year, self.ordinal, 1)
        if self.cadence is Cadence.EVENT:
            return date(self.year, 1, 1)
        return date(self.year, (self.ordinal - 1) * MONTHS[self.cadence] + 1, 1)

    @property
    def last_on(self) -> date:
        """The last calendar day of the period; of an event, of its year."""
        if self.cadence is Cadence.EVENT:
            return date(self.year, 12, 31)
        if self.cadence is Cadence.WEEK:
            return self.first_on + timedelta(days=6)
        month = self.ordinal * MONTHS[self.cadence]
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def followed_on(self) -> date:
        """The first calendar day after it; of nine months 1 October, where the next nine begin later."""
        return self.last_on + timedelta(days=1)

    def has_begun(self, on: date) -> bool:
        """Whether there can be something to report on by that day."""
        return self.first_on <= on

    def lies_in(self, longer: "Period") -> bool:
        """Whether every day of it is one of the `longer` period."""
        return longer.first_on <= self.first_on and self.last_on <= longer.last_on

    def next(self) -> Self:
        """The period of the same cadence that follows."""
        return self._step(1)

    def previous(self) -> Self:
        """The period of the same cadence that comes before."""
        return self._step(-1)

    def _step(self, direction: int) -> Self:
        if self.cadence is Cadence.WEEK:
            return self.containing(self.cadence, self.first_on + timedelta(weeks=direction))
        if self.cadence is Cadence.EVENT:
            return type(self)(self.year, self.cadence, self.ordinal + direction)
        count = _ORDINALS[self.cadence]
        year, ordinal = divmod(self.year * count + self.ordinal - 1 + direction, count)
        return type(self)(year, self.cadence, ordinal + 1)


def span(period: Period) -> tuple[datetime, datetime]:
    """When it begins, and when it is over, by the office's clock."""
    return at(period.first_on), at(period.followed_on)


def _weeks_in(year: int) -> int:
    # 28 December always lies in the last ISO week of its year (ISO 8601).
    return date(year, 12, 28).isocalendar().week
