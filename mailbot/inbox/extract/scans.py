"""Text of scans and photographs, recognised by the program Tesseract where it is installed.

The picture goes in and the text comes out through pipes; nothing is written to a disk.
"""

import shutil
import subprocess
import time
from collections.abc import Iterable

from mailbot.inbox.extract.opening import Opening
from mailbot.inbox.extract.recogniser import ENVIRONMENT, LANGUAGE, PROGRAM

_ASKING_SECONDS = 10


def installed() -> bool:
    """Whether Tesseract is there and knows Vietnamese."""
    if shutil.which(PROGRAM, path=ENVIRONMENT["PATH"]) is None:
        return False
    try:
        told = subprocess.run(  # noqa: S603 - a fixed command
            [PROGRAM, "--list-langs"],
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ASKING_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return LANGUAGE.encode() in (told.stdout + told.stderr).split()


def recognise(pictures: Iterable[bytes], opening: Opening) -> str:
    """What the pictures of pages say, as far as the time for one attachment goes."""
    said: list[str] = []
    assert opening.ocr is not None
    for picture in pictures:
        began = time.monotonic()
        if opening.left.ocr_seconds <= 0:
            opening.note(f"not all of {opening.name} was recognised in time")
            break
        said.append(opening.ocr.page(picture, opening.left.ocr_seconds))
        opening.left.ocr_seconds -= time.monotonic() - began
    return "\n".join(said)
