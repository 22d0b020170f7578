"""What the header says: sender, recipients, dates and trace. The only place that uses mail-parser.

mail-parser gets a slim mail: the fields it is to read, each made harmless and one line long, and
the mail's own text. Given the whole mail it would merge the text and files of nested mails into the
outer one, hold every attachment twice in memory and prefer the ASCII form of file names.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import getaddresses
from typing import Any

import mailparser

from mailbot.core.mail import Address, Hop
from mailbot.inbox.fields import Block
from mailbot.inbox.words import decode_guessed, header_text, repaired, visible

# Each bounds the work on hostile headers; RFC 5321, 6.3 asks for at least 100 hops.
_MOST_HOPS = 100
_MOST_ADDRESSES = 500
_MOST_FIELD_BYTES = 32 << 10
_MOST_SENDER_BYTES = 2_000
_READ_BY_MAILPARSER = ("from", "to", "cc", "date")
_MESSAGE_ID = re.compile(rb"<[^<>\s]{1,996}>")
_MOST_REFERENCES = 100
_ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=")
_QUOTED_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*+\"")
_GROUP_ROUTE_OR_COMMENT = re.compile(r":|\([^)]*@|<\s*@")
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\x00-\x1f\x7f]{1,64}@[^\s@<>(),;:\"\x00-\x1f\x7f]{1,255}")
_MAIL_OF_PARTS = b'Content-Type: multipart/mixed; boundary="slim"\r\n\r\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A part of the mail's own text: decoded octets, their true charset, and whether they are HTML."""

    octets: bytes
    codec: str
    html: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The header as read; `plain` and `html` are the mail's own texts."""

    sender: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    dated_at: datetime | None
    received: tuple[Hop, ...]
    plain: tuple[str, ...] = ()
    html: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()


def read_envelope(block: Block, words: Iterable[Words] = ()) -> Envelope:
    """Read a header block and the mail's own texts.

    Raises:
        Exception: whatever mail-parser raises; the caller makes a defect of it.
    """
    read = mailparser.parse_from_bytes(_slim(block, words))
    sender, defects = _sender(block, read)
    if read.date is None and block.first("date"):
        defects.append("Date cannot be read")
    return Envelope(
        sender=sender,
        to=_addresses(read.to),
        cc=_addresses(read.cc),
        message_id=next(iter(message_ids(block.first("message-id"))), ""),
        in_reply_to=next(iter(message_ids(block.first("in-reply-to"))), ""),
        references=message_ids(block.first("references"))[-_MOST_REFERENCES:],
        dated_at=read.date,
        received=tuple(_hops(read.received)),
        plain=tuple(read.text_plain),
        html=tuple(read.text_html),
        defects=tuple(defects),
    )


def message_ids(value: bytes) -> tuple[str, ...]:
    """The `<…>` of a Message-ID, In-Reply-To or References field; a bare one gets its brackets."""
    found = tuple(visible(match.decode("utf-8", "replace")) for match in _MESSAGE_ID.findall(value))
    bare = visible(value.decode("utf-8", "replace")).strip("<> ")
    return found or ((f"<{bare}>",) if bare and " " not in bare and len(bare) < _MOST_FIELD_BYTES else ())


def _slim(block: Block, words: Iterable[Words]) -> bytes:
    """A mail that holds what mail-parser is to read, and nothing that could mislead it."""
    lines = [
        field.name.encode() + b": " + _harmless(field.value)
        for field in block.fields
        if field.name in _READ_BY_MAILPARSER
    ]
    lines += [b"received: " + _harmless(value) for value in block.all("received")[:_MOST_HOPS]]
    parts = [
        b"--slim\r\nContent-Type: text/%s; charset=%s\r\nContent-Transfer-Encoding: base64\r\n\r\n%s"
        % (b"html" if part.html else b"plain", part.codec.encode(), base64.encodebytes(part.octets))
        for part in words
    ]
    return b"\r\n".join([*lines, _MAIL_OF_PARTS + b"\r\n".join([*parts, b"--slim--\r\n"])])


def _harmless(value: bytes) -> bytes:
    # mail-parser takes raw UTF-8 (RFC 6532) and loses every other octet above ASCII.
    value = value[:_MOST_FIELD_BYTES]
    return repaired(value) if b"=?" in value else value if value.isascii() else decode_guessed(value).encode()


def _addresses(found: Any) -> tuple[Address, ...]:
    """Addresses as mail-parser gives them: pairs of name and address, or "" for an absent field."""
    pairs = found[:_MOST_ADDRESSES] if isinstance(found, list) else []
    return tuple(
        # Some programs put encoded words into quotes, where mail-parser rightly leaves them alone.
        Address(address.lower(), header_text(name.encode()).text)
        for name, address in pairs
        if _ADDRESS.fullmatch(address)
    )


def _sender(block: Block, read: Any) -> tuple[Address | None, list[str]]:
    """The one mailbox of the one From, if two parsers agree that it is one."""
    written = block.all("from")
    if len(written) != 1:
        return None, ["From missing" if not written else "From given more than once"]
    found = _addresses(read.from_)
    if len(written[0]) > _MOST_SENDER_BYTES:
        return None, ["over budget: From"]
    raw = _harmless(written[0]).decode("utf-8", "replace")
    # Servers that check a sender read such forms differently from mail programs: believed by nobody.
    plain = _QUOTED_STRING.sub("", _ENCODED_WORD.sub("", raw))
    try:
        others = [address.lower() for _, address in getaddresses([raw]) if address]
    except (IndexError, ValueError, RecursionError):
        others = []
    if len(found) != 1 or others != [found[0].email] or _GROUP_ROUTE_OR_COMMENT.search(plain):
        return None, ["From is not exactly one plain mailbox"]
    if visible(found[0].email) != found[0].email:
        return None, ["invisible characters in the address of From"]
    return found[0], []


def _hops(received: list[dict[str, Any]]) -> Iterable[Hop]:
    """The trace, the last hop first, as it stands in the mail; mail-parser turns it round."""
    for hop in reversed(received):
        by = str(hop.get("by", "")).partition(" ")[0].strip(";,").lower()
        stamp = hop.get("date_utc")
        yield Hop(visible(by), datetime.fromisoformat(stamp).astimezone(UTC) if stamp else None)
