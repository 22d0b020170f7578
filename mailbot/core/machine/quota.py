"""How full the mailbox is, as its server tells (RFC 9208), and what follows.

A full mailbox is the units' misfortune first: the server refuses their reports, and nobody here ever sees
one. So nobody is judged over such a time, and the staff hears of it before it comes.
"""

from collections.abc import Collection
from dataclasses import dataclass

_TOLD_FROM = 0.9
# Room for the largest mail that servers usually let through, but of a small mailbox no more than a part.
_ROOM_KIB = 25 << 10
_ROOM_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Quota:
    """One limit of the mailbox: `resource` is STORAGE, counted in KiB, or MESSAGE, counted in mails."""

    resource: str
    used: int
    limit: int

    @property
    def turns_mails_away(self) -> bool:
        """Whether the server may refuse a mail for lack of room."""
        room = min(_ROOM_KIB, self.limit * _ROOM_SHARE) if self.resource == "STORAGE" else 1
        return self.limit - self.used < room

    def __str__(self) -> str:
        if self.resource == "STORAGE":
            return f"{self.used >> 10} of {self.limit >> 10} MiB"
        return f"{self.used} of {self.limit} mails"


def is_full(quotas: Collection[Quota]) -> bool:
    """Whether a report may have been refused."""
    return any(quota.turns_mails_away for quota in quotas)


def warning(quotas: Collection[Quota]) -> str:
    """What people must hear of the room in the mailbox; "" while there is enough."""
    tight = [quota for quota in quotas if quota.turns_mails_away or quota.used >= quota.limit * _TOLD_FROM]
    if not tight:
        return ""
    says = f"it is nearly full ({', '.join(map(str, tight))})"
    if not is_full(tight):
        return f"{says}; once it is full, the server refuses the units' mails"
    return f"{says}: the server may refuse the units' mails, and no unit is called late until there is room"
