"""The announced duties by when they are due: nobody has to look at all the years to find this month's."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime

from mailbot.core.duty import Duty


class Dues:
    """Duties in the order of their due moments, each with its place in the order of announcing."""

    def __init__(self, duties: Iterable[Duty]) -> None:
        placed = sorted(enumerate(duties), key=lambda each: each[1].due_at)
        self._placed = placed
        self._moments = [duty.due_at for _, duty in placed]

    def between(self, since: datetime, until: datetime | None = None) -> Sequence[Duty]:
        """Those due from `since` to `until`, both included, or to the last, in the order of announcing."""
        first = bisect_left(self._moments, since)
        last = len(self._moments) if until is None else bisect_right(self._moments, until)
        return [duty for _, duty in sorted(self._placed[first:last], key=lambda each: each[0])]
