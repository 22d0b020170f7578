"""What ClamAV says of a mail, where the office has it: asked through the socket of its daemon, clamd.

The mail goes there in pieces (the command INSTREAM, `man 8 clamd`); nothing is run and no file is named. That
ClamAV finds nothing proves nothing, and that it is away stops nothing: then the mail says so.
"""

import socket
import struct
from pathlib import Path

from mailbot.core.mail import INFECTED

_PIECE_BYTES = 256 << 10
# A mail of 50 MB with archives in it takes clamd some ten seconds.
_MOST_SECONDS = 60
_MOST_ANSWER_BYTES = 4_096
_FOUND = " FOUND"
UNCHECKED = "could not be checked for viruses"


class Antivirus:
    """The clamd that listens at a socket of this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def look(self, raw: Path) -> str:
        """What is wrong with the mail at `raw`, as a defect; "" if ClamAV finds nothing.

        Raises:
            OSError: the mail cannot be read.
        """
        with raw.open("rb") as mail:
            try:
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as clamd:
                    clamd.settimeout(_MOST_SECONDS)
                    clamd.connect(str(self._path))
                    clamd.sendall(b"zINSTREAM\0")
                    while piece := mail.read(_PIECE_BYTES):
                        clamd.sendall(struct.pack(">I", len(piece)) + piece)
                    clamd.sendall(struct.pack(">I", 0))
                    return _defect(_answer(clamd))
            except OSError:
                # Also where the mail is larger than clamd takes: it hangs up.
                return UNCHECKED

    def trouble(self) -> str:
        """Why nothing can be checked now; "" if clamd answers."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as clamd:
                clamd.settimeout(_MOST_SECONDS)
                clamd.connect(str(self._path))
                clamd.sendall(b"zPING\0")
                said = _answer(clamd)
        except OSError as error:
            return error.strerror or str(error)
        return "" if said == "PONG" else "what listens there is no clamd"


def _answer(clamd: socket.socket) -> str:
    said = bytearray()
    while len(said) < _MOST_ANSWER_BYTES and (piece := clamd.recv(_MOST_ANSWER_BYTES)):
        said += piece
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _defect(answer: str) -> str:
    """Of "stream: Eicar-Test-Signature FOUND", "stream: OK" or "... ERROR"."""
    said = answer.partition(": ")[2]
    if said == "OK":
        return ""
    return f"{INFECTED}{said.removesuffix(_FOUND)}" if said.endswith(_FOUND) else UNCHECKED
