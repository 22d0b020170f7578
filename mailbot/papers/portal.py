"""The public pages: how reporting went, for any web server to serve from one folder.

Only approved figures come here. Of each duty the public learns which report, when it was due, when it came
and how it stands: no subject, no file, no address, no number of a mail, and no reason for what is not
judged, because a reason could tell that something sealed lies with a unit.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from mailbot.core.calendar import local
from mailbot.core.language.visible import cell
from mailbot.core.rules import Office
from mailbot.core.standing import Standing
from mailbot.core.standings.closing import Amendment, Closing, amendments
from mailbot.core.standings.figures import Counts, Figures, Line, Rating, UnitFigures, count
from mailbot.papers.pages import STYLE, page_environment, read_template
from mailbot.papers.pictures import heat, lateness, trend
from mailbot.papers.words import STANDINGS, mark

_SCRIPT = "filter.js"
_NO_CELL = ("", "", "")
# Units of a group that no rules name.
_NO_GROUP = "Đơn vị khác"


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One published month: the figures that count now, and what has changed since the first approval."""

    figures: Figures
    approved_at: datetime
    amendments: tuple[Amendment, ...]

    def amended(self, unit: str) -> bool:
        """Whether something of that unit's was amended."""
        return any(amendment.unit == unit for amendment in self.amendments)


def published(closings: Sequence[Closing]) -> tuple[Month, ...]:
    """The months whose figures were approved for the public, in order."""
    by_period: dict[str, list[Closing]] = {}
    for closing in closings:
        if closing.public:
            by_period.setdefault(str(closing.period), []).append(closing)
    return tuple(
        Month(figures=kept[-1].figures, approved_at=kept[-1].closed_at, amendments=amendments(kept))
        for _, kept in sorted(by_period.items())
        if kept[-1].period.cadence == "month"
    )


@dataclass(frozen=True, kw_only=True)
class ShownUnit:
    """One unit in one year."""

    id: str
    name: str
    group: str
    months: Mapping[int, UnitFigures]

    @cached_property
    def counts(self) -> Counts:
        """All its duties of the year."""
        return count(line for unit in self.months.values() for line in unit.lines)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its duties of the year, in order."""
        return tuple(line for _, unit in sorted(self.months.items()) for line in unit.lines)


@dataclass(frozen=True, kw_only=True)
class PublicYear:
    """One year of published months."""

    year: int
    months: tuple[Month, ...]

    @cached_property
    def units(self) -> tuple[ShownUnit, ...]:
        """Every unit that owed something, in the order of the register."""
        found = self._by_unit
        return tuple(
            ShownUnit(
                id=unit_id, name=last.name + self.apart[unit_id], group=last.group, months=found[unit_id]
            )
            for unit_id in _merged([[unit.id for unit in month.figures.units] for month in self.months])
            if (last := _last(found[unit_id]))
        )

    @cached_property
    def apart(self) -> Mapping[str, str]:
        """What follows each unit's name: its months in the year, where another unit has that name, too."""
        names = {unit_id: _last(months).name.casefold() for unit_id, months in self._by_unit.items()}
        borne = Counter(names.values())
        return {
            unit_id: _in_months(min(months), max(months)) if borne[names[unit_id]] > 1 else ""
            for unit_id, months in self._by_unit.items()
        }

    @cached_property
    def _by_unit(self) -> Mapping[str, Mapping[int, UnitFigures]]:
        found: dict[str, dict[int, UnitFigures]] = {}
        for month in self.months:
            for unit in month.figures.units:
                found.setdefault(unit.id, {})[month.figures.period.ordinal] = unit
        return found

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """The groups of the units, each by the last name that it had: some end within the year."""
        names = {group: name for month in self.months for group, name in month.figures.groups.items()}
        return {unit.group: names.get(unit.group) or _NO_GROUP for unit in self.units}

    @cached_property
    def counts(self) -> Counts:
        """All duties of the year."""
        return count(line for month in self.months for line in month.figures.lines)

    @property
    def amendments(self) -> tuple[Amendment, ...]:
        """All amendments of the year, the latest first."""
        found = [amendment for month in self.months for amendment in month.amendments]
        return tuple(sorted(found, key=lambda amendment: amendment.at, reverse=True))

    @property
    def as_of(self) -> datetime:
        """Until when the latest figures were counted."""
        return max(month.figures.as_of for month in self.months)


