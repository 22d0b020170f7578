"""Which unit a person of the office means by what he typed."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from mailbot.core.language.text import fold, nfc
from mailbot.core.rules import Rules, Unit, UnitId


def unit_named(rules: Rules, typed: str, on: date) -> Unit | None:
    """The one unit whose name, other name or id stands in `typed`; of namesakes the one of that day."""
    folded = fold(typed)
    places: defaultdict[tuple[int, int], list[tuple[Unit, str]]] = defaultdict(list)
    for unit in rules.units:
        for name in filter(fold, (unit.name, *unit.aliases, unit.id)):
            for found in re.finditer(rf"(?<![\w-]){re.escape(fold(name))}(?![\w-])", folded):
                places[found.span()].append((unit, name))
    meant: dict[UnitId, Unit] = {}
    for place, so_called in places.items():
        if not any(_is_within(place, other) for other in places):
            units = _of_that_day(_as_spelt(so_called, typed), on)
            meant |= {unit.id: unit for unit in units}
    return next(iter(meant.values())) if len(meant) == 1 else None


def _is_within(place: tuple[int, int], other: tuple[int, int]) -> bool:
    return place != other and other[0] <= place[0] and place[1] <= other[1]


def _as_spelt(so_called: Iterable[tuple[Unit, str]], typed: str) -> list[Unit]:
    """Those whose name stands there with its accents: Văn Lăng is not Văn Lang; all of them if none does."""
    written = " ".join(nfc(typed).lower().split())
    spelt = [unit for unit, name in so_called if nfc(name).lower() in written]
    return spelt or [unit for unit, _ in so_called]


def _of_that_day(units: list[Unit], on: date) -> list[Unit]:
    """Those in office: a province that is put together anew has heirs of the same name."""
    return [unit for unit in units if unit.valid.covers(on)] or units
