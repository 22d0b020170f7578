"""winmail.dat: the wrapping in which Outlook sends attachments to whom it takes for one of its own.

Read from [MS-OXTNEF]: a row of attributes, each with its length, of which those that name and hold
attachments are used.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from mailbot.core.mail import Nature
from mailbot.core.seals.secrecy import in_title
from mailbot.inbox.extract.opening import CannotRead, Found, Member, Opening
from mailbot.inbox.words import decode_guessed

_HEADER_BYTES, _ATTRIBUTE_BYTES, _CHECKSUM_BYTES = 6, 9, 2
# Attributes ([MS-OXTNEF] 2.1.3.2), type and number together.
_SUBJECT, _BEGIN, _TITLE, _CONTENT, _PROPERTIES = 0x00018004, 0x00069002, 0x00018010, 0x0006800F, 0x00069005
# Properties of an attachment ([MS-OXPROPS]): its long name, and the mail or document that it embeds.
_LONG_NAME, _EMBEDDED = 0x3707, 0x3701
_NAMED_FROM = 0x8000
_MANY = 0x1000
# Octets of values of fixed length, padded to four, by type ([MS-OXCDATA] 2.11.1).
_FIXED = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({0xD, 0x1E, 0x1F, 0x102})
_UNICODE, _OBJECT = 0x1F, 0xD
_GUID_BYTES = 16
_MOST_PROPERTIES = 2_000


@dataclass(slots=True)
class _File:
    name: str = "unnamed"
    octets: bytes = b""


def read(octets: bytes, opening: Opening) -> Found:
    """What the attachments within say, after the subject of the mail."""
    subject, files, known = "", list[_File](), False
    for attribute, value in _attributes(octets):
        if attribute == _SUBJECT:
            subject = decode_guessed(value.rstrip(b"\x00"))
            opening.look(in_title(subject))
        elif attribute == _BEGIN:
            files.append(_File())
        elif files and attribute == _TITLE:
            files[-1].name = decode_guessed(value.rstrip(b"\x00"))
        elif files and attribute == _CONTENT:
            files[-1].octets = value
        elif files and attribute == _PROPERTIES:
            _read_properties(value, files[-1])
        known = True
    if not known:
        raise CannotRead(Nature.BROKEN)
    if not files:
        # Outlook wraps the look of a text alone; what it says is the mail's own.
        return Found.of(subject or opening.name)
    return opening.gather((Member(file.name, partial(bytes, file.octets)) for file in files), subject)


def _attributes(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """Each attribute and its value, as far as the file is whole."""
    at = _HEADER_BYTES
    while at + _ATTRIBUTE_BYTES <= len(octets):
        _, attribute, size = struct.unpack_from("<BII", octets, at)
        at += _ATTRIBUTE_BYTES
        yield attribute, octets[at : at + size]
        at += size + _CHECKSUM_BYTES


def _read_properties(octets: bytes, file: _File) -> None:
    """Take name and content from an attachment's properties; what is cut short ends the reading."""
    try:
        for number, kind, value in _properties(octets):
            if number == _LONG_NAME:
                file.name = _string(kind, value) or file.name
            elif number == _EMBEDDED and not file.octets:
                # An embedded object begins with the name of its interface.
                file.octets = value[_GUID_BYTES:] if kind == _OBJECT else value
    except (struct.error, KeyError):
        return


def _properties(octets: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Number, type and value of each property ([MS-OXTNEF] 2.1.3.4)."""
    at = 4
    for _ in range(min(_number(octets, 0), _MOST_PROPERTIES)):
        kind, number = struct.unpack_from("<HH", octets, at)
        at += 4
        if number >= _NAMED_FROM:
            by_name = _number(octets, at + _GUID_BYTES)
            at += _GUID_BYTES + 4
            at += 4 + (_padded(_number(octets, at)) if by_name else 0)
        one = kind & ~_MANY
        count = 1
        if kind & _MANY or one in _VARIABLE:
            count = _number(octets, at)
            at += 4
        for _ in range(min(count, _MOST_PROPERTIES)):
            if one in _VARIABLE:
                size = _number(octets, at)
                at += 4
            else:
                size = _FIXED[one]
            yield number, one, octets[at : at + size]
            at += _padded(size)


def _string(kind: int, value: bytes) -> str:
    text = value.decode("utf-16-le", "replace") if kind == _UNICODE else decode_guessed(value)
    return text.rstrip("\x00")


def _padded(size: int) -> int:
    return size + -size % 4


def _number(octets: bytes, at: int) -> int:
    number: int = struct.unpack_from("<I", octets, at)[0]
    return number
