"""How far long work has come, for whoever waits for it."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Hands out the things that are worked on, one by one, and may show how many are left."""

    def __call__(self, things: Sequence[T], /) -> Iterable[T]:
        """The same things in the same order."""
        ...


def unseen(things: Sequence[T], /) -> Iterable[T]:
    """Progress that nobody looks at."""
    return things
