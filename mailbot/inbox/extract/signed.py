"""What is signed in one piece with its signature: a whole mail (S/MIME), or one document (BC.docx.p7m, .p7s).

No key is needed to read it. The signature is not verified: it proves nothing here, and hides nothing. Read
from RFC 5652, 5.1 and RFC 8551, 3.5.2; programs write it in BER, some with ends that are only marked.
"""

import re
from collections.abc import Iterator

from mailbot.core.mail import Nature
from mailbot.inbox.extract import nested_mail
from mailbot.inbox.extract.opening import CannotRead, Found, Member, Opening

_SEQUENCE, _CONTENT, _STRING, _STRING_IN_PIECES = 0x30, 0xA0, 0x04, 0x24
_LONG_TAG, _LONG_FORM = 0x1F, 0x80
_END = b"\x00\x00"
# What is signed of a mail begins with a header of its own.
_ENTITY = re.compile(rb"(?:Content-|MIME-|From:|To:|Date:|Subject:|Message-ID:|Received:)", re.IGNORECASE)
_SIGNED_NAME = re.compile(r"\.p7[ms]$", re.IGNORECASE)


def read(octets: bytes, opening: Opening) -> Found:
    """What was signed says: as a mail that is attached, or as a file in an archive."""
    content = b"".join(_pieces(octets, _content_at(octets)))
    opening.spend(len(content))
    if _ENTITY.match(content):
        return nested_mail.read(content, opening)
    name = _SIGNED_NAME.sub("", opening.name.rpartition("/")[2])
    return opening.gather([Member(name or "unnamed", lambda: content)])


def _content_at(octets: bytes) -> int:
    """Where the string begins that was signed.

    Raises:
        CannotRead: it is broken, or the signature of something that stands elsewhere.
    """
    at = _past(octets, _into(octets, 0, _SEQUENCE))
    at = _into(octets, _into(octets, at, _CONTENT), _SEQUENCE)
    # Version and algorithms; then the kind of content before itself.
    told_at = _past(octets, _past(octets, at))
    at = _past(octets, _into(octets, told_at, _SEQUENCE))
    if octets[at : at + 2] == _END or at == _past(octets, told_at):
        raise CannotRead(Nature.FOREIGN)
    return _into(octets, at, _CONTENT)


def _pieces(octets: bytes, at: int) -> Iterator[bytes]:
    tag, at, length = _head(octets, at)
    if tag == _STRING and length is not None:
        yield octets[at : at + length]
        return
    if tag != _STRING_IN_PIECES:
        raise CannotRead(Nature.BROKEN)
    end = len(octets) if length is None else at + length
    while at < end and octets[at : at + 2] != _END:
        tag, at, length = _head(octets, at)
        if tag != _STRING or length is None:
            raise CannotRead(Nature.BROKEN)
        yield octets[at : at + length]
        at += length


def _into(octets: bytes, at: int, wanted: int) -> int:
    """Where the content of an element of that tag begins."""
    tag, start, _ = _head(octets, at)
    if tag != wanted:
        raise CannotRead(Nature.BROKEN)
    return start


def _past(octets: bytes, at: int) -> int:
    """Where the next element begins."""
    open_ended = 0
    while True:
        if open_ended and octets[at : at + 2] == _END:
            open_ended, at = open_ended - 1, at + 2
        else:
            _, at, length = _head(octets, at)
            open_ended, at = (open_ended + 1, at) if length is None else (open_ended, at + length)
        if not open_ended:
            return at


def _head(octets: bytes, at: int) -> tuple[int, int, int | None]:
    """Tag of an element, where its content begins, and its length; None where only an end mark tells it."""
    tag, length = octets[at : at + 1], octets[at + 1 : at + 2]
    if not tag or not length or tag[0] & _LONG_TAG == _LONG_TAG:
        raise CannotRead(Nature.BROKEN)
    at += 2
    if length[0] < _LONG_FORM:
        return tag[0], at, length[0]
    count = length[0] - _LONG_FORM
    if not count:
        return tag[0], at, None
    return tag[0], at + count, int.from_bytes(octets[at : at + count], "big")
