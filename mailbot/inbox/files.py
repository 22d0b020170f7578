"""Mails without a server: .eml files, mbox files, Maildirs, folders of .eml, standard input.

Each mail goes through the same archive as those of a mailbox; what cannot be read does not stop the
rest.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeAlias

from mailbot.errors import Unavailable
from mailbot.inbox.archive import SLICE_BYTES, Archive
from mailbot.inbox.raw import RawMail

STDIN = "-"
_MBOX_BEGIN = b"From "
_MAILDIR_FOLDERS = ("new", "cur")
# Programs on Windows write capitals.
_EML = "*.[eE][mM][lL]"
# "From sender Tue Jun 25 08:00:00 2013": the date tells a separator from prose that begins so.
_SEPARATOR = re.compile(rb"From .*\d{1,2}:\d{2}(?::\d{2})?.*\d{4}[^\n]*\r?\n")
# mboxrd quotes every line of `>`s and "From "; mboxo only a bare "From ".
_QUOTED_FROM = re.compile(rb">+From ")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A path from which nothing could be read, and why in plain words."""

    says: str


FromFile: TypeAlias = tuple[str, RawMail | Unreadable]


def read_paths(paths: Iterable[Path | str], archive: Archive, stdin: BinaryIO) -> Iterator[FromFile]:
    """Bring the mails of these paths into the archive, one by one, in order.

    Args:
        paths: .eml files, mbox files, Maildirs, folders of .eml files, or "-" for one mail (or an
            mbox) on `stdin`.
        archive: where the bytes are kept.
        stdin: what "-" stands for.

    Yields:
        A label for people (the path; "path#3" for the third mail of an mbox) and the mail, or why
        the path cannot be read.

    Raises:
        Unavailable: the archive cannot keep a mail.
    """
    for path in paths:
        if str(path) == STDIN:
            yield from _guarded(STDIN, partial(_read_stream, STDIN, stdin, archive))
        elif not str(path):
            # A script's unset variable: to Python it names the working folder, with whatever lies there.
            yield "''", Unreadable("it names no file")
        else:
            files = _files(Path(path))
            if files is None:
                yield str(path), Unreadable("it is no Maildir, and no file in it is called *.eml")
            for file in files or ():
                yield from _guarded(str(file), partial(_read_file, file, archive))


def _files(path: Path) -> list[Path] | None:
    """The files that hold mails under `path`, in a steady order; None of a folder that is not for mails."""
    if not path.is_dir():
        return [path]
    boxes = [path / folder for folder in _MAILDIR_FOLDERS if (path / folder).is_dir()]
    if boxes:
        return sorted(file for box in boxes for file in box.iterdir() if file.is_file())
    return sorted(file for file in path.rglob(_EML) if file.is_file()) or None


def _guarded(label: str, reading: Callable[[], Iterator[FromFile]]) -> Iterator[FromFile]:
    """The mails of one file; a file that cannot be read becomes a value."""
    try:
        yield from reading()
    except Unavailable:
        raise
    except OSError as error:
        yield label, Unreadable(error.strerror or str(error))


def _read_file(path: Path, archive: Archive) -> Iterator[FromFile]:
    with path.open("rb") as stream:
        yield from _read_stream(str(path), stream, archive)


def _read_stream(label: str, stream: BinaryIO, archive: Archive) -> Iterator[FromFile]:
    """One mail, or an mbox, as its first octets tell."""
    first_line = stream.readline(SLICE_BYTES)
    if not first_line:
        yield label, Unreadable("the file is empty")
    elif first_line.startswith(_MBOX_BEGIN):
        for ordinal, mail in enumerate(_read_mbox(stream, archive), 1):
            yield f"{label}#{ordinal}", mail
    else:
        with archive.open_incoming() as incoming:
            incoming.write(first_line)
            while piece := stream.read(SLICE_BYTES):
                incoming.write(piece)
            sha256, size = incoming.finish()
        yield label, RawMail(sha256=sha256, size=size)


def _read_mbox(stream: BinaryIO, archive: Archive) -> Iterator[RawMail]:
    """The mails of an mbox whose first separator was read already (mboxrd, and mboxo as far as it can)."""
    more = True
    while more:
        more = False
        with archive.open_incoming() as incoming:
            blank = b""
            gathered = bytearray()
            while line := stream.readline(SLICE_BYTES):
                # A separator follows a blank line, which belongs to the mbox and not to the mail.
                if (blank or not (incoming.size or gathered)) and _SEPARATOR.fullmatch(line):
                    more = True
                    break
                gathered += blank
                blank = b""
                if line in (b"\n", b"\r\n"):
                    blank = line
                else:
                    gathered += line[1:] if _QUOTED_FROM.match(line) else line
                if len(gathered) >= SLICE_BYTES:
                    incoming.write(bytes(gathered))
                    gathered.clear()
            incoming.write(bytes(gathered))
            if incoming.size:
                sha256, size = incoming.finish()
                yield RawMail(sha256=sha256, size=size)
