"""What follows from a command by reply: it is carried out once, and what it does is a ruling like others."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.changes.lesson import Proposal
from mailbot.core.changes.official import OfficialLetter
from mailbot.core.command import Carried, Done
from mailbot.core.duty import Duty
from mailbot.core.posting import PostedLetter
from mailbot.core.rules import Rules, Staff, UnitId
from mailbot.core.standings.closing import Position
from mailbot.core.standings.figures import Figures
from mailbot.core.verdict import Commanded, Verdict

# Five wrong keys in an hour are no slip of the hand; then a day without commands costs little
# (faults-and-threats, C.3), for the command line still works.
_MOST_FORGED = 5
_FORGED_WITHIN = timedelta(hours=1)
_LOCKED_FOR = timedelta(hours=24)
# A slip of the pen in the year: filed for it, a report would leave its unit late for the one that was meant.
NOT_BEGUN = "kỳ báo cáo này chưa bắt đầu"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A ruling that a command makes."""

    arrival: int
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a unit is asked to report on: what is said to have happened, who says so, and by when."""

    summary: str
    source: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """That an urgent matter is over; all its reports count as seen."""

    ref: str
    unit: UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class WordOn:
    """That a person confirms, or declines, what rulings suggest to remember."""

    proposal: Proposal
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """That a month's figures count as they stand; `made_of` is what they were made of."""

    figures: Figures
    made_of: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """What the office allows one unit: its word, as an official letter, and the duties as they are then.

    `rules` is the fingerprint of the rules that it was worked out by.
    """

    letter: OfficialLetter
    duties: tuple[Duty, ...]
    rules: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command does, all of it in one transaction.

    Attributes:
        by, says: as in `Carried`.
        rulings: the corrections that it makes.
        again: mails to read once more; what is found becomes rulings, and is said.
        release, drop: the numbers of held letters to let go, and of one never to send.
        close: which urgent matter is over.
        word_on: a decision on what rulings suggest to remember.
        approval: the figures of a month that count from now on.
        leave: more time for a duty, or that it need not be met.
        hold: why nothing may leave any more; "" leaves the switch alone.
    """

    done: Done
    by: str
    says: str = ""
    rulings: tuple[Correction, ...] = ()
    again: tuple[int, ...] = ()
    release: tuple[int, ...] = ()
    drop: int | None = None
    hold: str = ""
    close: Closing | None = None
    word_on: WordOn | None = None
    approval: Approval | None = None
    leave: Leave | None = None

    @property
    def ruling(self) -> Correction | None:
        """The first correction that it makes, if any."""
        return self.rulings[0] if self.rulings else None


def refused(staff: Staff, says: str) -> Outcome:
    """Nothing happens, and the member of the staff is told why."""
    return Outcome(done=Done.REFUSED, by=staff.email, says=says)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A command with all that it is judged by.

    Attributes:
        replied: the letter of ours that its mail answers, if that is known.
        secret: what tokens are made with.
        files: the rules without what official letters and tasks add to them.
        proves: our mail servers prove who sent a mail; the staff are then believed only if they do.
    """

    arrival: Arrival
    verdict: Commanded
    rules: Rules
    files: Rules
    book: Book
    now: datetime
    replied: PostedLetter | None = None
    secret: bytes = b""
    proves: bool = False


def pending(book: Book, go_live: datetime) -> Iterator[Arrival]:
    """The commands that nobody has carried out yet, the oldest first."""
    for arrival in book.orders:
        if arrival.number not in book.commands and arrival.arrived_at >= go_live and not arrival.muted:
            yield arrival


def is_locked(book: Book, staff: str, now: datetime) -> bool:
    """Whether commands of that member of the staff are off: too many forged tokens within an hour."""
    forged = sorted(
        carried.decided_at
        for carried in book.commands.values()
        if carried.done is Done.FORGED and carried.by == staff and carried.decided_at > now - _LOCKED_FOR
    )
    runs = zip(forged, forged[_MOST_FORGED - 1 :], strict=False)
    return any(last - first <= _FORGED_WITHIN for first, last in runs)


def carried(order: Order, outcome: Outcome) -> Carried:
    """What the book will say of the command."""
    return Carried(
        arrival=order.arrival.number,
        by=outcome.by,
        done=outcome.done,
        says=outcome.says,
        decided_at=order.now,
    )
