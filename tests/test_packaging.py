"""An installed wheel finds its rules and templates, as a checkout does."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from mailbot.resources import resource

ROOT = Path(__file__).parent.parent
NEEDED = ("rules/thai-nguyen-2013/units.toml", "templates/vi/receipt.txt.j2", "config.example.toml")


def test_a_checkout_reads_the_files_that_the_office_edits() -> None:
    for name in NEEDED:
        first, _, rest = name.partition("/")
        assert resource(first) / rest == ROOT / name


def test_a_wheel_carries_rules_templates_and_the_service_and_works_from_anywhere(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    for name in (*NEEDED, "systemd/mailbot.service"):
        assert (site / "mailbot" / "_data" / name).is_file(), name
    elsewhere = {**os.environ, "PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}
    office = tmp_path / "office"
    for words in (("init", str(office)), ("check", "--config", str(office / "config.toml"))):
        done = subprocess.run(
            [sys.executable, "-m", "mailbot", *words],
            cwd=tmp_path,
            env=elsewhere,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    where = [sys.executable, "-c", "import mailbot; print(mailbot.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, env=elsewhere, capture_output=True, text=True, check=True)
    assert found.stdout.startswith(str(site))
