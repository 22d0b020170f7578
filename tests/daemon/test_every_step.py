"""SIGKILL, and an error of the disk, at every step of "one mail → receipt" and "plan → reminders".

strace ends the program, or lets the call fail, at its n-th call that changes the disk for good, or speaks
to PostgreSQL; the wire to that is also cut after any byte. Then mailbot is run undisturbed, and nothing is
lost, recorded twice or sent twice outside of the window after the final dot. `make torture` tries every
call; here some are drawn.
"""

import os
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from click.testing import CliRunner
from figures import in_time, keep
from servers.postgresql import Postgresql
from servers.process import program
from servers.wire import Wire

from daemon.office import PROGRAM, UNIT, Office, a_report
from mailbot.cli import cli
from mailbot.config import load_config
from mailbot.daemon.audit import audit
from mailbot.daemon.house import opened
from mailbot.ledger.store import Ledger

# Of each harm that many steps are tried; 0 means all.
STEPS = int(os.environ.get("MAILBOT_STEPS", "1"))
# The calls after which something is on the disk for good, or is gone.
CALLS = "fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,ftruncate"
EVERY_CALL = CALLS + ",pwrite64,write"
# What psycopg says to PostgreSQL: each is a statement, a commit among them.
SPEAKING = ",sendto"
NOW = "2014-06-18T10:00+07:00"
# A letter of unknown fate is tried again after a minute, a refused disk after five.
LATER = ("2014-06-18T10:00+07:00", "2014-06-18T10:02+07:00", "2014-06-18T10:10+07:00")


@dataclass(frozen=True)
class Stage:
    """An office before the work, and how many `calls` one of its threads makes at most; `words` speak, too.

    strace counts in each thread: the n-th call of whichever comes to it first is the one that fails. With a
    ledger in PostgreSQL `template` is a database with an empty one; each step gets a copy of it.
    """

    folder: Path
    calls: int
    words: int = 0
    server: Postgresql | None = None
    template: str = ""

    @contextmanager
    def copied(self, folder: Path) -> Iterator[Path]:
        """The office once more, in `folder`."""
        shutil.copytree(self.folder, folder)
        with ExitStack() as stack:
            if self.server is not None:
                name = stack.enter_context(self.server.database(self.template))
                _keep_in(folder, self.server.port, name)
            yield folder
        shutil.rmtree(folder)


def _keep_in(folder: Path, port: int, database: str) -> None:
    with (folder / "config.toml").open("a", encoding="utf-8") as config:
        config.write(
            f'\n[ledger]\nkind = "postgresql"\nhost = "127.0.0.1"\nport = {port}\n'
            f'database = "{database}"\nuser = "mailbot"\ntls = false\n'
        )


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """One mail waits in the inbox, and each unit is to be reminded of quarter, half year and month."""
    folder = tmp_path_factory.mktemp("steps") / "office"
    _office(folder)
    if request.param == "sqlite":
        yield _counted(Stage(folder, 0))
        return
    server: Postgresql = request.getfixturevalue("postgresql")
    with server.database() as template:
        Ledger.open(server.url(template)).close()
        yield _counted(Stage(folder, 0, server=server, template=template))


def _office(folder: Path) -> None:
    Office(folder, go_live="2014-06-01")
    path = folder / "inbox" / "new" / "1"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(a_report("Báo cáo tháng 5 năm 2014").as_bytes())
    os.utime(path, (datetime(2014, 6, 18, 2, tzinfo=UTC).timestamp(),) * 2)


def _counted(stage: Stage) -> Stage:
    with stage.copied(stage.folder.with_name("rehearsal")) as folder:
        harmed(folder, "trace", speaks=stage.server is not None)
        # A call that another thread interrupts is told twice, then as "resumed" and without its "(".
        lines = [line for line in (folder / "trace").read_text().splitlines() if "(" in line]
    words = Counter(line.split()[0] for line in lines)
    calls = Counter(line.split()[0] for line in lines if " sendto(" not in line)
    assert len(calls) > 1
    return replace(stage, calls=max(calls.values()), words=max(words.values()))


def harmed(folder: Path, *inject: str, speaks: bool) -> int:
    """One round of mailbot under strace; `inject` says what happens to which call. The exit status."""
    calls = (EVERY_CALL if STEPS == 0 else CALLS) + SPEAKING * speaks
    what = ["-o", str(folder / "trace"), "-e", f"trace={calls}"]
    if inject != ("trace",):
        what = ["-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:{inject[0]}"]
    command = [program("strace"), "-f", "-qq", "--seccomp-bpf", *what, *PROGRAM, "tick", "--now", NOW]
    done = subprocess.run(
        [*command, "--config", str(folder / "config.toml")], capture_output=True, check=False, timeout=120
    )
    return done.returncode


