"""The child that reads mails: `python -m mailbot.inbox.extract.worker LIMITS OCR`.

It is asked through standard input, which is a socket: one question for each task, with the mail as an open
file beside it. It says `{"ready": true, "walls": …}` when it begins. Asked to `parse` it answers with the
mail as a form; asked for the attachments from the n-th on, with `{"count": …}`, then `{"text", "nature",
"defects", "marked"}` for each. Asked for a `whole` mail it says that unasked, where the attachments are to be
opened, with `"goes_on": true` beside the mail. With `"spent": true` it asks to be replaced. It ends when its
parent does.
"""

import json
import os
import re
import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from mailbot.core.mail import Nature
from mailbot.core.seals.secrecy import needs_its_attachments
from mailbot.inbox.extract import confinement, scans
from mailbot.inbox.extract.forms import to_form
from mailbot.inbox.extract.limits import Limits
from mailbot.inbox.extract.nested_mail import MOST_HELD_BYTES, opened, walk
from mailbot.inbox.extract.opening import CannotRead, Opening
from mailbot.inbox.extract.recogniser import Recogniser
from mailbot.inbox.extract.wire import asked, brought, framed
from mailbot.inbox.octets import MappedOctets, Octets
from mailbot.inbox.parse import Reading, parse_envelope
from mailbot.inbox.parts import NESTED_MAILS, Part

_SLICE_BYTES = 1 << 20
# proc(5): the peak of what was resident.
_PEAK, _MOST_STATUS_BYTES = re.compile(rb"(?m)^VmHWM:\s+(\d+) kB$"), 8 << 10


class _Parsed(NamedTuple):
    """The mail that was parsed last: asked for its attachments too, nothing is read or decoded twice."""

    sha256: str
    octets: Octets
    files: tuple[Part, ...]
    contents: dict[int, bytes]


def main() -> None:
    """Serve until the parent is gone."""
    limits = Limits(**json.loads(sys.argv[1]))
    parent = _parent()
    # Looked for now, for later no program can be begun and no file of the system opened.
    most_taken = _account()
    recogniser = Recogniser(partial(_helper, parent)) if sys.argv[2] == "ocr" and scans.installed() else None
    walls = confinement.confine(limits)
    parent.sendall(framed({"ready": True, "walls": walls._asdict()}))
    clerk = _Clerk(limits, recogniser, most_taken)
    while (question := asked(parent)) is not None:
        for answer in clerk.answers(*question):
            parent.sendall(framed(answer))


def _helper(parent: socket.socket) -> socket.socket | None:
    file = brought(parent)
    # With its family and type named, for the walls let nobody ask the kernel for them.
    return None if file is None else socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=file)


def _parent() -> socket.socket:
    """What parent and child speak through, out of reach of libraries that print."""
    parent = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=os.dup(sys.stdin.fileno()))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdin, sys.stdout):
        os.dup2(nowhere, stream.fileno())
    return parent


