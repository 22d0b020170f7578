"""Postfix's own smtp-sink in the place of a relay: a server that nobody here wrote."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from servers.loopback import HOST, free_ports, greets
from servers.process import ServerProcess, program

from daemon.test_delivery import Bench, states

pytestmark = pytest.mark.servers


@contextmanager
def smtp_sink(folder: Path, *refuses: str) -> Iterator[SimpleNamespace]:
    (port,) = free_ports(1)
    account = ("-u", "postfix") if getpass.getuser() == "root" else ()
    command = [program("smtp-sink"), *account, *refuses, f"{HOST}:{port}", "20"]
    process = ServerProcess("smtp-sink", command, folder / "sink.log")
    process.start()
    try:
        process.await_ready(lambda: greets(port, b"220 "), 20)
        yield SimpleNamespace(port=port)
    finally:
        process.kill()


@pytest.mark.parametrize(
    ("refuses", "state", "unknown", "held"),
    [
        ((), "sent", 0, False),
        (("-f", "mail"), "waiting", 0, True),
        (("-f", "rcpt"), "given_up", 0, False),
        (("-f", "data"), "given_up", 0, False),
        (("-f", "."), "given_up", 0, False),
        (("-r", "mail"), "waiting", 0, False),
        (("-r", "rcpt"), "waiting", 0, False),
        (("-r", "."), "waiting", 0, False),
        (("-q", "rcpt"), "waiting", 0, False),
        (("-q", "data"), "waiting", 0, False),
        (("-q", "."), "waiting", 1, False),
        # No extension at all, as the oldest relay of a province.
        (("-e", "-8"), "sent", 0, False),
    ],
)
def test_each_refusal_of_smtp_sink_ends_where_the_table_says(
    tmp_path: Path, refuses: tuple[str, ...], state: str, unknown: int, held: bool
) -> None:
    with smtp_sink(tmp_path, *refuses) as sink:
        bench = Bench(tmp_path / "office", sink)
        with bench.opened() as house:
            bench.plan(house)
            bench.post(house)
            assert states(house)[0] == state
            first = house.ledger.letter(1)
            assert first is not None
            assert first.posting.unknown == unknown
            assert (house.ledger.held_because is not None) is held
