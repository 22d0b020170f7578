"""Which rules were in force since when."""

from datetime import datetime

from sqlalchemy import insert, select

from mailbot.core.changes.edition import Edition
from mailbot.ledger.engine import Database, next_number
from mailbot.ledger.rows import edition_of, edition_row
from mailbot.ledger.schema import edition as editions


class Editions:
    """The part of the ledger that knows rules by their fingerprints; see `Ledger` for errors and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_up(self, fingerprint: str, profile: str, *, by: str, why: str, now: datetime) -> Edition:
        """Note that the rules of that fingerprint are in force from now on; the same again is no news."""
        latest = select(editions).order_by(editions.c.number.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(latest).mappings().first()
        # Looked at before writing: a daemon that starts ten times a day must not wait for the write lock.
        if row is not None and row["fingerprint"] == fingerprint:
            return edition_of(row)
        with self._database.writing() as connection:
            row = connection.execute(latest).mappings().first()
            if row is not None and row["fingerprint"] == fingerprint:
                return edition_of(row)
            taken_up = Edition(
                number=next_number(connection, editions.c.number),
                fingerprint=fingerprint,
                profile=profile,
                taken_up_at=now,
                by=by,
                why=why,
            )
            connection.execute(insert(editions).values(edition_row(taken_up)))
        return taken_up

    def editions(self) -> list[Edition]:
        """All that were ever in force, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(editions).order_by(editions.c.number)).mappings()
            return [edition_of(row) for row in rows]
