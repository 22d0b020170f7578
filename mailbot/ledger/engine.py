"""The door to the database: its connections and its two kinds of transaction.

A reader sees one unmoving snapshot. Writers come one after the other: SQLite locks the whole file at
BEGIN IMMEDIATE, and in PostgreSQL the first statement of each locks the one row of `tally`. So inside
`writing` the highest number of a table stays the highest, and a number once seen is never overtaken by
a lower one that commits later.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, Select, create_engine, event, func, make_url, select, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.schema import Column

from mailbot.errors import LedgerBroken, Superseded, Unavailable
from mailbot.ledger import chain
from mailbot.ledger.faults import translated
from mailbot.ledger.schema import meta, tally
from mailbot.ledger.schema_upkeep import lease

_BUSY_MILLISECONDS = 10_000
_PAUSE_MILLISECONDS = 10

# A cut network must be noticed, at both ends, well before a lease ends: else a dead mailbot's transaction
# would go on holding the row that its successor waits for.
_POSTGRESQL = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 15_000,
    "options": f"-c lock_timeout={_BUSY_MILLISECONDS} -c idle_in_transaction_session_timeout=15000"
    " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=2",
}
_COUNT_UP = update(tally).values(changes=tally.c.changes + 1)
INSTANCE = select(meta.c.value).where(meta.c.name == "instance").scalar_subquery()
"""What the ledger is called."""

EXCHANGED = "the ledger was exchanged for another one while in use"
_EPOCH = select(lease.c.epoch, INSTANCE)


class _Noting(Connection):
    """A connection that remembers which facts it adds.

    SQLAlchemy's events would tell that as well; but as soon as there is a listener, every statement asks for
    listeners at each of its steps, which takes a sixth of its time.
    """

    def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        """As `Connection.execute`."""
        result = super().execute(statement, parameters, execution_options=execution_options)
        chain.notice_added(self, statement)
        return result


class Database:
    """Connections to one ledger, for any number of threads."""

    def __init__(self, url: str, *, foreign_keys: bool = True) -> None:
        """Prepare connections to `url`; an SQLite file that does not exist is made, for its owner only.

        Raises:
            LedgerBroken: if no database can be meant by `url`.
            Unavailable: if the file cannot be made.
        """
        parsed = _parse(url)
        self._closed = False
        self._file = _made(parsed)
        self._inode = _inode(self._file)
        self.fence: int | None = None
        """The epoch that writes carry; None for a tool beside the active mailbot, and with SQLite."""
        self.instance: str | None = None
        """What the ledger was called when it was opened: another one may be put in its place."""
        self._readers = _engine(parsed, foreign_keys=foreign_keys)
        if self._file is None:
            # READ COMMITTED would show each statement of a reader another world.
            self._writers = self._readers
            self._readers = self._readers.execution_options(isolation_level="REPEATABLE READ")
        else:
            self._writers = self._readers

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent snapshot; raises as `translated` does."""
        self._check()
        with self._transaction(self._readers, "BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, on the disk when the block is left; nothing is kept if it raises.

        `changes` in `tally` is counted up first, so that a reader can tell that something happened.

        Raises:
            Superseded: another mailbot has become the active one.
        """
        with self.altering() as connection:
            connection.execute(_COUNT_UP)
            if self.fence is not None:
                self._require_mine(connection)
            chain.begin(connection)
            yield connection
            if connection.in_transaction():
                chain.seal(connection)

    def let_go(self) -> None:
        """Empty SQLite's log of the pages as they were; while somebody reads, a later writer does it."""
        if self._file is not None:
            # Beside any transaction, for within one SQLite does not do it.
            with translated(), closing(self._readers.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextmanager
    def altering(self) -> Iterator[Connection]:
        """A writing transaction for changes of the schema, when there may be no `tally` yet."""
        self._check()
        # A transaction that reads first and writes later could find the file taken in between, and no wait
        # would help; whoever will write says so at once.
        with self._transaction(self._writers, "BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, engine: Engine, begins: str) -> Iterator[Connection]:
        with translated(), _Noting(engine) as connection, connection.begin():
            if self._file is not None:
                connection.exec_driver_sql(begins)
            yield connection

    @property
    def is_shared(self) -> bool:
        """Whether mailbots of several machines may be at it."""
        return self._file is None

    @staticmethod
    def undo(connection: Connection) -> None:
        """Take back all that was done in the block, and leave it without an error."""
        transaction = connection.get_transaction()
        assert transaction is not None
        transaction.rollback()

    def close(self) -> None:
        """Give up all connections; the last one to leave an SQLite file folds its WAL into it."""
        self._closed = True
        self._readers.dispose()
        self._writers.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _require_mine(self, connection: Connection) -> None:
        epoch, instance = connection.execute(_EPOCH).one()
        if instance != self.instance:
            raise LedgerBroken(EXCHANGED)
        if epoch != self.fence:
            raise Superseded("another mailbot works with this ledger")

    def _check(self) -> None:
        if self._closed:
            # A connection that is made now would be given up by nobody, and hold the file.
            raise RuntimeError("the ledger is closed")
        # An SQLite file deleted or replaced under a running daemon goes on taking rows that nobody will
        # ever find again.
        if _inode(self._file) != self._inode:
            raise LedgerBroken(f"the ledger's file {self._file} was removed or replaced while in use")


def next_number(connection: Connection, number: Column[int]) -> int:
    """The number that follows the highest in that column, from 1; only inside `writing`.

    The ledger counts by itself because a database's own sequence leaves gaps after a rollback, and a
    gap in the register of arrivals looks like a lost mail.
    """
    highest: int | None = connection.execute(_highest(number)).scalar()
    return 1 if highest is None else highest + 1


@cache
def _highest(number: Column[int]) -> Select[Any]:
    return select(func.max(number))


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise LedgerBroken(f"not a database address: {url!r}") from error
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise LedgerBroken(f"the ledger is kept in SQLite or PostgreSQL, not in {parsed.get_backend_name()}")
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise LedgerBroken("a ledger in memory would forget everything; name a file: sqlite:///…/ledger.db")
    return parsed


def _engine(url: URL, *, foreign_keys: bool) -> Engine:
    try:
        if url.get_backend_name() == "postgresql":
            return create_engine(url, pool_pre_ping=True, connect_args=_POSTGRESQL)
        engine = create_engine(url, connect_args={"check_same_thread": False})
    except (NoSuchModuleError, ImportError) as error:
        raise LedgerBroken(f"the driver for {url.drivername} is not installed: {error}") from error
    event.listen(engine, "connect", lambda raw, _record: _prepare(raw, foreign_keys=foreign_keys))
    return engine


def _prepare(raw: Any, *, foreign_keys: bool) -> None:
    # The sqlite3 module's own idea of transactions loses updates between threads and commits before DDL.
    raw.isolation_level = None
    raw.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}").fetchall()
    _log_ahead(raw)
    for pragma in (
        # In WAL mode NORMAL may lose the last commits with the power (https://sqlite.org/pragma.html).
        "synchronous = FULL",
        # What is taken out of a row is blanked in the file: it may have been somebody's secret.
        "secure_delete = ON",
        f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
    ):
        raw.execute(f"PRAGMA {pragma}").fetchall()


def _log_ahead(raw: Any) -> None:
    # SQLite does not wait by itself while another process turns the same new file to WAL.
    for _ in range(_BUSY_MILLISECONDS // _PAUSE_MILLISECONDS):
        try:
            raw.execute("PRAGMA journal_mode = WAL").fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            time.sleep(_PAUSE_MILLISECONDS / 1000)
        else:
            return
    raw.execute("PRAGMA journal_mode = WAL").fetchall()


def _made(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite":
        return None
    file = Path(str(url.database))
    try:
        # The files beside it (-wal, -shm) take their rights from this one. One that is there is never opened
        # here: to close it again would end all locks that this process has on it, and a command beside it
        # would see nobody and remove the log of writes (https://sqlite.org/howtocorrupt.html, 2.2).
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise Unavailable(f"the ledger's file cannot be opened: {error}") from error
    # Not ours, or on a disk that can only be read: then what becomes of it shows when it is opened.
    with suppress(OSError):
        file.chmod(0o600)
    return file


def _inode(file: Path | None) -> tuple[int, int] | None:
    if file is None:
        return None
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(f"the ledger's file cannot be reached: {error}") from error
    return found.st_dev, found.st_ino
