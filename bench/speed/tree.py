"""What a program and all that it started use of the machine, as /proc says it."""

import contextlib
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Use:
    """Memory in MiB and computing in seconds of a tree of processes.

    Attributes:
        resident: the sum of what each has in memory; pages that two share count twice.
        proportional: the same with shared pages counted once; 0 where the kernel does not tell us.
    """

    resident: float
    proportional: float
    seconds: float


def use(root: int) -> Use:
    """What the tree below `root` uses now."""
    members = _members(root)
    return Use(
        sum(map(_resident, members)) / _MIB,
        sum(map(_proportional, members)) / _MIB,
        sum(map(_seconds, members)),
    )


class Watch:
    """Looks at a tree several times a second and keeps the highest figures; use it in a `with` block."""

    def __init__(self, root: int, every: float = 0.1) -> None:
        self.resident = self.proportional = 0.0
        self._root = root
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(self._every):
            seen = use(self._root)
            self.resident = max(self.resident, seen.resident)
            self.proportional = max(self.proportional, seen.proportional)


def _members(root: int) -> list[int]:
    """The processes below `root`, and itself."""
    found, left = [], [root]
    while left:
        process = left.pop()
        found.append(process)
        left += _children(process)
    return found


def _children(process: int) -> list[int]:
    """What its threads have started; none where it ended while we looked."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text("ascii").split())
    mine = _program(process)
    return [child for child in found if _program(child) != mine]


def _program(process: int) -> bytes:
    """What was called, with its arguments.

    A child is called as its parent is until it has begun its own program; so long it has no memory of its
    own, it borrows the parent's (vfork(2)), which would count twice.
    """
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _proportional(process: int) -> int:
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("Pss:"))


def _seconds(process: int) -> float:
    """Of computing, by itself and by children that have ended."""
    try:
        told = Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, told[11:15])) / _TICK


def settled(seconds: float = 0.5) -> None:
    """Let the disk take what was written before, so that nobody pays for another's writing."""
    os.sync()
    time.sleep(seconds)
