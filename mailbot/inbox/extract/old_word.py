"""Text of old Word documents (.doc), read from the piece table ([MS-DOC] 2.4.1).

Written by ourselves because it takes a page: no program of the system is needed, and the text of
headers and text boxes, where stamps and issuers stand, comes first. Text that a tracked change
deleted is shown as if it were there; Word keeps it in the same table.
"""

import re
import struct
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import olefile

from mailbot.core.mail import Nature
from mailbot.inbox.extract.opening import CannotRead

# Offsets in the File Information Block ([MS-DOC] 2.5); the counts of characters are of its 97 form.
_MAGICS = frozenset({0xA5EC, 0xA5DC})
_FIB_BYTES = 0x01AA
_VERSION_AT, _FLAGS_AT, _FIRST_AT = 0x02, 0x0A, 0x18
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_COUNTS_AT, _CLX_AT = 0x4C, 0x01A2
# Before this version (Word 97) text lies in one run, one octet a character.
_WORD_97 = 0xC1
_PRC, _PCDT = 0x01, 0x02
_COMPRESSED = 0x40000000
_PCD_BYTES, _CP_BYTES = 8, 4
_MOST_PIECES = 200_000
_MARGIN_CHARS = 2_000
# A field is its code, a separator and its result; only the result is on the page.
_FIELD_CODE = re.compile("\x13[^\x13\x14\x15]*(?:\x14|(?=\x15))")
_MOST_NESTED_FIELDS = 10
_MARKS = str.maketrans(
    {"\r": "\n", "\x07": "\n", "\x0b": "\n", "\x0c": "\n", "\x1e": "-"}
    | dict.fromkeys("\x01\x02\x03\x04\x05\x08\x14\x15\x1f", "")
)
# Ends of paragraphs, cells, lines, pages and columns, and the lines above footnotes. A picture, a drawing, a
# field and a note have letters of their own, which are none of these.
_BLANKS = " \t\xa0\r\n\x07\x0b\x0c\x0e\x03\x04"
_MOST_BLANKS = 1_000


class _Piece(NamedTuple):
    """Characters `first` to `end`; `at` is where they lie, two octets each unless `narrow`."""

    first: int
    end: int
    at: int
    narrow: bool


def texts(compound: olefile.OleFileIO, most: int) -> tuple[str, ...]:
    """What its headers and its text boxes say, and then the first `most` characters of the document.

    Raises:
        CannotRead: it is encrypted, or no document of Word.
    """
    stream: bytes = compound.openstream("WordDocument").read()
    if len(stream) < _FIB_BYTES or _number(stream, 0, "<H") not in _MAGICS:
        raise CannotRead(Nature.BROKEN)
    if _number(stream, _FLAGS_AT, "<H") & _ENCRYPTED:
        raise CannotRead(Nature.ENCRYPTED)
    if _number(stream, _VERSION_AT, "<H") < _WORD_97:
        first, end = struct.unpack_from("<2I", stream, _FIRST_AT)
        return (_readable(stream[first : min(end, first + 2 * most)].decode("cp1252", "replace")),)
    pieces = _pieces_of(compound, stream)
    # The parts of a document follow one another: body, footnotes, headers, (macros,) comments,
    # endnotes, text boxes, text boxes of headers.
    body, notes, headers, macros, comments, endnotes, boxes, header_boxes = struct.unpack_from(
        "<8I", stream, _COUNTS_AT
    )
    headers_at = body + notes
    boxes_at = headers_at + headers + macros + comments + endnotes
    spans = (
        (headers_at, min(headers, _MARGIN_CHARS)),
        (boxes_at, min(boxes + header_boxes, _MARGIN_CHARS)),
        (0, min(body, most)),
    )
    return tuple(_readable(_span(stream, pieces, first, first + chars)) for first, chars in spans)


def is_blank(compound: olefile.OleFileIO) -> bool:
    """Whether a document without words has no picture, drawing, field or note in it either."""
    stream: bytes = compound.openstream("WordDocument").read()
    if _number(stream, _VERSION_AT, "<H") < _WORD_97:
        return False
    letters = sum(struct.unpack_from("<8I", stream, _COUNTS_AT))
    if letters > _MOST_BLANKS:
        return False
    return not _span(stream, _pieces_of(compound, stream), 0, letters).strip(_BLANKS)


def _pieces_of(compound: olefile.OleFileIO, stream: bytes) -> list[_Piece]:
    table = "1Table" if _number(stream, _FLAGS_AT, "<H") & _TABLE_1 else "0Table"
    return list(islice(_pieces(stream, compound.openstream(table).read()), _MOST_PIECES))


def _pieces(stream: bytes, table: bytes) -> Iterator[_Piece]:
    """The piece table: which characters lie where."""
    at, size = struct.unpack_from("<2I", stream, _CLX_AT)
    end = min(at + size, len(table))
    while at < end and table[at] == _PRC:
        at += 3 + _number(table, at + 1, "<H")
    if at >= end or table[at] != _PCDT:
        raise CannotRead(Nature.BROKEN)
    count = (_number(table, at + 1, "<I") - _CP_BYTES) // (_CP_BYTES + _PCD_BYTES)
    positions_at = at + 5
    pieces_at = positions_at + (count + 1) * _CP_BYTES
    for number in range(count):
        first, last = struct.unpack_from("<2I", table, positions_at + number * _CP_BYTES)
        place = _number(table, pieces_at + number * _PCD_BYTES + 2, "<I")
        narrow = bool(place & _COMPRESSED)
        place &= ~_COMPRESSED
        yield _Piece(first, last, place // 2 if narrow else place, narrow)


def _span(stream: bytes, pieces: list[_Piece], first: int, end: int) -> str:
    """The characters from `first` to `end`."""
    said = []
    for piece in pieces:
        begin, stop = max(first, piece.first), min(end, piece.end)
        if begin < stop:
            width = 1 if piece.narrow else 2
            at = piece.at + (begin - piece.first) * width
            octets = stream[at : at + (stop - begin) * width]
            said.append(octets.decode("cp1252" if piece.narrow else "utf-16-le", "replace"))
    return "".join(said)


def _readable(raw: str) -> str:
    """The characters as they show on the page: marks become line ends, codes of fields go."""
    for _ in range(_MOST_NESTED_FIELDS):
        shown = _FIELD_CODE.sub("", raw)
        if shown == raw:
            break
        raw = shown
    return raw.translate(_MARKS)


def _number(octets: bytes, at: int, form: str) -> int:
    number: int = struct.unpack_from(form, octets, at)[0]
    return number
