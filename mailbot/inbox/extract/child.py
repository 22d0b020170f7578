"""The child as its parent holds it: begun, asked, listened to with a deadline, and ended."""

import json
import os
import selectors
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mailbot.inbox.extract.limits import Limits
from mailbot.inbox.extract.wire import LENGTH_BYTES, MOST_FRAME_BYTES, framed, unframed

_MODULE = "mailbot.inbox.extract.worker"
# A cold disk may need that long to give up Python and its libraries.
_START_SECONDS = 30.0
_SLICE_BYTES = 64 << 10
# Signals as numbers (signal(7), the same on all systems that mailbot runs on): only the daemon deals
# in signals, here they are a way of dying.
_SIGKILL = 9
# Deaths of want: ended by the kernel for computing or memory, or by its own allocator for lack of it.
_WANT = frozenset({4, 5, 6, _SIGKILL, 24})  # ILL, TRAP, ABRT, KILL, XCPU
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


class Gone(Exception):  # noqa: N818 - what happened to the child, expected of hostile mails
    """The child is no more, or was ended for not answering.

    Attributes:
        of_want: it took too long or too much; otherwise what it read broke it.
    """

    def __init__(self, *, of_want: bool) -> None:
        super().__init__()
        self.of_want = of_want


class Child:
    """One child, ready to be asked.

    Raises:
        OSError: it could not be begun.
        Gone: it died while it began.
    """

    def __init__(self, limits: Limits, *, ocr: bool) -> None:
        # Isolated, so that neither the working folder nor the environment chooses what it runs.
        command = [
            sys.executable,
            "-I",
            "-B",
            "-m",
            _MODULE,
            json.dumps(asdict(limits)),
            "ocr" if ocr else "",
        ]
        self._program = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            env=_ENVIRONMENT,
            # A group of its own, so that the programs that it calls end with it.
            start_new_session=True,
        )
        self.mails = 0
        self._heard = bytearray()
        os.set_blocking(self._out, False)
        self.hear(time.monotonic() + _START_SECONDS)

    @property
    def pid(self) -> int:
        """Its number among the system's processes, and that of its group."""
        return self._program.pid

    @property
    def _out(self) -> int:
        assert self._program.stdout is not None
        return self._program.stdout.fileno()

    def ask(self, path: Path, first: int) -> None:
        """Ask for the attachments of the mail at `path` from the `first` on.

        Raises:
            Gone: it died before.
        """
        self.mails += 1
        assert self._program.stdin is not None
        try:
            # A path is shorter than a pipe is wide, so this never waits for the child.
            self._program.stdin.write(framed({"path": str(path.absolute()), "first": first}))
        except OSError:
            raise self._end() from None

    def hear(self, deadline: float) -> dict[str, Any]:
        """Its next answer, waited for until `deadline` (of the monotonic clock).

        Raises:
            Gone: it died, said what no child of ours says, or was ended because time was up.
        """
        length = int.from_bytes(self._take(LENGTH_BYTES, deadline), "big")
        if length > MOST_FRAME_BYTES:
            raise self._end()
        try:
            return unframed(self._take(length, deadline))
        except ValueError:
            raise self._end() from None

    def _take(self, wanted: int, deadline: float) -> bytes:
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._out, selectors.EVENT_READ)
            while len(self._heard) < wanted:
                left = deadline - time.monotonic()
                if left <= 0 or not waiting.select(left):
                    raise self._end(late=True)
                piece = os.read(self._out, _SLICE_BYTES)
                if not piece:
                    raise self._end()
                self._heard += piece
        taken = bytes(self._heard[:wanted])
        del self._heard[:wanted]
        return taken

    def _end(self, *, late: bool = False) -> Gone:
        """Make sure that it is dead, and say what of."""
        # A child that closed its pipe is dying of something; what of is known in a moment.
        with suppress(subprocess.TimeoutExpired):
            if not late:
                self._program.wait(1)
        died_of = self._program.poll()
        self.close()
        return Gone(of_want=late or (died_of is not None and -died_of in _WANT))

    def close(self) -> None:
        """End it and all that it started; a second time changes nothing."""
        if self._program.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, _SIGKILL)
            self._program.wait()
        for pipe in (self._program.stdin, self._program.stdout):
            if pipe is not None:
                pipe.close()
