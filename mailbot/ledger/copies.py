"""A second copy of the raw mails, for ledgers that several machines share.

The archive is a folder of one machine. What a mailbot has filed away must outlive that machine too, so the
bytes go into the database before the arrival does. In pieces: a mail of 150 MB must not be in memory at once.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import delete, exists, select

from mailbot.ledger.engine import Database
from mailbot.ledger.schema_upkeep import piece

PIECE_BYTES = 1 << 20


class Copies:
    """The part of the ledger that keeps raw mails; see `Ledger` for errors and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def is_shared(self) -> bool:
        """Whether several machines may work with this ledger."""
        return self._database.is_shared

    def copy(self, sha256: str, pieces: Iterable[bytes]) -> None:
        """Keep the bytes of a mail, at most `PIECE_BYTES` a piece; a second time changes nothing."""
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415 - no other ledger is shared

        with self._database.altering() as connection:
            if connection.execute(select(exists().where(piece.c.sha256 == sha256))).scalar_one():
                return
            for ordinal, octets in enumerate(pieces):
                row = {"sha256": sha256, "ordinal": ordinal, "octets": octets}
                # Another mailbot may be copying the same mail: the same bytes under the same name.
                connection.execute(insert(piece).values(row).on_conflict_do_nothing())

    def copied(self, sha256: str) -> Iterator[bytes]:
        """The bytes of a mail, piece by piece; nothing if there is no copy."""
        ordinal = 0
        while True:
            with self._database.reading() as connection:
                octets: bytes | None = connection.execute(
                    select(piece.c.octets).where(piece.c.sha256 == sha256, piece.c.ordinal == ordinal)
                ).scalar()
            if octets is None:
                return
            yield octets
            ordinal += 1

    def forget_copy(self, sha256: str) -> None:
        """Remove the bytes of a mail that must not be kept."""
        with self._database.altering() as connection:
            connection.execute(delete(piece).where(piece.c.sha256 == sha256))
