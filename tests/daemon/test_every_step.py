"""SIGKILL, and an error of the disk, at every step of "one mail → receipt" and "plan → reminders".

strace ends the program, or lets the call fail, at its n-th call that changes the disk for good. Afterwards
mailbot is run undisturbed, and nothing may be lost, recorded twice or sent twice outside of the window after
the final dot. `make torture` tries every call; here some are drawn.
"""

import os
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from click.testing import CliRunner
from servers.process import program

from daemon.office import PROGRAM, UNIT, Office, a_report
from mailbot.cli import cli
from mailbot.config import load_config
from mailbot.daemon.audit import audit
from mailbot.daemon.house import opened

# Of each harm that many steps are tried; 0 means all.
STEPS = int(os.environ.get("MAILBOT_STEPS", "2"))
# The calls after which something is on the disk for good, or is gone.
CALLS = "fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,ftruncate"
EVERY_CALL = CALLS + ",pwrite64,write"
NOW = "2014-06-18T10:00+07:00"
# A letter of unknown fate is tried again after a minute, a refused disk after five.
LATER = ("2014-06-18T10:00+07:00", "2014-06-18T10:02+07:00", "2014-06-18T10:10+07:00")


@dataclass(frozen=True)
class Stage:
    """An office before the work, and how many calls the work makes."""

    folder: Path
    calls: int


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """One mail waits in the inbox, and each unit is to be reminded of quarter, half year and month."""
    folder = tmp_path_factory.mktemp("steps") / "office"
    Office(folder, go_live="2014-06-01")
    path = folder / "inbox" / "new" / "1"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(a_report("Báo cáo tháng 5 năm 2014").as_bytes())
    os.utime(path, (datetime(2014, 6, 18, 2, tzinfo=UTC).timestamp(),) * 2)
    rehearsal = folder.with_name("rehearsal")
    shutil.copytree(folder, rehearsal)
    harmed(rehearsal, "trace")
    calls = sum(1 for line in (rehearsal / "trace").read_text().splitlines() if "(" in line and "=" in line)
    assert calls > 20
    return Stage(folder, calls)


def harmed(folder: Path, *inject: str) -> int:
    """One round of mailbot under strace; `inject` says what happens to which call. The exit status."""
    calls = EVERY_CALL if STEPS == 0 else CALLS
    what = ["-o", str(folder / "trace"), "-e", f"trace={calls}"]
    if inject != ("trace",):
        what = ["-o", "/dev/null", "-e", f"trace={calls}", "-e", f"inject={calls}:{inject[0]}"]
    command = [program("strace"), "-f", "-qq", *what, *PROGRAM, "tick", "--now", NOW]
    done = subprocess.run(
        [*command, "--config", str(folder / "config.toml")], capture_output=True, check=False, timeout=120
    )
    return done.returncode


def steps(stage: Stage, harm: str) -> Iterator[int]:
    every = range(1, stage.calls + 1)
    yield from every if STEPS == 0 else sorted(random.Random(harm).sample(every, min(STEPS, stage.calls)))


@pytest.mark.parametrize("harm", ["signal=KILL", "error=EIO", "error=ENOSPC"])
@pytest.mark.timeout(120 + 60 * STEPS if STEPS else 7200)
def test_whatever_step_fails_mailbot_goes_on_from_there(stage: Stage, tmp_path: Path, harm: str) -> None:
    for step in steps(stage, harm):
        folder = tmp_path / f"step{step}"
        shutil.copytree(stage.folder, folder)
        harmed(folder, f"{harm}:when={step}")
        _goes_on(folder, f"{harm} at step {step} of {stage.calls}")
        shutil.rmtree(folder)


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
