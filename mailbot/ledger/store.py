"""The keeper of the book: one `Ledger` for each daemon or command."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import delete, func, insert, select

from mailbot.core.book import Book
from mailbot.core.machine.acquaintance import Glimpse
from mailbot.core.period import Period
from mailbot.core.posting import State
from mailbot.errors import LedgerBroken
from mailbot.ledger.assigned import Assigned
from mailbot.ledger.audit import Audit
from mailbot.ledger.blanking import Blanked, Blanking
from mailbot.ledger.closings import Closings
from mailbot.ledger.commands import Commands
from mailbot.ledger.copies import Copies
from mailbot.ledger.delivery import Delivery
from mailbot.ledger.editions import Editions
from mailbot.ledger.engine import Database
from mailbot.ledger.excerpt import Excerpt
from mailbot.ledger.kinds import Kinds
from mailbot.ledger.lease import Holder, Lease, holder_of
from mailbot.ledger.letters import LetterRow, Outgoing
from mailbot.ledger.official import Officials
from mailbot.ledger.outbox import Outbox
from mailbot.ledger.proof import Attempt, Echo, Proof
from mailbot.ledger.recent import Recent
from mailbot.ledger.register import Register
from mailbot.ledger.rows import Entry
from mailbot.ledger.schema import arrival, duty, lesson, letter, meta, ruling, stamp, tally
from mailbot.ledger.shelf import Shelf
from mailbot.ledger.upgrade import Identity, bring_up_to_date
from mailbot.ledger.watch import Watch

__all__ = ["Attempt", "Blanked", "Echo", "Entry", "Identity", "Ledger", "LetterRow", "Outgoing"]


class Ledger(
    Register,
    Officials,
    Assigned,
    Watch,
    Outbox,
    Delivery,
    Proof,
    Copies,
    Editions,
    Commands,
    Closings,
    Audit,
    Blanking,
):
    """What mailbot knows, on disk. Any thread may call it; each call is one transaction.

    What a call has written is on the disk when it returns, and nothing of it if it raises. Every instant
    must have a time zone, and comes back in UTC.

    Raises (each method):
        Unavailable: the database is busy, full, read-only or out of reach; the same call may work later.
        LedgerBroken: the database is damaged, replaced, or not one of ours.
        ValueError: an instant without a time zone.
    """

    def __init__(self, database: Database) -> None:
        """Keep the book in a database that `bring_up_to_date` has seen; elsewhere use `open`."""
        super().__init__(database)
        with database.reading() as connection:
            known = {row.name: row.value for row in connection.execute(select(meta))}
        try:
            self._instance: str = known["instance"]
            self._message_secret: bytes = bytes.fromhex(known["message_secret"])
        except (KeyError, ValueError) as error:
            raise LedgerBroken("the ledger has lost its name or its secret") from error
        database.instance = self._instance
        self._shelf = Shelf(database)

    @classmethod
    def open(cls, url: str, *, identity: Identity | None = None) -> Self:
        """Open the ledger at an SQLAlchemy address, made or brought up to date if need be.

        A new ledger draws its name and its secret at random, unless `identity` gives them: a rehearsal
        must write the same letters each time. On a ledger that exists `identity` changes nothing.

        Raises:
            Unavailable: if it cannot be reached now.
            LedgerBroken: if it is no ledger, or a newer mailbot wrote it.
        """
        bring_up_to_date(url, identity)
        database = Database(url)
        try:
            return cls(database)
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_unused(self) -> bool:
        """Whether no mailbot ever worked with it, and nothing was recorded in it."""
        return self.place is None and not self.has_mails

    @property
    def has_mails(self) -> bool:
        """Whether a mail was ever recorded in it."""
        with self._database.reading() as connection:
            return connection.execute(select(arrival.c.number).limit(1)).first() is not None

    @property
    def place(self) -> str | None:
        """Where the ledger was kept when a mailbot last settled in; None if none ever did."""
        with self._database.reading() as connection:
            place: str | None = connection.execute(
                select(meta.c.value).where(meta.c.name == "place")
            ).scalar()
            return place

    @property
    def glimpse(self) -> Glimpse:
        """The ledger's name and how many changes it has seen, to know it again by."""
        with self._database.reading() as connection:
            return Glimpse(self._instance, connection.execute(select(tally.c.changes)).scalar_one())

    def settle_in(self, place: str) -> None:
        """Note that the ledger is kept at `place` from now on."""
        # Nothing is written where nothing changed: a start must not wait for whoever writes.
        if self.place == place:
            return
        with self._database.writing() as connection:
            connection.execute(delete(meta).where(meta.c.name == "place"))
            connection.execute(insert(meta).values(name="place", value=place))

    @property
    def instance(self) -> str:
        """What this ledger is called, for ever: 32 hexadecimal digits."""
        return self._instance

    @property
    def message_secret(self) -> bytes:
        """32 random bytes that Message-IDs are made with, so that nobody can guess one."""
        return self._message_secret

    def lease(self, holder: str, lasts: timedelta) -> Lease:
        """The right to be the active mailbot, for the one named `holder`; only where the ledger is shared.

        It must be renewed before it has lasted that long.
        """
        return Lease(self._database, holder, lasts)

    @property
    def holder(self) -> Holder | None:
        """Who the active mailbot is, where the ledger is shared."""
        with self._database.reading() as connection:
            return holder_of(connection)

    def book(self, mailboxes: Collection[str] | None = None) -> Book:
        """What is known now, as one value.

        Its `scanned_at` is the start of the latest complete scan of any mailbox; with `mailboxes`, the
        moment up to which every one of them has been read.
        """
        return self._shelf.book(mailboxes)

    def book_of(self, period: Period) -> Book:
        """The part of what is known now that bears on how the duties of one period stand; without letters.

        Each of them stands by it as by the whole book, and it takes no longer the more years there are.
        """
        return Excerpt(self._database, period).book(None)

    def recent_book(self, arrivals: int, since: datetime) -> Book:
        """The part of what is known now that shows whether mailbot is well.

        It holds the last `arrivals` with the rulings on them, the digests written since that moment and what
        became of them, and the whole of how the mailbox was watched.
        """
        return Recent(self._database, arrivals, since).book(None)

    def kinds(self, known: Kinds | None = None) -> Counter[str]:
        """How many arrivals count as what, in the words of `verdict.kind`; counted on from what is known."""
        with self._database.reading() as connection:
            return (known or Kinds()).count(connection, self._instance)

    def counts(self) -> dict[str, int]:
        """How much there is: arrivals, rulings, stamps, lessons, duties, and the letters in each state."""
        tables = {"arrivals": arrival, "rulings": ruling, "stamps": stamp, "lessons": lesson, "duties": duty}
        with self._database.reading() as connection:
            counted = {
                name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
                for name, table in tables.items()
            }
            by_state = select(letter.c.state, func.count()).group_by(letter.c.state)
            states = {str(state): int(count) for state, count in connection.execute(by_state)}
        return counted | {str(state): states.get(state, 0) for state in State}
