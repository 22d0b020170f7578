"""What the header says: sender, recipients, dates and trace. The only place that uses mail-parser.

Its readers of addresses, dates and Received lines get one field each, made harmless and one line long. Its
reader of whole mails would merge the text and files of nested mails into the outer one, hold every attachment
twice in memory and prefer the ASCII form of file names, and costs three times as much.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.policy import compat32
from email.utils import getaddresses
from functools import lru_cache
from typing import Any

from mailparser.dates import parse_mail_date
from mailparser.utils import get_addresses, receiveds_parsing

from mailbot.core.mail import Address, Hop
from mailbot.inbox.fields import Block
from mailbot.inbox.words import decode_guessed, header_text, repaired, visible

# Each bounds the work on hostile headers; RFC 5321, 6.3 asks for at least 100 hops.
_MOST_HOPS = 100
_MOST_ADDRESSES = 500
_MOST_FIELD_BYTES = 32 << 10
_MOST_SENDER_BYTES = 2_000
_MESSAGE_ID = re.compile(rb"<[^<>\s]{1,996}>")
_MOST_REFERENCES = 100
_ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=")
_QUOTED_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*+\"")
_GROUP_ROUTE_OR_COMMENT = re.compile(r":|\([^)]*@|<\s*@")
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\x00-\x1f\x7f]{1,64}@[^\s@<>(),;:\"\x00-\x1f\x7f]{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The header as read."""

    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    dated_at: datetime | None
    received: tuple[Hop, ...]
    defects: tuple[str, ...] = ()


def read_envelope(block: Block) -> Envelope:
    """Read a header block.

    Raises:
        Exception: whatever mail-parser raises; the caller makes a defect of it.
    """
    sender, defects = _sender(block)
    dated = block.all("date")
    dated_at = parse_mail_date(_field(dated[0])).value if dated else None
    if dated_at is None and block.first("date"):
        defects.append("Date cannot be read")
    received = receiveds_parsing([_field(value) for value in block.all("received")[:_MOST_HOPS]])
    return Envelope(
        sender=sender,
        to=_addresses(block.first("to")[:_MOST_FIELD_BYTES]),
        cc=_addresses(block.first("cc")[:_MOST_FIELD_BYTES]),
        message_id=next(iter(message_ids(block.first("message-id"))), ""),
        in_reply_to=next(iter(message_ids(block.first("in-reply-to"))), ""),
        references=message_ids(block.first("references"))[-_MOST_REFERENCES:],
        dated_at=dated_at,
        received=tuple(_hops(received)),
        defects=tuple(defects),
    )


def message_ids(value: bytes) -> tuple[str, ...]:
    """The `<…>` of a Message-ID, In-Reply-To or References field; a bare one gets its brackets."""
    found = tuple(visible(match.decode("utf-8", "replace")) for match in _MESSAGE_ID.findall(value))
    bare = visible(value.decode("utf-8", "replace")).strip("<> ")
    return found or ((f"<{bare}>",) if bare and " " not in bare and len(bare) < _MOST_FIELD_BYTES else ())


def _field(value: bytes) -> str:
    """A field's value as the standard library's parser hands it to mail-parser."""
    return _harmless(value).decode("ascii", "surrogateescape")


def _harmless(value: bytes) -> bytes:
    # mail-parser takes raw UTF-8 (RFC 6532) and loses every other octet above ASCII.
    value = value[:_MOST_FIELD_BYTES]
    return repaired(value) if b"=?" in value else value if value.isascii() else decode_guessed(value).encode()


# Most mails go to one mailbox, and each unit writes its name the same way every time.
@lru_cache(maxsize=256)
def _addresses(value: bytes) -> tuple[Address, ...]:
    """The mailboxes that a field of addresses names."""
    if not value:
        return ()
    # Octets above ASCII come as a Header, whose charset mail-parser then finds out.
    field = compat32.header_fetch_parse("to", _field(value))
    pairs = get_addresses(field, decode_names=True)[:_MOST_ADDRESSES]
    return tuple(
        # Some programs put encoded words into quotes, where mail-parser rightly leaves them alone.
        Address(address.lower(), header_text(name.encode()).text)
        for name, address in pairs
        if _ADDRESS.fullmatch(address)
    )


def _sender(block: Block) -> tuple[Address | None, list[str]]:
    """The one mailbox of the one From, if two parsers agree that it is one."""
    written = block.all("from")
    if len(written) != 1:
        return None, ["From missing" if not written else "From given more than once"]
    if len(written[0]) > _MOST_SENDER_BYTES:
        return None, ["over budget: From"]
    sender, defects = _mailbox(written[0])
    return sender, list(defects)


@lru_cache(maxsize=256)
def _mailbox(written: bytes) -> tuple[Address | None, tuple[str, ...]]:
    found = _addresses(written)
    raw = _harmless(written).decode("utf-8", "replace")
    # Servers that check a sender read such forms differently from mail programs: believed by nobody.
    plain = _QUOTED_STRING.sub("", _ENCODED_WORD.sub("", raw))
    try:
        others = [address.lower() for _, address in getaddresses([raw]) if address]
    except (IndexError, ValueError, RecursionError):
        others = []
    if len(found) != 1 or others != [found[0].email] or _GROUP_ROUTE_OR_COMMENT.search(plain):
        return None, ("From is not exactly one plain mailbox",)
    if visible(found[0].email) != found[0].email:
        return None, ("invisible characters in the address of From",)
    return found[0], ()


def _hops(received: list[dict[str, Any]]) -> Iterable[Hop]:
    """The trace, the last hop first, as it stands in the mail; mail-parser turns it round."""
    for hop in reversed(received):
        by = str(hop.get("by", "")).partition(" ")[0].strip(";,").lower()
        stamp = hop.get("date_utc")
        yield Hop(visible(by), datetime.fromisoformat(stamp).astimezone(UTC) if stamp else None)
