"""The disk under the state folder: its kind, its room, and whether what lies on it is sound."""

import os
import shutil
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from mailbot.disk import put
from mailbot.errors import Unavailable
from mailbot.inbox.archive import Archive

# Room for the largest mails that servers let through, and for the database to go on: then intake stops.
_FREE_BYTES = 1 << 30
_FREE_SHARE = 0.02
# Their locks and their fsync promise less than SQLite and the archive build on (https://sqlite.org/faq.html).
_NETWORKED = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ncpfs", "davfs", "coda"),
        *("ceph", "glusterfs", "lustre", "beegfs", "gpfs", "orangefs"),
        # Folders that a virtual machine shares with its host.
        *("vboxsf", "vmhgfs", "fuse.vmhgfs-fuse", "prl_fs"),
        *("fuse.sshfs", "fuse.s3fs", "fuse.ceph", "fuse.ceph-fuse", "fuse.glusterfs", "fuse.rclone"),
        *("fuse.davfs", "fuse.smbnetfs", "fuse.curlftpfs", "fuse.gcsfuse", "fuse.juicefs"),
    }
)
# A disk takes hundredths of a second; at two seconds a mail takes ten.
_SLOW_SECONDS = 2.0
# Each mail is looked at once in so many nights.
_NIGHTS = 30


def room(folder: Path) -> tuple[bool, int]:
    """Whether there is room to go on, and how many bytes are free.

    Raises:
        OSError: the folder cannot be reached.
    """
    total, _, free = shutil.disk_usage(folder)
    return free >= min(_FREE_BYTES, total * _FREE_SHARE), free


def is_read_only(folder: Path) -> bool:
    """Whether the file system below `folder` lets nobody write: mounted so, or by the kernel after an error.

    Raises:
        OSError: the folder cannot be reached.
    """
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def require_room(folder: Path) -> None:
    """Let mails wait in the mailbox while the disk is nearly full: what is begun must be able to end.

    Raises:
        Unavailable: there is too little room, or the disk cannot be reached.
    """
    try:
        enough, free = room(folder)
    except OSError as error:
        raise Unavailable(f"{folder} cannot be reached: {error.strerror}") from error
    if not enough:
        raise Unavailable(
            f"the disk has {free >> 20} MiB free; mails wait in the mailbox until there is more"
        )


def slowness(folder: Path) -> str:
    """What people should hear of the time that a few bytes take to the disk below `folder`; "" for nothing.

    Each mail and each commit takes it several times. Where nothing can be written, others tell.
    """
    probe = folder / "probe"
    began = time.monotonic()
    try:
        with probe.open("wb") as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return ""
    took = time.monotonic() - began
    return (
        f"a byte takes {took:.0f} s to be on it: mails and letters wait for it"
        if took >= _SLOW_SECONDS
        else ""
    )


def networked(folder: Path, mounts: str | None = None) -> str:
    """The kind of network file system that `folder` lies on; "" if it lies on none, or nobody can tell.

    Args:
        folder: there already.
        mounts: what /proc/self/mounts says.
    """
    if mounts is None:
        told = Path("/proc/self/mounts")
        mounts = told.read_text(encoding="utf-8", errors="replace") if told.exists() else ""
    here, kinds = folder.resolve(), {}
    for line in mounts.splitlines():
        where, kind = [*line.split(), "", "", ""][1:3]
        # Blanks in names are written as octal numbers.
        kinds[Path(where.replace("\\040", " "))] = kind
    kind = next((kinds[above] for above in (here, *here.parents) if above in kinds), "")
    return kind if kind in _NETWORKED else ""


class Rot:
    """The mails of the archive that were found changed, until they are put back; `file` keeps them."""

    def __init__(self, archive: Archive, file: Path) -> None:
        self._archive = archive
        self._file = file
        self._found: dict[str, None] = dict.fromkeys(_names(file))

    def look(self, night: date) -> str:
        """Read this night's share of the archive; what is wrong with it, in words, "" for nothing.

        Raises:
            Unavailable: the archive cannot be read.
        """
        self._found.update(dict.fromkeys(rotten(self._archive, night)))
        self._write()
        return self.look_again()

    def look_again(self) -> str:
        """What is still wrong of what was found, as far as the first mail that is; "" for nothing.

        Raises:
            Unavailable: the archive cannot be read.
        """
        for sha256 in list(self._found):
            # A mail that was sealed meanwhile has no bytes to be wrong.
            if self._archive.holds(sha256) and not self._archive.intact(sha256):
                says = f"{len(self._found)} mails have changed, the first is {sha256}"
                return f"{says}; `mailbot verify` lists all"
            del self._found[sha256]
            self._write()
        return ""

    def _write(self) -> None:
        # Losing it costs thirty nights until the mail is looked at again, so that is not hidden.
        try:
            if self._found:
                put(self._file, "\n".join(self._found))
            else:
                self._file.unlink(missing_ok=True)
        except OSError as error:
            raise Unavailable(f"{self._file} cannot be written: {error.strerror or error}") from error


def _names(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="ascii").split()
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise Unavailable(f"{file} cannot be read: {error}") from error


def rotten(archive: Archive, night: date) -> Iterator[str]:
    """Those of this night's share of the archive whose bytes are not what their names promise.

    Raises:
        Unavailable: the archive cannot be read.
    """
    for sha256, _ in archive.names():
        if int(sha256[:4], 16) % _NIGHTS == night.toordinal() % _NIGHTS and not archive.intact(sha256):
            yield sha256
