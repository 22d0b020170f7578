"""What delivery needs of a door out."""

from typing import Protocol

from mailbot.core.posting import Letter, Outcome


class Post(Protocol):
    """Takes finished letters out of the house, one after the other."""

    async def send(self, letter: Letter) -> Outcome:
        """Hand over one letter, exactly these bytes, to all its recipients.

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
