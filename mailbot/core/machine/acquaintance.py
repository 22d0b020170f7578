"""Whether a ledger is still the one that mailbot worked with when it last looked."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A ledger as it was at one look: its own name, and how many changes it has seen, which only grow."""

    instance: str
    changes: int


class Estrangement(StrEnum):
    """How a ledger may have become a stranger to the machine that works with it."""

    ANOTHER = "another"
    OLDER = "older"


def estranged(before: Glimpse | None, now: Glimpse) -> Estrangement | None:
    """What happened to the ledger since the look before; None if it went on as ledgers do.

    An older one knows nothing of the letters that were sent since, another one nothing at all: both would
    have them written once more. With nothing to compare, nothing is held against a ledger.
    """
    if before is None:
        return None
    if before.instance != now.instance:
        return Estrangement.ANOTHER
    return Estrangement.OLDER if now.changes < before.changes else None
