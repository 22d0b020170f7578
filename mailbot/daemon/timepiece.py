"""The clock under doubt: while it cannot be believed nothing is planned, and nothing leaves.

Mails are taken in all the same, for their arrival is the mail servers' word. The hold ends by itself when the
clock is right again; a person who releases it says that the clock is right as it is.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from mailbot.clock import Clock
from mailbot.core.timepiece import Reading, behind, jumped
from mailbot.ledger.store import Ledger

log = structlog.get_logger()


def _since_boot() -> timedelta:
    """The clock that is never set; it counts the time that a laptop or a virtual machine slept, too."""
    return timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME))


_BEHIND = "the clock is behind: "
_JUMPED = "the clock jumped: "


class Timepiece:
    """Watches `clock` on behalf of one daemon; `ledger` is put on hold while the clock is in doubt.

    `running` tells how long the machine has been running; nobody sets it.
    """

    def __init__(self, clock: Clock, ledger: Ledger, running: Callable[[], timedelta] = _since_boot) -> None:
        self._clock = clock
        self._running = running
        self._ledger = ledger
        self._believed: Reading | None = None
        # Up to then a person has said that the ledger is wrong and not the clock.
        self._granted: datetime | None = None
        self._doubt = ""

    def sound(self) -> bool:
        """Whether the clock can be believed at this moment; asks no ledger."""
        return not self._doubt and not jumped(self._read(), self._believed)

    def doubt(self) -> str:
        """Why the clock cannot be believed, in plain words; "" if it can.

        Raises:
            Unavailable, LedgerBroken: the ledger cannot serve.
        """
        now, last, held = self._read(), self._last(), self._ledger.held_because
        found = self._found(now, last)
        if not found:
            if held and (held == self._doubt or held.startswith(_BEHIND)):
                log.warning("the clock is right again", shows=now.wall.isoformat())
                self._ledger.release(now.wall)
            self._believed, self._doubt = now, ""
        elif not self._doubt:
            log.warning("the clock is in doubt", why=found)
            self._doubt = found
            if held is None:
                self._ledger.hold(found, now.wall)
        elif held is None:
            log.warning("a person has released what the clock held", shows=now.wall.isoformat())
            self._believed, self._granted, self._doubt = now, last, ""
        return self._doubt

    def _found(self, now: Reading, last: datetime | None) -> str:
        if says := behind(now.wall, last if last != self._granted else None):
            return _BEHIND + says
        says = jumped(now, self._believed)
        return _JUMPED + says if says else ""

    def _last(self) -> datetime | None:
        scan = self._ledger.last_scan()
        return scan[1] if scan else None

    def _read(self) -> Reading:
        return Reading(self._clock(), self._running())
