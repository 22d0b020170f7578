"""Arrivals in rows and back: `arrival_row` writes one, `arrival_of` reads it."""

from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from sys import intern
from typing import Any

from sqlalchemy import Text, type_coerce

from mailbot.core.arrival import Arrival
from mailbot.core.mail import ArrivalClock
from mailbot.errors import LedgerBroken
from mailbot.ledger.rows import Entry, Row, Written
from mailbot.ledger.schema import arrival
from mailbot.ledger.types import read_json
from mailbot.ledger.values import clocks_form, clocks_of, mail_form, mail_of
from mailbot.ledger.verdicts import verdict_form, verdict_of

# What stands in the mail as well; the sender is asked for so often that the column is read.
_TWICE = frozenset({"sha256", "identity", "message_id"})
# The columns that an arrival is read from; the mail as it is written.
ARRIVAL = (
    *(column for column in arrival.c if column.name not in {*_TWICE, "mail"}),
    type_coerce(arrival.c.mail, Text).label("mail"),
)


class KeptArrival(Arrival):
    """An arrival on record. Its mail is read from what is written when somebody asks for it, once.

    After years there are tens of thousands, and of most nobody asks more than what they were judged to be.
    It equals any arrival of the same facts.

    Raises:
        LedgerBroken: for whoever asks for the mail, if it cannot be understood.
    """

    __slots__ = ("_written", "sender")

    def __init__(self, *, written: str = "", **facts: Any) -> None:
        # As bytes, for with Vietnamese in it a string takes twice the room.
        object.__setattr__(self, "_written", written.encode())
        for name, value in facts.items():
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        # Python asks here for what is not there, and the mail is not before it was read.
        if name != "mail":
            raise AttributeError(name)
        try:
            mail = mail_of(read_json(self._written))
        except (LookupError, TypeError, ValueError) as error:
            raise LedgerBroken(f"arrival {self.number} cannot be understood: {error!r}") from error
        object.__setattr__(self, "mail", mail)
        return mail

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
    """The arrival in a row of the columns `ARRIVAL`."""
    return KeptArrival(
        number=row["number"],
        written=row["mail"],
        sender=row["sender"],
        verdict=verdict_of(row["verdict"]),
        arrived_at=row["arrived_at"],
        clock=ArrivalClock(row["clock"]),
        clocks=clocks_of(row["clocks"]),
        recorded_at=row["recorded_at"],
        rules=intern(row["rules"]),
        muted=row["muted"],
    )
