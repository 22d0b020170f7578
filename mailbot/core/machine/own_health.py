"""How mailbot itself is, for one line of the digest: gaps in its watch, and what has not left yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.core.book import Book
from mailbot.core.machine.watch import Outage
from mailbot.core.posting import State
from mailbot.core.senders.junk import was_in_junk
from mailbot.core.senders.namesake import namesakes
from mailbot.core.verdict import Ignored

# As long as duties are listed over which an outage keeps judgement open.
_TOLD_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHealth:
    """What the staff should know of the machine.

    Attributes:
        outages: stretches without a watch for which nobody has vouched.
        unsent: how many letters wait to leave, those that wait for a person apart; `oldest_at` is when the
            first of them was written.
        junked: how many mails that came lately and matter lay in the provider's folder for junk.
        namesakes: the numbers of the mails that prove another mailbot at the same mailbox.
    """

    outages: tuple[Outage, ...] = ()
    unsent: int = 0
    oldest_at: datetime | None = None
    junked: int = 0
    namesakes: tuple[int, ...] = ()


def own_health(book: Book, mailbox: str, now: datetime, since: datetime) -> OwnHealth:
    """How mailbot is at `now`, and what befell it since that moment; `mailbox` is its own address."""
    waiting = [letter for letter in book.unsent if letter.state is State.WAITING]
    return OwnHealth(
        outages=tuple(gap for gap in book.outages if now - gap.until <= _TOLD_FOR),
        unsent=len(waiting),
        oldest_at=min((letter.queued_at for letter in waiting if letter.queued_at), default=None),
        junked=sum(
            was_in_junk(arrival.verdict) and not isinstance(arrival.verdict, Ignored)
            for arrival in book.arrivals
            if since < arrival.recorded_at <= now
        ),
        namesakes=tuple(arrival.number for arrival in namesakes(book, {mailbox}, now)),
    )