def steps(calls: int, harm: str) -> Iterator[int]:
    every = range(1, calls + 1)
    yield from every if STEPS == 0 else sorted(random.Random(harm).sample(every, min(STEPS, calls)))


@pytest.mark.parametrize("harm", ["signal=KILL", "error=EIO", "error=ENOSPC"])
@pytest.mark.timeout(120 + 60 * STEPS if STEPS else 7200)
def test_whatever_step_fails_mailbot_goes_on_from_there(stage: Stage, tmp_path: Path, harm: str) -> None:
    tried = 0
    # A word that fails while the other side listens is no fault of this world: that way both wait for ever.
    speaks = stage.server is not None and harm == "signal=KILL"
    calls = stage.words if speaks else stage.calls
    for step in in_time(steps(calls, harm)):
        with stage.copied(tmp_path / f"step{step}") as folder:
            harmed(folder, f"{harm}:when={step}", speaks=speaks)
            _goes_on(folder, f"{harm} at step {step} of {calls}")
        tried += 1
    kept_in = "sqlite" if stage.server is None else "postgresql"
    keep(f"steps, {harm}, {kept_in}", tried=tried, of=calls, recovered=tried)


def _goes_on(folder: Path, where: str) -> None:
    for now in LATER:
        command = ["tick", "--now", now, "--config", str(folder / "config.toml")]
        done = CliRunner().invoke(cli, command)
        assert done.exit_code == 0, f"{where}: {done.output}"
    with opened(load_config(folder / "config.toml")) as house:
        faults = [finding for finding in audit(house, datetime.now(UTC)) if not finding.well]
        assert faults == [], where
        (arrival,) = house.ledger.book().arrivals
        letters = {row.letter.message_id: row for row in house.ledger.letters()}
    kinds = Counter(str(row.letter.kind) for row in letters.values() if row.posting.state == "sent")
    assert kinds["receipt"] == 1, where
    assert kinds["reminder"] == 2, where
    assert arrival.number == 1
    copies = Counter(_message_ids(folder / "letters"))
    for message_id, count in copies.items():
        fates = _outcomes(folder, letters[message_id].number)
        assert count == 1 or (count == 2 and "lost" in fates), where
    assert copies.keys() == {mid for mid, row in letters.items() if row.posting.state == "sent"}, where
    # To each of the two units, and the one that wrote has its receipt.
    assert len(list((folder / "letters" / UNIT / "new").iterdir())) >= 2, where


def _message_ids(letters: Path) -> Iterator[str]:
    for path in letters.glob("*/new/*"):
        yield str(message_from_bytes(path.read_bytes(), policy=default)["Message-ID"])


def _outcomes(folder: Path, number: int) -> list[str | None]:
    with opened(load_config(folder / "config.toml")) as house:
        return [attempt.outcome for attempt in house.ledger.attempts(number)]


@pytest.mark.timeout(120 + 60 * STEPS if STEPS else 7200)
@pytest.mark.parametrize("toward", ["client", "server"])
def test_wherever_the_wire_to_postgresql_is_cut_mailbot_goes_on_from_there(
    postgresql: Postgresql, tmp_path: Path, toward: str
) -> None:
    folder = tmp_path / "office"
    _office(folder)
    with postgresql.database() as template:
        Ledger.open(postgresql.url(template)).close()
        stage = Stage(folder, 0, server=postgresql, template=template)
        length = _cut(stage, tmp_path / "whole", toward, None)
        count = 2 * STEPS or 400
        cuts = sorted(random.Random(toward).sample(range(1, length), min(count, length - 1)))
        tried = 0
        for cut in in_time(cuts):
            _cut(stage, tmp_path / f"cut{cut}", toward, cut)
            tried += 1
    keep(f"PostgreSQL cuts toward the {toward}", cuts=tried, bytes=length, recovered=tried)


def _cut(stage: Stage, folder: Path, toward: str, after: int | None) -> int:
    """One round by a wire that ends after so many bytes, and what follows; how many bytes it carried."""
    assert stage.server is not None
    tick = ["tick", "--now", NOW, "--config", str(folder / "config.toml")]
    with stage.copied(folder), Wire(stage.server.port) as wire:
        if after is not None:
            wire.allow(after, toward)
        config = folder / "config.toml"
        text = config.read_text(encoding="utf-8")
        config.write_text(
            text.replace(f"port = {stage.server.port}", f"port = {wire.port}"), encoding="utf-8"
        )
        CliRunner().invoke(cli, tick)
        config.write_text(text, encoding="utf-8")
        _goes_on(folder, f"cut after {after} bytes toward the {toward}")
        return wire.carried[toward]
