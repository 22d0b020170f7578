"""The mails and clocks of arrivals on record, read from their rows when somebody asks.

After years there are tens of thousands, and of most nobody asks more than what they were judged to be.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Text, bindparam, select, type_coerce

from mailbot.core.mail import Clocks, Mail
from mailbot.errors import LedgerBroken
from mailbot.ledger.engine import Database
from mailbot.ledger.schema import arrival
from mailbot.ledger.types import read_json
from mailbot.ledger.values import Form, clocks_of, mail_of

# Whoever asks for one mail mostly asks for those after it, and a question costs more than a row.
_TOGETHER = 32
# As many as wait for a person at a bad time: a digest and a plan look at these again and again. As many are
# kept of what was read beside them and nobody has asked for yet; it displaces none that was asked for.
_KEPT = 1024
_ROWS = select(
    arrival.c.number,
    type_coerce(arrival.c.mail, Text).label("mail"),
    type_coerce(arrival.c.clocks, Text).label("clocks"),
).where(arrival.c.number.between(bindparam("first"), bindparam("last")))
_T = TypeVar("_T")


class Contents:
    """What an arrival holds beyond what is asked of every one; understood when it is asked for.

    Raises:
        LedgerBroken: for whoever asks for what cannot be understood.
    """

    def __init__(self, number: int, mail: str, clocks: str) -> None:
        self._number = number
        self._mail = mail
        self._clocks = clocks

    @cached_property
    def mail(self) -> Mail:
        """The mail, as recorded."""
        return self._understood(mail_of, self._mail)

    @cached_property
    def clocks(self) -> Clocks:
        """All clocks that were seen for it."""
        return self._understood(clocks_of, self._clocks)

    def _understood(self, of: Callable[[Form], _T], written: str) -> _T:
        try:
            return of(read_json(written))
        except (LookupError, TypeError, ValueError) as error:
            raise LedgerBroken(f"arrival {self._number} cannot be understood: {error!r}") from error


class Mails:
    """Finds the contents of arrivals by their numbers, for any thread; those asked for last are at hand."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._kept: OrderedDict[int, Contents] = OrderedDict()
        self._beside: OrderedDict[int, Contents] = OrderedDict()

    def contents(self, number: int) -> Contents:
        """What arrival `number` holds.

        Raises:
            Unavailable: the ledger cannot serve now.
            LedgerBroken: there is no such arrival any more.
        """
        with self._lock:
            if number not in self._kept:
                if number not in self._beside:
                    self._beside |= self._read(number)
                if number not in self._beside:
                    raise LedgerBroken(f"arrival {number} is not in the ledger any more")
                self._kept[number] = self._beside.pop(number)
            self._kept.move_to_end(number)
            for contents in (self._kept, self._beside):
                while len(contents) > _KEPT:
                    contents.popitem(last=False)
            return self._kept[number]

    def forget(self) -> None:
        """Keep nothing: words were taken out of the ledger."""
        with self._lock:
            self._kept.clear()
            self._beside.clear()

    def _read(self, number: int) -> dict[int, Contents]:
        asked: dict[str, Any] = {"first": number, "last": number + _TOGETHER - 1}
        with self._database.reading() as connection:
            return {row.number: Contents(*row) for row in connection.execute(_ROWS, asked)}
