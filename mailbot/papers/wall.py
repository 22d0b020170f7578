"""The wall chart: a year on one page, each month a grid of days with what falls due on them."""

import calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mailbot.core.calendar import Calendar
from mailbot.core.deadlines import Deadline
from mailbot.core.rules import Office
from mailbot.papers.pages import STYLE, page_environment
from mailbot.papers.words import column


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the chart; `off` says why it is no working day, "" if it is one."""

    on: date
    off: str
    due: tuple[Deadline, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """What falls due on it, in a few letters each."""
        return tuple(dict.fromkeys(column(deadline.period) for deadline in self.due))


def wall_chart(
    templates: Path, office: Office, days: Calendar, year: int, found: Sequence[Deadline]
) -> dict[str, bytes]:
    """The page and its style, by name."""
    by_day: defaultdict[date, list[Deadline]] = defaultdict(list)
    for deadline in found:
        by_day[deadline.on].append(deadline)
    months = [
        [
            [_day(days, on, by_day) if on.month == month else None for on in week]
            for week in calendar.Calendar().monthdatescalendar(year, month)
        ]
        for month in range(1, 13)
    ]
    page = page_environment(templates / "papers").get_template("wall.html.j2")
    written = page.render(office=office, year=year, months=months, found=found, root="", years=[])
    style = (templates / "pages" / STYLE).read_bytes()
    return {f"lich-{year}.html": written.encode(), STYLE: style}


def _day(days: Calendar, on: date, by_day: dict[date, list[Deadline]]) -> Day:
    return Day(on=on, off=days.why_off(on) or "", due=tuple(by_day.get(on, ())))
