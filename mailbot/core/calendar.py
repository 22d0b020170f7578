"""Working days and the office's clock: which days count, and what "24 giờ 00" means.

Instants are timezone-aware everywhere; the office's zone is applied here. Holidays are data of the
rules, because the State decides them anew each year (Labour Code 2019, Arts. 111 and 112).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# A slip in the year would lead to what no calendar can compute, or to centuries of duties.
YEARS = range(1990, 2201)
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
# No run of days off is longer in any decreed year; a calendar without working days must not hang us.
_LONGEST_REST_DAYS = 60


def local(instant: datetime) -> datetime:
    """The instant as the office's clock shows it."""
    return instant.astimezone(ZONE)


def at(day: date, clock: time = time()) -> datetime:
    """The instant at which the office's clock shows `clock` on `day`."""
    return datetime.combine(day, clock, ZONE)


def end_of(day: date) -> datetime:
    """The last second of `day`, up to which a term counts (Civil Code 2015, Art. 148(6))."""
    return datetime.combine(day, time(23, 59, 59), ZONE)


def weekday_name(day: date) -> str:
    """The Vietnamese name of the weekday, written as inside a sentence."""
    return _WEEKDAYS[day.weekday()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Which days are working days.

    Attributes:
        weekend: weekdays off, 0 = Monday; State offices rest on Saturday and Sunday.
        days_off: holidays and decreed days off, each with its Vietnamese name.
        worked: weekend days that are worked in exchange ("hoán đổi ngày làm việc").
        sources: the document that decided on a day off or a worked day, as the office quotes it.
    """

    weekend: frozenset[int] = frozenset({5, 6})
    days_off: Mapping[date, str] = field(default_factory=dict)
    worked: frozenset[date] = frozenset()
    sources: Mapping[date, str] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether offices work on `day`."""
        return self.why_off(day) is None

    def why_off(self, day: date) -> str | None:
        """Why `day` is off, in Vietnamese; None for a working day."""
        if day in self.worked:
            return None
        if (holiday := self.days_off.get(day)) is not None:
            return holiday
        return weekday_name(day) if day.weekday() in self.weekend else None

    def remark(self, day: date) -> str | None:
        """What is special about `day`, with the document that says so; None for a plain working day."""
        if day in self.worked and day.weekday() in self.weekend:
            what = f"{weekday_name(day)} nhưng là ngày làm việc"
        elif (off := self.why_off(day)) is not None:
            what = off
        else:
            return None
        return f"{what}, {source}" if (source := self.sources.get(day)) else what

    def shift(self, day: date, working_days: int) -> date:
        """The day that lies `working_days` working days after `day` (before it, if negative).

        `day` itself is not counted (Civil Code 2015, Art. 147) and need not be a working day.

        Raises:
            ValueError: if the calendar has no working day left within reach.
        """
        step = timedelta(days=1 if working_days > 0 else -1)
        for _ in range(abs(working_days)):
            day = self._seek(day + step, step)
        return day

    def on_or_after(self, day: date) -> date:
        """`day`, or the next working day if it is off (Civil Code 2015, Art. 148(5))."""
        return self._seek(day, timedelta(days=1))

    def on_or_before(self, day: date) -> date:
        """`day`, or the working day before it if it is off."""
        return self._seek(day, timedelta(days=-1))

    def working_days_after(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; 0 if none."""
        days = (end - start).days
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, days + 1))

    def _seek(self, day: date, step: timedelta) -> date:
        for _ in range(_LONGEST_REST_DAYS):
            if self.is_working(day):
                return day
            day += step
        raise ValueError(f"the calendar has no working day near {day}")
