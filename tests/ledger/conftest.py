"""A fresh ledger for each test, in SQLite and in PostgreSQL."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from mailbot.ledger import Ledger


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


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
