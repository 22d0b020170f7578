"""One mailbot for each ledger: the lock that a running one holds."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailbot.errors import LedgerBroken


def is_held(lock_file: Path) -> bool:
    """Whether some mailbot holds the lock now."""
    if not lock_file.exists():
        return False
    with lock_file.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@contextmanager
def sole(lock_file: Path) -> Iterator[None]:
    """Hold the lock; it ends with the process, however that ends.

    Raises:
        LedgerBroken: if another mailbot holds it; its process id stands in the text.
    """
    with lock_file.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise LedgerBroken(
                f"another mailbot (process {holder}) works with {lock_file.parent}; one ledger serves one"
            ) from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
