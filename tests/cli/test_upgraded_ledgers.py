"""A ledger with a story in it, as each schema of before would hold it, is brought forward whole."""

import json
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from cli.story import Story
from sqlalchemy import create_engine

from mailbot.config import load_config
from mailbot.ledger import Ledger
from mailbot.ledger.schema import REVISION

NOW = ("--now", "2013-07-08T09:00")
# What people would compare after an upgrade, and since which schema there was such a thing.
VIEWS = {
    "0001": (("status", "--period", "2013-06", *NOW), ("arrivals",), ("outbox", "list")),
    "0008": (("letter", "list"), ("watch", "list")),
    "0010": (("task", "list", *NOW), ("question", "list", *NOW), ("travel", "list", *NOW)),
}


_LETTER = (
    "letter",
    "state",
    "unit",
    "recipients",
    "keys",
    "subject",
    "message_id",
    "queued_at",
    "settled_at",
)


def migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", "mailbot.ledger:migrations")
    config.set_main_option("path_separator", "os")
    return config


REVISIONS = [script.revision for script in ScriptDirectory.from_config(migrations()).walk_revisions()][::-1]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(tmp_path_factory.mktemp("story"))


def ledger_of(story: Story) -> Path:
    return load_config(story.config).state / "ledger.db"


def as_of(revision: str, newest: Path, made: Path) -> None:
    """Write `newest` as the schema of `revision` held it: its tables, with the columns that there were."""
    engine = create_engine(f"sqlite:///{made}")
    config = migrations()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    old = sqlite3.connect(made, isolation_level=None)
    old.execute("ATTACH ? AS newest", (str(newest),))
    tables = [row[0] for row in old.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
    old.execute("BEGIN")
    # A chain that witnessed no incidents is another one than ours; the next fact begins it.
    left = {"alembic_version"} if "incident" in tables else {"alembic_version", "link"}
    for table in set(tables) - left:
        known, now = (
            [name for (name,) in old.execute("SELECT name FROM pragma_table_info(?, ?)", (table, schema))]
            for schema in ("main", "newest")
        )
        _copy(old, table, [name for name in known if name in now])
    old.execute("COMMIT")
    old.close()


def _copy(old: sqlite3.Connection, table: str, columns: list[str]) -> None:
    if not columns:
        return
    # What the migrations themselves put there, such as the ledger's own identity.
    with suppress(sqlite3.IntegrityError):
        old.execute(f'DELETE FROM main."{table}"')
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" for _ in columns)
    into = f'INSERT OR REPLACE INTO main."{table}" ({names}) VALUES ({marks})'
    for row in old.execute(f'SELECT {names} FROM newest."{table}"').fetchall():
        try:
            old.execute(into, row)
        except sqlite3.IntegrityError:
            # A kind of letter that came later; one that there was from the first day stands in its place.
            old.execute(into, tuple("alert" if n == "kind" else v for n, v in zip(columns, row, strict=True)))


def told(story: Story, words: tuple[str, ...]) -> object:
    rows = json.loads(story.call([*words, "--json"]))["rows"]
    # Why a letter is held, and what a server said of it, had no place in the first schemas.
    return [{name: row[name] for name in _LETTER} if words[0] == "outbox" else row for row in rows]


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_a_ledger_of_each_schema_is_brought_forward_with_all_it_holds(
    story: Story, revision: str, tmp_path: Path
) -> None:
    ledger = ledger_of(story)
    kept = tmp_path / "kept.db"
    asked = [words for since, views in VIEWS.items() if since <= revision for words in views]
    before = {words: told(story, words) for words in asked}
    with sqlite3.connect(ledger) as whole:
        whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole.close()
    shutil.copy(ledger, kept)
    old = tmp_path / "old.db"
    as_of(revision, kept, old)
    try:
        shutil.copy(old, ledger)
        with Ledger.open(f"sqlite:///{ledger}") as opened:
            assert opened.book().arrivals
        after = {words: told(story, words) for words in asked}
        assert after == before
        assert "FAULT" not in story.call(["verify"])
        stamped = ("--at", "2013-06-20T16:00", "--no", "900", *NOW)
        story.call(["stamp", "so-noi-vu", "bc-thang", "2013-06", *stamped])
        assert "FAULT" not in story.call(["verify"])
    finally:
        for rest in ledger.parent.glob("ledger.db-*"):
            rest.unlink()
        shutil.copy(kept, ledger)


def test_every_schema_is_tried(story: Story) -> None:
    assert REVISIONS[-1] == REVISION
    assert ledger_of(story).is_file()
