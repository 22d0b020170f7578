"""Arrivals in rows and back: `arrival_row` writes one, `arrival_of` and `kept_of` read it."""

from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from sys import intern
from typing import Any

from mailbot.core.arrival import Arrival
from mailbot.core.mail import ArrivalClock
from mailbot.ledger.mails import Mails
from mailbot.ledger.rows import Entry, Row, Written
from mailbot.ledger.schema import arrival
from mailbot.ledger.values import clocks_form, clocks_of, mail_form, mail_of
from mailbot.ledger.verdicts import verdict_form, verdict_of

# The columns that a kept arrival is read from: all but the mail, and what stands in it as well.
KEPT = tuple(c for c in arrival.c if c.name not in {"mail", "sha256", "identity", "message_id"})
# What follows from mail and clocks, and is asked of many arrivals again and again.
_DERIVED = frozenset({"contradicted", "is_senders", "sender", "sha256"})


class KeptArrival(Arrival):
    """An arrival on record. Its mail and its clocks are found by `mails` when somebody asks for them.

    It equals any arrival of the same facts.

    Raises:
        Unavailable: for whoever asks for them, if the ledger cannot serve now.
        LedgerBroken: likewise, if they cannot be understood.
    """

    __slots__ = ("_mails", *_DERIVED)

    def __init__(self, *, mails: Mails | None = None, **facts: Any) -> None:
        object.__setattr__(self, "_mails", mails)
        for name, value in facts.items():
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        # Python asks here for what is not there.
        if name in {"mail", "clocks"}:
            return getattr(self._mails.contents(self.number), name)
        if name not in _DERIVED:
            raise AttributeError(name)
        found = vars(Arrival)[name].fget(self)
        object.__setattr__(self, name, found)
        return found

    def __eq__(self, other: object) -> bool:
        return _facts(self) == _facts(other) if isinstance(other, Arrival) else NotImplemented

    __hash__ = Arrival.__hash__


_facts = attrgetter(*(field.name for field in fields(Arrival)))


def arrival_row(number: int, entry: Entry, now: datetime) -> Written:
    """The row of the arrival that `entry` becomes."""
    mail = entry.mail
    return {
        "number": number,
        "sha256": mail.sha256,
        "identity": mail.identity,
        "message_id": mail.message_id,
        "sender": "" if mail.sender is None else mail.sender.email,
        "arrived_at": entry.arrived_at,
        "clock": entry.clock,
        "recorded_at": now,
        "rules": entry.rules,
        "muted": entry.muted,
        "mail": mail_form(mail),
        "verdict": verdict_form(entry.verdict),
        "clocks": clocks_form(entry.clocks),
    }


def arrival_of(row: Row) -> Arrival:
    """The arrival in a whole row."""
    return Arrival(mail=mail_of(row["mail"]), clocks=clocks_of(row["clocks"]), **_told(row))


def kept_of(row: Row, mails: Mails) -> Arrival:
    """The arrival in a row of the columns `KEPT`; what else it holds is found by `mails`."""
    told = _told(row)
    contradicted = clocks_of(row["clocks"]).contradict(told["arrived_at"], told["clock"])
    return KeptArrival(mails=mails, sender=intern(row["sender"]), contradicted=contradicted, **told)


def _told(row: Row) -> dict[str, Any]:
    return {
        "number": row["number"],
        "verdict": verdict_of(row["verdict"]),
        "arrived_at": row["arrived_at"],
        "clock": ArrivalClock(row["clock"]),
        "recorded_at": row["recorded_at"],
        "rules": intern(row["rules"]),
        "muted": row["muted"],
    }
