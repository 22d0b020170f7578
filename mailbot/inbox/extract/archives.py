"""7z, RAR, tar and their like, through the system's libarchive where it and its binding are there."""

from collections.abc import Iterator
from functools import partial
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
# What libarchive says of what only a password opens.
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
        raise _told(error) from error


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
