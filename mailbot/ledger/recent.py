"""The part of the book that shows whether mailbot is well.

What looks every few minutes must take no longer, and no more memory, the more years there are.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, Table, select

from mailbot.core.posting import NoticeKind
from mailbot.ledger.addresses import facts_of
from mailbot.ledger.among import among
from mailbot.ledger.arrivals import KEPT
from mailbot.ledger.engine import Database
from mailbot.ledger.letters import keys_of, posted_of
from mailbot.ledger.rows import Row
from mailbot.ledger.schema import arrival, letter, notice, ruling
from mailbot.ledger.schema_upkeep import vanished, vouch
from mailbot.ledger.shelf import LETTERS, Shelf

_WATCHING = frozenset({vouch.name, vanished.name})


class Recent(Shelf):
    """Reads once the last arrivals, the digests since a moment, and all that is known of watching."""

    def __init__(self, database: Database, arrivals: int, since: datetime) -> None:
        super().__init__(database)
        self._last = select(*KEPT).order_by(arrival.c.number.desc()).limit(arrivals)
        self._digests = (letter.c.kind == NoticeKind.DIGEST) & (letter.c.queued_at >= since)

    def _rows(self, connection: Connection, facts: Table, last: int) -> Iterator[Row]:
        if facts is arrival:
            return reversed(connection.execute(self._last).mappings().all())
        if facts is ruling:
            numbers = [known.number for known in self._arrivals]
            rows = among(connection, select(ruling), ruling.c.arrival, numbers)
            return iter(sorted(rows, key=lambda row: int(row["number"])))
        return super()._rows(connection, facts, last) if facts.name in _WATCHING else iter(())

    def _read_letters(self, connection: Connection) -> None:
        """The digests alone."""
        digests = select(letter.c.number).where(self._digests)
        keys = keys_of(connection, notice.c.letter.in_(digests) & notice.c.live)
        for row in connection.execute(LETTERS.where(self._digests)).mappings():
            posted = self._numbered[row["number"]] = posted_of(row, keys[row["number"]])
            self._letters.update(dict.fromkeys(posted.keys, posted))

    def _read_addresses(self, connection: Connection) -> None:
        """Of those letters alone."""
        self._addresses.facts = facts_of(connection, self._numbered)
