"""The archive: the raw bytes of every mail, each under its own SHA-256, written once and for good.

When `keep` or `finish` has returned, the bytes survive a loss of power: the file was forced to disk
under a temporary name, given its final name in one step, and every directory that changed was
forced to disk too. Until then nothing may be changed on the server that the mail came from.
"""

import errno
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Self

from mailbot.errors import LedgerBroken, Unavailable

SLICE_BYTES = 1 << 20
_HEX_DIGITS = frozenset("0123456789abcdef")
_SHA256_LENGTH = 64
_PLAIN_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "a file may not grow that large here",
    errno.EROFS: "the file system is read-only",
    errno.EIO: "the disk reported an input/output error",
    errno.EACCES: "permission was denied",
    errno.EPERM: "permission was denied",
    errno.EMFILE: "mailbot has too many files open",
    errno.ENFILE: "the machine has too many files open",
    errno.ENOENT: "it is not there",
}


class ArchiveBroken(LedgerBroken):
    """A file of the archive does not hold the bytes that its name promises."""


@contextmanager
def _disk(doing: str) -> Iterator[None]:
    """Say in plain words that the disk cannot serve us."""
    try:
        yield
    except OSError as error:
        reason = _PLAIN_WORDS.get(error.errno or 0, error.strerror or str(error))
        raise Unavailable(f"the archive cannot {doing}: {reason}") from error


class Archive:
    """The mails' bytes under `folder`, as `ab/cd/<sha256>`; the folder is made when missing.

    Raises:
        Unavailable: the folder cannot be made or written, with the reason in plain words.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._incoming = folder / "incoming"
        self._forced: set[Path] = set()
        with _disk(f"open {folder}"):
            folder.parent.mkdir(parents=True, exist_ok=True)
            self._make_folder(folder)
            self._make_folder(self._incoming)

    def keep(self, raw: bytes) -> str:
        """Keep these bytes for good; a second time changes nothing.

        Returns:
            The SHA-256 of the bytes in hexadecimal, which is their name from now on.

        Raises:
            Unavailable: the disk is full, read-only or broken; nothing was kept.
            ArchiveBroken: other bytes lie under that name.
        """
        with self.open_incoming() as incoming:
            incoming.write(raw)
            return incoming.finish()[0]

    def open_incoming(self) -> "Incoming":
        """Begin a mail that comes in slices, so that a big one is never whole in memory."""
        with _disk("begin a mail"):
            return Incoming(self, self._incoming / secrets.token_hex(12))

    def path(self, sha256: str) -> Path:
        """Where the mail of that hash lies, or would lie.

        Raises:
            ValueError: if `sha256` is no SHA-256 in lower-case hexadecimal.
        """
        if len(sha256) != _SHA256_LENGTH or not _HEX_DIGITS.issuperset(sha256):
            raise ValueError(f"not a SHA-256: {sha256!r}")
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def holds(self, sha256: str) -> bool:
        """Whether the mail's bytes are here; they are not after `discard`."""
        return self.path(sha256).exists()

    def read(self, sha256: str) -> bytes:
        """The mail's bytes.

        Raises:
            Unavailable: they are not here, or cannot be read.
        """
        with _disk(f"read {sha256}"):
            return self.path(sha256).read_bytes()

    def intact(self, sha256: str) -> bool:
        """Whether the bytes still are what their name promises; reads the whole file.

        Raises:
            Unavailable: they are not here, or cannot be read.
        """
        with _disk(f"read {sha256}"), self.path(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def discard(self, sha256: str) -> None:
        """Remove the bytes of a sealed mail for good; when they are gone already, nothing happens.

        Raises:
            Unavailable: the disk does not let go of them.
        """
        path = self.path(sha256)
        with _disk(f"discard {sha256}"):
            path.unlink(missing_ok=True)
            if path.parent.exists():
                _force_folder(path.parent)

    def sweep(self, older_than: datetime) -> int:
        """Remove what interrupted runs left half written before `older_than`.

        Returns:
            How many files were removed.
        """
        removed = 0
        with _disk("be swept"):
            for leftover in self._incoming.iterdir():
                if leftover.stat().st_mtime < older_than.timestamp():
                    leftover.unlink(missing_ok=True)
                    removed += 1
        return removed

    def adopt(self, temporary: Path, sha256: str, size: int) -> None:
        """Give a finished and forced file its final name; used by `Incoming`."""
        path = self.path(sha256)
        with _disk(f"keep {sha256}"):
            self._make_folder(path.parent.parent)
            self._make_folder(path.parent)
            if path.exists():
                if path.stat().st_size != size or not self.intact(sha256):
                    raise ArchiveBroken(f"the archive holds other bytes under the name {sha256}")
                temporary.unlink()
            else:
                # Two writers that come here together write the same bytes, so either may win.
                temporary.rename(path)
            # Also for a file that was here: its run may have died before this line.
            _force_folder(path.parent)

    def _make_folder(self, folder: Path) -> None:
        # A new directory is durable only when the directory that names it is forced too. One that
        # is here already may come from a run that died before forcing: hence once in each run.
        if folder not in self._forced:
            folder.mkdir(mode=0o700, exist_ok=True)
            _force_folder(folder.parent)
            self._forced.add(folder)


class Incoming:
    """One mail on its way into the archive. Leaving the `with` block without `finish` drops it."""

    def __init__(self, archive: Archive, temporary: Path) -> None:
        self._archive = archive
        self._temporary = temporary
        self._digest = hashlib.sha256()
        self._size = 0
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(descriptor, "wb", buffering=0)

    @property
    def size(self) -> int:
        """How many bytes were written so far."""
        return self._size

    def write(self, piece: bytes | memoryview) -> None:
        """Append a slice of the mail.

        Raises:
            Unavailable: the disk is full, read-only or broken; the mail is dropped.
        """
        rest = memoryview(piece)
        self._digest.update(rest)
        with self._or_drop(), _disk("write a mail"):
            while rest:
                written = self._file.write(rest)
                self._size += written
                rest = rest[written:]

    def finish(self) -> tuple[str, int]:
        """Make the mail durable under its final name.

        Returns:
            Its SHA-256 in hexadecimal, and its size in bytes.

        Raises:
            Unavailable: the disk could not make it durable; nothing was kept.
            ArchiveBroken: other bytes lie under that name.
        """
        sha256 = self._digest.hexdigest()
        with self._or_drop():
            with _disk("make a mail durable"):
                # When fsync fails the kernel may already have thrown the bytes away and would
                # report success on a second try: so never a second try, the file is dropped.
                os.fsync(self._file.fileno())
                os.fchmod(self._file.fileno(), 0o400)
                self._file.close()
            self._archive.adopt(self._temporary, sha256, self._size)
        return sha256, self._size

    def drop(self) -> None:
        """Give the mail up; after `finish` nothing happens."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()

    @contextmanager
    def _or_drop(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.drop()
            raise


def _force_folder(folder: Path) -> None:
    """Force a directory to disk, so that the names in it survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
