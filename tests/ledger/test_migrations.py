"""The migrations and schema.py tell the same story."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from mailbot.ledger import Ledger
from mailbot.ledger.engine import Database
from mailbot.ledger.schema import REVISION, metadata


def definitions(url: str) -> set[tuple[str, str]]:
    """What SQLite itself keeps of tables and indexes, however it was laid out and ordered."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL")
        ).all()
    engine.dispose()
    found = set()
    for name, sql in rows:
        head, _, body = re.sub(r"\s+", " ", sql).partition("(")
        parts = sorted(part.strip() for part in re.split(r", (?=[a-z_\"]+ [A-Z]|[A-Z])", body.rstrip(") ")))
        # SQLite keeps a table that was renamed in quotation marks.
        head = head.replace('"', "").strip()
        found |= {(f"{name}: {head}", part.rstrip(")").replace('"', "")) for part in parts}
    return {part for part in found if not part[0].startswith("alembic_version")}


def test_the_migrated_tables_equal_those_of_the_schema(sqlite_url: str, tmp_path: Path) -> None:
    Ledger.open(sqlite_url).close()
    made = f"sqlite:///{tmp_path}/made.db"
    engine = create_engine(made)
    metadata.create_all(engine)
    engine.dispose()
    assert definitions(sqlite_url) == definitions(made)


def test_alembic_finds_nothing_left_to_migrate(ledger: Ledger) -> None:
    with ledger._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_revision_that_the_code_works_with() -> None:
    config = Config()
    config.set_main_option("script_location", "mailbot.ledger:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_opening_twice_migrates_once(url: str, sql: Callable[[str], Any]) -> None:
    for _ in range(2):
        Ledger.open(url).close()
    assert sql("SELECT version_num FROM alembic_version") == [(REVISION,)]
    assert sql("SELECT count(*) FROM tally") == [(1,)]


def test_a_migration_that_fails_leaves_no_trace(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_count: int) -> str:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr("secrets.token_hex", fail)
        with pytest.raises(RuntimeError):
            Ledger.open(sqlite_url)
    with Database(sqlite_url) as database, database.reading() as connection:
        assert connection.execute(text("SELECT name FROM sqlite_master")).all() == []
    with Ledger.open(sqlite_url) as ledger:
        assert ledger.counts()["arrivals"] == 0
