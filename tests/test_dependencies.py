"""What mailbot depends on is locked by hash, licensed to fit, and free of known holes: from local data."""

import json
import re
import subprocess
import sys
from datetime import date
from importlib.metadata import Distribution, distributions
from typing import Any

import pytest
from packaging.version import Version
from supply import LOCKED, ROOT, advisories, locked, plain, told_of_advisories

DATA = advisories()
LOCKS = ("requirements.lock", "requirements-fuzz.lock")
NAMED = {advisory["package"] for advisory in DATA["advisory"]}
INSTALLED = [found for found in distributions() if plain(found.metadata["Name"]) in locked(LOCKS[0])]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_locked_by_hash_and_no_index_is_named(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries if LOCKED.match(entry))
    assert not re.search(r"--(?:extra-)?index-url|--find-links|--trusted-host|https?://", text)


@pytest.mark.parametrize("advisory", DATA["advisory"], ids=lambda advisory: str(advisory["package"]))
def test_nothing_that_is_known_to_be_vulnerable_is_locked(advisory: dict[str, str]) -> None:
    for lock in LOCKS:
        version = locked(lock).get(advisory["package"])
        assert version is None or Version(version) >= Version(advisory["fixed"]), advisory["says"]


def test_the_age_and_the_reach_of_the_list_are_told_on_every_run() -> None:
    says = told_of_advisories(date(2026, 12, 1), DATA, set(locked(LOCKS[0])))
    assert (
        says == f"advisories: as of {DATA['as_of']}, naming {len(NAMED)} of {len(locked(LOCKS[0]))} packages"
    )
    assert "look for newer ones" in told_of_advisories(date(2027, 12, 1), DATA, set())
    assert set(locked(LOCKS[0])) >= NAMED, "an advisory about what is not used any more"


def bill() -> dict[str, Any]:
    """What mailbot is built of, as `make sbom` says it."""
    script = ROOT / "systemd" / "debian" / "sbom.py"
    command = [sys.executable, str(script), str(ROOT / "requirements.lock")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_bill_of_materials_names_what_is_locked_and_how_it_hangs_together() -> None:
    told = bill()
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    parts = {part["name"]: part for part in told["components"]}
    assert {"imapclient", "mail-parser", "sqlalchemy", "apscheduler", "jinja2", "aiosmtplib"} <= set(parts)
    assert not {"pytest", "ruff", "mypy", "hypothesis"} & set(parts), "tools of the developers"
    for name, part in parts.items():
        assert part["version"] == locked(LOCKS[0])[name]
        assert part["purl"] == f"pkg:pypi/{name}@{part['version']}"
        assert part["licenses"]
    hangs = {one["ref"]: one["dependsOn"] for one in told["dependencies"]}
    assert set(hangs) == {"mailbot", *(part["bom-ref"] for part in parts.values())}
    reached: set[str] = set()
    open_ = ["mailbot"]
    while open_:
        below = set(hangs[open_.pop()]) - reached
        reached |= below
        open_ += below
    assert reached == set(hangs) - {"mailbot"}, "everything is there because something asks for it"
    assert bill() == told, "the same sources give the same document"


def licences(found: Distribution) -> set[str]:
    """The licences that a package may be used under: one of the choices that it gives."""
    name = plain(found.metadata["Name"])
    if by_hand := DATA["licences"]["by_hand"].get(name):
        return {by_hand}
    told = found.metadata.get("License-Expression") or ""
    classed = [
        c.rpartition("::")[2].strip() for c in found.metadata.get_all("Classifier") or () if "License ::" in c
    ]
    named = told or " OR ".join(classed) or (found.metadata.get("License") or "")
    return {choice.removeprefix("(").strip() for choice in named.split(" OR ")}


@pytest.mark.parametrize("found", INSTALLED, ids=lambda found: plain(found.metadata["Name"]))
def test_a_licence_fits(found: Distribution) -> None:
    allowed = set(DATA["licences"]["allowed"])
    choices = licences(found)
    assert any(set(choice.split(" AND ")) <= allowed for choice in choices), choices
