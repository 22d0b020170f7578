"""The archive: the raw bytes of every mail, each under its own SHA-256, written once and for good.

When `keep` or `finish` has returned, the bytes survive a loss of power: the file was forced to disk
under a temporary name, given its final name in one step, and every directory that changed was
forced to disk too. Until then nothing may be changed on the server that the mail came from.
"""

import errno
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self, TypeVar

from mailbot.disk import force_folder
from mailbot.errors import LedgerBroken, Unavailable
from mailbot.inbox.vault import Vault

SLICE_BYTES = 1 << 20
# So many mails are settled together: each holds a descriptor open until then.
MAILS_TOGETHER = 50
_FORCING_AT_ONCE = 8
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


_T = TypeVar("_T")


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

    def __init__(self, folder: Path, vault: Vault | None = None) -> None:
        self.folder = folder
        self._vault = vault
        self._incoming = folder / "incoming"
        # The first two or four digits of a name: thousands of folders are remembered in a long run.
        self._forced: set[str] = set()
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

    def pieces(self, sha256: str, size: int = SLICE_BYTES) -> Iterator[bytes]:
        """The mail's bytes, `size` of them at a time.

        Raises:
            Unavailable: they are not here, or cannot be read.
        """
        with _disk(f"read {sha256}"), self.path(sha256).open("rb") as file:
            while piece := file.read(size):
                yield piece

    def intact(self, sha256: str) -> bool:
        """Whether the bytes still are what their name promises; reads the whole file.

        Raises:
            Unavailable: they are not here, or cannot be read.
        """
        with _disk(f"read {sha256}"), self.path(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def seal(self, sha256: str) -> None:
        """Take the bytes of a mail that was marked secret out of the archive, by way of the vault if any.

        Raises:
            Unavailable: the vault cannot keep them now, or the disk does not let go of them.
        """
        if self._vault is not None and self.holds(sha256):
            self._vault.keep(self.path(sha256), sha256)
        self.discard(sha256)

    def discard(self, sha256: str) -> None:
        """Remove the bytes of a sealed mail for good; when they are gone already, nothing happens.

        Raises:
            Unavailable: the disk does not let go of them.
        """
        path = self.path(sha256)
        with _disk(f"discard {sha256}"):
            _overwrite(path)
            path.unlink(missing_ok=True)
            if path.parent.exists():
                force_folder(path.parent)

    def names(self) -> Iterator[tuple[str, datetime]]:
        """The hash of every mail that is here, and when it was archived."""
        with _disk("be looked through"):
            for path in sorted(self.folder.glob("??/??/*")):
                yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)

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

    def settle(self, mails: Sequence["Incoming"]) -> list[tuple[str, int]]:
        """Make several mails durable together, which on a slow disk is ten times as fast as singly.

        Returns:
            SHA-256 and size of each, in the same order.

        Raises:
            Unavailable: the disk could not make them durable; all that are not durable are dropped.
            ArchiveBroken: other bytes lie under one of the names.
        """
        named: list[Path] = []
        try:
            with _disk("make mails durable"):
                _in_parallel(Incoming.force, mails)
                touched = {folder for mail in mails for folder in self._adopt(mail, named)}
                # Also of mails that were here: their run may have died before this line.
                _in_parallel(force_folder, list(touched))
                self._forced.update(name for mail in mails for name in _folders_of(mail.sha256))
        except Unavailable:
            _take_away(named)
            raise
        finally:
            for mail in mails:
                mail.drop()
        return [(mail.sha256, mail.size) for mail in mails]

    def _adopt(self, mail: "Incoming", named: list[Path]) -> set[Path]:
        """Give a forced file its final name; the folders that must be forced for it to last.

        A name that was not there before is added to `named`.
        """
        path = self.path(mail.sha256)
        leaf, middle = path.parent, path.parent.parent
        middle.mkdir(mode=0o700, exist_ok=True)
        leaf.mkdir(mode=0o700, exist_ok=True)
        if path.exists():
            if path.stat().st_size != mail.size or not self.intact(mail.sha256):
                raise ArchiveBroken(f"the archive holds other bytes under the name {mail.sha256}")
        else:
            # Two writers that come here together write the same bytes, so either may win.
            mail.temporary.rename(path)
            named.append(path)
        # A new directory is durable only when the directory that names it is forced too. One that is
        # here already may come from a run that died before forcing: hence once in each run.
        naming = zip((self.folder, middle), _folders_of(mail.sha256), strict=True)
        return {leaf, *(folder for folder, name in naming if name not in self._forced)}

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        force_folder(folder.parent)


class Incoming:
    """One mail on its way into the archive. Leaving the `with` block without `finish` drops it."""

    def __init__(self, archive: Archive, temporary: Path) -> None:
        self.temporary = temporary
        self.size = 0
        self._archive = archive
        self._digest = hashlib.sha256()
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(descriptor, "wb", buffering=0)

    @property
    def sha256(self) -> str:
        """The hash of what was written so far, in hexadecimal."""
        return self._digest.hexdigest()

    def write(self, piece: bytes | memoryview) -> None:
        """Append a slice of the mail.

        Raises:
            Unavailable: the disk is full, read-only or broken; the mail is dropped.
        """
        rest = memoryview(piece)
        self._digest.update(rest)
        try:
            with _disk("write a mail"):
                while rest:
                    written = self._file.write(rest)
                    self.size += written
                    rest = rest[written:]
        except Unavailable:
            self.drop()
            raise

    def finish(self) -> tuple[str, int]:
        """Make the mail durable under its final name; see `Archive.settle`.

        Returns:
            Its SHA-256 in hexadecimal, and its size in bytes.
        """
        return self._archive.settle([self])[0]

    def force(self) -> None:
        """Force the bytes to disk, still under the temporary name; used by `Archive.settle`.

        When fsync fails the kernel may already have thrown the bytes away and would report success
        on a second try: so there never is a second try, the file is dropped.
        """
        os.fsync(self._file.fileno())
        os.fchmod(self._file.fileno(), 0o400)
        self._file.close()

    def drop(self) -> None:
        """Give the mail up; after `finish` nothing happens."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self.temporary.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()


def _folders_of(sha256: str) -> tuple[str, str]:
    """What tells the two folders above a mail apart from others: the digits that lead to them."""
    return sha256[:2], sha256[:4]


def _take_away(named: Sequence[Path]) -> None:
    """Take back names that could not be forced, so that the next try makes and forces them anew.

    As with bytes, see `Incoming.force`: a folder that has not changed since is told to be on the disk.
    """
    for path in named:
        with suppress(OSError):
            path.unlink()
            # The folders as well, where they hold no other mail.
            path.parent.rmdir()
            path.parent.parent.rmdir()


def _in_parallel(force: Callable[[_T], None], things: Sequence[_T]) -> None:
    """Force several things at once: a journal writes waiting requests together."""
    if len(things) == 1:
        force(things[0])
    elif things:
        with ThreadPoolExecutor(_FORCING_AT_ONCE) as pool:
            for _ in pool.map(force, things):
                pass


def _overwrite(path: Path) -> None:
    """Blank a file before it goes. A disk may keep older copies of its blocks; this one it does not."""
    with suppress(FileNotFoundError):
        # Written under a name that only its owner may read, and not write, until now.
        path.chmod(0o600)
        with path.open("r+b", buffering=0) as file:
            left = os.fstat(file.fileno()).st_size
            blank = bytes(min(left, SLICE_BYTES))
            while left > 0:
                left -= file.write(blank[:left])
            os.fsync(file.fileno())
