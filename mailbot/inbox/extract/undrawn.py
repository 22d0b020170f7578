"""A PDF file without its pictures, for who only reads what is written in it.

pdfium takes each picture that a page draws into memory as it is stored, and keeps it as long as the file is
open, though text is all that was asked for: a scan of fifty megabytes is there twice. So each picture's
stream is made to end where it begins. Nothing moves: the file's table of places stays true.
"""

import io
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any, TypeAlias

from mailbot.inbox.transfer import OpenBase64

# Smaller ones are not worth the trouble; thirty pages of them are two megabytes.
_LARGE = 64 << 10
# What is said of a stream stands before it, in at most so many octets.
_SAID = 2048
_STREAM = b"stream"
_BEGINS = re.compile(rb">>\s*\Z")
_IMAGE = re.compile(rb"/Subtype\s*/Image\b")
# Of so many octets, or as another object says (ISO 32000-1, 7.3.8.2).
_LENGTH = re.compile(rb"/Length\s+(\d+(?:\s+\d+\s+R)?)(?=[\s/>])")
# The line's end after the word comes first, whichever it was.
_END = b"\nendstream\nendobj\n"

Change: TypeAlias = tuple[int, bytes]
"""A place in the file, and what stands there instead."""


class Undrawn(io.RawIOBase):
    """A file as it is, but that its larger pictures are empty; read-only."""

    def __init__(self, file: OpenBase64) -> None:
        """Look for the pictures, which reads it once."""
        super().__init__()
        self._file = file
        self._changes = sorted(_changes(file))
        self._file.seek(0)

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """As of any file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As of any file."""
        return self._file.tell()

    def readinto(self, buffer: Any, /) -> int:
        """As of any file."""
        room, at = memoryview(buffer).cast("B"), self._file.tell()
        filled = self._file.readinto(room)
        # One that begins before `at` may reach into what was read; changes do not overlap.
        first = max(0, bisect_right(self._changes, (at,)) - 1)
        for place, instead in self._changes[first : bisect_left(self._changes, (at + filled,))]:
            begin, end = max(place, at), min(place + len(instead), at + filled)
            if begin < end:
                room[begin - at : end - at] = instead[begin - place : end - place]
        return filled


def _changes(file: OpenBase64) -> Iterator[Change]:
    """What makes each larger picture of `file` empty: no octets where it says how many, and an end there."""
    at, picture = 0, None
    while (at := file.find(_STREAM, at)) >= 0:
        before = file.part(max(0, at - _SAID), min(at, _SAID))
        if before.endswith(b"end"):
            if picture and at - picture[1][0] >= _LARGE:
                yield from picture
            picture = None
        elif picture is None and _BEGINS.search(before):
            picture = _picture(at, before)
        at += len(_STREAM)


def _picture(at: int, before: bytes) -> tuple[Change, Change] | None:
    """What makes the picture empty whose stream begins at `at`; None if something else is in the stream."""
    said = before.rpartition(b"obj")[2]
    lengths = list(_LENGTH.finditer(said))
    if len(lengths) != 1 or not _IMAGE.search(said):
        return None
    begin, end = lengths[0].span(1)
    return (at - len(said) + begin, b"0".ljust(end - begin)), (at + len(_STREAM), _END)