class _Clerk:
    """Answers one question after the other."""

    def __init__(
        self, limits: Limits, recogniser: Recogniser | None, most_taken: Callable[[], int] = lambda: 0
    ) -> None:
        self._limits = limits
        self._recogniser = recogniser
        self._most_taken = most_taken
        self._last: _Parsed | None = None

    def answers(self, wanted: dict[str, Any], file: int) -> Iterator[dict[str, Any]]:
        """All that there is to say to a question about the mail in the open file."""
        confinement.allow_cpu(self._limits.cpu_seconds)
        last, self._last = self._last, None
        if wanted["do"] == "attachments" and last is not None and last.sha256 == wanted["sha256"]:
            os.close(file)
            yield from self._attachments(last, first=wanted["first"])
            return
        del last
        try:
            read, more = _octets(file, self._limits)
        except OSError:
            # The archive's fault, not the mail's.
            yield {"all": Nature.UNREAD}
            return
        if wanted["do"] == "attachments":
            yield from self._attachments(Nature.OVER_LIMIT if more else _walked(read), first=wanted["first"])
            return
        said = self._mail(read, wanted, envelope_only=more or wanted["do"] == "envelope")
        yield said
        if said.get("goes_on"):
            yield from self._rest()

    def _rest(self) -> Iterator[dict[str, Any]]:
        """All that there is to say to the attachments of the mail that was just told."""
        last, self._last = self._last, None
        if last is not None:
            yield from self._attachments(last, first=0)

    def _mail(self, octets: Octets, wanted: dict[str, Any], *, envelope_only: bool) -> dict[str, Any]:
        about = {"sha256": wanted["sha256"], "size": wanted["size"]}
        own = frozenset(wanted["own"])
        try:
            if envelope_only:
                return {"mail": to_form(parse_envelope(octets, own_addresses=own, **about))}
            reading = Reading(octets, own)
            mail = reading.mail(**about)
        except Exception as error:  # noqa: BLE001 - the parser is total by design; where it is not, the parent goes on
            # What was left behind may starve the next mail, which a fresh child shall read.
            return {"failed": type(error).__name__}
        if reading.files:
            self._last = _Parsed(mail.sha256, octets, reading.files, reading.contents)
        goes_on = wanted["whole"] and bool(reading.files) and needs_its_attachments(mail)
        return {"mail": to_form(mail), "goes_on": goes_on}

    def _attachments(self, mail: _Parsed | Nature, *, first: int) -> Iterator[dict[str, Any]]:
        """How many attachments there are, or why none can be read; an answer for each from `first` on."""
        if isinstance(mail, Nature):
            yield {"all": mail}
            return
        yield {"count": len(mail.files)}
        seconds = self._limits.ocr_mail_seconds
        for number in range(first, len(mail.files)):
            confinement.allow_cpu(self._limits.cpu_seconds)
            name = mail.files[number].name or "unnamed"
            opening = Opening.begin(name, self._limits, ocr=self._recogniser, ocr_seconds=seconds)
            before = opening.left.ocr_seconds
            said = _of_attachment(mail, mail.files[number], opening)
            # What it took is seldom given back whole, and would starve later mails: a fresh child reads them.
            yield {"spent": self._most_taken() > self._limits.memory_bytes // 2, **said}
            seconds -= before - opening.left.ocr_seconds


def _account() -> Callable[[], int]:
    """What tells the most memory that this program ever took, in bytes; 0 where the kernel tells nobody.

    Not `getrusage`, which counts in what the parent took when it began this program.
    """
    try:
        status = os.open("/proc/self/status", os.O_RDONLY)
    except OSError:
        return lambda: 0
    return lambda: sum(int(kib) << 10 for kib in _PEAK.findall(os.pread(status, _MOST_STATUS_BYTES, 0)))


def _octets(file: int, limits: Limits) -> tuple[Octets, bool]:
    """The mail's octets, and whether there are more than are read: then only the first of them.

    Raises:
        OSError: they cannot be read.
    """
    with os.fdopen(file, "rb") as raw:
        size = os.fstat(file).st_size
        if size <= MOST_HELD_BYTES or size > limits.raw_bytes:
            return raw.read(MOST_HELD_BYTES), size > limits.raw_bytes
        # A disk that fails is told of here; a glance through the window at what it cannot give is deadly.
        while raw.read(_SLICE_BYTES):
            pass
        return MappedOctets(file), False


def _walked(octets: Octets) -> _Parsed | Nature:
    try:
        return _Parsed("", octets, walk(octets).files, {})
    except CannotRead as told:
        return told.nature
    except MemoryError:
        return Nature.OVER_LIMIT
    except Exception:  # noqa: BLE001 - strange mails are values
        return Nature.BROKEN


def _of_attachment(mail: _Parsed, part: Part, opening: Opening) -> dict[str, Any]:
    try:
        kind = "message/rfc822" if part.content_type in NESTED_MAILS else part.content_type
        # Taken out, for nobody wants it any more.
        held = mail.contents.pop(part.start, None)
        fits = held is not None and len(held) <= opening.limits.attachment_bytes
        file = held if held is not None and fits else opened(mail.octets, part, opening)
        text, nature = opening.read(file, kind)
    except CannotRead as told:
        text, nature = "", told.nature
    except MemoryError:
        # What it left behind may starve the next attachment, which a fresh child shall read.
        return {"text": "", "nature": Nature.OVER_LIMIT, "defects": [], "spent": True}
    if opening.left.marked:
        # What is marked as secret does not leave this process.
        return {"text": "", "nature": nature, "defects": [], "marked": True}
    within = list(opening.left.within)
    return {"text": text, "nature": nature, "defects": list(opening.left.defects), "within": within}


if __name__ == "__main__":
    main()
