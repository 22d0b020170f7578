"""What runs Tesseract for the child that reads mails, and for nothing else: `python -m …recogniser LIMITS`.

The child itself may start no program, so its parent begins this one beside it when the first scan comes; most
mails have none. It never sees a mail: asked with seconds and the octets of one picture it answers with the
text. Confined like the child, but for programs.
"""

import json
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict

from mailbot.inbox.extract import confinement, numerals
from mailbot.inbox.extract.limits import Limits

PROGRAM, LANGUAGE = "tesseract", "vie"
# How the lines of a page are looked for: with columns and tables, or as one block.
_WHOLE_PAGE, _ONE_BLOCK = "3", "6"
# Together with English Vietnamese is read worse. One thread: the pages of one mail must not take the machine.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
# Seconds that it may take, and the length of the picture; back comes the length of the text.
_QUESTION, _ANSWER = struct.Struct(">dI"), struct.Struct(">I")
# A page of A3 at 300 dots an inch, grey and not packed.
_MOST_PICTURE_BYTES = 64 << 20
# A page holds some 4,000 characters of up to three octets each.
_MOST_PAGE_BYTES = 100_000


def command(limits: Limits) -> list[str]:
    """What begins the helper, with its end of the socket as standard input."""
    return [sys.executable, "-I", "-B", "-m", __name__, json.dumps(asdict(limits))]


class Recogniser:
    """The helper as the child holds it; `bring` gets the socket to it, or None where there is none."""

    def __init__(self, bring: Callable[[], socket.socket | None]) -> None:
        self._bring = bring
        self._socket: socket.socket | None = None

    def page(self, picture: bytes, seconds: float) -> str:
        """What the picture of a page says; "" where it cannot be known in time."""
        if len(picture) > _MOST_PICTURE_BYTES:
            return ""
        self._socket = helper = self._socket or self._bring()
        if helper is None:
            return ""
        try:
            helper.sendall(_QUESTION.pack(seconds, len(picture)) + picture)
            (length,) = _ANSWER.unpack(_received(helper, _ANSWER.size))
            return _received(helper, min(length, _MOST_PAGE_BYTES)).decode("utf-8", "replace")
        except (OSError, EOFError):
            # Without it scans are read as scans that nobody recognised.
            return ""


def _received(of: socket.socket, length: int) -> bytearray:
    octets = bytearray()
    while len(octets) < length:
        piece = of.recv(min(length - len(octets), 1 << 20))
        if not piece:
            raise EOFError
        octets += piece
    return octets


def main() -> None:
    """Serve until the child is gone."""
    limits = Limits(**json.loads(sys.argv[1]))
    asked = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=0)
    nowhere = open("/dev/null", "wb")  # noqa: PTH123, SIM115 - held for good
    confinement.confine(limits, programs=True)
    while True:
        try:
            seconds, length = _QUESTION.unpack(_received(asked, _QUESTION.size))
            picture = _received(asked, min(length, _MOST_PICTURE_BYTES))
        except EOFError:
            return
        text = _recognised(picture, min(seconds, limits.ocr_seconds), limits, nowhere.fileno())
        asked.sendall(_ANSWER.pack(len(text)) + text)


def _recognised(picture: bytearray, seconds: float, limits: Limits, nowhere: int) -> bytes:
    began = time.monotonic()
    text = _read(picture, _WHOLE_PAGE, seconds, limits, nowhere)
    if numerals.are_there(text):
        left = seconds - (time.monotonic() - began)
        text = numerals.agreed(text, _read(picture, _ONE_BLOCK, left, limits, nowhere))
    return text.encode()[:_MOST_PAGE_BYTES]


def _read(picture: bytearray, layout: str, seconds: float, limits: Limits, nowhere: int) -> str:
    try:
        told = subprocess.run(  # noqa: S603 - a fixed command
            [PROGRAM, "stdin", "stdout", "-l", LANGUAGE, "--psm", layout],
            input=picture,
            stdout=subprocess.PIPE,
            stderr=nowhere,
            env=ENVIRONMENT,
            timeout=max(seconds, 0.0),
            check=False,
            preexec_fn=lambda: confinement.confine_program(limits),
        )
    except subprocess.TimeoutExpired:
        return ""
    return told.stdout[:_MOST_PAGE_BYTES].decode("utf-8", "replace")


if __name__ == "__main__":
    main()
