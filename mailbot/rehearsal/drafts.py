"""From what a sender wrote to the bytes that arrive: headers, encodings and the trace of transport."""

import base64
import hashlib
import quopri
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from urllib.parse import quote

from mailbot.core.calendar import local
from mailbot.rehearsal.enclosures import File

_GATE = "mx.thainguyen.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail before it is sent.

    Attributes:
        written_at: by the sender's own clock, which may be wrong.
        html: the body as HTML; sent alone where `text` is empty.
        extra: further headers.
        whole: a finished body with its type, instead of text and files.
    """

    sender: str
    name: str
    to: str
    subject: str
    text: str
    written_at: datetime
    files: tuple[File, ...] = ()
    html: str = ""
    answers: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    whole: tuple[str, bytes] | None = None

    @property
    def message_id(self) -> str:
        """Angle brackets included; a function of what the mail says."""
        said = f"{self.sender}{self.subject}{self.written_at.isoformat()}{self.text}"
        digest = hashlib.sha256(said.encode()).hexdigest()[:20]
        return f"<{digest}@{self.sender.rpartition('@')[2] or _GATE}>"


def sent(draft: Draft, arrived_at: datetime, *, hop: str = "a") -> bytes:
    """The mail as it lies in the mailbox at `arrived_at`; `hop` tells one delivery of it from another."""
    head = [
        *_trace(draft, arrived_at, hop),
        ("Date", format_datetime(local(draft.written_at))),
        ("From", f"{_encoded(draft.name)} <{draft.sender}>" if draft.name else draft.sender),
        ("To", draft.to),
        ("Subject", _encoded(draft.subject)),
        ("Message-ID", draft.message_id),
    ]
    if draft.answers:
        head += [("In-Reply-To", draft.answers), ("References", draft.answers)]
    head += [*draft.extra, ("MIME-Version", "1.0")]
    content_type, body = draft.whole or _body(draft)
    written = "".join(f"{name}: {value}\r\n" for name, value in head)
    return f"{written}{content_type}\r\n".encode("ascii") + body


def _trace(draft: Draft, arrived_at: datetime, hop: str) -> Iterator[tuple[str, str]]:
    domain = draft.sender.rpartition("@")[2] or _GATE
    mark = hashlib.sha256(f"{draft.message_id}{hop}".encode()).hexdigest()[:10]
    # Delivery reports have no return path, so that none is ever sent about them (RFC 5321, 4.5.5).
    yield "Return-Path", "<>" if draft.whole else f"<{draft.sender}>"
    relay, before = f"mail.{domain}", arrived_at - timedelta(seconds=4)
    yield "Received", _hop(f"{relay} ({relay} [192.0.2.25])", _GATE, mark, arrived_at)
    yield "Received", _hop("desk (unknown [198.51.100.7])", relay, mark[::-1], before)


def _hop(giver: str, by: str, mark: str, at: datetime) -> str:
    return f"from {giver}\r\n\tby {by} with ESMTP id {mark};\r\n\t{format_datetime(local(at))}"


def _body(draft: Draft) -> tuple[str, bytes]:
    """The content's header lines and the body itself."""
    boundary = f"=_{draft.message_id[1:15]}"
    texts = [_text("plain", draft.text)] if draft.text else []
    texts += [_text("html", draft.html)] if draft.html else []
    if not texts:
        texts = [_text("plain", "")]
    if len(texts) > 1:
        texts = [_multipart("alternative", f"{boundary}.a", texts)]
    if not draft.files:
        return texts[0]
    return _multipart("mixed", boundary, [*texts, *map(_attached, draft.files)])


def _text(kind: str, text: str) -> tuple[str, bytes]:
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    return head, quopri.encodestring(text.encode()).replace(b"\n", b"\r\n")


def _attached(file: File) -> tuple[str, bytes]:
    if file.name.isascii():
        named = f'filename="{file.name}"'
    else:
        named = f"filename*=utf-8''{quote(file.name, safe='')}"
    head = (
        f"Content-Type: {file.content_type}\r\nContent-Disposition: attachment;\r\n {named}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
    )
    return head, base64.encodebytes(file.octets).replace(b"\n", b"\r\n")


def _multipart(kind: str, boundary: str, parts: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    body = b"".join(
        f"--{boundary}\r\n{head}\r\n".encode("ascii") + content + b"\r\n" for head, content in parts
    )
    return (
        f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n',
        body + f"--{boundary}--\r\n".encode(),
    )


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=75).encode(linesep="\r\n")
