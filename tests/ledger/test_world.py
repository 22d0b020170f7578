"""A broken world: full, locked, damaged or exchanged files, and ledgers of a later day."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ledger.facts import NOW, a_letter, an_entry, queue
from sqlalchemy import create_engine, make_url, text

from mailbot.errors import LedgerBroken, Unavailable
from mailbot.ledger import Ledger, engine


def pragma(ledger: Ledger, statement: str) -> Any:
    """Set a pragma on the one connection that a single thread uses over and over."""
    with ledger._database.reading() as connection:
        result = connection.exec_driver_sql(f"PRAGMA {statement}")
        return result.scalar() if result.returns_rows else None


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def ledger(sqlite_url: str) -> Any:
    with Ledger.open(sqlite_url) as ledger:
        yield ledger


def test_every_commit_is_durable_and_references_are_kept(ledger: Ledger) -> None:
    assert pragma(ledger, "journal_mode") == "wal"
    assert pragma(ledger, "synchronous") == 2
    assert pragma(ledger, "foreign_keys") == 1
    assert pragma(ledger, "busy_timeout") == 10_000


def test_only_its_owner_may_read_the_ledger(ledger: Ledger, file: Path, sqlite_url: str) -> None:
    ledger.record([an_entry("a")], NOW)
    beside = [file.with_name(f"{file.name}{suffix}") for suffix in ("", "-wal", "-shm")]
    assert [stat.S_IMODE(path.stat().st_mode) for path in beside] == [0o600] * 3
    file.chmod(0o644)
    Ledger.open(sqlite_url).close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_full_disk_is_passing_and_leaves_nothing_half_done(ledger: Ledger) -> None:
    ledger.record([an_entry("before", name="1")], NOW)
    room = pragma(ledger, "page_count") + 4
    pragma(ledger, f"max_page_count = {room}")
    batch = [an_entry(f"{n} {'x' * 3000}", name=f"b{n}") for n in range(20)]
    with pytest.raises(Unavailable, match="full"):
        ledger.record(batch, NOW)
    with pytest.raises(Unavailable, match="full"):
        queue(ledger, *(a_letter(f"k{n}", raw=b"x" * 5000) for n in range(20)))
    assert ledger.counts()["arrivals"] == 1
    assert ledger.sightings("INBOX", "7") == {"1": 1}
    assert ledger.letters() == []
    pragma(ledger, "max_page_count = 1000000")
    assert ledger.record(batch, NOW) == list(range(2, 22))


def test_a_read_only_disk_is_passing(ledger: Ledger) -> None:
    pragma(ledger, "query_only = ON")
    with pytest.raises(Unavailable, match="readonly"):
        ledger.record([an_entry("a")], NOW)
    assert ledger.book().arrivals == ()


@pytest.mark.servers
def test_a_database_that_became_read_only_is_passing(postgresql_url: str) -> None:
    name, administration = make_url(postgresql_url).database, create_engine(postgresql_url)

    def turn(switch: str) -> None:
        """As a provider does it whose disk is full, and as a standby answers before it has taken over."""
        with administration.begin() as connection:
            connection.execute(text("SET transaction_read_only = off"))
            connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {switch}'))

    with Ledger.open(postgresql_url) as ledger:
        turn("on")
        # The next connection is a new one.
        ledger._database._writers.dispose()
        with pytest.raises(Unavailable, match="read-only"):
            ledger.record([an_entry("a")], NOW)
        assert ledger.book().arrivals == ()
        turn("off")
        ledger._database._writers.dispose()
        assert ledger.record([an_entry("a")], NOW) == [1]
    administration.dispose()


@pytest.mark.servers
@pytest.mark.parametrize("made", [True, False], ids=["a ledger", "an empty database"])
def test_a_database_that_grants_mailbot_nothing_is_told_as_that_and_is_passing(
    postgresql_url: str, *, made: bool
) -> None:
    if made:
        Ledger.open(postgresql_url).close()
    administration = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    role = f"nobody_{make_url(postgresql_url).database}"
    theirs = make_url(postgresql_url).set(username=role).render_as_string()
    with administration.connect() as connection:
        connection.execute(text(f'CREATE ROLE "{role}" LOGIN'))
    try:
        with pytest.raises(Unavailable, match="permission denied") as told:
            Ledger.open(theirs)
        assert "GRANT" in str(told.value)
    finally:
        with administration.connect() as connection:
            connection.execute(text(f'DROP ROLE "{role}"'))
        administration.dispose()


def test_a_database_that_stays_locked_is_passing(
    sqlite_url: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_BUSY_MILLISECONDS", 50)
    with Ledger.open(sqlite_url) as ledger:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="locked"):
            ledger.record([an_entry("a")], NOW)
        assert ledger.book().arrivals == ()
        other.execute("ROLLBACK")
        other.close()
        assert ledger.record([an_entry("a")], NOW) == [1]


def test_a_missing_directory_is_passing(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be opened"):
        Ledger.open(f"sqlite:///{tmp_path}/not/there/ledger.db")


@pytest.mark.parametrize("content", [b"Subject: this is a mail\r\n\r\n" * 100, b"SQLite format 3\0" * 500])
def test_a_file_that_is_no_database_is_refused_and_left_alone(
    sqlite_url: str, file: Path, content: bytes
) -> None:
    file.write_bytes(content)
    with pytest.raises(LedgerBroken):
        Ledger.open(sqlite_url)
    assert file.read_bytes() == content


def test_somebody_elses_database_is_refused_and_left_alone(sqlite_url: str, file: Path) -> None:
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE recipes (name)")
    other.close()
    with pytest.raises(LedgerBroken, match="not a ledger"):
        Ledger.open(sqlite_url)
    with sqlite3.connect(file) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]
    other.close()


def test_a_damaged_file_is_reported_as_broken(sqlite_url: str, file: Path) -> None:
    with Ledger.open(sqlite_url) as ledger:
        ledger.record([an_entry(f"{n} {'x' * 2000}") for n in range(50)], NOW)
    size = file.stat().st_size
    with file.open("r+b") as damaged:
        damaged.seek(size // 2)
        damaged.write(os.urandom(size // 2))
    with pytest.raises(LedgerBroken), Ledger.open(sqlite_url) as ledger:
        ledger.book()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_ledger_whose_file_was_taken_away_takes_nothing_more(
    ledger: Ledger, file: Path, replaced: bool
) -> None:
    ledger.record([an_entry("a")], NOW)
    file.rename(file.with_suffix(".gone"))
    if replaced:
        file.write_bytes(b"")
    with pytest.raises(LedgerBroken, match="removed or replaced"):
        ledger.record([an_entry("b")], NOW)
    with pytest.raises(LedgerBroken, match="removed or replaced"):
        ledger.book()


def test_a_ledger_that_went_back_in_time_is_reported_as_broken(url: str, sql: Callable[[str], Any]) -> None:
    with Ledger.open(url) as ledger:
        ledger.record([an_entry("a")], NOW)
        ledger.book()
        sql("UPDATE tally SET changes = 0")
        with pytest.raises(LedgerBroken, match="older one"):
            ledger.book()


def test_a_row_that_cannot_be_understood_is_reported_as_broken(url: str, sql: Callable[[str], Any]) -> None:
    with Ledger.open(url) as ledger:
        ledger.record([an_entry("a")], NOW)
        sql(
            'INSERT INTO ruling (number, arrival, verdict, "by", why, ruled_at)'
            " SELECT 1, 1, '{}', '', '', arrived_at FROM arrival"
        )
        with pytest.raises(LedgerBroken, match="cannot be understood"):
            ledger.book()
        assert ledger.arrival(1) is not None


def test_a_missing_table_is_reported_as_broken(url: str, sql: Callable[[str], Any]) -> None:
    with Ledger.open(url) as ledger:
        sql("DROP TABLE scan")
        with pytest.raises(LedgerBroken, match=r"no such table|does not exist"):
            ledger.book()


def test_a_ledger_without_its_secret_is_broken(url: str, sql: Callable[[str], Any]) -> None:
    Ledger.open(url).close()
    sql("DELETE FROM meta WHERE name = 'message_secret'")
    with pytest.raises(LedgerBroken, match="secret"):
        Ledger.open(url)


def test_a_newer_schema_is_refused_and_left_alone(url: str, sql: Callable[[str], Any]) -> None:
    Ledger.open(url).close()
    sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerBroken, match="newer mailbot"):
        Ledger.open(url)
    assert sql("SELECT version_num FROM alembic_version")[0][0] == "9999"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "not a database address"),
        ("mysql://localhost/mailbot", "SQLite or PostgreSQL"),
        ("sqlite://", "memory"),
        ("sqlite:///:memory:", "memory"),
        ("postgresql+unheardof://localhost/mailbot", "not installed"),
        ("sqlite+unheardof:////tmp/x.db", "not installed"),
    ],
)
def test_an_address_that_means_no_ledger_is_refused(url: str, why: str) -> None:
    with pytest.raises(LedgerBroken, match=why):
        Ledger.open(url)


def test_a_ledger_has_a_name_and_a_secret_for_ever(sqlite_url: str, tmp_path: Path) -> None:
    with Ledger.open(sqlite_url) as ledger:
        told = (ledger.instance, ledger.message_secret)
    assert (len(told[0]), len(told[1])) == (32, 32)
    with Ledger.open(sqlite_url) as again, Ledger.open(f"sqlite:///{tmp_path}/other.db") as other:
        assert (again.instance, again.message_secret) == told
        assert other.instance != told[0]
        assert other.message_secret != told[1]


def test_alembic_is_not_imported_where_there_is_nothing_to_migrate(sqlite_url: str) -> None:
    Ledger.open(sqlite_url).close()
    code = (
        "import sys; from mailbot.ledger import Ledger; Ledger.open(sys.argv[1]).close();"
        "sys.exit('alembic' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, sqlite_url], check=True, cwd=Path(__file__).parents[2])
