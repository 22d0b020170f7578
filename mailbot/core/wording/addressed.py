"""What a letter calls the unit that it is for, which may have ended, or be about to bear another name."""

from dataclasses import replace
from datetime import date

from mailbot.core.rules import Rules, Unit
from mailbot.core.wording.day_words import short_day

# A longer line would be cut; each of the successors gets the letter, named or not.
_LONGEST = 110
_ANY_HEAD = "Thủ trưởng đơn vị"


def addressed(rules: Rules, unit: Unit, on: date) -> Unit:
    """`unit` with the name and the head that a letter of that day may name.

    What is left of a unit that has ended goes to its successors. The letter tells them why it comes to them,
    and asks that their own head be told: the other one is no more.
    """
    named = unit.called(on)
    heirs = [heir.called(on) for heir in rules.heirs(unit, on)] if unit.valid.is_over(on) else []
    if unit.valid.end is None or not heirs:
        return named
    ended = f"{named.name} (đến {short_day(unit.valid.end)}; đơn vị kế thừa: "
    full = f"{ended}{', '.join(heir.name for heir in heirs)})"
    return replace(
        named,
        name=full if len(full) <= _LONGEST else f"{ended}{len(heirs):02} đơn vị)",
        head=heirs[0].head if len(heirs) == 1 else _ANY_HEAD,
    )
