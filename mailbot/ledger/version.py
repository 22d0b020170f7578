"""The book's version: how many facts there are. One statement that every plan is checked against."""

from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select

from mailbot.ledger.assigned_tables import assignment, note
from mailbot.ledger.deeds import incident
from mailbot.ledger.schema import (
    arrival,
    command,
    duty,
    lesson,
    letter,
    official,
    ruling,
    stamp,
)
from mailbot.ledger.schema_upkeep import sealing, vanished, vouch

# Their numbers run from 1 without gaps, so the highest is the count; none of their rows is ever deleted.
FACTS = (
    arrival,
    ruling,
    command,
    incident,
    stamp,
    lesson,
    official,
    assignment,
    note,
    duty,
    letter,
    vouch,
    vanished,
    sealing,
)


@cache
def version_query() -> Select[int]:
    """Selects the version; scans, sightings and the states of letters do not count."""
    counts = [_highest(table.c.number) for table in FACTS]
    return select(sum(counts[1:], start=counts[0]).label("version"))


def highest_query() -> Select[Any]:
    """Selects how many there are of each of `FACTS`, in that order."""
    columns: list[Any] = [_highest(table.c.number) for table in FACTS]
    return select(*columns)


def _highest(number: Any) -> ScalarSelect[int]:
    return select(func.coalesce(func.max(number), 0)).scalar_subquery()
