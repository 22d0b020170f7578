"""The core's values in JSON and back, side by side: `…_form` writes one, `…_of` reads it.

Losing nothing is the rule: what is read back equals what was written. The names in the forms are a
contract with every ledger ever written, so they stay when a field in the core is renamed, and a field
that older rows lack is read with the value that it had then. Words that many mails share are kept once.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from sys import intern
from typing import Any, TypeAlias

from mailbot.core.mail import (
    Address,
    Attachment,
    Automation,
    Claim,
    Clocks,
    Failure,
    Hop,
    Level,
    Mail,
    Nature,
    Proof,
)

Form: TypeAlias = dict[str, Any]
# Many mails name the same few addresses.
_same_address = lru_cache(maxsize=4096)(Address)


def mail_form(mail: Mail) -> Form:
    """The mail as a JSON object."""
    return {
        "sha256": mail.sha256,
        "identity": mail.identity,
        "size": mail.size,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "sender": None if mail.sender is None else _address_form(mail.sender),
        "to": [_address_form(address) for address in mail.to],
        "cc": [_address_form(address) for address in mail.cc],
        "subject": mail.subject,
        "dated_at": _instant_form(mail.dated_at),
        "text": mail.text,
        "attachments": [_attachment_form(attachment) for attachment in mail.attachments],
        "received": _hops_form(mail.received),
        "automation": mail.automation,
        "flaw": mail.flaw,
        "claims": [[claim.hops_above, claim.text] for claim in mail.claims],
        "proof": [mail.proof.level, mail.proof.says, mail.proof.alarming],
        "failures": [_failure_form(failure) for failure in mail.failures],
        "regards": list(mail.regards),
        "defects": list(mail.defects),
    }


def mail_of(form: Form) -> Mail:
    """The mail of a form made by `mail_form`."""
    return Mail(
        sha256=form["sha256"],
        identity=form["identity"],
        size=form["size"],
        message_id=form["message_id"],
        in_reply_to=form["in_reply_to"],
        references=tuple(form["references"]),
        sender=None if form["sender"] is None else _address_of(form["sender"]),
        to=tuple(map(_address_of, form["to"])),
        cc=tuple(map(_address_of, form["cc"])),
        subject=intern(form["subject"]),
        dated_at=_instant_of(form["dated_at"]),
        text=form["text"],
        attachments=tuple(map(_attachment_of, form["attachments"])),
        received=_hops_of(form["received"]),
        automation=None if form["automation"] is None else Automation(form["automation"]),
        flaw=form.get("flaw", ""),
        claims=tuple(Claim(hops, text) for hops, text in form.get("claims", ())),
        proof=_proof_of(form),
        failures=_failures_of(form),
        regards=tuple(form.get("regards", ())),
        defects=tuple(form["defects"]),
    )


def _proof_of(form: Form) -> Proof:
    # Of the first mails nobody asked who sent them.
    level, says, alarming = form.get("proof", (Level.UNKNOWN, "", False))
    return Proof(Level(level), says, alarming)


def _failure_form(failure: Failure) -> Form:
    return {"recipient": failure.recipient, "status": failure.status, "diagnostic": failure.diagnostic}


def _failures_of(form: Form) -> tuple[Failure, ...]:
    # The first ledgers kept the addresses alone.
    bare = (Failure(recipient=address) for address in form.get("failed_recipients", ()))
    return (*bare, *(Failure(**told) for told in form.get("failures", ())))


def clocks_form(clocks: Clocks) -> Form:
    """The clocks as a JSON object."""
    return {
        "seen_at": _instant_form(clocks.seen_at),
        "given_at": _instant_form(clocks.given_at),
        "server_at": _instant_form(clocks.server_at),
        "received": _hops_form(clocks.received),
        "dated_at": _instant_form(clocks.dated_at),
        "absent_at": _instant_form(clocks.absent_at),
    }


def clocks_of(form: Form) -> Clocks:
    """The clocks of a form made by `clocks_form`."""
    return Clocks(
        seen_at=datetime.fromisoformat(form["seen_at"]),
        given_at=_instant_of(form["given_at"]),
        server_at=_instant_of(form["server_at"]),
        received=_hops_of(form["received"]),
        dated_at=_instant_of(form["dated_at"]),
        absent_at=_instant_of(form.get("absent_at")),
    )


def _address_form(address: Address) -> Form:
    return {"email": address.email, "name": address.name}


def _address_of(form: Form) -> Address:
    return _same_address(form["email"], form["name"])


def _attachment_form(attachment: Attachment) -> Form:
    # Its text is no fact of the ledger: it can be read again from the archive, and is not kept twice.
    return {
        "name": attachment.name,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "nature": attachment.nature,
    }


def _attachment_of(form: Form) -> Attachment:
    return Attachment(
        name=intern(form["name"]),
        content_type=intern(form["content_type"]),
        size=form["size"],
        sha256=form["sha256"],
        # Ledgers of before attachments were read do not have it.
        nature=Nature(form.get("nature", Nature.UNREAD)),
    )


def _hops_form(hops: Iterable[Hop]) -> list[Form]:
    return [{"by": hop.by, "at": _instant_form(hop.at)} for hop in hops]


def _hops_of(forms: Iterable[Form]) -> tuple[Hop, ...]:
    return tuple(map(_hop_of, forms))


def _hop_of(form: Form) -> Hop:
    return Hop(intern(form["by"]), _instant_of(form["at"]))


def _instant_form(moment: datetime | None) -> str | None:
    """The moment with the offset that it came with: a sender's own clock is evidence.

    Raises:
        ValueError: if it has no time zone.
    """
    if moment is None:
        return None
    if moment.utcoffset() is None:
        raise ValueError(f"an instant without a time zone cannot be stored: {moment}")
    return moment.isoformat()


def _instant_of(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
