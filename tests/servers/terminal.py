"""A person at a terminal: starts a command on a pseudo-terminal, reads what it says, types answers."""

import contextlib
import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from servers.process import ServerFailedError

COLUMNS, ROWS = 80, 24
# For so long a command may say nothing: it starts in a second or two, on a busy machine in many times that.
PATIENCE = 120.0
CTRL_C = b"\x03"
# Nobody's fingers are faster, and most commands wait for their key by then; one that has seen Ctrl-C ends
# well within the second time, and one that has not is told again.
REACTION_SECONDS, AGAIN_SECONDS = 0.2, 10.0


class Terminal:
    """One command at a terminal of 80 columns; `with Terminal([...]) as person:`."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """Start `command`, whose standard streams and controlling terminal are a pseudo-terminal."""
        self.said = ""
        self._patience = patience
        self._heard_to = 0
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        try:
            # setsid gives the command this terminal as its own, where passwords are asked for; env lets it
            # hear Ctrl-C also where the tests run in the background of a shell, which ignores it for all.
            self._command = subprocess.Popen(
                ["env", "--default-signal=INT,QUIT", "setsid", "--ctty", "--wait", *command],
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                env={"TERM": "xterm", "LANG": "C.UTF-8", "PATH": os.environ["PATH"], **(env or {})},
                cwd=cwd,
                start_new_session=True,
            )
        finally:
            os.close(theirs)
        self._bytes = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._command.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._command.pid, signal.SIGKILL)
        self._command.wait()
        os.close(self._ours)

    def hears(self, *words: str) -> str:
        """Wait until one of `words` stands in what was said since the last time; return which."""
        ends = time.monotonic() + self._patience
        while True:
            fresh = self.said[self._heard_to :]
            found = [(fresh.find(word), word) for word in words if word in fresh]
            if found:
                place, word = min(found)
                self._heard_to += place + len(word)
                return word
            if not self._read(ends):
                raise ServerFailedError(f"nobody said any of {words}; what was said:\n{self.said}")

    def types(self, line: str) -> None:
        """Type a line and press Enter."""
        os.write(self._ours, f"{line}\n".encode())

    def gives_up(self) -> int:
        """Press Ctrl-C, again while the command goes on; return its exit status.

        Python does not see a signal that comes between its prompt and its wait for a key before the next key.
        """
        ends = time.monotonic() + self._patience
        again = 0.0
        time.sleep(REACTION_SECONDS)
        while again <= time.monotonic() < ends:
            os.write(self._ours, CTRL_C)
            again = time.monotonic() + AGAIN_SECONDS
            while self._read(again):
                pass
        return self.ends()

    def ends(self) -> int:
        """Wait for the command's end; return its exit status."""
        while self._read(time.monotonic() + self._patience):
            pass
        return self._command.wait(timeout=self._patience)

    def _read(self, ends: float) -> bool:
        """Hear more; False when nothing will come any more, or time is up."""
        ready, _, _ = select.select([self._ours], [], [], max(ends - time.monotonic(), 0))
        if not ready:
            return False
        try:
            heard = os.read(self._ours, 65536)
        except OSError:
            # The last one at the other end has closed it.
            return False
        self._bytes += heard
        self.said = self._bytes.decode("utf-8", "ignore").replace("\r\n", "\n")
        return bool(heard)
