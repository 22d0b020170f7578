"""The part of the book that bears on the duties of one period.

A look at one month takes no longer the more years there are. What is read is chosen by index; how the duties
stand is derived from it by the same functions as from the whole book, and comes out the same.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time

from sqlalchemy import Connection, Table, func, select

from mailbot.core.calendar import at
from mailbot.core.delivery.health import FORGOTTEN_AFTER
from mailbot.core.period import Period
from mailbot.ledger.addresses import facts_around, failing
from mailbot.ledger.among import among
from mailbot.ledger.arrivals import KEPT
from mailbot.ledger.catalogue import bearing_on
from mailbot.ledger.deeds import incident
from mailbot.ledger.engine import Database
from mailbot.ledger.rows import Row
from mailbot.ledger.schema import arrival, command, duty, ruling, stamp
from mailbot.ledger.shelf import Shelf

# Of how duties stand nothing follows from these.
_LEFT_OUT = frozenset({command.name, incident.name})


class Excerpt(Shelf):
    """Reads once what bears on one period; letters and commands are not in it."""

    def __init__(self, database: Database, period: Period) -> None:
        super().__init__(database)
        self._period = period
        self._chosen: set[int] = set()

    def _read_facts(self, connection: Connection, there: Mapping[str, int]) -> None:
        emails = failing(connection, self._first_look(connection) - FORGOTTEN_AFTER)
        wrote = among(connection, select(arrival.c.number), arrival.c.sender, emails)
        self._chosen = bearing_on(connection, self._period) | {row["number"] for row in wrote}
        super()._read_facts(connection, there)
        self._addresses.facts = facts_around(connection, emails)

    def _first_look(self, connection: Connection) -> datetime:
        """When a duty of the period is first judged: no sooner than it is due."""
        begins = at(self._period.first_on, time.min)
        due = select(func.min(duty.c.due_at)).where(duty.c.period == str(self._period))
        first: datetime | None = connection.execute(due).scalar_one()
        return begins if first is None else min(begins, first)

    def _rows(self, connection: Connection, facts: Table, last: int) -> Iterator[Row]:
        if facts.name in _LEFT_OUT:
            return iter(())
        if facts in {stamp, duty}:
            query = select(facts).where(facts.c.period == str(self._period)).order_by(facts.c.number)
            return iter(connection.execute(query).mappings())
        if facts in {arrival, ruling}:
            chosen, column = (KEPT, facts.c.number) if facts is arrival else (facts.c, facts.c.arrival)
            rows = among(connection, select(*chosen), column, self._chosen)
            return iter(sorted(rows, key=lambda row: int(row["number"])))
        return super()._rows(connection, facts, last)

    def _read_letters(self, connection: Connection) -> None:
        """None are needed."""

    def _read_addresses(self, connection: Connection) -> None:
        """Those that are needed are read apart."""
