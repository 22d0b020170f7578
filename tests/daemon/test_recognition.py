"""A ledger that was emptied, exchanged or put back behind mailbot's back is no fresh office."""

import asyncio
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from servers.postgresql import Postgresql

from daemon.office import PROGRAM, Office
from daemon.test_supervisor import deliver, until, work
from mailbot.cli import cli
from mailbot.clock import system_clock
from mailbot.config import Config, load_config
from mailbot.daemon.backup import reconcile
from mailbot.daemon.house import opened
from mailbot.daemon.supervisor import Supervisor
from mailbot.errors import LedgerBroken, Superseded
from mailbot.ledger import Ledger

pytestmark = pytest.mark.servers
YEAR = 2026


def an_office(folder: Path, more: str = "") -> Config:
    office = Office(folder, go_live=f"{YEAR}-01-01")
    office.rest()
    with office.config.open("a", encoding="utf-8") as config:
        config.write(f"\n[planning]\ntick_seconds = 1\n{more}")
    return load_config(office.config)


def boxes(config: Config) -> list[str]:
    assert config.post.kind == "maildir"
    return sorted(path.name for path in config.post.path.glob("*/new/*"))


def one_more_receipt(config: Config, number: int) -> None:
    """A report comes, and its receipt leaves, in one round of `mailbot tick`."""
    before = len(boxes(config))
    deliver(config, number)
    done = CliRunner().invoke(cli, ["tick", "--config", str(config.state.parent / "config.toml")])
    assert done.exit_code == 0, done.output
    assert len(boxes(config)) > before


def comes_true(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < ends, "did not come true"
        time.sleep(0.1)


def nothing_leaves(config: Config, says: str) -> None:
    """The daemon looks at the mailbox and plans; whatever it would write stays here."""
    sent = boxes(config)
    with opened(config, system_clock, alone=True) as house:

        async def story() -> None:
            await until(lambda: says in (house.ledger.held_because or ""))
            await until(lambda: house.ledger.book().duties)
            # One that has forgotten every mail reads none before a person has looked.
            await until(lambda: house.ledger.last_scan() or not house.ledger.has_mails)
            await asyncio.sleep(1.5)

        work(house, story)
    assert boxes(config) == sent


def knows_it_from_now_on(config: Config) -> None:
    """A person has looked; what was filed meanwhile is read again and not answered, and all goes on."""
    with opened(config, system_clock, alone=True) as house:
        recovered = reconcile(house, datetime.now(UTC)).recovered
        assert recovered
        assert len(house.ledger.book().arrivals) >= len(recovered)
        house.ledger.release(datetime.now(UTC))
    with opened(config, system_clock, alone=True) as house:
        house.recognition.recognise(datetime.now(UTC))
        assert house.ledger.held_because is None


def test_an_older_ledger_that_was_copied_into_its_place_is_held(tmp_path: Path) -> None:
    config = an_office(tmp_path / "office")
    one_more_receipt(config, 1)
    file = config.state / "ledger.db"
    shutil.copy2(file, tmp_path / "yesterday")
    one_more_receipt(config, 2)
    shutil.copy2(tmp_path / "yesterday", file)
    nothing_leaves(config, "older than when this machine last worked with it")
    knows_it_from_now_on(config)


def test_an_older_ledger_copied_over_the_one_of_a_working_daemon_hides_no_loss(tmp_path: Path) -> None:
    """SQLite goes on with what its log holds: what is left is whole, damaged, or held as an older one."""
    config = an_office(tmp_path / "office")
    file = config.state / "ledger.db"
    one_more_receipt(config, 1)
    shutil.copy2(file, tmp_path / "yesterday")
    one_more_receipt(config, 2)
    daemon = subprocess.Popen([*PROGRAM, "run", "--config", str(config.state.parent / "config.toml")])
    try:
        for number in (3, 4):
            before = len(boxes(config))
            deliver(config, number)
            comes_true(lambda before=before: len(boxes(config)) > before or daemon.poll() is not None)
            shutil.copy2(tmp_path / "yesterday", file)
    finally:
        daemon.terminate()
        daemon.wait(60)
    asked = CliRunner().invoke(cli, ["verify", "--config", str(config.state.parent / "config.toml")])
    # What is so damaged that it cannot be opened is known as well.
    with suppress(LedgerBroken), opened(config, system_clock, alone=True) as house:
        house.recognition.recognise(datetime.now(UTC))
        whole = len(house.ledger.book().arrivals) == 4
        assert whole or asked.exit_code or house.ledger.held_because


@pytest.fixture
def shared(tmp_path: Path, postgresql: Postgresql, postgresql_url: str) -> Config:
    address = urlsplit(postgresql_url)
    return an_office(
        tmp_path / "office",
        f'[ledger]\nkind = "postgresql"\nhost = "127.0.0.1"\nport = {postgresql.port}\n'
        f'database = "{address.path[1:]}"\ntls = false\nlease_seconds = 4\n',
    )


def emptied(server: Postgresql, database: str) -> None:
    server.run(f"DROP DATABASE {database} WITH (FORCE)")
    server.run(f"CREATE DATABASE {database}")


def put_back(server: Postgresql, database: str) -> None:
    server.run(f"DROP DATABASE {database} WITH (FORCE)")
    server.run(f"ALTER DATABASE {database}_before RENAME TO {database}")


def exchanged(server: Postgresql, database: str) -> None:
    server.run(f"DROP DATABASE {database} WITH (FORCE)")
    server.run(f"ALTER DATABASE {database}_other RENAME TO {database}")


def another(server: Postgresql, database: str) -> None:
    """Another office's, which has seen more, and whose lease stands at the same number."""
    server.run(f"CREATE DATABASE {database}")
    with Ledger.open(server.url(database)) as ledger:
        for number in range(100):
            ledger.settle_in(str(number))
    server.run_in(database, "UPDATE lease SET epoch = 1")


@pytest.mark.parametrize(
    ("harm", "says", "held"),
    [
        (emptied, "cannot be trusted", "holds mails of an older one"),
        (put_back, "an older one while in use|another mailbot works", "older than when this machine last"),
        (exchanged, "for another one while in use", "not the ledger that this machine worked with"),
    ],
)
def test_a_database_that_is_exchanged_under_a_daemon_ends_it_and_is_held_when_it_comes_back(
    shared: Config, postgresql: Postgresql, harm: Callable[[Postgresql, str], None], says: str, held: str
) -> None:
    database = urlsplit(shared.ledger_url).path[1:]
    one_more_receipt(shared, 1)
    postgresql.run(f"CREATE DATABASE {database}_before TEMPLATE {database}")
    another(postgresql, f"{database}_other")
    one_more_receipt(shared, 2)
    with opened(shared, system_clock, alone=True) as house:

        async def until_it_ends() -> None:
            loops = asyncio.create_task(Supervisor(house).run())
            scan = house.ledger.last_scan()
            await until(lambda: house.ledger.last_scan() != scan)
            await asyncio.to_thread(harm, postgresql, database)
            await asyncio.wait_for(loops, 60)

        with pytest.raises((LedgerBroken, Superseded), match=says):
            asyncio.run(until_it_ends())
    nothing_leaves(shared, held)
    knows_it_from_now_on(shared)
    for name in ("before", "other"):
        postgresql.run(f"DROP DATABASE IF EXISTS {database}_{name}")
