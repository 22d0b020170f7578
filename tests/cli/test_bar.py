"""The bar of long work: for a person at a terminal, and in nobody's pipe."""

import subprocess
import sys
from pathlib import Path

import pytest
from daemon.office import Office, a_report
from servers.terminal import Terminal

PROGRAM = [sys.executable, "-m", "mailbot"]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office that has read two mails."""
    folder = tmp_path_factory.mktemp("bar")
    office = Office(folder / "office", go_live="2014-06-01")
    for number in (1, 2):
        mail = folder / f"{number}.eml"
        mail.write_bytes(a_report(f"Báo cáo tháng {number + 4} năm 2014", number).as_bytes())
        office.run("ingest", str(mail))
    return office.config


@pytest.mark.parametrize(
    ("command", "label"), [("verify", "Reading the archived mails"), ("backup", "Copying the mails")]
)
def test_long_work_shows_at_a_terminal_how_far_it_has_come(
    config: Path, tmp_path: Path, command: str, label: str
) -> None:
    folder = [str(tmp_path / "kept")] * (command == "backup")
    whole = [*PROGRAM, command, *folder, "--config", str(config)]
    with Terminal(whole) as person:
        assert person.ends() == 0
    assert label in person.said
    assert "100%" in person.said
    piped = subprocess.run(whole, capture_output=True, text=True, check=True)
    assert label not in piped.stdout + piped.stderr
