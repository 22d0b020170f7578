"""The clock under doubt: while it cannot be believed nothing is planned, and nothing leaves.

Mails are taken in all the same, for their arrival is the mail servers' word. The hold ends by itself when the
clock is right again; a person who releases it says that the clock is right as it is. A doubt is kept in a
small file: mailbot that begins anew has seen no jump, and would plan and judge by the wrong clock.
"""

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from mailbot.clock import Clock
from mailbot.core.machine.timepiece import Reading, behind, jumped, off_the_track
from mailbot.disk import put
from mailbot.ledger.store import Ledger

log = structlog.get_logger()


def _since_boot() -> timedelta:
    """The clock that is never set; it counts the time that a laptop or a virtual machine slept, too."""
    return timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME))


_BEHIND = "the clock is behind: "
_JUMPED = "the clock jumped: "


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What a run leaves to the next one.

    Attributes:
        believed: the last reading before the clock was doubted; None if it never was believed.
        shown: what the clock showed when it began to be doubted.
        granted: up to then a person has said that the ledger is wrong and not the clock.
        doubt: why it is doubted; "" if it is not.
    """

    believed: Reading | None = None
    shown: datetime | None = None
    granted: datetime | None = None
    doubt: str = ""


class Timepiece:
    """Watches `clock` on behalf of one daemon; `ledger` is put on hold while the clock is in doubt.

    `running` tells how long the machine has been running; nobody sets it. `file` outlives this run; without
    one a doubt ends with it.
    """

    def __init__(
        self,
        clock: Clock,
        ledger: Ledger,
        running: Callable[[], timedelta] = _since_boot,
        file: Path | None = None,
    ) -> None:
        self._clock = clock
        self._running = running
        self._ledger = ledger
        self._file = file
        self._kept = _read(file) if file is not None else _Kept()
        self._believed = self._kept.believed
        self._granted = self._kept.granted
        self._doubt = self._kept.doubt

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
            self._keep(_Kept(granted=self._granted))
        elif not self._doubt:
            log.warning("the clock is in doubt", why=found)
            self._doubt = found
            if held is None:
                self._ledger.hold(found, now.wall)
            self._keep(
                _Kept(believed=self._believed, shown=now.wall, granted=self._granted, doubt=found),
            )
        elif held is None:
            log.warning("a person has released what the clock held", shows=now.wall.isoformat())
            self._believed, self._granted, self._doubt = now, last, ""
            self._keep(_Kept(granted=last))
        return self._doubt

    def _found(self, now: Reading, last: datetime | None) -> str:
        if says := behind(now.wall, last if last != self._granted else None):
            return _BEHIND + says
        if self._believed is not None and now.running < self._believed.running:
            return self._found_after_boot(now, self._believed)
        says = jumped(now, self._believed)
        return _JUMPED + says if says else ""

    def _found_after_boot(self, now: Reading, believed: Reading) -> str:
        """Whether the doubt of before the machine was restarted stands."""
        shown = self._kept.shown
        if shown is None or off_the_track(now.wall, believed.wall, shown):
            return ""
        return self._doubt

    def _last(self) -> datetime | None:
        scan = self._ledger.last_scan()
        return scan[1] if scan else None

    def _read(self) -> Reading:
        return Reading(self._clock(), self._running())

    def _keep(self, kept: _Kept) -> None:
        if self._file is None or kept == self._kept:
            return
        self._kept = kept
        # Not to have it on a full disk costs a person's release after a restart.
        with contextlib.suppress(OSError):
            _note(self._file, kept)


def _note(file: Path, kept: _Kept) -> None:
    if kept == _Kept():
        file.unlink(missing_ok=True)
        return
    told = {
        "doubt": kept.doubt,
        "believed": kept.believed and kept.believed.wall.isoformat(),
        "running": kept.believed and kept.believed.running.total_seconds(),
        "shown": kept.shown and kept.shown.isoformat(),
        "granted": kept.granted and kept.granted.isoformat(),
    }
    put(file, json.dumps(told))


def _read(file: Path) -> _Kept:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        believed = _instant(told["believed"])
        return _Kept(
            believed=None if believed is None else Reading(believed, timedelta(seconds=told["running"])),
            shown=_instant(told["shown"]),
            granted=_instant(told["granted"]),
            doubt=str(told["doubt"]),
        )
    except (OSError, ValueError, LookupError, TypeError):
        # Never written, or lost with the power.
        return _Kept()


def _instant(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)
