"""The child that reads mails: `python -m mailbot.inbox.extract.worker LIMITS OCR`.

It is asked through standard input, which is a socket: one question for each task, with the mail as an open
file beside it. It says `{"ready": true, "walls": …}` when it begins. Asked to `parse` it answers with the
mail as a form; asked for the attachments from the n-th on, with `{"count": …}`, then `{"text", "nature",
"defects", "marked"}` for each. It ends when its parent does.
"""

import json
import os
import socket
import sys
from collections.abc import Iterator
from typing import Any

from mailbot.core.mail import Nature
from mailbot.inbox.extract import confinement, scans
from mailbot.inbox.extract.forms import to_form
from mailbot.inbox.extract.limits import Limits
from mailbot.inbox.extract.nested_mail import Walked, unpacked, walk
from mailbot.inbox.extract.opening import CannotRead, Opening
from mailbot.inbox.extract.recogniser import Recogniser
from mailbot.inbox.extract.wire import asked, framed
from mailbot.inbox.parse import parse_envelope, parse_octets
from mailbot.inbox.parts import NESTED_MAILS, Part


def main() -> None:
    """Serve until the parent is gone."""
    limits = Limits(**json.loads(sys.argv[1]))
    parent = _parent()
    # Begun now, for later no program can be.
    recogniser = Recogniser(limits) if sys.argv[2] == "ocr" and scans.installed() else None
    walls = confinement.confine(limits)
    parent.sendall(framed({"ready": True, "walls": walls._asdict()}))
    while (question := asked(parent)) is not None:
        wanted, file = question
        for answer in _answers(wanted, file, limits, recogniser):
            parent.sendall(framed(answer))


def _parent() -> socket.socket:
    """What parent and child speak through, out of reach of libraries that print."""
    parent = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=os.dup(sys.stdin.fileno()))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdin, sys.stdout):
        os.dup2(nowhere, stream.fileno())
    return parent


def _answers(
    wanted: dict[str, Any], file: int, limits: Limits, recogniser: Recogniser | None
) -> Iterator[dict[str, Any]]:
    confinement.allow_cpu(limits.cpu_seconds)
    try:
        octets, more = _octets(file, limits)
    except OSError:
        # The archive's fault, not the mail's.
        yield {"all": Nature.UNREAD}
        return
    if wanted["do"] == "attachments":
        yield from _attachments(octets, limits, recogniser, first=wanted["first"], more=more)
    else:
        yield _mail(octets, wanted, envelope_only=more or wanted["do"] == "envelope")


def _octets(file: int, limits: Limits) -> tuple[bytes, bool]:
    """The mail's octets, and whether there are more than are read."""
    with os.fdopen(file, "rb") as raw:
        octets = raw.read(limits.raw_bytes + 1)
    return octets, len(octets) > limits.raw_bytes


def _mail(octets: bytes, wanted: dict[str, Any], *, envelope_only: bool) -> dict[str, Any]:
    read = parse_envelope if envelope_only else parse_octets
    own = frozenset(wanted["own"])
    try:
        return {
            "mail": to_form(read(octets, sha256=wanted["sha256"], size=wanted["size"], own_addresses=own))
        }
    except Exception as error:  # noqa: BLE001 - the parser is total by design; where it is not, the parent goes on
        # What was left behind may starve the next mail, which a fresh child shall read.
        return {"failed": type(error).__name__}


def _attachments(
    octets: bytes, limits: Limits, recogniser: Recogniser | None, *, first: int, more: bool
) -> Iterator[dict[str, Any]]:
    """How many attachments there are, or why none can be read; then an answer for each from `first` on."""
    mail = Nature.OVER_LIMIT if more else _walked(octets)
    if isinstance(mail, Nature):
        yield {"all": mail}
        return
    yield {"count": len(mail.files)}
    seconds = limits.ocr_mail_seconds
    for number in range(first, len(mail.files)):
        confinement.allow_cpu(limits.cpu_seconds)
        opening = Opening.begin(_name(mail, number), limits, ocr=recogniser, ocr_seconds=seconds)
        before = opening.left.ocr_seconds
        yield _of_attachment(octets, mail.files[number], opening)
        seconds -= before - opening.left.ocr_seconds


def _walked(octets: bytes) -> Walked | Nature:
    try:
        return walk(octets)
    except CannotRead as told:
        return told.nature
    except MemoryError:
        return Nature.OVER_LIMIT
    except Exception:  # noqa: BLE001 - strange mails are values
        return Nature.BROKEN


def _name(mail: Walked, number: int) -> str:
    return mail.files[number].name or "unnamed"


def _of_attachment(octets: bytes, part: Part, opening: Opening) -> dict[str, Any]:
    try:
        kind = "message/rfc822" if part.content_type in NESTED_MAILS else part.content_type
        text, nature = opening.read(unpacked(octets, part, opening), kind)
    except CannotRead as told:
        text, nature = "", told.nature
    except MemoryError:
        # What it left behind may starve the next attachment, which a fresh child shall read.
        return {"text": "", "nature": Nature.OVER_LIMIT, "defects": [], "spent": True}
    if opening.left.marked:
        # What is marked as secret does not leave this process.
        return {"text": "", "nature": nature, "defects": [], "marked": True}
    return {"text": text, "nature": nature, "defects": list(opening.left.defects)}


if __name__ == "__main__":
    main()
