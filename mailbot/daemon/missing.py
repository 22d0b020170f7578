"""Mails that were listed in the mailbox and gone before they could be read: nobody knows whose they were.

Each is noted, so that nobody is judged over it until a person vouches. One object for the life of the
program: a session may end before that can be noted, as where the disk is full, and the next finds it gone.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog

from mailbot.clock import Clock
from mailbot.core.mail import Place
from mailbot.daemon.places import numbering, on_record
from mailbot.ledger.store import Ledger

log = structlog.get_logger()


class Missing:
    """Knows which mails of one mailbox were listed and are not on record yet."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._unread: set[Place] = set()

    def look(self, places: Sequence[Place], unread: Iterable[Place], began: datetime) -> None:
        """Note those that were unread at the look before, and have left the mailbox without being on record.

        Args:
            places: every mail that lies in the mailbox now.
            unread: those of them that are not on record.
            began: when they were listed.

        Raises:
            Unavailable: the ledger cannot serve now; they are noted after a later look.
        """
        for place in sorted(self._gone(places), key=str):
            self.note(place, began)
        self._unread = set(unread)

    def note(self, place: Place, began: datetime) -> None:
        """Somebody took the mail at `place` away unread, and a person must ask; see `look`."""
        log.warning("mail vanished before it could be read", place=place.name)
        since = self._ledger.book().scanned_at or began
        # Also where the clock was set back since.
        until = max(self._clock(), since + timedelta(seconds=1))
        self._ledger.note_vanished(place, since=since, until=until)
        self._unread.discard(place)

    def _gone(self, places: Sequence[Place]) -> set[Place]:
        gone = self._unread.difference(places)
        if places:
            # Where the server began to count anew, the old numbers say nothing.
            gone = {place for place in gone if numbering(place) == numbering(places[0])}
        return gone.difference(on_record(self._ledger, gone))
