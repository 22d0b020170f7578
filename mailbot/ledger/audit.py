"""What must hold of a ledger: for `mailbot verify`, and after every fault that the tests bring about."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, exists, func, select

from mailbot.core.posting import Fate, State
from mailbot.errors import LedgerBroken
from mailbot.ledger.catalogue import misplaced
from mailbot.ledger.chain import breaks, chained, head
from mailbot.ledger.engine import Database
from mailbot.ledger.schema import attempt, letter, notice
from mailbot.ledger.schema_upkeep import link


class Audit:
    """The part of the ledger that checks itself; see `Ledger` for errors and threads.

    Each check gives what is wrong, one sentence a fault; nothing if all is well.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def head(self) -> str | None:
        """The last link of the chain of facts in hexadecimal; None before the first fact."""
        with self._database.reading() as connection:
            return head(connection)

    def knows_link(self, sha256: str | None) -> bool:
        """Whether the chain was once at that head; every ledger was at None."""
        with self._database.reading() as connection:
            return sha256 is None or bool(
                connection.execute(select(exists().where(link.c.sha256 == sha256))).scalar()
            )

    def damaged_pages(self) -> list[str]:
        """What SQLite finds wrong with its own file; PostgreSQL keeps checksums of its own."""
        if self._database.is_shared:
            return []
        with self._database.reading() as connection:
            said = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        faults = [str(line) for line in said if line != "ok"]
        return faults + [f"a row of {row[0]} refers to nothing" for row in lost]

    def misplaced(self) -> list[str]:
        """Where the catalogue of arrivals does not follow from the verdicts."""
        with self._database.reading() as connection:
            return list(misplaced(connection))

    def broken_links(self) -> list[str]:
        """Where the chain of facts breaks."""
        with self._database.reading() as connection:
            try:
                return list(breaks(connection))
            except (LookupError, TypeError, ValueError) as error:
                raise LedgerBroken(f"a fact cannot be read: {error!r}") from error

    def gaps(self) -> list[str]:
        """Numbers that are missing among facts: each runs from 1 without a gap."""
        with self._database.reading() as connection:
            found = []
            for table in chained():
                query = select(func.count(), func.max(table.c.number), func.min(table.c.number))
                count, highest, lowest = connection.execute(query.select_from(table)).one()
                if count and (lowest != 1 or highest != count):
                    found.append(f"{table.name}: {count} rows, numbered {lowest} to {highest}")
            return found

    def odd_letters(self) -> list[str]:
        """Letters that are in a state which their tries do not explain."""
        with self._database.reading() as connection:
            return list(_odd_letters(connection))


def _odd_letters(connection: Connection) -> Iterator[str]:
    checks: tuple[tuple[str, ColumnElement[bool]], ...] = (
        (
            "is sent, and no mail server took it",
            (letter.c.state == State.SENT) & ~_tried(Fate.ACCEPTED),
        ),
        (
            "is withdrawn, so that its keys are free, and may have left",
            (letter.c.state == State.WITHDRAWN) & _tried(Fate.ACCEPTED, Fate.LOST),
        ),
        ("has a fate that was unknown, and no such try", (letter.c.unknown > 0) & ~_tried(Fate.LOST)),
        ("answers no notice", ~exists().where(notice.c.letter == letter.c.number)),
    )
    for says, wrong in checks:
        for number in connection.execute(select(letter.c.number).where(wrong)).scalars():
            yield f"letter {number} {says}"


def _tried(*fates: Fate) -> ColumnElement[bool]:
    return exists().where(attempt.c.letter == letter.c.number, attempt.c.outcome.in_(fates))
