"""A disk whose power may fail: what was not forced to it is gone then, or not, as it pleases."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from unittest.mock import patch

_forced = os.fsync


class Disk:
    """Remembers what was forced to disk below `folder`, while `watched`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._contents: set[int] = set()
        self._names: dict[Path, set[str]] = {}

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Hear of every fsync."""
        with patch("os.fsync", self._fsync):
            yield

    def _fsync(self, descriptor: int) -> None:
        _forced(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path.is_dir():
            self._names[path] = set(os.listdir(path))  # noqa: PTH208 - names are what is forced
        else:
            self._contents.add(os.fstat(descriptor).st_ino)

    def lose_power(self, chance: Random) -> None:
        """Let each unforced thing be lost, or be written after all, by a coin each."""
        self._lose(self._folder, chance)

    def _lose(self, folder: Path, chance: Random) -> None:
        durable = self._names.get(folder, set())
        for path in sorted(folder.iterdir()):
            if path.name not in durable and chance.random() < 1 / 2:
                _remove(path)
            elif path.is_dir():
                self._lose(path, chance)
            elif path.stat().st_ino not in self._contents and chance.random() < 1 / 2:
                path.chmod(0o600)
                os.truncate(path, chance.randrange(path.stat().st_size + 1))


def _remove(path: Path) -> None:
    if path.is_dir():
        for inner in path.iterdir():
            _remove(inner)
        path.rmdir()
    else:
        path.unlink()
