"""What a backup says of itself, in a file beside its ledger."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mailbot.errors import LedgerBroken

MANIFEST = "backup.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds.

    Attributes:
        instance: the ledger's own name.
        head: the last link of its chain of facts.
        mails: how many archived mails there are.
    """

    made_at: str
    version: str
    instance: str
    head: str | None
    arrivals: int
    letters: int
    mails: int


def manifest_of(folder: Path) -> Manifest:
    """What the backup in `folder` holds.

    Raises:
        LedgerBroken: it holds none, or the file that says so is damaged.
    """
    file = folder / MANIFEST
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise LedgerBroken(f"{folder} holds no backup: {error}") from error
    except ValueError as error:
        raise LedgerBroken(_DAMAGED.format(file=file, says=error)) from error
    found = told if isinstance(told, dict) else {}
    if wrong := [name for name, is_sound in _SOUND.items() if not is_sound(found.get(name))]:
        raise LedgerBroken(_DAMAGED.format(file=file, says=f"wrong or missing: {', '.join(wrong)}"))
    known: dict[str, Any] = {name: found.get(name) for name in _SOUND}
    return Manifest(**known)


def _is_instant(told: object) -> bool:
    try:
        return isinstance(told, str) and datetime.fromisoformat(told).tzinfo is not None
    except ValueError:
        return False


def _is_word(told: object) -> bool:
    return isinstance(told, str) and bool(told)


def _is_count(told: object) -> bool:
    return isinstance(told, int) and not isinstance(told, bool) and told >= 0


_SOUND: Mapping[str, Callable[[object], bool]] = {
    "made_at": _is_instant,
    "version": _is_word,
    "instance": _is_word,
    "head": lambda told: told is None or _is_word(told),
    "arrivals": _is_count,
    "letters": _is_count,
    "mails": _is_count,
}
_DAMAGED = (
    "{file} is damaged ({says}); the ledger beside it may be whole: take this file from another copy of the"
    " backup, or put right by hand what is wrong"
)
