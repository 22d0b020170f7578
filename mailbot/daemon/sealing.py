"""Sealing by hand (`mailbot seal N`): a person saw that a mail is secret which bore no mark."""

from datetime import datetime

from mailbot.core.book import Arrival
from mailbot.daemon.house import House
from mailbot.ledger.store import Blanked


def seal(house: House, arrival: Arrival, *, by: str, now: datetime) -> Blanked:
    """Take the words of `arrival` out of the ledger and its bytes out of the archive.

    The ledger comes first: what a crash leaves of the bytes goes at the next start, for the ledger then says
    that they must not stay. The mail in the mailbox, letters that left and backups elsewhere are for people.

    Raises:
        ValueError: a letter that repeats its words is on the wire.
        Unavailable: ledger, vault or disk cannot serve now.
    """
    done = house.ledger.blank(arrival.number, by=by, now=now)
    house.archive.seal(arrival.mail.sha256)
    if house.ledger.is_shared:
        house.ledger.forget_copy(arrival.mail.sha256)
    return done
