"""Text of scans and photographs, recognised by the program Tesseract where it is installed.

The picture goes in and the text comes out through pipes; nothing is written to a disk.
"""

import shutil
import subprocess
import time
from collections.abc import Iterable
from functools import cache

from mailbot.inbox.extract.confinement import confine_program
from mailbot.inbox.extract.opening import Opening

_PROGRAM, _LANGUAGE = "tesseract", "vie"
_ASKING_SECONDS = 10
# A page holds some 4,000 characters of up to three octets each.
_MOST_PAGE_BYTES = 100_000
# Together with English Vietnamese is read worse. One thread: the pages of one mail must not take the machine.
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}


@cache
def installed() -> bool:
    """Whether Tesseract is there and knows Vietnamese."""
    if shutil.which(_PROGRAM, path=_ENVIRONMENT["PATH"]) is None:
        return False
    try:
        told = subprocess.run(  # noqa: S603 - a fixed command
            [_PROGRAM, "--list-langs"],
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ASKING_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return _LANGUAGE.encode() in (told.stdout + told.stderr).split()


def recognise(pictures: Iterable[bytes], opening: Opening) -> str:
    """What the pictures of pages say, as far as the time for one attachment goes."""
    said: list[str] = []
    for picture in pictures:
        began = time.monotonic()
        if opening.left.ocr_seconds <= 0:
            opening.note(f"not all of {opening.name} was recognised in time")
            break
        said.append(_page(picture, opening))
        opening.left.ocr_seconds -= time.monotonic() - began
    return "\n".join(said)


def _page(picture: bytes, opening: Opening) -> str:
    limits = opening.limits
    try:
        told = subprocess.run(  # noqa: S603 - a fixed command
            [_PROGRAM, "stdin", "stdout", "-l", _LANGUAGE, "--psm", "3"],
            input=picture,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            timeout=opening.left.ocr_seconds,
            check=False,
            preexec_fn=lambda: confine_program(limits),
        )
    except subprocess.TimeoutExpired:
        return ""
    return told.stdout[:_MOST_PAGE_BYTES].decode("utf-8", "replace")
