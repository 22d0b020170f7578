"""A ledger's whole content in one file, taken while mailbot works, and put back.

SQLite copies its own pages in one consistent snapshot; PostgreSQL's own programs do the same for it.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import MetaData, make_url, text
from sqlalchemy.engine import URL

from mailbot.errors import LedgerBroken, Unavailable
from mailbot.ledger.engine import Database

# So many pages at a time, so that a writer never waits for long.
_PAGES = 1000
# A dump of ten years takes minutes; longer means that the server hangs.
_SECONDS = 3600
# Ours alone; what an extension brought in is the administrator's.
_FUNCTIONS = text(
    "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
    " AND proowner = current_user::regrole"
    " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
)


def save(address: str, target: Path) -> None:
    """Write all that the ledger at `address` holds into the new file `target`.

    Raises:
        Unavailable: it cannot be read, or the file cannot be written.
        LedgerBroken: what was read does not hold together.
    """
    url = make_url(address)
    try:
        if url.get_backend_name() == "sqlite":
            _save_sqlite(Path(str(url.database)), target)
        else:
            _run("pg_dump", url, "--format=custom", "--no-owner", f"--file={target}")
    except OSError as error:
        raise Unavailable(f"the backup cannot be written: {error}") from error
    except sqlite3.Error as error:
        raise Unavailable(f"the ledger cannot be saved: {error}") from error
    target.chmod(0o600)


def load(address: str, source: Path) -> None:
    """Put what `save` wrote into the ledger at `address`, which must not exist yet.

    A database in PostgreSQL may hold the tables of a ledger; the caller has seen that nothing is in them.

    Raises:
        LedgerBroken: there is a ledger already, or the file is none.
        Unavailable: it cannot be written.
    """
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        _clear(address)
        # All of it or nothing: what a restore leaves half done, the next one would stumble over. Who else was
        # granted a look at the tables need not exist on this server, and would end it.
        how = ("--no-owner", "--no-privileges", "--single-transaction", f"--dbname={url.database}")
        _run("pg_restore", url, *how, str(source))
        return
    file = Path(str(url.database))
    if file.exists():
        raise LedgerBroken(f"{file} exists: a backup is restored where there is no ledger yet")
    _require_whole(source)
    try:
        fresh = file.with_suffix(".restoring")
        shutil.copyfile(source, fresh)
        fresh.chmod(0o600)
        fresh.replace(file)
    except OSError as error:
        raise Unavailable(f"the ledger cannot be restored: {error}") from error


def _clear(address: str) -> None:
    """Take away what an unused ledger is made of, also what an older backup knows nothing of."""
    with Database(address) as database, database.altering() as connection:
        there = MetaData()
        there.reflect(connection)
        there.drop_all(connection)
        for function in connection.execute(_FUNCTIONS).scalars().all():
            connection.execute(text(f"DROP FUNCTION {function}"))


def _save_sqlite(file: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        here.backup(there, pages=_PAGES)
        # A file by itself, without the logs that stand beside a working ledger.
        there.execute("PRAGMA journal_mode = DELETE").fetchall()
    _require_whole(target)


def _require_whole(file: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as there:
            said = there.execute("PRAGMA quick_check").fetchall()
    except sqlite3.Error as error:
        raise LedgerBroken(f"{file} is no ledger: {error}") from error
    if said != [("ok",)]:
        raise LedgerBroken(f"{file} is damaged: {said[0][0]}")


def _run(program: str, url: URL, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise Unavailable(f"{program} is not installed; Debian has it in postgresql-client")
    # The password goes by the environment: everybody may read a command line.
    asked = {
        "PGHOST": str(url.query.get("host") or url.host or ""),
        "PGPORT": str(url.query.get("port") or url.port or ""),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
        "PGSSLROOTCERT": url.query.get("sslrootcert"),
    }
    environment = os.environ | {name: str(value) for name, value in asked.items() if value}
    try:
        # PostgreSQL's own programs, with our own words.
        subprocess.run(  # noqa: S603
            [found, *arguments], env=environment, check=True, capture_output=True, timeout=_SECONDS
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        # After what is wrong comes the statement that it was found in.
        why = next((line for line in said if "error:" in line), said[-1] if said else str(error))
        raise Unavailable(f"{program}: {why.removeprefix(f'{program}: ')}") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{program} did not end within an hour") from error
