"""When a report is due, and the sentence that says how the date was derived.

The rules name a day; a day off may move it. A day counts until it ends: on time is whatever arrives,
taken to the whole second, no later than the last second that counts.
"""

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mailbot.core.calendar import Calendar, at
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import DayOff, DueRule

_END_OF_DAY = time(23, 59, 59)
_NEIGHBOURS = {
    DayOff.NEXT: "ngày làm việc tiếp theo",
    DayOff.PREVIOUS: "ngày làm việc liền trước",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate:
    """When one report of one period is due (thời hạn).

    Attributes:
        named_on: the day that the rule names.
        falls_on: the day that counts, after a day off has moved it.
        at: the last second that counts, in the office's zone; 23:59:59 where the day counts to 24:00.
        derivation: how `at` follows from the rule, as a Vietnamese sentence without a full stop.
    """

    named_on: date
    falls_on: date
    at: datetime
    derivation: str


def due_date(rule: DueRule, period: Period, calendar: Calendar) -> DueDate:
    """When the report of `period` is due under `rule`.

    Raises:
        ValueError: if the calendar has no working day near the day that the rule names.
    """
    named_on = _named_on(rule, period)
    falls_on = _falls_on(rule.day_off, named_on, calendar)
    return DueDate(
        named_on=named_on,
        falls_on=falls_on,
        at=at(falls_on, rule.closes or _END_OF_DAY),
        derivation=_derivation(rule, named_on, falls_on, calendar),
    )


def _named_on(rule: DueRule, period: Period) -> date:
    if period.cadence is Cadence.WEEK:
        return period.first_on + timedelta(days=rule.day - 1)
    years, month = divmod(period.last_on.month - 1 + rule.months_after, 12)
    year = period.last_on.year + years
    last_day = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(rule.day, last_day))


def _falls_on(day_off: DayOff, named_on: date, calendar: Calendar) -> date:
    match day_off:
        case DayOff.NEXT:
            return calendar.on_or_after(named_on)
        case DayOff.PREVIOUS:
            return calendar.on_or_before(named_on)
        case DayOff.KEEP:
            return named_on


def _derivation(rule: DueRule, named_on: date, falls_on: date, calendar: Calendar) -> str:
    clock = f"{rule.closes.hour:02} giờ {rule.closes.minute:02}" if rule.closes else "24 giờ 00"
    if falls_on != named_on:
        why = calendar.why_off(named_on)
        return (
            f"thời hạn là ngày {_written(named_on)}; ngày này là {why} "
            f"nên tính đến hết {clock} ngày {_written(falls_on)} ({_NEIGHBOURS[rule.day_off]})"
        )
    plain = f"chậm nhất {clock} ngày {_written(named_on)}"
    if (why := calendar.why_off(named_on)) is not None:
        return f"{plain} (ngày này là {why}; thời hạn không chuyển sang ngày khác)"
    return plain


def _written(day: date) -> str:
    # Decree 30/2020, Appendix I: a zero before days below 10 and before January and February only.
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)  # noqa: PLR2004 - February
    return f"{day.day:02}/{month}/{day.year}"
