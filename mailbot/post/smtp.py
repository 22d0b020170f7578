"""Letters to the province's mail relay, by SMTP (RFC 5321), over a few connections side by side."""

import asyncio

from mailbot.core.posting import Letter, Outcome
from mailbot.errors import Unavailable
from mailbot.post.door import AtDot
from mailbot.post.smtp_line import SmtpLine
from mailbot.post.smtp_session import Security, SmtpSettings

__all__ = ["Security", "SmtpPost", "SmtpSettings"]


class SmtpPost:
    """Hands letters to a relay, over connections that are kept.

    Another connection is opened only while all others are busy. A relay that lets us have fewer than
    `settings.connections` gets the letters over those that it lets us have.
    """

    def __init__(self, settings: SmtpSettings) -> None:
        self.settings = settings
        self._lines = [SmtpLine(settings) for _ in range(settings.connections)]
        # The line that was given back last is taken first: one that is open, if any is.
        self._free: asyncio.LifoQueue[SmtpLine] = asyncio.LifoQueue()
        for line in reversed(self._lines):
            self._free.put_nowait(line)

    @property
    def abreast(self) -> int:
        """How many letters can be on their way at once."""
        return len(self._lines)

    async def send(self, letter: Letter, at_dot: AtDot) -> Outcome:
        """Hand over one letter, as `Post.send` says.

        If its first recipient can have it only later, nobody gets it now: copies must not overtake the
        letter.

        Raises:
            LoginRefused: if the server does not accept our credentials.
            Unwelcome: if it refuses to talk to us, or our own address.
            Unavailable: if no transaction can be begun; the letter was not sent.
        """
        line = await self._line()
        try:
            return await line.send(letter, at_dot)
        finally:
            if line in self._lines:
                self._free.put_nowait(line)

    async def close(self) -> None:
        """Say goodbye on every line that is at rest; a server that does not answer is left."""
        for line in self._lines:
            await line.close()

    async def check(self) -> str:
        """Connect, log in, and return the server's greeting to EHLO; for `mailbot check`.

        Raises:
            Unavailable: as `send`.
        """
        return await self._lines[0].connect()

    async def _line(self) -> SmtpLine:
        """A line at rest; connected already if another one is."""
        while True:
            line = await self._free.get()
            if line.open or not any(other.open for other in self._lines):
                return line
            try:
                await line.connect()
            except Unavailable:
                # While others are open this says nothing of the relay but that it wants no more of us.
                self._lines.remove(line)
            except BaseException:
                self._free.put_nowait(line)
                raise
            else:
                return line
