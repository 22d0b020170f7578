"""The MIME tree of a mail as spans of its octets, found by its boundaries; nothing is copied.

So a 50 MB attachment costs a scan and a hash, never memory. The tree ends at a nested mail: it is a
leaf, whose text and files are not those of the mail around it.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from mailbot.inbox.fields import Block, read_block
from mailbot.inbox.octets import Octets
from mailbot.inbox.transfer import SLICE_BYTES, from_base64, from_quoted
from mailbot.inbox.words import file_name, parameters

MOST_PARTS = 1_000
MOST_DEPTH = 100
_MOST_BOUNDARY_BYTES = 2_048
# Every level of nesting scans its octets again; mails of people have fewer than six levels.
_MOST_SCANS = 16
_MOST_SEARCHED_BYTES = 16 << 10
_BLANK_LINE = re.compile(rb"\n\r?\n")
# Nearly all documents are smaller, and need not be decoded once more to be opened.
_MOST_HELD_BYTES = 2 << 20
_PLAIN_TYPE = re.compile(r"[!-.0-~]+/[!-.0-~]+")
_TRANSPARENT = frozenset({"", "7bit", "8bit", "binary"})
NESTED_MAILS = frozenset({"message/rfc822", "message/global", "message/news"})
# What a server says of a letter, in fields (RFC 3464), and of one with addresses in UTF-8 (RFC 6533).
DELIVERY_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a mail: its headers, and the span of its body in the mail's octets.

    Attributes:
        content_type: lower case, "text/plain" where none is declared or it cannot be read.
        disposition: "attachment", "inline", … or "".
        name: the declared file name, decoded and cleaned; "" if there is none.
        named_as_file: whether the name stands in Content-Disposition, not only in Content-Type.
        block_at: where its headers begin.
    """

    block: Block
    start: int
    end: int
    content_type: str
    charset: str
    boundary: str
    disposition: str
    name: str
    named_as_file: bool
    encoding: str
    children: tuple["Part", ...] = ()
    block_at: int = 0

    def leaves(self) -> Iterator["Part"]:
        """The parts without parts, in the order of the mail."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


class OverBudget(Exception):  # noqa: N818 - the word of the defect
    """The mail has more structure than any mail of ours; its envelope is all that is judged."""


@dataclass(slots=True)
class _Budget:
    parts: int
    octets: int
    defects: dict[str, None] = field(default_factory=dict)

    def spend(self, octets: int, depth: int) -> None:
        self.parts -= 1
        self.octets -= octets
        if depth > MOST_DEPTH:
            raise OverBudget("nesting")
        if self.parts < 0:
            raise OverBudget("number of parts")
        if self.octets < 0:
            raise OverBudget("octets to scan")


def read_tree(octets: Octets, block: Block, end: int) -> tuple[Part, tuple[str, ...]]:
    """The tree of the mail whose header block is `block`, and its defects.

    Raises:
        OverBudget: for more parts or nesting than any mail of ours has.
    """
    budget = _Budget(MOST_PARTS, _MOST_SCANS * (end - block.body_at) + SLICE_BYTES)
    part = _grow(octets, _leaf(block, end, "text/plain"), budget, 0)
    return part, tuple(budget.defects)


def _leaf(block: Block, end: int, default_type: str) -> Part:
    declared = block.first("content-type")
    written, typed = parameters(declared)
    readable = _PLAIN_TYPE.fullmatch(written) is not None
    # RFC 2045, 5.2: what cannot be read is plain text.
    content_type = written if readable else "text/plain" if declared else default_type
    disposition, disposed = parameters(block.first("content-disposition"))
    as_file = file_name((disposed.get("filename"), disposed.get("name")))
    return Part(
        block=block,
        start=block.body_at,
        end=end,
        content_type=content_type,
        charset=typed.get("charset", ""),
        boundary=typed.get("boundary", ""),
        disposition=disposition,
        name=as_file or file_name((typed.get("name"), typed.get("filename"))),
        named_as_file=bool(as_file),
        encoding=block.first("content-transfer-encoding")
        .partition(b";")[0]
        .strip()
        .lower()
        .decode("latin-1"),
    )


def _grow(octets: Octets, part: Part, budget: _Budget, depth: int) -> Part:
    """The part with its children, if it is a multipart that can be read as one."""
    if not part.content_type.startswith("multipart/"):
        return part
    budget.spend(part.end - part.start, depth)
    spans = _spans(octets, part, budget)
    if not spans:
        return replace(part, content_type="text/plain")
    default_type = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    children = []
    for start, end in spans:
        budget.spend(0, depth + 1)
        block = read_block(octets, start, end) if _has_header(octets, start, end) else Block((), start)
        if not block.whole:
            raise OverBudget("header block of a part")
        leaf = replace(_leaf(block, end, default_type), block_at=start)
        children.append(_grow(octets, leaf, budget, depth + 1))
    return replace(part, children=tuple(children))


def _has_header(octets: Octets, start: int, end: int) -> bool:
    # A part may begin with its blank line: no header at all (RFC 2046, 5.1).
    return start < end and octets[start : start + 2] != b"\r\n" and octets[start : start + 1] != b"\n"


def _spans(octets: Octets, part: Part, budget: _Budget) -> list[tuple[int, int]]:
    """Where the children of a multipart begin and end."""
    boundary = declared_boundary(part)
    if not boundary or len(boundary) > _MOST_BOUNDARY_BYTES:
        budget.defects["multipart without a usable boundary"] = None
        return []
    line = b"\n--" + boundary
    delimiter = re.compile(re.escape(line) + rb"(--)?[ \t]*(?:\r?\n|\r?\Z)")
    spans: list[tuple[int, int]] = []
    begin, inner = None, 0
    # The line feed before the first delimiter is the one that ends the header's blank line.
    at = max(part.start - 1, 0)
    while match := _next(octets, line, delimiter, at, part.end):
        # The line feed that ends this delimiter may begin the next.
        at = match.end() - 1
        if inner:
            # A part with the boundary of the one around it owns the lines up to its closing one.
            inner += -1 if match[1] else _has_same_boundary(octets, match.end(), part.end, boundary)
            continue
        if begin is not None:
            spans.append((begin, _without_cr(octets, begin, match.start())))
        if match[1]:
            return spans
        if len(spans) >= MOST_PARTS:
            raise OverBudget("number of parts")
        begin = match.end()
        inner = _has_same_boundary(octets, begin, part.end, boundary)
    if begin is None:
        budget.defects["no part begins with the boundary"] = None
        return []
    budget.defects["closing boundary missing"] = None
    return [*spans, (begin, part.end)]


def _next(
    octets: Octets, line: bytes, delimiter: re.Pattern[bytes], at: int, end: int
) -> re.Match[bytes] | None:
    """The next delimiter, looked for by how its line begins: for a pattern a whole mail would be held."""
    while (at := octets.find(line, at, end)) >= 0:
        if match := delimiter.match(octets, at, end):
            return match
        at += 1
    return None


def _has_same_boundary(octets: Octets, start: int, end: int, boundary: bytes) -> int:
    """1 if the part that begins here is a multipart with the boundary of the one around it, else 0."""
    blank = _BLANK_LINE.search(octets, start, min(end, start + _MOST_SEARCHED_BYTES))
    # Looked for first, for it is next to never there, and headers are read but once.
    if blank is None or octets.find(boundary, start, blank.start()) < 0:
        return 0
    inner = _leaf(read_block(octets, start, end), end, "text/plain")
    return int(inner.content_type.startswith("multipart/") and declared_boundary(inner) == boundary)


def declared_boundary(part: Part) -> bytes:
    """The boundary of a multipart, as its octets stand in the header."""
    # Read raw: a boundary is octets, and decoding could change them.
    match = re.search(rb"(?i)\bboundary\s*=\s*(?:\"([^\"]*)\"|([^\s;\"]+))", part.block.first("content-type"))
    if match:
        return (match[1] if match[1] is not None else match[2]).rstrip(b" \t")
    return part.boundary.encode("utf-8", "replace")


def _without_cr(octets: Octets, begin: int, at: int) -> int:
    """The end of a part before the line break of the next delimiter."""
    return max(begin, at - 1 if octets[at - 1 : at] == b"\r" else at)


def content(octets: Octets, part: Part, most: int | None = None) -> Iterator[bytes]:
    """The decoded content of a leaf in slices; at most about `most` octets of it are read."""
    end = part.end if most is None else min(part.end, part.start + most)
    if part.encoding == "base64":
        return from_base64(octets, part.start, end)
    if part.encoding == "quoted-printable":
        return from_quoted(octets, part.start, end)
    return (octets[at : min(at + SLICE_BYTES, end)] for at in range(part.start, end, SLICE_BYTES))


def known_encoding(part: Part) -> bool:
    """Whether the leaf's transfer encoding is one that mail may use (RFC 2045, 6.1)."""
    return part.encoding in _TRANSPARENT or part.encoding in {"base64", "quoted-printable"}


def fingerprint(octets: Octets, part: Part) -> tuple[int, str, bytes | None]:
    """Size in octets and SHA-256 of a leaf's decoded content, and the content itself if it is not large."""
    digest = hashlib.sha256()
    size = 0
    pieces: list[bytes] = []
    for piece in content(octets, part):
        digest.update(piece)
        size += len(piece)
        if size <= _MOST_HELD_BYTES:
            pieces.append(piece)
    return size, digest.hexdigest(), b"".join(pieces) if size <= _MOST_HELD_BYTES else None
