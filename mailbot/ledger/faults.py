"""What the database's errors mean for mailbot: try again later, or stop.

Nothing outside the ledger ever sees an error of SQLAlchemy or of a database driver.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mailbot.errors import LedgerBroken, Unavailable

# Primary result codes (https://sqlite.org/rescode.html) that pass by themselves, or when somebody frees
# the disk or puts rights and mounts in order.
_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_SCHEMA,
    }
)
_PRIMARY = 0xFF
# What PostgreSQL says while it is a standby, or a provider has stopped all writing for its disk is full; its
# driver calls it an internal error.
_READ_ONLY = "25006"
# A restore by another user, or a hand at the rights, is the cause of it, and GRANT the end; nothing is lost.
_NOT_GRANTED = "42501"


@contextmanager
def translated() -> Iterator[None]:
    """Run the block, and put the database's errors into mailbot's words.

    Raises:
        Unavailable: busy, disk full, read-only, no connection, no right to it.
        LedgerBroken: a damaged file, a missing table, a row that a constraint refused.
        ValueError: a value that cannot be stored, such as an instant without a time zone.
    """
    try:
        yield
    except SQLAlchemyError as error:
        raise _meaning(error) from error


def _meaning(error: SQLAlchemyError) -> Exception:
    if isinstance(error, PoolTimeout):
        return Unavailable(f"the ledger's connections are all in use: {error}")
    if not isinstance(error, DBAPIError):
        if isinstance(error, StatementError):
            return ValueError(str(error.orig))
        return LedgerBroken(f"the ledger cannot be used: {error}")
    said = str(error.orig).strip()
    if getattr(error.orig, "sqlstate", None) == _NOT_GRANTED:
        first = said.partition("\n")[0]
        return Unavailable(f"the ledger may not be used: {first}; its tables want their owner, or GRANT")
    if _passes(error):
        return Unavailable(f"the ledger cannot be used now: {said}")
    return LedgerBroken(f"the ledger cannot be trusted: {said}")


def _passes(error: DBAPIError) -> bool:
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return code & _PRIMARY in _PASSING
    # PostgreSQL's drivers keep to PEP 249: "not under the control of the programmer".
    read_only = getattr(error.orig, "sqlstate", None) == _READ_ONLY
    return read_only or isinstance(error, OperationalError | InterfaceError)
