"""The steps of mailbot's work: everything it asks of the world passes here, and here the world may fail."""

from collections.abc import Callable
from datetime import timedelta

from mailbot.rehearsal.agenda import Hands

# A step of real work takes about so long, so that clocks move within a round as they do in life.
_TAKES = timedelta(milliseconds=300)


class Crashed(BaseException):
    """The program ended at this very step, without a word."""


class Steps:
    """Counts the steps; what is armed happens at one of them.

    Attributes:
        taken: how many there have been.
    """

    def __init__(self, hands: Hands) -> None:
        self.taken = 0
        self._hands = hands
        self._armed: list[tuple[str, int, Callable[[], None]]] = []

    def arm(self, where: str, after: int, happens: Callable[[], None]) -> None:
        """Let something happen at the step that comes `after` others whose names begin with `where`."""
        self._armed.append((where, after, happens))

    def disarm(self) -> None:
        """Let nothing happen any more."""
        self._armed.clear()

    def step(self, name: str) -> None:
        """One step is about to be taken; raises what is armed for it."""
        self.taken += 1
        self._hands.now += _TAKES
        due = []
        for place, (where, left, happens) in enumerate(self._armed):
            if name.startswith(where):
                self._armed[place] = (where, left - 1, happens)
                if left <= 0:
                    due.append((where, left - 1, happens))
        for armed in due:
            if armed in self._armed:
                self._armed.remove(armed)
                armed[2]()
