"""The watch (thời gian trực): when the mailbox was really being read, and when it was not.

A mail that came while nobody watched is still in the mailbox afterwards, unless somebody took it away
meanwhile. So after an outage of ours nobody is called late for a report that was due in it, until a person
says that the mailbox is whole.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

# Most reports come on their last day; one that was sent before it would have been found in the inbox.
LAST_DAY = timedelta(hours=24)
# Mail servers queue: what was accepted in the last minute may lie in the mailbox some while later.
GRACE = timedelta(minutes=60)
# Servers date mails in whole seconds: one that came after a look of that second may bear its date.
_SECOND = timedelta(seconds=1)
# A pause that a restart, an update or a provider's maintenance takes is no outage.
_SHORTEST = timedelta(hours=1)
# Who watched within a month, and looks again, means to watch: a daemon that ends soon after each start does.
_STILL_MEANT = timedelta(days=31)


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
        vouched_at: when a person vouched for it, if the mailbox was not read since.
    """

    mailbox: str
    since: datetime
    until: datetime
    vanished: bool = False
    vouched_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouch:
    """A person's word that nobody took mails out of the mailbox from `since` to `until`."""

    number: int
    since: datetime
    until: datetime
    by: str
    why: str
    vouched_at: datetime

    def covers(self, gap: Outage) -> bool:
        """Whether it is said of the whole outage."""
        return self.since <= gap.since and gap.until <= self.until


class Gaps:
    """What stretches of watching leave unwatched, told of each mailbox in the order in which they began."""

    def __init__(self) -> None:
        self._last: dict[str, Stretch] = {}
        self._watched: dict[str, datetime] = {}

    def before(self, stretch: Stretch) -> Iterator[Outage]:
        """The gap between it and the stretch before in the same mailbox, if that is an outage.

        It is if it takes an hour, and if up to it, or shortly before, the mailbox was watched for an hour.
        Single looks, as `mailbot tick` takes them by cron or by hand, promise no watch in between.
        """
        before = self._last.get(stretch.mailbox)
        if before is not None:
            if _is_watch(before):
                self._watched[stretch.mailbox] = before.until
            if self._is_meant(before):
                yield from broken_off([before], stretch.since)
        self._last[stretch.mailbox] = stretch

    def grown(self, stretch: Stretch) -> None:
        """The last stretch of its mailbox goes on."""
        self._last[stretch.mailbox] = stretch

    def meant(self) -> tuple[Stretch, ...]:
        """The last stretch, if it should go on; another mailbox may have been given up for its own."""
        last = max(self._last.values(), key=lambda stretch: stretch.until, default=None)
        return (last,) if last is not None and self._is_meant(last) else ()

    def _is_meant(self, last: Stretch) -> bool:
        watched = self._watched.get(last.mailbox)
        return _is_watch(last) or (watched is not None and last.since - watched <= _STILL_MEANT)


def _is_watch(stretch: Stretch) -> bool:
    return stretch.until - stretch.since >= _SHORTEST


def broken_off(meant: Iterable[Stretch], now: datetime) -> Iterator[Outage]:
    """The outages that last at `now`, of stretches that should have gone on."""
    for stretch in meant:
        if now - stretch.until >= _SHORTEST:
            yield Outage(stretch.mailbox, stretch.until, now)


def outages(stretches: Iterable[Stretch]) -> Iterator[Outage]:
    """Every outage that these stretches of watching leave, by mailbox, in order; see `Gaps`."""
    gaps = Gaps()
    for stretch in stretches:
        yield from gaps.before(stretch)


def unproven(gaps: Iterable[Outage], vouches: Iterable[Vouch]) -> tuple[Outage, ...]:
    """The outages for which nobody has vouched as a whole."""
    given = tuple(vouches)
    return tuple(gap for gap in gaps if not any(vouch.covers(gap) for vouch in given))


def unread(
    gaps: Iterable[Outage], vouches: Collection[Vouch], scanned_at: datetime | None
) -> tuple[Outage, ...]:
    """The outages for which somebody has vouched, and the mailbox was not read since.

    Whoever asked his colleagues may have had a mail put back, and the reading of it decides.

    Args:
        gaps: all of them.
        vouches: in the order in which they were given.
        scanned_at: when the latest reading began; None if there was none.
    """
    later = [vouch for vouch in vouches if scanned_at is None or vouch.vouched_at > scanned_at]
    # Mostly nobody has vouched since, and nothing is to be looked for.
    waiting = unproven(gaps, [vouch for vouch in vouches if vouch not in later]) if later else ()
    given = ((gap, next((vouch for vouch in later if vouch.covers(gap)), None)) for gap in waiting)
    return tuple(replace(gap, vouched_at=vouch.vouched_at) for gap, vouch in given if vouch is not None)


def unread_at(now: datetime, gaps: Iterable[Outage]) -> Iterator[Outage]:
    """Those whose vouch was given by `now`; one of later lets the past be judged as if given in time."""
    return (gap for gap in gaps if gap.vouched_at is None or gap.vouched_at <= now)


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
