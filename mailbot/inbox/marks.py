"""Marks of State secrecy where a reader may see them although the mail, as understood here, shows none.

A mail can have two subjects, a file three names, and its text in two forms of which one is shown: all of them
are looked at.
"""

from collections.abc import Iterable, Iterator

from mailbot.core.seals.secrecy import in_document, in_header, in_name, tells
from mailbot.inbox.fields import Block
from mailbot.inbox.octets import Octets
from mailbot.inbox.parts import Part, content
from mailbot.inbox.text import html_text, is_words
from mailbot.inbox.words import decode, file_names, header_text

# A stamp is on the first page; so much of each text, and of no more than so many, is looked at.
_MOST_TEXT_BYTES = 64 << 10
_MOST_TEXTS = 20


def in_block(block: Block) -> bool:
    """Whether a header of the mail, or of a part, bears a mark."""
    return any(
        in_header(field.name, header_text(field.value).text) for field in block.fields if tells(field.name)
    )


def has_marked_name(part: Part) -> bool:
    """Whether one of the names that a part's headers give it bears a mark."""
    return any(in_name(name) for name in names_of(part))


def names_of(part: Part) -> frozenset[str]:
    """All names that a part's headers give it."""
    given = (part.block.all("content-disposition"), part.block.all("content-type"))
    return frozenset(name for values in given for value in values for name in file_names(value))


def in_texts(octets: Octets, tree: Part, read: Iterable[Part]) -> bool:
    """Whether a text that is not among those `read`, or one outside of all parts, bears a stamp."""
    shown = {id(part) for part in read}
    hidden = [leaf for leaf in tree.leaves() if is_words(leaf) and id(leaf) not in shown][:_MOST_TEXTS]
    texts = (shown_text(octets, leaf) for leaf in hidden)
    return any(map(in_document, texts)) or any(map(in_document, _outside(octets, tree)))


def shown_text(octets: Octets, leaf: Part) -> str:
    """The beginning of what a text part shows."""
    text = decode(b"".join(content(octets, leaf, _MOST_TEXT_BYTES)), leaf.charset).text
    return html_text(text) if leaf.content_type == "text/html" else text


def _outside(octets: Octets, tree: Part) -> Iterator[str]:
    """What stands before the first part and after the last one, which mail programs do not show."""
    if tree.children:
        before = octets[tree.start : min(tree.children[0].block_at, tree.start + _MOST_TEXT_BYTES)]
        after = octets[tree.children[-1].end : min(tree.end, tree.children[-1].end + _MOST_TEXT_BYTES)]
        yield decode(before, "").text
        yield decode(after, "").text
