"""What delivery needs of a door out."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

from mailbot.core.posting import Letter, Outcome

AtDot: TypeAlias = Callable[[], Awaitable[bool]]
"""Called when all but the final dot has left: notes that fact durably, or says that it must not leave."""


class Post(Protocol):
    """Takes finished letters out of the house."""

    @property
    def abreast(self) -> int:
        """How many letters can be on their way at once."""
        ...

    async def send(self, letter: Letter, at_dot: AtDot) -> Outcome:
        """Hand over one letter, exactly these bytes, to all its recipients.

        `at_dot` is awaited once, before the one step that cannot be taken back; if it says no, or is
        never called, the letter was certainly not sent.

        Raises:
            mailbot.errors.Unavailable: if nothing can be handed over now; the letter was not sent.
        """
        ...

    async def check(self) -> str:
        """Try the door without handing anything over; return what it says of itself.

        Raises:
            mailbot.errors.Unavailable: as `send`.
        """
        ...

    async def close(self) -> None:
        """Give back what is held open; `send` may be called again afterwards."""
        ...