class Portal:
    """Lays the published months out by the templates in `templates`/portal."""

    def __init__(self, templates: Path) -> None:
        self._environment = page_environment(templates / "portal")
        self._environment.globals.update(
            standing_words=STANDINGS, cell=_cell, heat=heat, trend=trend, lateness=lateness, good=_good
        )
        self._environment.filters["mark"] = lambda line: mark(line.standing, line.days_late)
        self._style = read_template(templates / "pages" / STYLE)
        self._script = read_template(templates / "portal" / _SCRIPT)

    def files(self, office: Office, closings: Sequence[Closing]) -> dict[str, bytes]:
        """Every file of the folder, by its path in it; without a published month, a page that says so."""
        months = published(closings)
        years = [
            PublicYear(year=year, months=tuple(m for m in months if m.figures.period.year == year))
            for year in sorted({month.figures.period.year for month in months}, reverse=True)
        ]
        written: dict[str, str] = {STYLE: self._style, _SCRIPT: self._script}
        shared = {"office": office, "years": years}
        if not years:
            written["index.html"] = self._page("empty.html", root="", **shared)
        for ordinal, year in enumerate(years):
            name = "index.html" if ordinal == 0 else f"nam-{year.year}.html"
            written[name] = self._page("index.html", root="", year=year, **shared)
            written[f"so-lieu-{year.year}.csv"] = _csv(year)
            written[f"so-lieu-{year.year}.json"] = _json(year, office)
        for unit_id in dict.fromkeys(unit.id for year in years for unit in year.units):
            found = [(year, unit) for year in years for unit in year.units if unit.id == unit_id]
            path = f"don-vi/{unit_id}.html"
            written[path] = self._page("unit.html", root="../", unit=found[0][1], found=found, **shared)
        return {name: text.encode() for name, text in written.items()}

    def _page(self, template: str, **context: Any) -> str:
        return self._environment.get_template(f"{template}.j2").render(context)


def _cell(unit: UnitFigures | None) -> tuple[str, str, str]:
    """Class, mark and words of a unit's month: the worst of what is concluded stands for it."""
    if unit is None or not unit.counts.owed:
        return _NO_CELL if unit is None or not unit.counts.excused else ("", "–", "được miễn")
    counts, late = unit.counts, [line for line in unit.lines if line.standing is Standing.LATE]
    if counts.overdue:
        return "x", "✕", f"{counts.overdue} chưa gửi" + (f", {counts.late} chậm" if counts.late else "")
    if counts.late:
        return "l", mark(Standing.LATE, max(line.days_late for line in late)), f"{counts.late} chậm"
    if counts.not_judged or counts.still_open:
        return "q", "?", "chưa kết luận"
    return "o", "✓", "đúng hạn"


def _last(months: Mapping[int, UnitFigures]) -> UnitFigures:
    return months[max(months)]


def _in_months(first: int, last: int) -> str:
    return f" (tháng {first})" if first == last else f" (tháng {first} đến tháng {last})"


def _merged(orders: Sequence[Sequence[str]]) -> list[str]:
    """All names in one order; each that the last list lacks follows whom it followed where it last stood."""
    merged: list[str] = []
    for order in reversed(orders):
        at = 0
        for name in order:
            if name in merged:
                at = merged.index(name) + 1
            else:
                merged.insert(at, name)
                at += 1
    return merged


def _good(figures: Figures) -> tuple[UnitFigures, ...]:
    return figures.rated(Rating.GOOD)


def _rows(year: PublicYear) -> Iterator[dict[str, Any]]:
    for month in year.months:
        names = {unit.id: unit.name + year.apart[unit.id] for unit in month.figures.units}
        for line in month.figures.lines:
            # When a report came is told only where it is judged by that.
            judged = line.standing in {Standing.ON_TIME, Standing.LATE}
            came_on = local(line.arrived_at).date().isoformat() if judged and line.arrived_at else None
            yield {
                "month": str(month.figures.period),
                "unit": line.unit,
                "unit_name": names[line.unit],
                "report": line.title,
                "due_on": local(line.due_at).date().isoformat(),
                "arrived_on": came_on,
                "standing": str(line.standing),
                "standing_name": STANDINGS[line.standing],
                "working_days_late": line.days_late if line.standing is Standing.LATE else None,
            }


def _json(year: PublicYear, office: Office) -> str:
    told = {
        "source": office.name,
        "year": year.year,
        "as_of": local(year.as_of).isoformat(),
        "rows": list(_rows(year)),
        "amendments": [amendment.says for amendment in year.amendments],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _csv(year: PublicYear) -> str:
    kept = io.StringIO()
    # Excel reads a file as UTF-8 only behind the mark.
    kept.write("\ufeff")
    rows = list(_rows(year))
    writer = csv.writer(kept)
    if rows:
        writer.writerow(rows[0])
        writer.writerows([_plain(value) for value in row.values()] for row in rows)
    return kept.getvalue()


def _plain(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "" if value is None else cell(str(value))
