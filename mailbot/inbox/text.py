"""The mail's own words: which parts they stand in, and HTML turned into plain text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import turbohtml

from mailbot.inbox.miscoded import unmangled
from mailbot.inbox.octets import Octets
from mailbot.inbox.parts import DELIVERY_REPORTS, Part, content
from mailbot.inbox.words import codec_of, decode

# A letter that goes with a report has a page or two; more is a pasted document.
MOST_TEXT_BYTES = 1 << 20
_MOST_LETTERS = 200_000
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n")
_UNSEEN = str.maketrans(
    dict.fromkeys((*range(9), 11, *range(14, 32), 127, 0xFEFF, 0x200B, 0xAD)) | {0xA0: " ", 12: "\n"}
)
# Most texts have none of them, and are spared the walk.
_ODD = re.compile("[" + re.escape("".join(map(chr, _UNSEEN))) + "]")


# A letter that is answered, as Gmail, Apple Mail, Thunderbird and Zimbra quote it; others indent so.
_QUOTATION = 'blockquote[type="cite"], blockquote.gmail_quote, blockquote[style*="border-left"]'
_MAY_QUOTE = ("<blockquote", "<BLOCKQUOTE")
# Of one letter, with answers between its parts.
_MOST_QUOTATIONS = 50


@dataclass(frozen=True, slots=True)
class Words:
    """One of the mail's own texts, decoded, and whether it is a page of HTML."""

    text: str
    html: bool


def is_words(part: Part) -> bool:
    """Whether a leaf holds words of the mail itself, not a file."""
    return (
        part.content_type in {"text/plain", "text/html"}
        and part.disposition != "attachment"
        and not part.named_as_file
        and not (part.name and part.disposition)
    )


def files(tree: Part) -> list[Part]:
    """The leaves that are attachments, in the order of the mail.

    A text named in its type alone is shown and saved by mail programs: it is a file too, unless it comes
    first, where programs name the mail's own text.
    """
    return [leaf for at, leaf in enumerate(tree.leaves()) if _is_file(leaf, first=not at)]


def _is_file(leaf: Part, *, first: bool) -> bool:
    if leaf.content_type in DELIVERY_REPORTS:
        # Unnamed it is a server's; with a name it may be anybody's.
        return bool(leaf.name)
    named_text = leaf.content_type == "text/plain" and bool(leaf.name) and not first
    return bool(leaf.content_type) and (named_text or not is_words(leaf))


def _is_shown(part: Part) -> bool:
    """Whether mail programs show the leaf among the mail's words: also a text with a name that is inline."""
    return is_words(part) or (part.content_type == "text/plain" and part.disposition == "inline")


def named_words(leaves: Iterable[Part]) -> list[Part]:
    """The words of a mail that are in a file alone: the first text, else the first page meant to be shown."""
    named = [leaf for leaf in leaves if leaf.name]
    pages = [leaf for leaf in named if leaf.content_type == "text/html" and leaf.disposition != "attachment"]
    return ([leaf for leaf in named if leaf.content_type == "text/plain"] or pages)[:1]


def own_leaves(part: Part, octets: Octets) -> Iterator[Part]:
    """The leaves that hold the mail's own words; of alternatives only the plain ones that say anything."""
    if not part.children:
        if _is_shown(part):
            yield part
        return
    if part.content_type != "multipart/alternative":
        for child in part.children:
            yield from own_leaves(child, octets)
        return
    offers = [list(own_leaves(child, octets)) for child in part.children]
    spoken = [offer for offer in offers if any(_says_anything(leaf, octets) for leaf in offer)]
    plain = [offer for offer in spoken if all(leaf.content_type == "text/plain" for leaf in offer)]
    # Two plain texts are no alternatives of each other: the reader may see either.
    for offer in plain or spoken[:1]:
        yield from offer


def _says_anything(leaf: Part, octets: Octets) -> bool:
    enough = 4_096
    return any(piece.strip() for piece in content(octets, leaf, enough))


def read_words(leaves: Iterable[Part], octets: Octets) -> tuple[list[Words], list[str]]:
    """The mail's own words, decoded by the charset that fits them, and defects."""
    words, defects, room = [], [], MOST_TEXT_BYTES
    for leaf in leaves:
        if leaf.end - leaf.start > room:
            defects.append("text cut")
        octets_read = b"".join(content(octets, leaf, room))
        room -= min(room, leaf.end - leaf.start)
        decoded = decode(octets_read, leaf.charset)
        codec = codec_of(leaf.charset)
        if leaf.charset and not codec:
            defects.append("unknown charset of text")
        elif not decoded.fits and not octets_read.isascii():
            defects.append("charset does not fit the text")
        words.append(Words(_meant(decoded.text), html=leaf.content_type == "text/html"))
    return words, defects


def _meant(text: str) -> str:
    # Two letters that every Vietnamese text coded twice has: to look for them costs next to nothing.
    return unmangled(text) if "á»" in text or "áº" in text else text


def plain_text(words: Sequence[Words]) -> str:
    """The mail's own words as one plain text, plain ones first."""
    texts = [said.text for said in words if not said.html]
    texts += [_page_text(said.text) for said in words if said.html]
    joined = "\n".join(text.strip() for text in texts if text.strip())
    tidy = joined.replace("\r\n", "\n").replace("\r", "\n")
    if _ODD.search(tidy):
        tidy = tidy.translate(_UNSEEN)
    return _BLANK_LINES.sub("\n\n", tidy)[:_MOST_LETTERS].strip()


def _page_text(page: str) -> str:
    """A page as plain text; of a letter that is quoted above the sender's words, each line is marked by ">".

    Else nothing would tell where the quotation ends.
    """
    if not any(tag in page for tag in _MAY_QUOTE):
        return html_text(page)
    tree = turbohtml.parse(page[:MOST_TEXT_BYTES])
    plain = str(tree.to_text())
    quotations = tree.select(_QUOTATION)[:_MOST_QUOTATIONS]
    for quotation in quotations:
        # One within another is marked with it.
        if quotation.parent is None or quotation.parent.closest(_QUOTATION) is None:
            lines = str(quotation.to_text()).splitlines()
            marked = turbohtml.parse_fragment("<pre></pre>").children[0]
            assert isinstance(marked, turbohtml.Element)
            marked.append(turbohtml.Text("\n".join(f"> {line.strip()}" for line in lines)))
            quotation.replace_with(marked)
    text = str(tree.to_text())
    answer = text[text.rfind("\n>") + 1 :].partition("\n")[2]
    return text if quotations and answer.strip() else plain


def html_text(page: str) -> str:
    """An HTML page as plain text, tables row by row; hostile pages cost no more than long ones."""
    return str(turbohtml.parse(page[:MOST_TEXT_BYTES]).to_text())
