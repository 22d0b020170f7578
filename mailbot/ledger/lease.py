"""Which of several mailbots on one database is the active one.

A mailbot may write while its epoch is the database's. Every writing transaction counts `tally` up first and
then compares the epoch; whoever takes over locks the same row before it changes the epoch. So a mailbot that
was stopped, cut off or copied writes nothing after its successor's first word, whatever it believes.

Time is the database's: the clocks of two machines may differ.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from mailbot.errors import Superseded
from mailbot.ledger.engine import Database
from mailbot.ledger.schema import tally
from mailbot.ledger.schema_upkeep import lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds the lease: `name` tells machine and process, for people."""

    name: str
    epoch: int
    until: datetime | None


class Lease:
    """The lease of one mailbot, named `holder`, on a PostgreSQL ledger; each renewal `lasts` so long."""

    def __init__(self, database: Database, holder: str, lasts: timedelta) -> None:
        self._database = database
        self._holder = holder
        self._lasts = lasts

    @property
    def renew_every(self) -> timedelta:
        """Three renewals may fail, to a slow disk or a restart of the database, before the lease is lost."""
        return self._lasts / 4

    @property
    def ask_every(self) -> timedelta:
        """How often one that stands by asks whether its turn has come."""
        return self._lasts / 8

    def take(self) -> bool:
        """Take the lease if nobody holds it, or its holder has not renewed it in time.

        From then on this mailbot's writes carry its epoch.
        """
        with self._database.altering() as connection:
            # Waits for the write that is under way, and lets none begin before this is decided.
            connection.execute(select(tally.c.changes).with_for_update())
            taken: int | None = connection.execute(
                update(lease)
                .where(or_(lease.c.until.is_(None), lease.c.until < func.clock_timestamp()))
                .values(epoch=lease.c.epoch + 1, holder=self._holder, until=self._end())
                .returning(lease.c.epoch)
            ).scalar()
        if taken is None:
            return False
        self._database.fence = taken
        return True

    def renew(self) -> None:
        """Hold the lease for longer.

        Raises:
            Superseded: another mailbot has taken it.
        """
        with self._database.altering() as connection:
            mine = connection.execute(
                update(lease).where(lease.c.epoch == self._database.fence).values(until=self._end())
            )
            if mine.rowcount == 0:
                raise Superseded(f"another mailbot works with this ledger: {_holder(connection).name}")

    def release(self) -> None:
        """Give the lease up, so that the next one need not wait for its end."""
        with self._database.altering() as connection:
            connection.execute(
                update(lease).where(lease.c.epoch == self._database.fence).values(until=None, holder="")
            )

    def _end(self) -> ColumnElement[datetime]:
        return func.clock_timestamp() + self._lasts


def holder_of(connection: Connection) -> Holder | None:
    """Who holds the lease now; None if nobody does."""
    found = _holder(connection)
    return found if found.until is not None else None


def _holder(connection: Connection) -> Holder:
    row = connection.execute(select(lease)).one()
    return Holder(name=row.holder, epoch=row.epoch, until=row.until)
