"""A child as if a mail had taken it over: what its subject says, it tries. Begun as the real child is.

`python taken_over.py LIMITS OCR`
"""

import ctypes
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mailbot.core.mail import Mail
from mailbot.inbox.extract import wire, worker
from mailbot.inbox.parse import Reading


def allocate() -> None:
    KEPT.extend(bytearray(1 << 30) for _ in range(4))


def crash() -> None:
    ctypes.string_at(0)


def compute() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(600)


def ask_for_helpers() -> None:
    """What speaks with the parent is the one socket that it has."""
    number = next(number for number in range(3, 64) if stat.S_ISSOCK(os.fstat(number).st_mode))
    parent = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=number)
    for _ in range(2):
        wire.brought(parent)


KEPT: list[bytearray] = []
# The file that it may not write, and the one that it may not read, stand in the mail's second line.
TRICKS: dict[str, Callable[[str], Any]] = {
    "socket": lambda _: socket.socket(),
    "connect": lambda _: socket.create_connection(("127.0.0.1", 25)),
    "socketpair": lambda _: socket.socketpair(),
    "write": lambda path: Path(path, "written").write_bytes(b"x"),
    "folder": lambda path: Path(path, "made").mkdir(),
    "remove": lambda path: Path(path, "secret").unlink(),
    "rename": lambda path: Path(path, "secret").rename(Path(path, "moved")),
    "read": lambda path: Path(path, "secret").read_bytes(),
    "list": lambda path: list(Path(path).iterdir()),
    "memfd": lambda _: os.memfd_create("x"),
    "fork": lambda _: os.fork(),
    "run": lambda _: subprocess.run(["/bin/true"], check=True),
    "exec": lambda _: os.execv("/bin/true", ["true"]),
    "kill": lambda _: os.kill(os.getppid(), 0),
    "allocate": lambda _: allocate(),
    "crash": lambda _: crash(),
    "compute": lambda _: compute(),
    "sleep": lambda _: sleep(),
    "helpers": lambda _: ask_for_helpers(),
    "exit": lambda _: os._exit(0),
}


class TakenOver(Reading):
    """A reading that does what the mail wants."""

    def mail(self, sha256: str, size: int) -> Mail:
        mail = super().mail(sha256, size)
        trick = TRICKS.get(mail.subject)
        if trick is None:
            return mail
        done = trick(mail.text.strip())
        # It could: then the mail says so, and the test fails.
        raise SystemExit(f"done: {done}")


if __name__ == "__main__":
    worker.Reading = TakenOver  # type: ignore[misc]
    try:
        worker.main()
    except SystemExit:
        # The one thing that a child never does by itself: answer nothing, and leave a mark of success.
        sys.exit(99)
