"""Units of one name in one paper: a commune of before the merger, and the one that goes on under its name."""

from collections import Counter
from collections.abc import Collection
from datetime import date

from mailbot.core.rules import Rules, Span, UnitId
from mailbot.core.wording import vietnamese


def told_apart(rules: Rules, units: Collection[UnitId], on: date) -> dict[UnitId, str]:
    """What each of `units` is called in one paper of that day.

    Namesakes bear the days of their time behind the name: the rules let no two bear it on the same day.
    """
    known = {unit_id: rules.finds_unit(unit_id) for unit_id in units}
    names = {
        unit_id: vietnamese.named(unit.called(on).name) if unit else unit_id
        for unit_id, unit in known.items()
    }
    borne = Counter(name.casefold() for name in names.values())
    return {
        unit_id: f"{name} ({_time(unit.valid)})" if unit and borne[name.casefold()] > 1 else name
        for (unit_id, name), unit in zip(names.items(), known.values(), strict=True)
    }


def _time(valid: Span) -> str:
    since = f"từ {vietnamese.short_day(valid.start)}" if valid.start else ""
    until = f"đến {vietnamese.short_day(valid.end)}" if valid.end else ""
    return " ".join(filter(None, (since, until)))
