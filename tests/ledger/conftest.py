"""A fresh ledger for each test: in SQLite, and in PostgreSQL too where `MAILBOT_TEST_POSTGRESQL` is set.

That is an SQLAlchemy address of a database from which others may be created.
"""

import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from mailbot.ledger import Ledger

_POSTGRESQL = os.environ.get("MAILBOT_TEST_POSTGRESQL")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture(params=["sqlite", *(["postgresql"] if _POSTGRESQL else [])])
def url(request: pytest.FixtureRequest, sqlite_url: str) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_url
        return
    assert _POSTGRESQL is not None
    name = f"mailbot_{uuid.uuid4().hex}"
    server = create_engine(_POSTGRESQL, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(_POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with Ledger.open(url) as ledger:
        yield ledger


@pytest.fixture
def sql(url: str) -> Iterator[Callable[[str], Sequence[Any]]]:
    """Runs one statement past the ledger, as an administrator's shell would."""
    engine = create_engine(url)

    def run(statement: str) -> Sequence[Any]:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return result.all() if result.returns_rows else ()

    yield run
    engine.dispose()
