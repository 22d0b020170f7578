"""The header block of a mail, split by ourselves, on line feeds only.

CPython's email package starts a new header at a bare carriage return and ends the block at a NUL in
a name (both without a defect), so a sender could smuggle in a header that no mail server ever saw.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from mailbot.inbox.octets import Octets

# Far more than any mail of ours; with them a hostile header costs milliseconds, not minutes.
MOST_BLOCK_BYTES = 100 << 10
MOST_FIELDS = 1_000

_NAME = re.compile(rb"([!-9;-~]{1,100})([ \t]*):")
_HARMFUL_NAME = re.compile(rb"[^:\s]*[\x00-\x08\x0b-\x1f\x7f-\xff][^:]*:")
_BARE_CR = re.compile(rb"\r(?!\n)")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_LEADING_BLANK = re.compile(rb"(?:[ \t]*\r?\n)*")
_MBOX_LINE = re.compile(rb">?From (?![ \t]*:)")
_SPACES = re.compile(rb"[ \t\r\n]+")
STRAY_LINE = "a line that is no field amid the header"
# What follows a line that lost its indentation, or that another program put in, is a header still.
_FOLLOWING_FIELD = re.compile(
    rb"(?i)(?:from|to|cc|subject|date|message-id|mime-version|received|return-path|reply-to|sender|delivered-to"
    rb"|content-[a-z-]{2,30}|x-[a-z-]{2,60})[ \t]*:"
)
_MOST_STRAYS = 3
# What the sender wrote; Received, Return-Path, Delivered-To, signatures and every X- are transport's.
_OF_THE_SENDER = frozenset(
    {"from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "mime-version"},
)
_SLICE_BYTES = 1 << 20
# What the envelope says is looked for further down, if somebody filled the budget above it.
_MOST_SEARCHED_BYTES, _MOST_LATE = 8 << 20, 20
_OF_THE_ENVELOPE = re.compile(
    rb"\n(From|Subject|Date|Message-ID)[ \t]*:([^\n]{0,2000}(?:\r?\n[ \t][^\n]{0,1000}){0,20})", re.IGNORECASE
)
_FOLD = re.compile(rb"\r?\n")


@dataclass(frozen=True, slots=True)
class Field:
    """One header field: its name in lower case, and its raw value unfolded into one line."""

    name: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """A header block as it was read.

    Attributes:
        body_at: offset at which the body begins.
        whole: False when the block is beyond the limits and only its beginning was read.
    """

    fields: tuple[Field, ...]
    body_at: int
    defects: tuple[str, ...] = ()
    whole: bool = True
    # By name, for a reading asks for a hundred.
    _values: dict[str, list[bytes]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        values: dict[str, list[bytes]] = {}
        for read in self.fields:
            values.setdefault(read.name, []).append(read.value)
        object.__setattr__(self, "_values", values)

    def all(self, name: str) -> Sequence[bytes]:
        """The values of every field of that lower-case name, in the order of the mail."""
        return self._values.get(name, ())

    def first(self, name: str) -> bytes:
        """The value of the first field of that lower-case name; empty if there is none."""
        return next(iter(self.all(name)), b"")


def read_block(octets: Octets, start: int, end: int) -> Block:
    """Read the header block that begins at `start`; never raises, whatever the octets are."""
    defects: list[str] = []
    begin = _first_field(octets, start, end, defects)
    blank = _BLANK_LINE.search(octets, max(begin - 1, 0), end)
    # A mail of headers only has no blank line; `begin - 1` lets a block without fields be found.
    stop, body_at = (blank.start() + 1, blank.end()) if blank else (end, end)
    whole = stop - begin <= MOST_BLOCK_BYTES
    text = octets[begin:stop] if whole else _whole_fields(octets[begin : begin + MOST_BLOCK_BYTES])
    if _BARE_CR.search(text):
        defects.append("bare CR in header")
    if b"\x00" in text:
        defects.append("NUL in header")
    fields, read = _read_fields(text, defects)
    if len(fields) > MOST_FIELDS:
        fields, whole, text = fields[:MOST_FIELDS], False, text[:read]
    if not whole:
        defects.append("over budget: header block")
        fields += _late_fields(octets, begin + len(text), min(stop, begin + _MOST_SEARCHED_BYTES))
    elif read < len(text):
        defects.append("no blank line after the header")
        body_at = begin + read
    return Block(tuple(fields), body_at, tuple(defects), whole)


def _whole_fields(text: bytes) -> bytes:
    """The beginning of a header block without the field in which it was cut off."""
    at = text.rfind(b"\n")
    while at > 0 and text[at + 1 : at + 2] in (b" ", b"\t"):
        at = text.rfind(b"\n", 0, at)
    return text[: at + 1]


def _late_fields(octets: Octets, start: int, end: int) -> list[Field]:
    """Of what is beyond the budget only who wrote, about what: a person has to decide by that."""
    found = list(islice(_OF_THE_ENVELOPE.finditer(octets, max(start - 1, 0), end), _MOST_LATE))
    return [Field(match[1].decode().lower(), _one_line(_FOLD.sub(b"", match[2]))) for match in found]


def identity(block: Block, octets: Octets, end: int) -> str:
    """SHA-256 over what the sender wrote, the same for two deliveries of one mail.

    Servers refold header lines and files are kept with either line end, so neither counts.
    """
    digest = hashlib.sha256()
    for found in sorted(block.fields, key=lambda each: each.name):
        if found.name in _OF_THE_SENDER or found.name.startswith("content-"):
            digest.update(found.name.encode() + b":" + _SPACES.sub(b" ", found.value).strip() + b"\n")
    digest.update(b"\n")
    at = block.body_at
    while at < end:
        stop = min(at + _SLICE_BYTES, end)
        if octets[stop - 1 : stop] == b"\r" and stop < end:
            # A slice never parts a CR from its LF.
            stop += 1
        digest.update(_with_line_feeds(octets[at:stop]))
        at = stop
    return digest.hexdigest()


def _with_line_feeds(octets: bytes) -> bytes:
    """The octets with LF for CRLF; a carriage return that stands alone stays."""
    if _BARE_CR.search(octets) is None:
        # To leave them all out is far faster than to replace them.
        return octets.translate(None, b"\r")
    return octets.replace(b"\r\n", b"\n")


def _first_field(octets: Octets, start: int, end: int, defects: list[str]) -> int:
    """Where the first field begins, past blank lines and the envelope line of an mbox."""
    blank = _LEADING_BLANK.match(octets, start, min(end, start + MOST_BLOCK_BYTES))
    begin = blank.end() if blank else start
    if begin > start:
        defects.append("blank lines before the header")
    if _MBOX_LINE.match(octets, begin, end):
        newline = octets.find(b"\n", begin, end)
        begin = end if newline < 0 else newline + 1
    return begin


def _read_fields(text: bytes, defects: list[str]) -> tuple[list[Field], int]:
    """The fields of a header block, and how many of its octets they take."""
    fields: list[Field] = []
    read, strays = 0, 0
    lines = list(_unfolded(text))
    for at, (line, length) in enumerate(lines):
        match = _NAME.match(line)
        if match and match[2]:
            defects.append(f"space before the colon of {match[1].decode()}")
        if match:
            fields.append(Field(match[1].decode().lower(), _one_line(line[match.end() :])))
        elif _HARMFUL_NAME.match(line):
            defects.append("control or 8-bit octet in a field name")
        elif line[:1] in (b" ", b"\t"):
            defects.append("header begins with a continuation line")
        elif strays < _MOST_STRAYS and _goes_on(lines, at + 1):
            strays += 1
            defects.append(STRAY_LINE)
        else:
            break
        read += length
        if len(fields) > MOST_FIELDS:
            break
    return fields, read


def _goes_on(lines: list[tuple[bytes, int]], at: int) -> bool:
    """Whether from that line on there are fields to the end of the block, the first of them a usual one."""
    rest = [line for line, _ in lines[at : at + MOST_FIELDS]]
    return bool(rest) and _FOLLOWING_FIELD.match(rest[0]) is not None and all(map(_NAME.match, rest))


def _unfolded(text: bytes) -> Iterator[tuple[bytes, int]]:
    """Each field's lines joined, with the number of octets they take in the mail."""
    lines: list[bytes] = []
    for line in text.split(b"\n"):
        if lines and line[:1] not in (b" ", b"\t"):
            yield _joined(lines)
            lines = []
        lines.append(line)
    if lines and lines != [b""]:
        yield _joined(lines)


def _joined(lines: Iterable[bytes]) -> tuple[bytes, int]:
    kept = list(lines)
    length = sum(len(line) + 1 for line in kept)
    return b"".join(line.removesuffix(b"\r") for line in kept), length


def _one_line(value: bytes) -> bytes:
    # What splits headers elsewhere becomes a space here.
    return value.replace(b"\r", b" ").replace(b"\x00", b" ").strip(b" \t")
