"""What a mailbox gives, in batches that are recorded together."""

from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import structlog

from mailbot.core.mail import Place
from mailbot.inbox.raw import Fetched, RawMail, Unfetchable

log = structlog.get_logger()

# One commit for that many mails: a crash repeats little, and a receipt waits for few others. While ever more
# come the batches grow, for each commit makes the book anew.
_BATCH, _MOST_TOGETHER = 50, 200
# Some twenty seconds of reading; then it is looked what has come, for a new mail must not wait for old ones.
MOST_IN_A_ROUND = 1000
_NEWEST = 50


class Backlog:
    """Which unread mails a round comes to; one object for one session.

    Attributes:
        left: how many good ones the last round did not come to.
    """

    def __init__(self) -> None:
        self.left = 0
        self._refused: set[Place] = set()

    def turn(self, unread: Sequence[Place]) -> list[Place]:
        """The mails of one round, of those listed from old to new: all, or the newest and the oldest of them.

        What the server refused before comes last, so that however many such mails there are, no other waits.
        """
        self._refused.intersection_update(unread)
        willing = [place for place in unread if place not in self._refused]
        self.left = max(0, len(willing) - MOST_IN_A_ROUND)
        if self.left:
            return [*willing[-_NEWEST:], *willing[: MOST_IN_A_ROUND - _NEWEST]]
        return [*willing, *[place for place in unread if place in self._refused][:MOST_IN_A_ROUND]]

    def refused(self, places: Collection[Place]) -> None:
        """The server did not give these mails."""
        self._refused.update(places)


class Fetching:
    """The mails that were fetched, a batch at a time.

    Attributes:
        complete: whether the mailbox gave every mail that it listed, as far as it was asked.
        refused: the mails that it did not give.
    """

    def __init__(self, fetched: Iterable[Fetched], vanished: Callable[[Place], None]) -> None:
        """`vanished` is told of each mail that was gone before its bytes were here."""
        self.complete = True
        self.refused: list[Place] = []
        self._fetched = fetched
        self._vanished = vanished

    def batches(self) -> Generator[list[RawMail], None, None]:
        """The mails, a batch at a time; closed in the middle, it closes what is fetched from."""
        try:
            yield from self._batches()
        finally:
            if isinstance(self._fetched, Generator):
                self._fetched.close()

    def _batches(self) -> Generator[list[RawMail], None, None]:
        batch: list[RawMail] = []
        enough = _BATCH
        for fetched in self._fetched:
            if isinstance(fetched, Unfetchable):
                self.complete = False
                self.refused.append(fetched.place)
                log.warning("mail cannot be fetched", place=fetched.place.name, reason=fetched.says)
            elif isinstance(fetched, RawMail):
                batch.append(fetched)
            else:
                self._vanished(fetched.place)
            if len(batch) == enough:
                yield batch
                batch, enough = [], min(2 * enough, _MOST_TOGETHER)
        if batch:
            yield batch


def side_by_side(
    fetching: Fetching,
    take_in: Callable[[Sequence[RawMail]], None],
    then: Callable[[Sequence[RawMail]], None],
) -> None:
    """Take in each batch in a thread of its own, while the next one is fetched; `then` follows in this one.

    Raises:
        Whatever they raise; the batch that was under way is taken in all the same.
    """
    with ThreadPoolExecutor(1, "desk") as desk, closing(fetching.batches()) as batches:
        before: tuple[Sequence[RawMail], Future[None]] | None = None
        for batch in batches:
            under_way = batch, desk.submit(take_in, batch)
            _follow(before, then)
            before = under_way
        _follow(before, then)


def _follow(
    taken: tuple[Sequence[RawMail], Future[None]] | None, then: Callable[[Sequence[RawMail]], None]
) -> None:
    """See that a batch is taken in, if there is one, and go on with it."""
    if taken is not None:
        batch, done = taken
        done.result()
        then(batch)
