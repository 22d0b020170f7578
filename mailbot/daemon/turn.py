"""Whose turn it is, where mailbots of several machines share a ledger: one works, the others stand by.

With a ledger that is a file the lock of the state folder decides instead; see `lock`.
"""

import asyncio
import contextlib
from datetime import timedelta

import structlog

from mailbot.daemon.notify import notify
from mailbot.errors import Unavailable
from mailbot.ledger.lease import Lease

log = structlog.get_logger()


class Turn:
    """One mailbot's turn at a shared ledger; `stop` ends all waiting."""

    def __init__(self, lease: Lease, stop: asyncio.Event) -> None:
        self._lease = lease
        self._stop = stop

    async def come(self) -> bool:
        """Stand by until the turn is ours; False if we were told to stop meanwhile."""
        told = False
        while not self._stop.is_set():
            notify("WATCHDOG=1")
            try:
                if await asyncio.to_thread(self._lease.take):
                    return True
            except Unavailable as error:
                log.warning("cannot ask for the ledger", reason=str(error))
            if not told:
                notify("READY=1", "STATUS=standing by")
                log.info("standing by")
                told = True
            await self._pause(self._lease.ask_every)
        return False

    async def keep(self) -> None:
        """Renew the lease until told to stop.

        Raises:
            Superseded: another mailbot took it. While the database is away nobody can take it, and nothing
                can be written.
        """
        while not self._stop.is_set():
            await self._pause(self._lease.renew_every)
            try:
                await asyncio.to_thread(self._lease.renew)
            except Unavailable as error:
                log.warning("lease not renewed", reason=str(error))

    async def end(self) -> None:
        """Let the next one begin at once."""
        with contextlib.suppress(Unavailable):
            await asyncio.to_thread(self._lease.release)

    async def _pause(self, length: timedelta) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), length.total_seconds())
