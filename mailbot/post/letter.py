"""A letter's bytes: headers and the two forms of its text, the same for the same input, always.

Written out by hand so that every byte is ours to choose: pure ASCII lines of at most 998 octets
(RFC 5322, 2.1.1), which no relay needs to convert, and a boundary that is no random number.
"""

import base64
import hashlib
import hmac
import quopri
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from mailbot.core.calendar import local
from mailbot.core.mail import OWN_FIELD, Mail
from mailbot.core.posting import NoticeKind

# An address that can stand in a header and in an SMTP command as it is: no quoted local part, no
# comment, no control character, no letter outside ASCII.
_ADDRESS = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?",
    re.ASCII | re.IGNORECASE,
)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,120}@[!-;=?-~]{1,120}>", re.ASCII)
_TOKEN_LENGTH = 26
_FILE_NAME = re.compile(r"[a-z0-9-]{1,60}\.[a-z]{2,5}", re.ASCII)
# RFC 5322, 3.6.4 sets no limit; long threads would make a header that some relays refuse.
_MOST_REFERENCES = 10
# RFC 2047, 2: the limit for a line that holds an encoded word.
_LONGEST_LINE = 76
# RFC 3834, 5: an answer to one mail is a reply, the others arise by themselves.
_REPLIES = frozenset(
    {
        NoticeKind.RECEIPT,
        NoticeKind.QUERY,
        NoticeKind.SEALED,
        NoticeKind.STATUS,
        NoticeKind.HELP,
        NoticeKind.RESULT,
        NoticeKind.INCIDENT,
    }
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a letter is written on: all of its head, and nothing of its text.

    Attributes:
        sender: the address it comes from, with the office's name to show.
        reply_to: where answers must go, if not to `sender`.
        to, copies: addresses; `addressee` is the name shown for those in `to`, or "".
        token: the letter's own part of its Message-ID.
        answers: the mail that it answers.
        instance: which mailbot wrote it, so that it knows its own letters when they come back.
    """

    kind: NoticeKind
    sender: str
    office: str
    reply_to: str
    to: tuple[str, ...]
    copies: tuple[str, ...]
    addressee: str
    dated_at: datetime
    token: str
    answers: Mail | None
    instance: str

    @property
    def message_id(self) -> str:
        """The Message-ID with its angle brackets."""
        return f"<k.{self.token}@{self.sender.rpartition('@')[2]}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes with a letter; its name is plain ASCII, which every mail program shows."""

    name: str
    content_type: str
    octets: bytes


def token(secret: bytes, keys: Iterable[str]) -> str:
    """What a letter with these keys is called: stable over restarts and restores, telling nothing."""
    digest = hmac.digest(secret, "\n".join(sorted(keys)).encode(), hashlib.sha256)
    return base64.b32encode(digest).decode().lower()[:_TOKEN_LENGTH]


def is_address(email: str) -> bool:
    """Whether `email` can stand in our headers and envelopes."""
    return _ADDRESS.fullmatch(email) is not None


def letter_bytes(paper: Paper, subject: str, text: str, html: str, enclosures: Sequence[Enclosure]) -> bytes:
    """The finished letter.

    Raises:
        ValueError: if an address or the instance cannot stand in a header, or an enclosure's name.
    """
    words = f"=_{paper.token}"
    outer = f"=_m{paper.token}"
    kind = "mixed" if enclosures else "alternative"
    head = [
        _folded(name, value) for name, value in _head(paper, subject, kind, outer if enclosures else words)
    ]
    both = _parts(words, [_part("text/plain", text), _part("text/html", html)])
    if enclosures:
        inner = f'Content-Type: multipart/alternative;\r\n boundary="{words}"\r\n\r\n{both}'
        both = _parts(outer, [inner, *map(_enclosed, enclosures)])
    return f"{''.join(head)}\r\n{both}".encode("ascii")


def _parts(boundary: str, parts: Iterable[str]) -> str:
    # The line end before a boundary belongs to the boundary (RFC 2046, 5.1.1), hence one more.
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f"{body}--{boundary}--\r\n"


def _enclosed(enclosure: Enclosure) -> str:
    if not _FILE_NAME.fullmatch(enclosure.name):
        raise ValueError(f"not a name for an enclosure: {enclosure.name!r}")
    octets = base64.encodebytes(enclosure.octets).decode("ascii").replace("\n", "\r\n")
    return (
        f"Content-Type: {enclosure.content_type}\r\n"
        f'Content-Disposition: attachment; filename="{enclosure.name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{octets}"
    )


def _head(paper: Paper, subject: str, kind: str, boundary: str) -> Iterable[tuple[str, str]]:
    yield "Date", format_datetime(local(paper.dated_at))
    yield "From", _mailboxes(paper.office, [paper.sender])
    yield "To", _mailboxes(paper.addressee, paper.to)
    if paper.copies:
        yield "Cc", _mailboxes("", paper.copies)
    if paper.reply_to != paper.sender:
        yield "Reply-To", _mailboxes("", [paper.reply_to])
    yield "Subject", _subject(subject)
    yield "Message-ID", paper.message_id
    yield from _thread(paper.answers)
    yield "Auto-Submitted", "auto-replied" if paper.kind in _REPLIES else "auto-generated"
    # Exchange does not look at Auto-Submitted before it answers ([MS-OXCMAIL] 2.2.3.2.14).
    yield "X-Auto-Response-Suppress", "All"
    yield OWN_FIELD, paper.instance
    yield "X-Mailbot-Notice", paper.kind.value
    yield "Content-Language", "vi"
    yield "MIME-Version", "1.0"
    yield "Content-Type", f'multipart/{kind};\r\n boundary="{boundary}"'


def _thread(answered: Mail | None) -> Iterable[tuple[str, str]]:
    """The headers that put an answer below its mail; a strange Message-ID is not repeated."""
    if answered is None or not (answered_id := _message_id(answered.message_id)):
        return
    yield "In-Reply-To", answered_id
    ancestors = [found for found in map(_message_id, answered.references) if found]
    chain = [*ancestors[-_MOST_REFERENCES:], answered_id]
    yield "References", "\r\n ".join(dict.fromkeys(chain))


def _message_id(written: str) -> str:
    bare = written.strip().removeprefix("<").removesuffix(">")
    return f"<{bare}>" if _MESSAGE_ID.fullmatch(f"<{bare}>") and bare.count("@") == 1 else ""


def _mailboxes(name: str, emails: Iterable[str]) -> str:
    """Addresses, each shown with the same name; one a line."""
    line = _one_line(name)
    # Encoded even if plain: so no comma, quote or bracket of a name meets the grammar of addresses.
    shown = f"{_encoded_words(line, 'From')}\r\n " if line else ""
    found = []
    for email in emails:
        if not is_address(email):
            raise ValueError(f"not an address for a header: {email!r}")
        found.append(f"{shown}<{email}>" if shown else email)
    return ",\r\n ".join(found)


def _subject(text: str) -> str:
    line = _one_line(text)
    short = len("Subject: ") + len(line) <= _LONGEST_LINE
    return line if line.isascii() and "=?" not in line and short else _encoded_words(line, "Subject")


def _one_line(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())


def _encoded_words(line: str, header: str) -> str:
    """A line as encoded words of whole characters, one a line and all short enough (RFC 2047, 2)."""
    room = (_LONGEST_LINE - len(f"{header}: =?utf-8?b??=")) // 4 * 3
    chunks = [b""]
    for character in line:
        octets = character.encode("utf-8", "replace")
        if len(chunks[-1]) + len(octets) > room:
            chunks.append(b"")
        chunks[-1] += octets
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(chunk).decode()}?=" for chunk in chunks)


def _folded(name: str, value: str) -> str:
    lines: Sequence[str] = value.split("\r\n ")
    if not value.isascii() or any(_CONTROLS.search(line) for line in lines):
        raise ValueError(f"cannot stand in a header: {name}: {value!r}")
    return f"{name}: {value}\r\n"


def _part(content_type: str, content: str) -> str:
    octets = content.rstrip("\n").encode() + b"\n"
    encoded = quopri.encodestring(octets).decode("ascii")
    return (
        f"Content-Type: {content_type}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        f"{encoded}".replace("\r\n", "\n").replace("\n", "\r\n")
    )
