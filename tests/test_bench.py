"""Every part of `make bench` runs, on a handful of mails. How fast it is, is no business of a test."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = "ingest", "kills", "receipts", "idle", "planning", "sending", "starts", "years", "provinces"


@pytest.mark.servers
@pytest.mark.timeout(600)
def test_every_part_of_the_benchmark_gives_figures_and_kills_lose_nothing(tmp_path: Path) -> None:
    figures = _run(tmp_path / "speed.json", *PARTS)
    assert len(figures) >= 2 * len(PARTS) - 1
    beside = {peer for figure in figures.values() for peer in figure["peers"]}
    assert {"mbsync", "getmail6", "IMAPClient", "raw socket", "smtp-source", "aiosmtplib"} <= beside
    assert figures["mails lost by kills"]["value"] == 0
    assert figures["mails recorded twice by kills"]["value"] == 0


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
