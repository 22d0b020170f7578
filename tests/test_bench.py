"""Every part of `make bench` runs, on a handful of mails. How fast it is, is no business of a test."""

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# The parts that take no corpus in, and whom they are measured beside.
PARTS: dict[str, set[str]] = {
    "receipts": set(),
    "idle": set(),
    "planning": set(),
    "sending": {"smtp-source", "aiosmtplib"},
    "starts": {"import sqlalchemy"},
    "years": set(),
    "provinces": set(),
}


@pytest.mark.servers
@pytest.mark.timeout(600)
def test_mails_are_taken_in_beside_their_peers_and_kills_lose_nothing(tmp_path: Path) -> None:
    figures = _run(tmp_path / "speed.json", "ingest", "kills")
    assert len(figures) >= 6
    beside = {peer for figure in figures.values() for peer in figure["peers"]}
    assert {"mbsync", "getmail6", "IMAPClient", "raw socket"} <= beside
    assert figures["mails lost by kills"]["value"] == 0
    assert figures["mails recorded twice by kills"]["value"] == 0


# Each by itself, so that workers share them: together they are the longest test there is.
@pytest.mark.servers
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("part", "peers"), PARTS.items(), ids=PARTS)
def test_every_part_of_the_benchmark_gives_figures(tmp_path: Path, part: str, peers: set[str]) -> None:
    figures = _run(tmp_path / "speed.json", part)
    assert figures
    assert peers <= {peer for figure in figures.values() for peer in figure["peers"]}


@pytest.mark.parametrize(
    ("starts", "counts"),
    [("os.fork() or time.sleep(60)", False), ("subprocess.Popen([sys.executable, '-c', 'input()'])", True)],
    ids=["one that borrows its parent's", "one that runs its own program"],
)
def test_of_a_childs_memory_only_its_own_is_counted(
    monkeypatch: pytest.MonkeyPatch, starts: str, *, counts: bool
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    tree = importlib.import_module("speed.tree")
    code = f"import os, subprocess, sys, time; {starts}; print('begun', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"begun\n"
        time.sleep(0.5)
        own = int(Path(f"/proc/{parent.pid}/statm").read_text("ascii").split()[1]) * os.sysconf(
            "SC_PAGE_SIZE"
        )
        of_tree = tree.use(parent.pid).resident * (1 << 20)
        os.killpg(parent.pid, signal.SIGKILL)
    assert (of_tree > 1.3 * own) is counts


def _run(out: Path, *parts: str) -> dict[str, dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "speed", "--scale", "tiny", "--out", str(out), *parts],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "bench:tests"},
    )
    assert done.returncode == 0, done.stderr
    return {figure["name"]: figure for figure in json.loads(out.read_text("utf-8"))["figures"]}
