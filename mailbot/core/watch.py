"""The watch (thời gian trực): when the mailbox was really being read, and when it was not.

A mail that came while nobody watched is still in the mailbox afterwards, unless somebody took it away
meanwhile. So after an outage of ours nobody is called late for a report that was due in it, until a person
says that the mailbox is whole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

# Most reports come on their last day; one that was sent before it would have been found in the inbox.
LAST_DAY = timedelta(hours=24)
# Mail servers queue: what was accepted in the last minute may lie in the mailbox some while later.
GRACE = timedelta(minutes=60)
# Servers date mails in whole seconds: one that came after a look of that second may bear its date.
_SECOND = timedelta(seconds=1)
# A pause that a restart, an update or a provider's maintenance takes is no outage.
_SHORTEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch in which the mailbox was read without a gap, from its first scan to its last one's end."""

    mailbox: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Outage:
    """A stretch over which the mailbox proves nothing: mailbot had been watching, and then did not.

    Attributes:
        vanished: a mail that came in it was listed, and gone before it could be read.
    """

    mailbox: str
    since: datetime
    until: datetime
    vanished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouch:
    """A person's word that nobody took mails out of the mailbox from `since` to `until`."""

    number: int
    since: datetime
    until: datetime
    by: str
    why: str
    vouched_at: datetime


def outages(stretches: Iterable[Stretch]) -> Iterator[Outage]:
    """The gaps of at least an hour that follow a watch of at least an hour, by mailbox, in order.

    Single looks, as `mailbot tick` takes them by cron or by hand, promise no watch in between.
    """
    last: dict[str, Stretch] = {}
    for stretch in stretches:
        before = last.get(stretch.mailbox)
        last[stretch.mailbox] = stretch
        if before is None or before.until - before.since < _SHORTEST:
            continue
        if stretch.since - before.until >= _SHORTEST:
            yield Outage(stretch.mailbox, before.until, stretch.since)


def unproven(gaps: Iterable[Outage], vouches: Iterable[Vouch]) -> tuple[Outage, ...]:
    """The outages for which nobody has vouched as a whole."""
    given = tuple(vouches)
    return tuple(
        gap
        for gap in gaps
        if not any(vouch.since <= gap.since and gap.until <= vouch.until for vouch in given)
    )


def broken_before(due_at: datetime, gaps: Iterable[Outage]) -> bool:
    """Whether some outage reaches into the last day before `due_at`."""
    return any(_reaches(gap, due_at - LAST_DAY, due_at) for gap in gaps if not gap.vanished)


def vanished_before(due_at: datetime, opens_at: datetime, gaps: Iterable[Outage]) -> bool:
    """Whether a mail vanished that may have been a report which could be handed in from `opens_at` on.

    It may have been anybody's, early or at the last moment.
    """
    return any(_reaches(gap, opens_at, due_at) for gap in gaps if gap.vanished)


def _reaches(gap: Outage, since: datetime, due_at: datetime) -> bool:
    """Whether the gap reaches into what lies between the two, the due second included."""
    return gap.since < due_at + _SECOND and gap.until > since
