"""What the ledger keeps of a mail: never a body, and of a sealed one nothing that it says."""

from dataclasses import replace

from mailbot.core.mail import Address, Mail
from mailbot.core.replies.staff_command import masked
from mailbot.core.verdict import Sealed, Verdict


def bare(sha256: str, size: int) -> Mail:
    """A mail of which nothing but its bytes is known."""
    return Mail(sha256=sha256, identity=sha256, size=size, defects=("cannot be parsed",))


def to_keep(mail: Mail, verdict: Verdict) -> Mail:
    """What the ledger keeps: never a body, and of a sealed mail nothing that it says."""
    if isinstance(verdict, Sealed):
        # Nor the name that the sender gives himself, which may be anything.
        sender = mail.sender and Address(mail.sender.email)
        return Mail(sha256=mail.sha256, identity=mail.identity, size=mail.size, sender=sender)
    attachments = tuple(replace(attachment, text="", within=()) for attachment in mail.attachments)
    # A link of a digest is a key, whoever sends it on.
    return replace(mail, subject=masked(mail.subject), text="", attachments=attachments)
