"""What happens when: the events of the year in the order of time, and the clock that they turn."""

import heapq
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TypeAlias

Act: TypeAlias = Callable[[datetime], None]


class Hands:
    """The hands of the given clock; called, it tells the time in UTC."""

    def __init__(self, at: datetime) -> None:
        self.now = at

    def __call__(self) -> datetime:
        """The time."""
        return self.now.astimezone(UTC)


class Agenda:
    """Events to come; two at the same instant happen in the order in which they were put."""

    def __init__(self) -> None:
        self._events: list[tuple[datetime, int, Act | None]] = []
        self._count = 0
        self._rounds: set[datetime] = set()

    def put(self, at: datetime, act: Act) -> None:
        """Let `act` happen at that instant."""
        self._put(at, act)

    def call_mailbot(self, at: datetime) -> None:
        """Let mailbot do its rounds at that instant, once however often it is asked for."""
        if at not in self._rounds:
            self._rounds.add(at)
            self._put(at, None)

    def take(self, until: datetime) -> Iterator[tuple[datetime, Act | None]]:
        """The events before `until`, also those put meanwhile; None stands for mailbot's rounds."""
        while self._events and self._events[0][0] < until:
            at, _, act = heapq.heappop(self._events)
            yield at, act

    def _put(self, at: datetime, act: Act | None) -> None:
        self._count += 1
        heapq.heappush(self._events, (at, self._count, act))
