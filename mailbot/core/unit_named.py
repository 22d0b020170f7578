"""Which unit a person of the office means by what he typed."""

from mailbot.core.rules import Rules, Unit
from mailbot.core.text import fold


def unit_named(rules: Rules, typed: str) -> Unit | None:
    """The one unit whose name, other name or id stands in `typed`; the longest name wins."""
    folded = fold(typed)
    found = [
        (len(name), unit)
        for unit in rules.units
        for name in map(fold, (unit.name, *unit.aliases, unit.id))
        if name and name in folded
    ]
    longest = max((length for length, _ in found), default=0)
    named = {unit.id: unit for length, unit in found if length == longest}
    return next(iter(named.values())) if len(named) == 1 else None
