"""Readers side by side, so that a full mailbox keeps every core busy that judging leaves.

Each has a child of its own, with all its walls. A mail that comes alone is read by the first: the others
begin no child before they are needed.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from queue import LifoQueue
from typing import TypeVar

from mailbot.inbox.extract.reader import Reader

# One for each core but one, for whoever judges what was read needs a core too; a child takes some 25 MiB.
_MOST = 2
# So many mails are under way, or read and not judged yet: their words are in memory until then.
_AHEAD = 6
_T = TypeVar("_T")
_U = TypeVar("_U")


class Readers:
    """As many readers as this machine has cores for beside judging, at most `most`, made by `make`."""

    def __init__(self, make: Callable[[], Reader], most: int = _MOST) -> None:
        cores = len(os.sched_getaffinity(0))
        self._all = [make() for _ in range(max(1, min(most, cores - 1)))]

    @property
    def first(self) -> Reader:
        """One of them, for whoever reads one mail after the other."""
        return self._all[0]

    def close(self) -> None:
        """End their children; a later reading begins others."""
        for reader in self._all:
            reader.close()

    def each(self, read: Callable[[Reader, _T], _U], mails: Sequence[_T]) -> Iterator[_U]:
        """What `read` makes of each mail, in their order, while the ones after it are being read.

        Raises:
            Whatever `read` raises, at its mail; by then no reader works any more.
        """
        if len(mails) <= 1:
            yield from (read(self.first, mail) for mail in mails)
            return
        free: LifoQueue[Reader] = LifoQueue()
        for reader in reversed(self._all):
            free.put(reader)

        def taken(mail: _T) -> _U:
            reader = free.get()
            try:
                return read(reader, mail)
            finally:
                free.put(reader)

        with ThreadPoolExecutor(len(self._all), "reader") as pool:
            waiting = iter(mails)
            under_way: deque[Future[_U]] = deque()
            try:
                under_way.extend(pool.submit(taken, mail) for mail in islice(waiting, _AHEAD))
                while under_way:
                    made = under_way.popleft().result()
                    under_way.extend(pool.submit(taken, mail) for mail in islice(waiting, 1))
                    yield made
            finally:
                pool.shutdown(cancel_futures=True)
