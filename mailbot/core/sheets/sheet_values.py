"""What people write into cells: days, moments, units. Read strictly: a guess may be a wrong deadline."""

import re
from datetime import date, datetime, time

from mailbot.core.calendar import YEARS, ZONE, end_of
from mailbot.core.language.text import fold
from mailbot.core.rules import Rules, Unit

_DAY = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})")
_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?::|h| giờ )(?P<minute>\d{2})(?::(?P<second>\d{2}))?")


def a_text(cell: object) -> str:
    """What a person wrote into the cell, on one line."""
    return " ".join(str(cell).split())


def a_day(cell: object) -> date:
    """A day: a date cell, `05/01/2017` or `2017-01-05`.

    Raises:
        ValueError: if it is none, or of a year that can only be a slip.
    """
    day = _day(cell)
    if day.year not in YEARS:
        raise ValueError(f"{a_text(cell)!r} is not of a year from {YEARS[0]} to {YEARS[-1]}")
    return day


def _day(cell: object) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    written = a_text(cell)
    try:
        if found := _DAY.fullmatch(written):
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{written!r} is no day such as 05/01/2017") from None


def a_due_moment(cell: object) -> datetime:
    """A due moment: a day, which counts to its last second.

    Raises:
        ValueError: if it is none.
    """
    return end_of(a_day(cell))


def a_moment(cell: object) -> datetime:
    """A moment on the office's clock: a date cell with a time, `05/01/2017 16:30`, or a day at noon.

    Raises:
        ValueError: if it is none.
    """
    if isinstance(cell, datetime):
        a_day(cell)
        return cell if cell.tzinfo else cell.replace(tzinfo=ZONE)
    written = a_text(cell)
    clock = _CLOCK.search(written)
    day = a_day(
        cell if isinstance(cell, date) else written.replace(clock[0], "").strip() if clock else written
    )
    try:
        at = time(int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0)) if clock else time(12)
    except ValueError:
        raise ValueError(f"{written!r} has no such clock time") from None
    return datetime.combine(day, at, ZONE)


def has_clock(cell: object) -> bool:
    """Whether the cell of a moment tells the hour, and not the day alone."""
    return isinstance(cell, datetime) or _CLOCK.search(a_text(cell)) is not None


def a_unit(cell: object, rules: Rules, on: date, *, former: bool = False) -> Unit:
    """The one unit that is called so on that day: by id, name, other name or symbol.

    With `former` one that is no more by then may be meant, where no other is called so.

    Raises:
        ValueError: if there is none, or more than one.
    """
    written = a_text(cell)
    sought = fold(written)
    called = [unit for unit in rules.units if sought in {unit.id, *map(fold, _names(unit))}]
    found = [unit for unit in called if unit.valid.covers(on)]
    if former and not found:
        found = [unit for unit in called if unit.valid.is_over(on)]
    if len(found) != 1:
        raise ValueError(f"{'there is no unit' if not found else 'more than one unit is'} called {written!r}")
    return found[0]


def _names(unit: Unit) -> tuple[str, ...]:
    return (unit.name, *unit.aliases, *unit.symbols)
