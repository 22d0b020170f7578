"""The child as its parent holds it: begun, asked, listened to with a deadline, and ended."""

import json
import math
import os
import select
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mailbot.inbox.extract import recogniser
from mailbot.inbox.extract.limits import Limits
from mailbot.inbox.extract.wire import (
    LENGTH_BYTES,
    MOST_FRAME_BYTES,
    WANTS_RECOGNISER,
    ask,
    bring,
    unframed,
)

_MODULE = "mailbot.inbox.extract.worker"
# A cold disk may need that long to give up Python and its libraries.
_START_SECONDS = 30.0
_SLICE_BYTES = 64 << 10
# Signals as numbers (signal(7), the same on all systems that mailbot runs on): only the daemon deals
# in signals, here they are a way of dying.
_SIGKILL = 9
# Deaths of want: ended by the kernel for computing or memory, or by its own allocator for lack of it.
_WANT = frozenset({4, 5, 6, _SIGKILL, 24})  # ILL, TRAP, ABRT, KILL, XCPU
# Named, for to look for it libarchive's binding would start programs.
_ENVIRONMENT = {
    # What a large mail took goes back to the system when it is let go of.
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(1 << 20),
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "LIBARCHIVE": "libarchive.so.13",
}


class Gone(Exception):  # noqa: N818 - what happened to the child, expected of hostile mails
    """The child is no more, or was ended for not answering.

    Attributes:
        of_want: it took too long or too much; otherwise what it read broke it.
    """

    def __init__(self, *, of_want: bool) -> None:
        super().__init__()
        self.of_want = of_want


def command(limits: Limits, *, ocr: bool) -> list[str]:
    """What begins a child; isolated, so that neither working folder nor environment chooses what it runs."""
    return [sys.executable, "-I", "-B", "-m", _MODULE, json.dumps(asdict(limits)), "ocr" if ocr else ""]


class Child:
    """One child, ready to be asked.

    Attributes:
        mails: how many questions it was asked.
        owes: the SHA-256 of the mail whose attachments it goes on to tell unasked; "" if none.
        helper: what recognises scans for it, once it has come upon one.
        walls: which walls it says stand around it; see `confinement.Walls`.

    Raises:
        OSError: it could not be begun.
        Gone: it died while it began.
    """

    def __init__(self, limits: Limits, *, ocr: bool) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._program = _begun(command(limits, ocr=ocr), theirs, _ENVIRONMENT)
        self._limits, self._ocr = limits, ocr
        self.helper: subprocess.Popen[bytes] | None = None
        self._asked_for_helper = False
        self.mails = 0
        self.owes = ""
        self._heard = bytearray()
        self._socket.setblocking(False)
        self._waiting = select.poll()
        self._waiting.register(self._socket, select.POLLIN)
        said = self.hear(time.monotonic() + _START_SECONDS).get("walls")
        self.walls = said if isinstance(said, dict) else {}

    @property
    def pid(self) -> int:
        """Its number among the system's processes, and that of its group."""
        return self._program.pid

    def ask(self, path: Path, **question: Any) -> None:
        """Ask something about the mail at `path`, which it gets as an open file.

        Raises:
            OSError: the mail cannot be opened.
            Gone: it died before.
        """
        self.mails += 1
        with path.open("rb") as mail:
            try:
                # A question is shorter than the socket's buffer, so this never waits for the child.
                ask(self._socket, question, mail.fileno())
            except OSError:
                raise self._end() from None

    def hear(self, deadline: float) -> dict[str, Any]:
        """Its next answer, waited for until `deadline` (of the monotonic clock).

        Raises:
            Gone: it died, said what no child of ours says, or was ended because time was up.
        """
        said = self._hear(deadline)
        if said == WANTS_RECOGNISER:
            self._give_recogniser()
            said = self._hear(deadline)
        return said

    def _hear(self, deadline: float) -> dict[str, Any]:
        length = int.from_bytes(self._take(LENGTH_BYTES, deadline), "big")
        if length > MOST_FRAME_BYTES:
            raise self._end()
        try:
            return unframed(self._take(length, deadline))
        except ValueError:
            raise self._end() from None

    def _give_recogniser(self) -> None:
        """Begin the helper that recognises scans, and give the child its end of a socket to it; only once.

        Raises:
            Gone: it asks again, as no child of ours does.
        """
        if self._asked_for_helper:
            raise self._end()
        self._asked_for_helper = True
        ours, theirs = socket.socketpair()
        # Where it cannot be begun, scans are read as scans that nobody recognised.
        with ours, theirs, suppress(OSError):
            with suppress(OSError):
                if self._ocr:
                    self.helper = _begun(recogniser.command(self._limits), theirs, recogniser.ENVIRONMENT)
            bring(self._socket, None if self.helper is None else ours.fileno())

    def _take(self, wanted: int, deadline: float) -> bytes:
        while len(self._heard) < wanted:
            left = deadline - time.monotonic()
            # In milliseconds; rounded up, for to wait for none of them is to ask again and again.
            if left <= 0 or not self._waiting.poll(math.ceil(left * 1000)):
                raise self._end(late=True)
            try:
                piece = self._socket.recv(_SLICE_BYTES)
            except OSError:
                piece = b""
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
        """End it and all that was begun for it; a second time changes nothing."""
        for program in filter(None, (self._program, self.helper)):
            if program.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(program.pid, _SIGKILL)
                program.wait()
        self._socket.close()


def _begun(command: list[str], stdin: socket.socket, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own modules
        command,
        stdin=stdin.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=environment,
        # A group of its own, so that what it begins ends with it.
        start_new_session=True,
    )
