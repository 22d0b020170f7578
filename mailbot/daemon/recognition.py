"""Knowing the ledger again: what this machine remembers of it, in a small file beside it.

A database that was emptied, exchanged, or put back to an older state looks sound in itself. Only from outside
of it can be told that it has forgotten letters that were sent and reports that came.
"""

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import structlog

from mailbot.core.machine.acquaintance import Estrangement, Glimpse, estranged
from mailbot.disk import put
from mailbot.errors import Unavailable
from mailbot.inbox.archive import Archive
from mailbot.ledger.store import Ledger

log = structlog.get_logger()

KNOWN = "known-ledger.json"
"""The file's name in the state folder."""

# A copy knows nothing of what the original does meanwhile: both would write the same letters.
_COPIED = (
    "this ledger was restored, copied or moved here (it was at {before}); see that no other mailbot works"
    " with the original, then `mailbot reconcile` and `mailbot outbox release`"
)
_LOST = (
    "this ledger is new, and {archive} holds mails of an older one; move it away and put the backup back"
    " (`mailbot restore`), or, if there is none, `mailbot reconcile` and `mailbot outbox release`"
)
_ESTRANGED = {
    Estrangement.ANOTHER: (
        "this is not the ledger that this machine worked with before, but another one, or one that was made"
        " anew; see which one is meant, then `mailbot reconcile` and `mailbot outbox release`"
    ),
    Estrangement.OLDER: (
        "this ledger is older than when this machine last worked with it: a backup was put back, and letters"
        " that it does not know have left; `mailbot reconcile`, then `mailbot outbox release`"
    ),
}


class Recognition:
    """What one machine knows of its ledger, kept in `file`.

    `place` is where the ledger lies, if that is with one machine.
    """

    def __init__(self, ledger: Ledger, archive: Archive, file: Path, place: str | None) -> None:
        self._ledger = ledger
        self._archive = archive
        self._file = file
        self._place = place
        self._before = _read(file)

    def recognise(self, now: datetime) -> None:
        """Hold all letters if the ledger is a stranger; from then on it is known.

        Held before anything is noted: a crash between must not make an old acquaintance of it.
        """
        if (why := self._stranger()) is not None:
            log.warning("the ledger is not as it was", reason=why)
            self._ledger.hold(why, now)
        self._ledger.settle_in(self._place or "shared")
        self.remember()

    def remember(self) -> None:
        """Note how far the ledger is now."""
        seen = self._ledger.glimpse
        if seen == self._before:
            return
        self._before = seen
        # Not to have it on a full disk costs nothing but a shorter memory.
        with contextlib.suppress(OSError):
            _note(self._file, seen)

    def _stranger(self) -> str | None:
        """Why nothing may leave by this ledger until a person has looked; None if it is known."""
        before = self._ledger.place
        if self._ledger.is_unused and next(self._archive.names(), None) is not None:
            # Else everybody would be overdue by a ledger that has forgotten every report.
            return _LOST.format(archive=self._archive.folder)
        if (how := estranged(self._before, self._ledger.glimpse)) is not None:
            return _ESTRANGED[how]
        if self._place is not None and before not in {None, self._place}:
            return _COPIED.format(before=before)
        return None


@contextlib.contextmanager
def strange_until_held(file: Path) -> Iterator[None]:
    """Put a ledger in its place and hold it; if that is cut off between the two, the next start will hold it.

    Raises:
        Unavailable: `file` cannot be written.
    """
    try:
        _note(file, Glimpse(instance="none, while a backup is put back", changes=0))
    except OSError as error:
        raise Unavailable(f"{file} cannot be written: {error.strerror or error}") from error
    yield
    # Whether it is the one that this machine worked with before, its being held has asked already.
    file.unlink(missing_ok=True)


def _note(file: Path, seen: Glimpse) -> None:
    put(file, json.dumps({"instance": seen.instance, "changes": seen.changes}))


def _read(file: Path) -> Glimpse | None:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return Glimpse(str(told["instance"]), int(told["changes"]))
    except (OSError, ValueError, LookupError, TypeError):
        # Never written, or lost with the power: then only the other signs count.
        return None
