"""What mailbot depends on is locked by hash, licensed to fit, and free of known holes: from local data."""

import re
import tomllib
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

ROOT = Path(__file__).parent.parent
DATA: dict[str, Any] = tomllib.loads((ROOT / "tests" / "data" / "advisories.toml").read_text("utf-8"))
LOCKS = ("requirements.lock", "requirements-fuzz.lock")
LOCKED = re.compile(r"^(?P<name>[a-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text("utf-8")
    return {plain(match["name"]): match["version"] for match in LOCKED.finditer(text)}


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
