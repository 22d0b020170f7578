"""The letter that a machine's mail is about: returned whole, its header only, or quoted in a text.

Its Message-ID says which letter of ours failed, and its To who the recipient was where the report
itself does not tell.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailbot.inbox.envelope import message_ids
from mailbot.inbox.fields import Block, read_block
from mailbot.inbox.machines.report import ADDRESS
from mailbot.inbox.octets import Octets
from mailbot.inbox.parts import NESTED_MAILS, Part, content
from mailbot.inbox.words import header_text

HEADERS_ONLY = frozenset(
    {"text/rfc822-headers", "message/rfc822-headers", "text/rfc822", "message/global-headers"}
)
_MOST_HEADER_BYTES = 64 << 10
_MOST_SCANNED_BYTES = 256 << 10
_MOST_IDS = 20
# Our own Message-IDs are known by their form (post/letter.py), wherever a machine quotes them.
_OUR_TOKEN = re.compile(rb"<k\.[a-z2-7]{26}@[A-Za-z0-9.-]{1,120}>")
_QUOTED_ID = re.compile(
    r"^[> \t]*(?:original-|x-original-)?message-id:\s*(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE
)
_QUOTED_TO = re.compile(r"^[> \t]*to:[ \t]*(.{3,300})$", re.IGNORECASE | re.MULTILINE)
_HEADER_LINE = re.compile(
    r"^[> ]{0,3}(?:return-path|received|delivered-to|message-id|mime-version|content-type|from|to|cc|subject"
    r"|date|sender|reply-to|dkim-signature|x-[\w-]{2,40}|content-transfer-encoding|user-agent|list-id)\s?:",
    re.IGNORECASE | re.MULTILINE,
)
_OF_TRANSPORT = re.compile(r"(?:return-path|received|message-id|mime-version|delivered-to)", re.IGNORECASE)
_RULE = re.compile(
    r"^[^\w\n]{0,40}[-=_*#]{2,90}[^\n]{0,30}(?:original|returned|unsent|copy of|below this line"
    r"|follows|header"
    r"|thư gốc|nội dung gốc|bản sao)[^\n]{0,60}$"
    r"|^[^\n]{0,30}(?:original message follows|message text follows|copy of the (?:original )?message"
    r"|message header|first \d+ lines of your original message)[^\n]{0,60}$",
    re.IGNORECASE | re.MULTILINE,
)
_NEAR = 400
# A report says all that it has to say long before.
_MOST_LETTERS = 50_000


@dataclass(frozen=True, slots=True)
class Returned:
    """The letter returned: its Message-IDs, whom it was written to, and whether it is there at all."""

    ids: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    there: bool = False


def returned_letter(tree: Part, octets: Octets, text: str) -> Returned:
    """What is to be seen of the letter that the mail is about."""
    blocks = list(_nested(tree, octets))
    own, quoted = parted(text)
    ids = [found for block in blocks for found in message_ids(block.first("message-id"))]
    ids += _QUOTED_ID.findall(quoted or own)
    ids += [token.decode() for token in _OUR_TOKEN.findall(octets[:_MOST_SCANNED_BYTES])]
    to = [address for block in blocks for address in _addresses(header_text(block.first("to")).text)]
    if not to and quoted:
        to = [address for line in _QUOTED_TO.findall(quoted)[:1] for address in _addresses(line)]
    return Returned(
        tuple(dict.fromkeys(ids))[:_MOST_IDS],
        tuple(dict.fromkeys(to)),
        bool(quoted) or any(leaf.content_type in NESTED_MAILS | HEADERS_ONLY for leaf in tree.leaves()),
    )


def parted(text: str) -> tuple[str, str]:
    """The machine's own words, and the letter that it quotes, which may be empty."""
    text = text[:_MOST_LETTERS]
    ends = []
    for line in _HEADER_LINE.finditer(text):
        near = text[line.start() : line.start() + _NEAR]
        # A short summary (To, Subject, Sent) belongs to the report; a header block has transport's fields.
        run = [found[0] for found in _HEADER_LINE.finditer(near)]
        if len(run) > 2 and any(_OF_TRANSPORT.search(name) for name in run):  # noqa: PLR2004 - three make a block
            ends.append(line.start())
            break
    if (rule := _RULE.search(text)) and rule.start() > 0:
        ends.append(rule.start())
    end = min(ends, default=len(text))
    return text[:end], text[end:]


def _nested(tree: Part, octets: Octets) -> Iterator[Block]:
    for leaf in tree.leaves():
        if leaf.content_type in NESTED_MAILS | HEADERS_ONLY:
            header = b"".join(content(octets, leaf, _MOST_HEADER_BYTES))
            yield read_block(header, 0, len(header))


def _addresses(text: str) -> Iterable[str]:
    return [found.lower().rstrip(".") for found in ADDRESS.findall(text)]
