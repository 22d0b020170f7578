"""Bringing a database to the schema that this code works with.

Alembic costs half a second to import, so plain SQL looks first whether there is anything to do.
"""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select, text, update

from mailbot.errors import LedgerBroken
from mailbot.ledger.chain import begin_with_what_is_there
from mailbot.ledger.engine import Database
from mailbot.ledger.schema import REVISION, meta

_stored = Table("alembic_version", MetaData(), Column("version_num", String(32)))

# Any number would do, if only every mailbot takes the same.
_UPGRADE_LOCK = 0x6D61696C


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A ledger's own name, and the secret that its Message-IDs are made with."""

    instance: str
    message_secret: bytes


def bring_up_to_date(url: str, identity: Identity | None = None) -> None:
    """Make the tables, or change those of an older mailbot; all in one transaction.

    A ledger that is made now takes `identity`; without one it draws its own, which nobody can guess.

    Raises:
        Unavailable: if the database cannot be reached now.
        LedgerBroken: if it is no ledger, or a newer mailbot wrote it.
    """
    # With foreign keys in force, rebuilding a table as SQLite demands would empty those that refer to it.
    # The pragma does nothing inside of a transaction, hence the connections of its own.
    with Database(url, foreign_keys=False) as database:
        with database.reading() as connection:
            if _revision(connection) == REVISION:
                return
        with database.altering() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})
            # Another mailbot may have done it while this one waited for its turn.
            found = _revision(connection)
            if found != REVISION:
                _migrate(connection)
                _check_references(connection)
                begin_with_what_is_there(connection)
            if found is None and identity is not None:
                _name(connection, identity)


def _revision(connection: Connection) -> str | None:
    """The stored revision; None for an empty database."""
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    revision = connection.execute(select(_stored)).scalar() if _stored.name in tables else None
    if revision is None:
        raise LedgerBroken("the database holds tables that are not a ledger's")
    if revision > REVISION:
        raise LedgerBroken(f"the ledger is of a newer mailbot (schema {revision}; this one knows {REVISION})")
    return str(revision)


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - see the module's docstring
    from alembic.config import Config  # noqa: PLC0415 - as above
    from alembic.util import CommandError  # noqa: PLC0415 - as above

    # There is no alembic.ini: the steps travel inside the package.
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "mailbot.ledger:migrations")
    config.set_main_option("path_separator", "os")
    try:
        command.upgrade(config, REVISION)
    except CommandError as error:
        raise LedgerBroken(f"the ledger cannot be brought up to date: {error}") from error


def _name(connection: Connection, identity: Identity) -> None:
    named = {"instance": identity.instance, "message_secret": identity.message_secret.hex()}
    for name, value in named.items():
        connection.execute(update(meta).where(meta.c.name == name).values(value=value))


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    lost = connection.execute(text("PRAGMA foreign_key_check")).all()
    if lost:
        raise LedgerBroken(f"the migration lost rows that others refer to: {lost[:5]}")
