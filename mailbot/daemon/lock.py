"""One mailbot for each ledger: the lock that a running one holds.

It is on two things: on a file, which names the holder, and on the folder that the file is in. Somebody who
takes the file for a left-over and removes it must not open the door to a second mailbot.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailbot.errors import LedgerBroken, Unavailable


def is_held(lock_file: Path) -> bool:
    """Whether some mailbot holds the lock now."""
    if not lock_file.parent.exists():
        return False
    with _folder(lock_file.parent) as folder:
        if not _locked(folder):
            return True
    if not lock_file.exists():
        return False
    with lock_file.open("a") as file:
        return not _locked(file.fileno())


@contextmanager
def sole(lock_file: Path) -> Iterator[None]:
    """Hold the lock; it ends with the process, however that ends.

    Raises:
        LedgerBroken: if another mailbot holds it; its process id stands in the text.
    """
    with lock_file.open("a+") as file, _folder(lock_file.parent) as folder:
        if not (_locked(file.fileno()) and _locked(folder)):
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise LedgerBroken(
                f"another mailbot (process {holder}) works with {lock_file.parent}; one ledger serves one"
            )
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Let nobody else write a backup into `folder`: they would take each other's half-written ledger.

    Raises:
        Unavailable: somebody does.
    """
    with _folder(folder) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Unavailable(
                f"another backup is being written into {folder}; wait until it is done"
            ) from error
        except OSError:
            # Some network file systems lock no folder; a backup there is better than none.
            pass
        yield


@contextmanager
def _folder(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Whether the lock on it is ours now, until it is closed."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        # NFS locks no folder, for none is opened to be written; there the file alone tells.
        if error.errno != errno.EBADF:
            raise
    return True
