"""The working calendar of a profile: the `holidays` library proposes, the office's own table decides.

The library knows the lunar calendar of UTC+7 and most decreed swaps of past years; swaps of coming
years it cannot know, and some it has wrong. So the tables of calendar.toml are applied last.
"""

from dataclasses import dataclass
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import holidays

from mailbot.core.calendar import Calendar
from mailbot.rulebook.files import LAST_YEAR, BaseTable, DayOffTable, DayTable
from mailbot.rulebook.sheets import Sheet
from mailbot.toml_file import Entry

# Also in the name of the day that makes up for it when it falls on a weekend.
_CULTURE_DAY = "Ngày Văn hóa Việt Nam"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarTables:
    """The tables of calendar.toml, with the calendar that the library proposes for `[base]`."""

    base: BaseTable
    proposed: Calendar
    removed: list[Entry[DayTable]]
    days_off: list[Entry[DayOffTable]]
    worked: list[Entry[DayTable]]


def read_calendar(sheet: Sheet) -> CalendarTables | None:
    """The tables of calendar.toml; faults are noted in the files, and None means that `[base]` is missing."""
    sheet.only("base", lists=("removed", "day_off", "worked"))
    base = sheet.table("base", BaseTable)
    removed = sheet.tables("removed", DayTable)
    days_off = sheet.tables("day_off", DayOffTable)
    worked = sheet.tables("worked", DayTable)
    for entries in (removed, days_off, worked):
        seen = set()
        for entry in entries:
            if entry.value.date in seen:
                entry.fault(("date",), f"{entry.value.date} is listed twice")
            seen.add(entry.value.date)
    off = {entry.value.date for entry in days_off}
    for entry in (*worked, *removed):
        if entry.value.date in off:
            entry.fault(("date",), f"{entry.value.date} is also listed as [[day_off]]")
    if base is None:
        return None
    proposed = _proposed(base)
    for entry in worked:
        day = entry.value.date
        if day.weekday() not in proposed.weekend and day not in proposed.days_off:
            entry.fault(("date",), f"{day} is a working day already")
    return CalendarTables(base=base, proposed=proposed, removed=removed, days_off=days_off, worked=worked)


def build_calendar(tables: CalendarTables) -> Calendar:
    """The calendar that results: the library's days, less the removed, with the office's own."""
    days_off = dict(tables.proposed.days_off)
    worked = set(tables.proposed.worked)
    decided: list[DayTable] = [entry.value for entry in tables.worked]
    decided += [entry.value for entry in tables.days_off]
    sources = {day.date: day.source for day in decided}
    for removed in tables.removed:
        days_off.pop(removed.value.date, None)
        worked.discard(removed.value.date)
    for off in tables.days_off:
        days_off[off.value.date] = off.value.name
        worked.discard(off.value.date)
    for extra in tables.worked:
        days_off.pop(extra.value.date, None)
        worked.add(extra.value.date)
    weekend = tables.proposed.weekend
    return Calendar(weekend=weekend, days_off=days_off, worked=frozenset(worked), sources=sources)


def _proposed(base: BaseTable) -> Calendar:
    # An office that forgets to go on with its calendar must not call units late over Tết: what follows the
    # last year has its holidays, too, as far as they are fixed.
    listed = _vietnam()(years=range(base.first_year, LAST_YEAR + 1), language="vi")
    return Calendar(
        weekend=base.weekend_numbers,
        days_off={day: name for day, name in listed.items() if base.culture_day or _CULTURE_DAY not in name},
        worked=frozenset(listed.weekend_workdays),
    )


@cache
def _vietnam() -> Any:
    """The library's class for Vietnam alone: asked for by its package, it brings all other countries along.

    That would be half of all that a start loads, and 9 MB for as long as the daemon lives.
    """
    source = Path(holidays.__file__).parent / "countries" / "vietnam.py"
    spec = spec_from_file_location("holidays.countries.vietnam", source)
    assert spec is not None, "the library's files are where they were when it was pinned"
    assert spec.loader is not None, "a file of Python has a loader"
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Vietnam
