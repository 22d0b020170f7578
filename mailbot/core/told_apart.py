"""Units of one name in one paper: a commune of before the merger, and the one that goes on under its name."""

from collections import Counter
from collections.abc import Collection

from mailbot.core import vietnamese
from mailbot.core.rules import Rules, Span, UnitId


def told_apart(rules: Rules, units: Collection[UnitId]) -> dict[UnitId, str]:
    """What each of `units` is called in one paper: namesakes bear the days of their time behind the name.

    The rules let no two units bear one name on the same day.
    """
    known = {unit_id: rules.finds_unit(unit_id) for unit_id in units}
    names = {unit_id: vietnamese.foreign(unit.name) if unit else unit_id for unit_id, unit in known.items()}
    borne = Counter(name.casefold() for name in names.values())
    return {
        unit_id: f"{name} ({_time(unit.valid)})" if unit and borne[name.casefold()] > 1 else name
        for (unit_id, name), unit in zip(names.items(), known.values(), strict=True)
    }


def _time(valid: Span) -> str:
    since = f"từ {vietnamese.short_day(valid.start)}" if valid.start else ""
    until = f"đến {vietnamese.short_day(valid.end)}" if valid.end else ""
    return " ".join(filter(None, (since, until)))
