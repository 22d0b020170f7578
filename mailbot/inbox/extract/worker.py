"""The child that opens attachments: `python -m mailbot.inbox.extract.worker LIMITS OCR`.

It is asked on standard input, one frame for each mail: `{"path": …, "first": n}`. On what was its
standard output it says `{"ready": true}` when it begins; asked for a mail it says `{"count": …}`, then
`{"text", "nature", "defects"}` for each attachment from the n-th on. It ends when its parent does.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from mailbot.core.mail import Nature
from mailbot.inbox.extract import confinement
from mailbot.inbox.extract.limits import Limits
from mailbot.inbox.extract.nested_mail import Walked, unpacked, walk
from mailbot.inbox.extract.opening import CannotRead, Opening
from mailbot.inbox.extract.wire import LENGTH_BYTES, framed, unframed
from mailbot.inbox.parts import NESTED_MAILS, Part


def main() -> None:
    """Serve until standard input ends."""
    limits = Limits(**json.loads(sys.argv[1]))
    asked, answers = _channels()
    confinement.confine(limits)
    ocr = sys.argv[2] == "ocr"
    _answer(answers, {"ready": True})
    while length := asked.read(LENGTH_BYTES):
        wanted = unframed(asked.read(int.from_bytes(length, "big")))
        for answer in _answers(Path(wanted["path"]), wanted["first"], limits, ocr=ocr):
            _answer(answers, answer)


def _channels() -> tuple[BinaryIO, BinaryIO]:
    """What parent and child speak through, out of reach of libraries that print."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    asked = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdin, sys.stdout):
        os.dup2(nowhere, stream.fileno())
    return asked, answers


def _answer(answers: BinaryIO, value: dict[str, Any]) -> None:
    answers.write(framed(value))
    answers.flush()


def _answers(path: Path, first: int, limits: Limits, *, ocr: bool) -> Iterator[dict[str, Any]]:
    """How many attachments there are, or why none can be read; then an answer for each from `first` on."""
    confinement.allow_cpu(limits.cpu_seconds)
    try:
        octets = _octets(path, limits)
        mail = walk(octets)
    except CannotRead as told:
        yield {"all": told.nature}
        return
    except MemoryError:
        yield {"all": Nature.OVER_LIMIT}
        return
    except OSError:
        # The archive's fault, not the mail's.
        yield {"all": Nature.UNREAD}
        return
    except Exception:  # noqa: BLE001 - strange mails are values
        yield {"all": Nature.BROKEN}
        return
    yield {"count": len(mail.files)}
    for number in range(first, len(mail.files)):
        confinement.allow_cpu(limits.cpu_seconds)
        yield _of_attachment(octets, mail, number, limits, ocr=ocr)


def _octets(path: Path, limits: Limits) -> bytes:
    with path.open("rb") as raw:
        octets = raw.read(limits.raw_bytes + 1)
    if len(octets) > limits.raw_bytes:
        raise CannotRead(Nature.OVER_LIMIT)
    return octets


def _of_attachment(octets: bytes, mail: Walked, number: int, limits: Limits, *, ocr: bool) -> dict[str, Any]:
    part: Part = mail.files[number]
    opening = Opening.begin(part.name or "unnamed", limits, ocr=ocr)
    try:
        kind = "message/rfc822" if part.content_type in NESTED_MAILS else part.content_type
        text, nature = opening.read(unpacked(octets, part, opening), kind)
    except CannotRead as told:
        text, nature = "", told.nature
    except MemoryError:
        # What it left behind may starve the next attachment, which a fresh child shall read.
        return {"text": "", "nature": Nature.OVER_LIMIT, "defects": [], "spent": True}
    return {"text": text, "nature": nature, "defects": list(opening.left.defects)}


if __name__ == "__main__":
    main()
