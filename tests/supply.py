"""What is locked, and what is known of it: from the lock files and `data/advisories.toml`."""

import re
import tomllib
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCKED = re.compile(r"^(?P<name>[a-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)
# Libraries of this kind have something every few months.
_OLD_DAYS = 180


def plain(name: str) -> str:
    """A package's name in its one spelling."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: str) -> dict[str, str]:
    """The versions that a lock file pins, by name."""
    text = (ROOT / lock).read_text("utf-8")
    return {plain(match["name"]): match["version"] for match in LOCKED.finditer(text)}


def advisories() -> dict[str, Any]:
    """The list of known vulnerabilities and of licences."""
    return tomllib.loads((ROOT / "tests" / "data" / "advisories.toml").read_text("utf-8"))


def told_of_advisories(today: date, data: dict[str, Any], packages: Collection[str]) -> str:
    """How old the list is, and how much of what is locked it names; no run passes over its age in silence."""
    named = {advisory["package"] for advisory in data["advisory"]}.intersection(packages)
    says = f"advisories: as of {data['as_of']}, naming {len(named)} of {len(packages)} packages"
    old = (today - data["as_of"]).days > _OLD_DAYS
    return f"WARNING: {says}; older than half a year: look for newer ones" if old else says
