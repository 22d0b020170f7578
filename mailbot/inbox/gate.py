"""The structural gate: whether every program that reads the header sees one and the same sender.

Servers that check a sender and programs that show it split odd headers differently; the attacks on
e-mail authentication live from that difference. So a header is either plain or believed by nobody. The
rules are stricter than RFC 5322; mails of people pass them.
"""

import re
from collections.abc import Iterator, Sequence

from mailbot.core.mail import Address, Claim
from mailbot.inbox.fields import MOST_BLOCK_BYTES, STRAY_LINE, Block
from mailbot.inbox.octets import Octets

# A server would refuse, or repair, more than one of these; programs show the first or the last.
_LONE = ("from", "sender", "reply-to", "subject", "date", "message-id", "to", "cc")
# TAB, CR and LF are judged by how they stand; every other control octet means a trick.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BARE_CR = re.compile(rb"\r(?!\n)")
_HIDDEN_FROM = re.compile(rb"\n[ \t]+from[ \t]*:", re.IGNORECASE)
_SPLIT_NAME = re.compile(rb"(?:^|\n)[!-9;-~]{1,100}[ \t]*\r?\n[ \t]+:")
_ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=")
_QUOTED = r'"(?:[^"\\\r\n]|\\[\x20-\x7e])*"'
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+"
# A display name in words or quotes, then the address in brackets; or the address alone.
_NAMED = re.compile(rf"\s*(?:{_QUOTED}|[^<>\"@,:;()\\])*+<(?P<address>{_ADDRESS})>\s*")
_BARE = re.compile(rf"\s*(?P<address>{_ADDRESS})\s*")
_COMMENT = re.compile(r"\((?:[^()\\@]|\\.)*\)")
_MOST_FROM_BYTES = 1_000
_MOST_CLAIMS = 30
_MOST_CLAIM_LETTERS = 8_000


def flaw_of(octets: Octets, block: Block, sender: Address | None) -> str:
    """Why the header names no sender that all agree on; "" if it does.

    Args:
        octets: the mail.
        block: its header block, as split by ourselves.
        sender: as the parsers of the envelope agree.
    """
    header = octets[: min(block.body_at, MOST_BLOCK_BYTES + 1)]
    return next(_flaws(header, block, sender), "")


def claims_of(block: Block) -> tuple[Claim, ...]:
    """The results of authentication that the mail carries, whoever wrote them, in the order of the mail."""
    hops, found = 0, []
    for field in block.fields:
        if field.name == "received":
            hops += 1
        elif field.name == "authentication-results":
            text = field.value.decode("utf-8", "replace")[: _MOST_CLAIM_LETTERS + 1]
            found.append(Claim(hops, text))
    return tuple(found[:_MOST_CLAIMS])


def _flaws(header: bytes, block: Block, sender: Address | None) -> Iterator[str]:
    if not block.whole:
        yield "header too long"
    if _BARE_CR.search(header):
        yield "bare CR in the header"
    if _CONTROL.search(header):
        yield "control character in the header"
    if any(
        defect.startswith(("space before", "control or", "header begins", "no blank", STRAY_LINE))
        for defect in block.defects
    ):
        yield "a field that programs read differently"
    if _HIDDEN_FROM.search(header) or _SPLIT_NAME.search(header):
        yield "a folded field name"
    for name in _LONE:
        if len(block.all(name)) > 1:
            yield f"{name} given more than once"
    yield from _flaws_of_from(block.all("from"), sender)


def _flaws_of_from(written: Sequence[bytes], sender: Address | None) -> Iterator[str]:
    if not written or len(written[0]) > _MOST_FROM_BYTES:
        yield "no From that could be read"
        return
    text = written[0].decode("utf-8", "replace")
    plain = _COMMENT.sub(" ", _ENCODED_WORD.sub("x", text))
    found = _NAMED.fullmatch(plain) or _BARE.fullmatch(plain)
    if found is None:
        yield "From is not exactly one plain mailbox"
        return
    address = found["address"]
    if _ENCODED_WORD.search(text.rpartition("<")[2]) and "<" in text:
        yield "encoded word in the address"
    if len(address.partition("@")[0]) > 64:  # noqa: PLR2004 - RFC 5321, 4.5.3.1.1
        yield "From is not exactly one plain mailbox"
    if sender is None or sender.email != address.lower():
        yield "parsers disagree about the sender"
