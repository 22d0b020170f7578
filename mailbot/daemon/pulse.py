"""The daemon's pulse: when each loop last finished a round, and what is in its way.

Written to a small file after every change, for `mailbot health` and for monitoring; the file's own
age tells when the daemon itself is gone.
"""

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from mailbot.clock import Clock
from mailbot.disk import put


class Pulse:
    """The state of the loops, kept in `file`; `running` counts seconds, and nobody sets it."""

    def __init__(self, file: Path, clock: Clock, running: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._clock = clock
        self._running = running
        self._began = running()
        self._alive: dict[str, float] = {}
        self._started_at = clock()
        self._beats: dict[str, datetime] = {}
        self._troubles: dict[str, dict[str, str]] = {}
        # The intake beats from its own thread.
        self._lock = threading.Lock()
        self._write()

    def beat(self, loop: str) -> None:
        """The loop has finished a round: it lives, and nothing is in its way."""
        self._beats[loop] = self._clock()
        self._alive[loop] = self._running()
        self._troubles.pop(loop, None)
        self._write()

    def works(self, loop: str) -> None:
        """The loop is in the middle of a long round, and does not hang; what was in its way may still be."""
        self._alive[loop] = self._running()

    def well(self, what: str) -> None:
        """What was in the way is gone."""
        if self._troubles.pop(what, None) is not None:
            self._write()

    def trouble(self, what: str, reason: str) -> None:
        """Something is in the way; the moment at which it began is kept."""
        began = self._troubles.get(what, {}).get("since", self._clock().isoformat())
        self._troubles[what] = {"since": began, "reason": reason}
        self._beats[what] = self._clock()
        self._alive[what] = self._running()
        self._write()

    def silent_for(self, limit: timedelta) -> list[str]:
        """The loops that have shown no sign of life for longer than `limit`, however the clock was set."""
        since = self._running() - limit.total_seconds()
        names = ("intake", "planning", "delivery")
        return [name for name in names if self._alive.get(name, self._began) < since]

    def _write(self) -> None:
        with self._lock:
            self._write_whole()

    def _write_whole(self) -> None:
        told = {
            "pid": os.getpid(),
            "at": self._clock().isoformat(),
            "started_at": self._started_at.isoformat(),
            "loops": {name: beat.isoformat() for name, beat in self._beats.items()},
            "troubles": self._troubles,
        }
        # Where the disk is full or broken, the old one grows old, which is told: it must not end the loops,
        # which go on when there is room again. Nor must a reason that is no text, such as the name of a file.
        with contextlib.suppress(OSError):
            put(self._file, json.dumps(told, ensure_ascii=False).encode(errors="replace"))
