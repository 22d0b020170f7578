"""Whether a machine wrote the mail: delivery reports, answering machines, lists, our own letters.

`X-Auto-Response-Suppress` and `List-Unsubscribe` are never believed: Exchange writes the first into
mails of people, and newsletters' footers bring the second.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mailbot.core.mail import Address, Automation
from mailbot.inbox.fields import Block
from mailbot.inbox.words import header_text

OWN_HEADER = "x-mailbot-instance"

_COMMENT = re.compile(r"\([^()]*\)")
_MACHINE_PRECEDENCE = frozenset({"bulk", "list", "junk", "auto_reply"})
_MACHINE_HEADERS = ("list-id", "x-autoreply", "x-autorespond", "x-autoreply-from")
_OUT_OF_OFFICE = re.compile(
    r"(?:thư )?trả lời tự động|(?:thư )?tự động trả lời|phản hồi tự động|tra loi tu dong|tu dong tra loi"
    r"|automatic(?:ally)? (?:generated )?reply|auto[- ]?reply|auto[- ]?response|out of (?:the )?office"
    r"|vắng mặt(?=\s*(?:$|[:\-–—.!(]|tại (?:cơ quan|văn phòng)|khỏi))",
    re.IGNORECASE,
)
_MAILER = re.compile(r"(?:mailer[-_. ]?daemon|mail[-_. ]?delivery[-_. ]?\w*)@.*", re.IGNORECASE)
_POSTMASTER = re.compile(r"postmaster@.*", re.IGNORECASE)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|has failed)|failure notice|returned mail|mail delivery failed"
    r"|delivery.{0,20}(?:failed|failure)|không (?:gửi|chuyển|phát) được|thư (?:bị )?trả lại|gửi thư thất bại",
    re.IGNORECASE,
)
_DELAY_SUBJECT = re.compile(
    r"delay|warning: (?:could not|message)|still being retried|chậm|trì hoãn", re.IGNORECASE
)
_ADDRESS = re.compile(r"[^\s@<>(),;:\"]{1,64}@[^\s@<>(),;:\"]{1,255}")
# qmail names each failed recipient at the start of a line: "<user@host>:" (QSBMF).
_QMAIL_RECIPIENT = re.compile(r"^<([^\s<>@]{1,64}@[^\s<>@]{1,255})>:\s*$", re.MULTILINE)
_MOST_RECIPIENTS = 100


@dataclass(frozen=True, slots=True)
class Delivery:
    """One recipient in a delivery report (RFC 3464): `action` as written, lower case."""

    action: str
    recipients: tuple[str, ...]


def read_delivery(blocks: Iterable[Block]) -> tuple[Delivery, ...]:
    """The recipients that a message/delivery-status part reports on, one block of fields for each."""
    found = []
    for block in blocks:
        # The address the letter was written to comes first; the final one may be behind an alias.
        named = (_recipient(block.first(name)) for name in ("original-recipient", "final-recipient"))
        recipients = tuple(dict.fromkeys(address for address in named if address))
        action = _word(block.first("action"))
        status = _word(block.first("status"))
        if not action and status:
            action = {"5": "failed", "4": "delayed"}.get(status[0], "delivered")
        if recipients or action:
            found.append(Delivery(action, recipients))
    return tuple(found)


def judge(
    block: Block,
    *,
    content_type: str,
    sender: Address | None,
    subject: str,
    text: str,
    deliveries: tuple[Delivery, ...],
    own_addresses: frozenset[str],
) -> tuple[Automation | None, tuple[str, ...]]:
    """What kind of machine wrote the mail, and which recipients a delivery report names."""
    for action, automation in (("failed", Automation.BOUNCE), ("delayed", Automation.DELAYED)):
        if any(delivery.action == action for delivery in deliveries):
            return automation, _named(deliveries, action)
    if block.first(OWN_HEADER) or (sender is not None and sender.email in own_addresses):
        return Automation.OWN, ()
    if not deliveries and _is_plain_bounce(block, sender, subject):
        automation = Automation.DELAYED if _DELAY_SUBJECT.search(subject) else Automation.BOUNCE
        return automation, _plainly_named(block, text)
    if deliveries or content_type == "multipart/report" or _is_automatic(block, subject):
        return Automation.AUTO_REPLY, ()
    return None, ()


def _is_automatic(block: Block, subject: str) -> bool:
    submitted = _word(block.first("auto-submitted"))
    return (
        (bool(submitted) and submitted != "no")
        or any(_word(value) in _MACHINE_PRECEDENCE for value in block.all("precedence"))
        or any(block.all(name) for name in _MACHINE_HEADERS)
        or _OUT_OF_OFFICE.match(subject) is not None
    )


def _is_plain_bounce(block: Block, sender: Address | None, subject: str) -> bool:
    """A returned mail that is no RFC 3464 report, as qmail, Exim and old gateways write it."""
    if block.first("x-failed-recipients"):
        return True
    address = sender.email if sender else _written_address(block)
    null_path = any(value.strip() == b"<>" for value in block.all("return-path"))
    if _MAILER.fullmatch(address):
        return True
    return _POSTMASTER.fullmatch(address) is not None and (
        null_path or _BOUNCE_SUBJECT.search(subject) is not None
    )


def _written_address(block: Block) -> str:
    # "From: Mail Delivery Subsystem <MAILER-DAEMON>" has no domain, so it is no mailbox.
    written = header_text(block.first("from")).text
    found = _ADDRESS.search(written)
    return found[0] if found else f"{written.rpartition('<')[2].rstrip('> ')}@"


def _plainly_named(block: Block, text: str) -> tuple[str, ...]:
    named = _ADDRESS.findall(header_text(block.first("x-failed-recipients")).text)
    named += _QMAIL_RECIPIENT.findall(text)
    return tuple(dict.fromkeys(address.lower() for address in named))[:_MOST_RECIPIENTS]


def _named(deliveries: tuple[Delivery, ...], action: str) -> tuple[str, ...]:
    named = (address for d in deliveries if d.action == action for address in d.recipients)
    return tuple(dict.fromkeys(named))[:_MOST_RECIPIENTS]


def _recipient(value: bytes) -> str:
    """The address of "rfc822; user@host"; "" if there is none."""
    written = header_text(value).text.partition(";")[2] or header_text(value).text
    found = _ADDRESS.search(written)
    return found[0].lower() if found else ""


def _word(value: bytes) -> str:
    """A header of one word without comments and parameters, lower case."""
    text = _COMMENT.sub(" ", header_text(value).text)
    return text.partition(";")[0].strip().lower()
