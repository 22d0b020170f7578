"""The templates that an office was given, beside those that came with this mailbot.

What the office was given is remembered by hash, in a file beside the templates: so a file that nobody edited
can follow a new version, and one that somebody edited stays as it is.
"""

import difflib
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from mailbot.resources import resource

GIVEN = ".given.sha256"


class Fate(StrEnum):
    """What becomes of one file."""

    ADDED = "added"  # it is new in this version
    REPLACED = "replaced"  # nobody had edited it
    KEPT = "kept"  # somebody edited it, and this version's is another


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that is not as this version brings it; `name` is relative to the templates."""

    name: str
    fate: Fate
    lines: tuple[str, ...] = ()


def differences(folder: Path) -> Iterator[Difference]:
    """How the templates in `folder` differ from this version's, in the order of names."""
    given, fresh = _given(folder), resource("templates")
    for name in _names(fresh):
        own, shipped = folder / name, fresh / name
        if not own.exists():
            yield Difference(name, Fate.ADDED)
        elif _hash(own) != _hash(shipped):
            if given.get(name) == _hash(own):
                yield Difference(name, Fate.REPLACED)
            elif given.get(name) != _hash(shipped):
                # What an edit of the office's changed is no news; that we changed the same file is.
                yield Difference(name, Fate.KEPT, tuple(_lines(own, shipped, name)))


def bring_up_to_date(folder: Path, found: list[Difference]) -> None:
    """Add and replace the files of `found`; those that are kept stay, and are not told of again."""
    fresh = resource("templates")
    for one in found:
        if one.fate is not Fate.KEPT:
            target = folder / one.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(fresh / one.name, target)
    remember(folder)
    if os.geteuid() == 0:
        share(folder, [folder / GIVEN, *(folder / one.name for one in found)])


def remember(folder: Path) -> None:
    """Note which version's files `folder` was given."""
    fresh = resource("templates")
    lines = (f"{_hash(fresh / name)}  {name}\n" for name in _names(fresh))
    (folder / GIVEN).write_text("".join(lines), encoding="utf-8")


def share(folder: Path, paths: Iterable[Path]) -> None:
    """Let the group of `folder` read what was put into it; the service is of that group, and root writes."""
    group = folder.stat().st_gid
    for path in paths:
        os.chown(path, -1, group)
        path.chmod(0o750 if path.is_dir() else 0o640)


def _given(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / GIVEN).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _lines(own: Path, shipped: Path, name: str) -> Iterator[str]:
    before, after = (path.read_text(encoding="utf-8").splitlines() for path in (own, shipped))
    return difflib.unified_diff(before, after, f"{name} (của cơ quan)", f"{name} (bản mới)", lineterm="", n=1)
