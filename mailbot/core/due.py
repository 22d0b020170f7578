"""When a report is due, and the sentence that says how the date was derived.

A rule names a day, or a term from which the day follows; a day off may move it. A day counts until it
ends: on time is whatever arrives, taken to the whole second, no later than the last second that counts.
"""

import calendar as months
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from mailbot.core.calendar import Calendar, at, local
from mailbot.core.period import Cadence, Period

_END_OF_DAY = time(23, 59, 59)


class DayOff(StrEnum):
    """What happens to a due date that falls on a day off."""

    NEXT = "next_working_day"
    KEEP = "none"
    PREVIOUS = "previous_working_day"


_NEIGHBOURS = {
    DayOff.NEXT: "ngày làm việc tiếp theo",
    DayOff.PREVIOUS: "ngày làm việc liền trước",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRule:
    """A report is due on a named day.

    Attributes:
        day: day of the month; a month that is too short means its last day. For a weekly report it
            counts from the week's Monday: 5 is its Friday, 8 the Monday after it.
        months_after: 0 for the last month of the period itself, 1 for the month after it, -1 for the
            month before it, inside a longer period.
        before: "trước ngày 15": the named day itself is too late, the day before it is the last.
        closes: the clock time up to which the day counts; None means 24:00 (Civil Code, Art. 148(6)).
        day_off: what happens when the last day is off.
        day_off_basis: the law or document that lets a day off move the date, as letters quote it.
    """

    day: int
    months_after: int = 0
    before: bool = False
    closes: time | None = None
    day_off: DayOff = DayOff.NEXT
    day_off_basis: str = ""


class TermUnit(StrEnum):
    """What a term is counted in."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"


_TERM_WORDS = {
    TermUnit.HOURS: "giờ",
    TermUnit.DAYS: "ngày",
    TermUnit.WORKING_DAYS: "ngày làm việc",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A report is due so long after something: after its figures are closed, or after an event.

    Hours run from the very moment, days from the day after it (Civil Code 2015, Art. 147).
    """

    count: int
    unit: TermUnit
    closes: time | None = None
    day_off: DayOff = DayOff.NEXT
    day_off_basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate:
    """When one report of one period is due (thời hạn).

    Attributes:
        named_on: the day that the rule names.
        falls_on: the day that counts, after a day off has moved it.
        at: the last second that counts, in the office's zone; 23:59:59 where the day counts to 24:00.
        derivation: how `at` follows from the rule, as a Vietnamese sentence without a full stop.
        plain: whether there was nothing to derive: the date is the named one, and an ordinary working day.
    """

    named_on: date
    falls_on: date
    at: datetime
    derivation: str
    plain: bool


def due_date(
    rule: DueRule | Term, period: Period, calendar: Calendar, closed_on: date | None = None
) -> DueDate:
    """When the report of `period`, whose figures close on the day `closed_on`, is due under `rule`.

    Without `closed_on` they close with the period.

    Raises:
        ValueError: if the calendar has no working day near the day that the rule names.
    """
    if isinstance(rule, Term):
        return term_end(rule, at(closed_on or period.last_on, _END_OF_DAY), calendar, "ngày chốt số liệu")
    named_on = _named_on(rule, period)
    last_on = named_on - timedelta(days=1) if rule.before else named_on
    stated = f"trước ngày {_written(named_on)}, tức " if rule.before else ""
    return _counted(rule, last_on, stated, calendar)


def term_end(term: Term, since: datetime, calendar: Calendar, event: str = "ngày nhận") -> DueDate:
    """When a term that runs since that moment ends; `event` says what happened then, "ngày nhận".

    Raises:
        ValueError: if the calendar has no working day near the term's last day.
    """
    began_on = local(since).date()
    length = f"{term.count:02} {_TERM_WORDS[term.unit]} kể từ"
    match term.unit:
        case TermUnit.HOURS:
            ends = local(since + timedelta(hours=term.count))
            began = f"{_clock(local(since).time())} ngày {_written(began_on)}"
            says = f"{length} {began}: chậm nhất {_clock(ends.time())} ngày {_written(ends.date())}"
            return DueDate(named_on=ends.date(), falls_on=ends.date(), at=ends, derivation=says, plain=False)
        case TermUnit.DAYS:
            last_on = began_on + timedelta(days=term.count)
        case TermUnit.WORKING_DAYS:
            last_on = calendar.shift(began_on, term.count)
    return _counted(term, last_on, f"{length} {event} {_written(began_on)}: ", calendar)


def _named_on(rule: DueRule, period: Period) -> date:
    if period.cadence is Cadence.WEEK:
        return period.first_on + timedelta(days=rule.day - 1)
    years, month = divmod(period.last_on.month - 1 + rule.months_after, 12)
    year = period.last_on.year + years
    last_day = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(rule.day, last_day))


def _counted(rule: DueRule | Term, last_on: date, stated: str, calendar: Calendar) -> DueDate:
    """The due date whose last day is `last_on`; `stated` is what the sentence begins with."""
    falls_on = _falls_on(rule.day_off, last_on, calendar)
    said = _derivation(rule, last_on, falls_on, calendar)
    return DueDate(
        named_on=last_on,
        falls_on=falls_on,
        at=at(falls_on, rule.closes or _END_OF_DAY),
        derivation=f"{stated}{said}",
        plain=not stated and falls_on == last_on and calendar.remark(last_on) is None,
    )


def _falls_on(day_off: DayOff, named_on: date, calendar: Calendar) -> date:
    match day_off:
        case DayOff.NEXT:
            return calendar.on_or_after(named_on)
        case DayOff.PREVIOUS:
            return calendar.on_or_before(named_on)
        case DayOff.KEEP:
            return named_on


def _derivation(rule: DueRule | Term, last_on: date, falls_on: date, calendar: Calendar) -> str:
    clock = _clock(rule.closes) if rule.closes else "24 giờ 00"
    remark = calendar.remark(last_on)
    if falls_on != last_on:
        # The law knows of a next working day only; moving a date forward is the office's own rule.
        quoted = rule.day_off_basis and rule.day_off is DayOff.NEXT
        by = f", theo {rule.day_off_basis}" if quoted else ""
        return (
            f"thời hạn là ngày {_written(last_on)}; ngày này là {remark} "
            f"nên tính đến hết {clock} ngày {_written(falls_on)} ({_NEIGHBOURS[rule.day_off]}{by})"
        )
    plain = f"chậm nhất {clock} ngày {_written(last_on)}"
    if remark is None:
        return plain
    kept = "" if calendar.is_working(last_on) else "; thời hạn không chuyển sang ngày khác"
    return f"{plain} (ngày này là {remark}{kept})"


def _clock(clock: time) -> str:
    return f"{clock.hour:02} giờ {clock.minute:02}"


def _written(day: date) -> str:
    # Decree 30/2020, Appendix I: a zero before days below 10 and before January and February only.
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)  # noqa: PLR2004 - February
    return f"{day.day:02}/{month}/{day.year}"
