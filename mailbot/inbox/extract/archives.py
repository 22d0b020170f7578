"""7z, RAR, tar and their like, through the system's libarchive where it and its binding are there.

What is only compressed (BC.docx.gz) is one file, which Python itself unpacks.
"""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from typing import Any

from mailbot.core.mail import Nature
from mailbot.inbox.extract.opening import CannotRead, Found, Member, Opening
from mailbot.inbox.words import decode_guessed

try:
    import libarchive
except (ImportError, OSError, TypeError):
    # No binding, or no library: then the binding fails in one of the other ways.
    libarchive = None

_FORMS = (
    (b"7z", ("7zip", "none")),
    (b"Rar!\x1a\x07\x01", ("rar5", "none")),
    (b"Rar!", ("rar", "none")),
)
_PACKINGS: tuple[tuple[bytes, Callable[[BytesIO], Any]], ...] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\x00", lzma.open),
)
_SLICE_BYTES = 64 << 10
# Where GNU zip keeps the name that the file had, and the flags that say so (RFC 1952, 2.3).
_GZIP_NAME_AT, _GZIP_FLAGS_AT, _HAS_NAME, _HAS_EXTRA = 10, 3, 0x08, 0x04
_MOST_NAME_BYTES = 1_000
# What libarchive says of what is no archive, and of what only a password opens.
_UNKNOWN = "Unrecognized archive format"
_LOCKED = ("passphrase", "encrypt", "password")


def read(octets: bytes, opening: Opening) -> Found:
    """What the files in the archive say, each under its name."""
    if libarchive is None:
        raise CannotRead(Nature.FOREIGN)
    try:
        form, packing = _form(octets)
        with libarchive.memory_reader(octets, form, packing, header_codec="latin-1") as archive:
            return opening.gather(_members(archive, opening))
    except libarchive.ArchiveError as error:
        if _UNKNOWN in str(error) and (unpack := _packing(octets)):
            name = _packed_name(octets) or opening.name.rpartition("/")[2].rpartition(".")[0]
            return opening.gather([Member(name or "unnamed", partial(_alone, unpack, octets, opening))])
        raise _told(error) from error


def _packing(octets: bytes) -> Callable[[BytesIO], Any] | None:
    return next((unpack for magic, unpack in _PACKINGS if octets.startswith(magic)), None)


def _packed_name(octets: bytes) -> str:
    """The name that a file had before GNU zip packed it; "" where it was not kept."""
    flags = octets[_GZIP_FLAGS_AT] if octets.startswith(_PACKINGS[0][0]) else 0
    if not flags & _HAS_NAME or flags & _HAS_EXTRA:
        return ""
    return decode_guessed(octets[_GZIP_NAME_AT:].partition(b"\x00")[0][:_MOST_NAME_BYTES])


def _alone(unpack: Callable[[BytesIO], Any], octets: bytes, opening: Opening) -> bytes:
    pieces = []
    try:
        with unpack(BytesIO(octets)) as file:
            while piece := file.read(_SLICE_BYTES):
                opening.spend(len(piece))
                pieces.append(piece)
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise CannotRead(Nature.BROKEN) from error
    return b"".join(pieces)


def _form(octets: bytes) -> tuple[str, str]:
    """The form and the packing as libarchive calls them, by the first octets alone.

    Left to itself it may take a RAR in which a ZIP lies unpacked for that ZIP.
    """
    return next((form for magic, form in _FORMS if octets.startswith(magic)), ("tar", "all"))


def _members(archive: Any, opening: Opening) -> Iterator[Member]:
    try:
        for entry in archive:
            if not entry.isdir:
                yield Member(_name(entry), partial(_unpacked, entry, opening))
    except libarchive.ArchiveError as error:
        raise _told(error) from error


def _name(entry: Any) -> str:
    name = entry.pathname or "unnamed"
    try:
        return decode_guessed(name.encode("latin-1"))
    except UnicodeEncodeError:
        return str(name)


def _unpacked(entry: Any, opening: Opening) -> bytes:
    pieces = []
    try:
        for piece in entry.get_blocks():
            opening.spend(len(piece))
            pieces.append(bytes(piece))
    except libarchive.ArchiveError as error:
        raise _told(error) from error
    return b"".join(pieces)


def _told(error: Exception) -> CannotRead:
    said = str(error).lower()
    return CannotRead(Nature.ENCRYPTED if any(word in said for word in _LOCKED) else Nature.BROKEN)
