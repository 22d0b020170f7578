"""Whether two programs would read a mail differently, and in what; what is found is a defect, never an error.

Each question below is one on which mail programs, virus scanners and parsers are known to disagree.
"""

import re
from collections.abc import Iterator

from mailbot.core.language.text import fold
from mailbot.core.senders.ambiguity import Ambiguity
from mailbot.inbox.fields import STRAY_LINE, Block
from mailbot.inbox.marks import names_of, shown_text
from mailbot.inbox.octets import Octets
from mailbot.inbox.parts import Part, declared_boundary, known_encoding
from mailbot.inbox.text import is_words
from mailbot.inbox.words import NOT_BASE64, contradictory_sections

# Fields of which one decides, wherever it stands (RFC 5322, 3.6; RFC 2045, 3).
_ONCE = (
    "from", "sender", "reply-to", "subject", "message-id", "content-type",
    "content-transfer-encoding", "content-disposition",
)  # fmt: skip
_SPLITTING = frozenset(
    {"bare CR in header", "NUL in header", "control or 8-bit octet in a field name", STRAY_LINE}
)
_SPACED_COLON = "space before the colon of "
_ELSEWHERE = frozenset({"message/partial", "message/external-body"})
# A header line of a part, where there should be none: before the first part, or after the last.
_PART_HEADER = re.compile(
    rb"(?mi)^(?:content-(?:type|disposition|transfer-encoding)[ \t]*:|--\S{5,}\r?$|begin \d{3} \S)"
)
_MOST_OUTSIDE_BYTES = 256 << 10
# Of names "báo cáo.docx" and "BAOCAO~1.DOC" one is the old form of the other.
_KIND_LETTERS = 3
_FEWEST_WORDS, _LEAST_SHARE = 12, 0.4


def two_readings(octets: Octets, block: Block, tree: Part) -> list[str]:
    """Every kind of ambiguity in the mail of that header block and tree, as a defect."""
    return list(dict.fromkeys(found.value for found in _found(octets, block, tree)))


def _found(octets: Octets, block: Block, tree: Part) -> Iterator[Ambiguity]:
    parts = list(_walk(tree))
    splits = _SPLITTING.intersection(block.defects) or any(map(_is_spaced, block.defects))
    if splits or any(STRAY_LINE in part.block.defects for part in parts):
        yield Ambiguity.HEADER_SPLIT
    for part in parts:
        yield from _of_header(part.block)
        yield from _of_structure(octets, part)
    if _boundaries_overlap(parts):
        yield Ambiguity.BOUNDARIES
    if _texts_differ(octets, tree):
        yield Ambiguity.TEXTS


def _walk(part: Part) -> Iterator[Part]:
    yield part
    for child in part.children:
        yield from _walk(child)


def _is_spaced(defect: str) -> bool:
    return defect.startswith(_SPACED_COLON) and defect.removeprefix(_SPACED_COLON).lower() in _ONCE


def _of_header(block: Block) -> Iterator[Ambiguity]:
    for name in _ONCE:
        values = {b" ".join(value.split()).lower() for value in block.all(name)}
        if len(values) > 1:
            yield Ambiguity.DOUBLED_FIELD
    for value in (*block.all("content-disposition"), *block.all("content-type")):
        if contradictory_sections(value):
            yield Ambiguity.SECTIONS


def _of_structure(octets: Octets, part: Part) -> Iterator[Ambiguity]:
    declared = part.block.first("content-type").strip().lower()
    if declared.startswith(b"multipart/") and not part.children:
        yield Ambiguity.NO_BOUNDARY
    if part.children and _has_part_outside(octets, part):
        yield Ambiguity.OUTSIDE
    if part.content_type in _ELSEWHERE:
        yield Ambiguity.ELSEWHERE
    if part.children:
        return
    if not known_encoding(part):
        yield Ambiguity.ENCODING
    if part.encoding == "base64" and _goes_on(octets, part):
        yield Ambiguity.PADDING
    kinds = {_kind(name) for name in names_of(part)} - {""}
    if len(kinds) > 1:
        yield Ambiguity.NAMES


def _goes_on(octets: Octets, part: Part) -> bool:
    """Whether base64 letters follow its padding: some programs stop there, others read on."""
    end = octets.find(b"=", part.start, part.end)
    if end < 0:
        return False
    rest = octets[end : part.end].translate(None, NOT_BASE64).lstrip(b"=")
    # What a list server adds below is text, with spaces and no padding of its own.
    return bool(rest) and not re.search(rb"[^\s=]\s+[^\s=]+[ \t]+\S", octets[end : end + 4_096])


def _has_part_outside(octets: Octets, part: Part) -> bool:
    first, last = part.children[0].block_at, part.children[-1].end
    before = octets[part.start : min(first, part.start + _MOST_OUTSIDE_BYTES)]
    # The line of the first boundary itself stands before the first part.
    before = before[: before.rstrip().rfind(b"\n") + 1] if b"\n" in before.strip() else b""
    after = octets[last : min(part.end, last + _MOST_OUTSIDE_BYTES)]
    closing = b"--" + declared_boundary(part)
    after = after.split(closing, 1)[1] if closing in after else b""
    return any(_PART_HEADER.search(text) for text in (before, after))


def _kind(name: str) -> str:
    return name.rpartition(".")[2].lower()[:_KIND_LETTERS] if "." in name else ""


def _boundaries_overlap(parts: list[Part]) -> bool:
    """Whether a line could end two parts: one boundary is another's, or begins like it."""
    found = [declared_boundary(part) for part in parts if part.children]
    return any(a.startswith(b) for at, a in enumerate(found) for b in (*found[:at], *found[at + 1 :]))


def _texts_differ(octets: Octets, tree: Part) -> bool:
    """Whether the alternatives of one text have most of their words for themselves."""
    for part in _walk(tree):
        if part.content_type != "multipart/alternative":
            continue
        leaves = [leaf for leaf in part.leaves() if is_words(leaf)]
        plain = [leaf for leaf in leaves if leaf.content_type == "text/plain"][:1]
        html = [leaf for leaf in leaves if leaf.content_type == "text/html"][:1]
        if plain and html:
            one, other = (set(fold(shown_text(octets, leaf)).split()) for leaf in (plain[0], html[0]))
            fewer = min(len(one), len(other))
            if fewer >= _FEWEST_WORDS and len(one & other) < _LEAST_SHARE * fewer:
                return True
    return False
