"""Transfer encodings (RFC 2045, 6): content decoded slice by slice, or wherever it is asked for."""

import binascii
import errno
import io
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from mailbot.inbox.octets import Octets
from mailbot.inbox.words import NOT_BASE64, decode_base64

SLICE_BYTES = 1 << 20
# Readers of documents go to and fro: between a directory at the end, and what it names.
_MOST_SLICES = 4


def from_base64(octets: Octets, start: int, end: int) -> Iterator[bytes]:
    """What base64 decodes to, in slices."""
    return (piece for _, piece in _slices(octets, start, end))


def from_quoted(octets: Octets, start: int, end: int) -> Iterator[bytes]:
    """What quoted-printable decodes to, in slices."""
    at = start
    while at < end:
        stop = min(at + SLICE_BYTES, end)
        if stop < end:
            # Slices end at line breaks, where no escape can be cut.
            newline = octets.rfind(b"\n", at, stop)
            stop = newline + 1 if newline >= 0 else end
        yield binascii.a2b_qp(octets[at:stop])
        at = stop


def _decoded(text: bytes, rest: bytes) -> tuple[bytes, bytes | None]:
    """A slice of base64 after the letters that were left of the one before; and those left of it.

    None are left where padding ends the content; what follows was added by someone (RFC 2045, 6.8).
    """
    letters = rest + text.translate(None, NOT_BASE64)
    letters, padding, _ = letters.partition(b"=")
    if padding:
        return decode_base64(letters), None
    whole = len(letters) - len(letters) % 4
    return binascii.a2b_base64(letters[:whole]), letters[whole:]


class _Slice(NamedTuple):
    """Where a slice of base64 begins in the mail, after which letters, and in what it decodes to."""

    at: int
    rest: bytes
    decoded_at: int


def _slices(octets: Octets, start: int, end: int) -> Iterator[tuple[_Slice, bytes]]:
    """The slices of base64, each with what it decodes to; at last the letters that no slice completes."""
    rest, size = b"", 0
    for at in range(start, end, SLICE_BYTES):
        piece, following = _decoded(octets[at : min(at + SLICE_BYTES, end)], rest)
        yield _Slice(at, rest, size), piece
        if following is None:
            return
        rest, size = following, size + len(piece)
    yield _Slice(end, rest, size), decode_base64(rest)


class OpenBase64(io.RawIOBase):
    """The content of a part in base64 as a file that is never whole in memory; read-only."""

    def __init__(self, octets: Octets, start: int, end: int) -> None:
        """Find out where its slices decode to, which decodes it once."""
        super().__init__()
        self._octets, self._start, self._end = octets, start, end
        self._at = 0
        self.size = 0
        """Of the content, in bytes."""
        self._slices: list[_Slice] = []
        for found, piece in _slices(octets, start, end):
            self._slices.append(found)
            self.size += len(piece)
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """As of any file.

        Raises:
            OSError: for a place before the beginning.
        """
        at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        if at < 0:
            raise OSError(errno.EINVAL, "a place before the beginning")
        self._at = at
        return at

    def tell(self) -> int:
        """As of any file."""
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """As of any file; fills all of `buffer` that there is content for."""
        room, filled = memoryview(buffer).cast("B"), 0
        while filled < len(room) and self._at < self.size:
            piece, begins = self._piece()
            taken = piece[self._at - begins :][: len(room) - filled]
            room[filled : filled + len(taken)] = taken
            filled += len(taken)
            self._at += len(taken)
        return filled

    def part(self, at: int, most: int) -> bytes:
        """The octets from there on."""
        self.seek(at)
        return self.read(most) or b""

    def find(self, word: bytes, at: int) -> int:
        """Where `word` stands first, from there on; -1 if nowhere."""
        while at < self.size:
            self.seek(at)
            piece, begins = self._piece()
            if (found := piece.find(word, at - begins)) >= 0:
                return begins + found
            # It may lie on both sides of the slice's end.
            ends = begins + len(piece)
            edge = max(at, ends - len(word) + 1)
            if (found := self.part(edge, ends - edge + len(word) - 1).find(word)) >= 0:
                return edge + found
            at = ends
        return -1

    def whole(self) -> bytes:
        """All of it, in memory."""
        # It hands over what was written into it without a copy; joined pieces would be there twice.
        held = io.BytesIO()
        for piece in from_base64(self._octets, self._start, self._end):
            held.write(piece)
        return held.getvalue()

    def _piece(self) -> tuple[bytes, int]:
        """The decoded slice that holds the present place, and where it begins."""
        number = self._number()
        if (kept := self._kept.get(number)) is None:
            kept = self._kept[number] = self._decode(self._slices[number])
            if len(self._kept) > _MOST_SLICES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(number)
        return kept, self._slices[number].decoded_at

    def _decode(self, found: _Slice) -> bytes:
        if found.at == self._end:
            return decode_base64(found.rest)
        return _decoded(self._octets[found.at : min(found.at + SLICE_BYTES, self._end)], found.rest)[0]

    def _number(self) -> int:
        return bisect_right(self._slices, self._at, key=lambda each: each.decoded_at) - 1


File: TypeAlias = bytes | OpenBase64
"""A file as it is opened: held, or read where it is asked for."""


def head(file: File, most: int) -> bytes:
    """Its first octets."""
    return file[:most] if isinstance(file, bytes) else file.part(0, most)


def tail(file: File, most: int) -> bytes:
    """Its last octets."""
    if isinstance(file, bytes):
        return file[max(0, len(file) - most) :]
    return file.part(max(0, file.size - most), most)


def stream(file: File) -> io.BytesIO | OpenBase64:
    """It for a reader that goes to and fro in it."""
    return io.BytesIO(file) if isinstance(file, bytes) else file


def whole(file: File) -> bytes:
    """It for a reader that cannot do with less."""
    return file if isinstance(file, bytes) else file.whole()
