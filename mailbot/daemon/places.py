"""Which places of the mailbox hold mails that are on record; one object for one session.

A mailbox that was put back from a backup may give UIDs that it gave out once to other mails, and keep its
UIDVALIDITY all the same. Whoever believed the UID alone would file such a mail away unread. So a place counts
as known in a session only if the mail there still has the server's date that was recorded with it; else it is
fetched again, and its bytes tell.
"""

from collections.abc import Iterable, Sequence

import structlog

from mailbot.core.mail import Place
from mailbot.errors import Unavailable
from mailbot.inbox.source import Inbox
from mailbot.ledger.store import Ledger

log = structlog.get_logger()

_OF_ANOTHER = (
    "nothing is read: this ledger has recorded no mail, and another one has filed {filed} away; see that the"
    " disk of the state folder is mounted; else put the backup back (`mailbot restore`), or have them read"
    ' (`mailbot outbox hold`, `mailbot reconcile`, `mailbot outbox release`); a trial wants filing = "none"'
)


class Places:
    """What is known of the places of one mailbox, by what `ledger` has seen there."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._sure: set[Place] = set()

    def known(self, inbox: Inbox, places: Sequence[Place]) -> dict[Place, int]:
        """Those of `places` whose mails are on record, with the numbers of their arrivals.

        Raises:
            Unavailable: the mailbox or the ledger cannot serve now.
        """
        # One that was gone and is there again may be another mail.
        self._sure.intersection_update(places)
        found = on_record(self._ledger, places)
        if unsure := [place for place in found if place not in self._sure]:
            dates, arrivals = inbox.dates(unsure), self._ledger.book().by_number
            for place in unsure:
                # What is gone meanwhile can be neither fetched nor filed.
                if dates.get(place, same := arrivals[found[place]].clocks.server_at) == same:
                    self._sure.add(place)
                else:
                    log.warning("another mail may lie where one was seen before", place=place.name)
        return {place: number for place, number in found.items() if place in self._sure}

    def see_that_none_is_missed(self, inbox: Inbox) -> None:
        """See that no other ledger has filed mails out of this mailbox while ours has recorded none.

        It is one in the place of the office's, whose disk is not mounted; or a trial on the mailbox at work.
        What it filed away would be a report that the office's ledger never hears of.

        Raises:
            Unavailable: it is so; nothing may be read until a person has looked.
        """
        if not self._ledger.has_mails and (filed := inbox.filed()):
            raise Unavailable(_OF_ANOTHER.format(filed=filed))

    def saw(self, places: Iterable[Place]) -> None:
        """Their mails were fetched in this session, and are on record."""
        self._sure.update(places)


def on_record(ledger: Ledger, places: Iterable[Place]) -> dict[Place, int]:
    """Those of `places` at which the ledger has seen a mail, with the number of its arrival."""
    names: dict[tuple[str, str], list[str]] = {}
    for place in places:
        names.setdefault(numbering(place), []).append(place.name)
    return {
        Place(*of, name): number
        for of, asked in names.items()
        for name, number in ledger.sightings(*of, asked).items()
    }


def numbering(place: Place) -> tuple[str, str]:
    """What the place's name is a number of: the mailbox, and the server's way of counting in it."""
    return place.mailbox, place.validity
