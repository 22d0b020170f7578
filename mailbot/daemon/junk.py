"""Reading the provider's folder for junk, as far as it holds mails of somebody that we know.

The folder is read beside the inbox, on a connection of its own, and nothing in it is changed. Only `From` is
asked of a mail that was not seen before: a flood of advertisements costs a line each, and is neither archived
nor recorded. A mail that the staff move into the inbox afterwards is known there by its bytes.

As long as the folder cannot be read the inbox does not count as read to its end either, for a report may lie
in it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import structlog

from mailbot.core.changes.taught import taught
from mailbot.core.mail import Place
from mailbot.core.rules import Rules
from mailbot.core.senders.junk import names_one_of_ours
from mailbot.daemon.fetching import Fetching
from mailbot.daemon.places import Places
from mailbot.errors import LoginRefused, Unavailable
from mailbot.inbox.archive import Archive
from mailbot.inbox.raw import Fetched, RawMail
from mailbot.inbox.source import Sifted
from mailbot.ledger.store import Ledger

log = structlog.get_logger()

# After a failure so many rounds are let pass, twice as many after each: to a quarter of an hour of minutes.
_LONGEST_PAUSE = 15


class Junk:
    """That folder, read anew in each round of the intake.

    Attributes:
        trouble: why it could not be read to its end the last time; "" if it could.
    """

    def __init__(self, folder: Sifted, archive: Archive, ledger: Ledger) -> None:
        self.trouble = ""
        self._folder = folder
        self._archive = archive
        self._ledger = ledger
        self._places = Places(ledger)
        # Mails of strangers, by the rules of that day; others may know them.
        self._strange: set[Place] = set()
        self._by: tuple[object, ...] = ()
        self._connected = False
        self._pause = self._left = 0

    def batches(self, rules: Rules, on: date) -> Iterator[Sequence[RawMail]]:
        """The mails of senders that `rules` know on that day and that are not on record, in batches.

        What stands in the way is not raised: it becomes the `trouble`, and is tried again some rounds later.

        Raises:
            LoginRefused: the server refuses our credentials; it does so for the inbox, too.
        """
        if self._left > 0:
            self._left -= 1
            return
        try:
            if not self._connected:
                self._folder.connect()
                self._connected = True
            fetching = Fetching(self._fetched(rules, on), vanished=_told_of)
            yield from fetching.batches()
        except LoginRefused:
            raise
        except Unavailable as error:
            self._failed(str(error))
        else:
            self._pause = 0
            self.trouble = "" if fetching.complete else "some mails in it cannot be fetched"

    def close(self) -> None:
        """Let go of the connection."""
        self._folder.close()
        self._connected = False

    def _failed(self, why: str) -> None:
        log.warning("the folder for junk cannot be read", reason=why)
        self.trouble = why
        self.close()
        self._pause = min(max(1, self._pause * 2), _LONGEST_PAUSE)
        self._left = self._pause

    def _fetched(self, rules: Rules, on: date) -> Iterator[Fetched]:
        places = self._folder.scan()
        known = self._places.known(self._folder, places)
        wanted = self._of_ours([place for place in places if place not in known], rules, on)
        for fetched in self._folder.fetch(wanted, self._archive) if wanted else ():
            yield replace(fetched, junk=True) if isinstance(fetched, RawMail) else fetched
        self._strange.intersection_update(places)

    def _of_ours(self, places: Iterable[Place], rules: Rules, on: date) -> list[Place]:
        """Those of these mails that name one of ours as the sender."""
        lessons = self._ledger.book().lessons
        if self._by != (by := (rules.fingerprint, len(lessons), on)):
            self._strange.clear()
            self._by = by
        rules = taught(rules, lessons)
        unseen = [place for place in places if place not in self._strange]
        senders = self._folder.senders(unseen) if unseen else {}
        wanted = [place for place, field in senders.items() if names_one_of_ours(field, rules, on)]
        self._strange.update(senders.keys() - set(wanted))
        return wanted


def _told_of(place: Place) -> None:
    # The staff move it into the inbox, where it is found, or the provider lets junk go after some weeks.
    log.info("mail left the folder for junk before it could be read", place=place.name)
