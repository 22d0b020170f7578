"""Which unit somebody means who names one: an empty list must say that there is nothing, and hide no slip."""

from collections.abc import Callable, Container
from datetime import datetime

import click

from mailbot.core.calendar import at, local
from mailbot.core.period import Period
from mailbot.core.rules import Rules, Unit, UnitId
from mailbot.core.sheets.sheet_values import a_unit


def unit_called(words: str, rules: Rules, now: datetime) -> Unit:
    """The unit of that id, or that is called so: by its name, with or without accents, or its symbol.

    Raises:
        click.UsageError: there is none, or more than one.
    """
    if (found := rules.finds_unit(UnitId(words))) is not None:
        return found
    try:
        return a_unit(words, rules, local(now).date(), former=True)
    except ValueError as error:
        if "more than one" in str(error):
            raise click.UsageError(str(error)) from None
        raise click.UsageError(f"there is no unit {words!r}; `mailbot units` lists them") from None


def unit_asked_for(
    words: str | None,
    listed: Container[str | None],
    rules: Callable[[], Rules],
    now: datetime,
    period: Period | None = None,
) -> UnitId | None:
    """The id of the unit that a list is to tell of; one that the list knows may have left the rules since.

    Of two units of one name, before and after a merger, the one of `period` is meant.
    """
    if words is None:
        return None
    if words in listed:
        return UnitId(words)
    return unit_called(words, rules(), now if period is None else min(now, at(period.last_on))).id
