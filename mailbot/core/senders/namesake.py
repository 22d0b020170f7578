"""Letters in our name that our ledger never wrote: another mailbot works on the same mailbox.

A test installation, or the original of a copied ledger. Proof is a letter that is named as mailbot names its
letters, comes from our address, and was written while this ledger was at work. It comes back as a copy, or a
machine reports on it or answers it, for machines answer to where a letter came from. What persons answer and
send on proves nothing: they do so with other offices' letters. All that follows is that people are told.
"""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import takewhile

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.mail import Automation, Level

# As `post.letter` names them.
_NAME = re.compile(r"<k\.[a-z2-7]{26}@[a-z0-9.-]{1,120}>", re.ASCII)
_REPORTS = frozenset({Automation.BOUNCE, Automation.DELAYED})
_ANSWERS = _REPORTS | {Automation.AUTO_REPLY}
# Whoever works there writes every day; when he was stopped, people should not hear of it for long.
_TOLD_FOR = timedelta(days=2)
# Mail servers try for four to five days before they report (RFC 5321, 4.5.4.1).
_LONGEST_WAY = timedelta(days=5)


def namesakes(book: Book, own: Collection[str], now: datetime) -> tuple[Arrival, ...]:
    """The mails of the last two days that prove it, the oldest first; `own` are our addresses, lower case."""
    lately = takewhile(lambda arrival: arrival.recorded_at > now - _TOLD_FOR, reversed(book.arrivals))
    named = [(arrival, name) for arrival in lately if _is_of_ours(name := _letter(arrival, own), own)]
    if not named:
        return ()
    ours = {letter.message_id for letter in book.letters.values()}
    found = [arrival for arrival, name in named if name not in ours and _remembers(book, *_written(arrival))]
    return tuple(reversed(found))


def _letter(arrival: Arrival, own: Collection[str]) -> str:
    """The letter from our address that a mail is, or that a machine answers; "" if it is put in by hand."""
    mail = arrival.mail
    if arrival.muted or mail.proof.level is Level.FAILED:
        return ""
    if mail.automation is Automation.OWN and arrival.sender in own:
        return mail.message_id
    # A thread may have begun in another office; what is answered, or was returned, is one letter.
    if mail.automation in _ANSWERS and any(address.email in own for address in mail.to):
        returned = next(iter(mail.regards), "") if mail.automation in _REPORTS else ""
        return mail.in_reply_to or returned
    return ""


def _is_of_ours(name: str, own: Collection[str]) -> bool:
    """Whether a mailbot with one of our addresses would name a letter so."""
    domain = name.rpartition("@")[2].removesuffix(">")
    return _NAME.fullmatch(name) is not None and any(email.rpartition("@")[2] == domain for email in own)


def _written(arrival: Arrival) -> tuple[datetime, datetime]:
    """Between which moments the letter was written: by its own date, or as long as machines keep one."""
    dated_at = arrival.mail.dated_at
    if arrival.mail.automation is Automation.OWN and dated_at is not None:
        return dated_at, dated_at
    return arrival.arrived_at - _LONGEST_WAY, arrival.arrived_at


def _remembers(book: Book, since: datetime, until: datetime) -> bool:
    """Whether the ledger would know every letter of its own from then.

    Not those from before it began, which a ledger may have written that was lost since; nor from an outage,
    after which it may have been put back from a backup.
    """
    away = any(gap.since <= until and since <= gap.until for gap in book.outages if not gap.vanished)
    return book.arrivals[0].recorded_at < since and not away
