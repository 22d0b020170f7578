"""Files that are there whole: a reader, or the next start, finds what stood before or what is new."""

import os
from contextlib import suppress
from pathlib import Path


def put(file: Path, content: bytes | str, *, durable: bool = False, mode: int = 0o666) -> None:
    """Give `file` this content in one step; who looks meanwhile, or after a crash, finds the one before.

    Args:
        file: in a folder that is there; one writer at a time.
        content: text becomes UTF-8.
        durable: the content survives a loss of power when this has returned. Otherwise such a loss may take
            it, or leave an empty file: for what is soon written anew, or may be forgotten.
        mode: as of a new file, whoever might read the one before.
    """
    # Hidden, for a web server may show the folder; made anew, for what a crash left may be open to others.
    beside = file.with_name(f".{file.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as written:
            written.write(content.encode() if isinstance(content, str) else content)
            if durable:
                written.flush()
                os.fsync(written.fileno())
        beside.replace(file)
    except BaseException:
        # On a full disk half a paper would take what room is left, and lie there until it is written anew.
        with suppress(OSError):
            beside.unlink()
        raise
    if durable:
        force_folder(file.parent)


def force_folder(folder: Path) -> None:
    """Force a directory to disk, so that the names in it survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
