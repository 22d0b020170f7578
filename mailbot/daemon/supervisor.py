"""Starts, watches and stops the three loops (`mailbot run`).

APScheduler is the alarm clock: a tick that sets an event, and no more. What is due is decided by the
plan, so a missed tick costs its length and nothing else.
"""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from mailbot.core.calendar import ZONE, local
from mailbot.core.machine.quota import warning
from mailbot.core.senders.namesake import namesakes
from mailbot.daemon.alarm import sound
from mailbot.daemon.delivery import delivery_round
from mailbot.daemon.health import examine
from mailbot.daemon.house import House
from mailbot.daemon.intake import Intake
from mailbot.daemon.junk import Junk
from mailbot.daemon.metrics import MonitorDoor
from mailbot.daemon.notify import notify, watchdog_seconds
from mailbot.daemon.planning import plan_round
from mailbot.daemon.pulse import Pulse
from mailbot.daemon.storage import Rot, slowness
from mailbot.daemon.terms import Terms
from mailbot.daemon.timepiece import Timepiece
from mailbot.daemon.turn import Turn
from mailbot.errors import LedgerBroken, LoginRefused, Misconfigured, Superseded, Unavailable
from mailbot.ledger.lasting import keep

log = structlog.get_logger()

# A server that is away is asked again soon, then less and less often, for as long as it takes.
_FIRST_PAUSE_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 600.0
# Providers lock an account after a few wrong passwords; a person must act anyway.
_LOGIN_PAUSE_SECONDS = 900.0
# systemd waits 90 s before it kills; a step that is under way ends well before.
_STOP_SECONDS = 20.0
# The child that reads attachments costs memory while it waits; after a few quiet minutes it may go.
_QUIET_ROUNDS = 5
# Faults are told after a quarter of an hour; looking three times within it is enough.
_ALARM_SECONDS = 300
# Nobody waits for anything then.
_QUIET_HOUR = 2
# A loop that shows no sign of life for so long hangs: longer than any wait inside a round.
_LOOP_SILENCE = timedelta(minutes=30)
# A tick may take an hour, and a daemon that was silent for ten minutes is told to be dead.
_SIGN_OF_LIFE_SECONDS = 240.0
# No mail is that long on its way into the archive; what is older was left by a run that died.
_LEFTOVER_AGE = timedelta(hours=1)


def keep_for_later() -> None:
    """Let a wish to reload that comes during the start wait until mailbot listens; it would end it else."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})


class Supervisor:
    """Runs the loops of one house until it is told to stop."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stop = asyncio.Event()
        self._plan_hint = asyncio.Event()
        self._post_hint = asyncio.Event()
        self._pulse = Pulse(house.config.state / "health.json", house.clock)
        self._rot = Rot(house.archive, house.config.state / "rotten")
        self._timepiece = Timepiece(house.clock, house.ledger, file=house.config.state / "clock.json")
        # Writing into it wakes the intake out of IDLE, which waits in a thread.
        self._waker, self._wake = socket.socketpair()

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT.

        Raises:
            LedgerBroken: the ledger cannot be trusted any more; nothing may be written.
            Superseded: another mailbot has taken over.
        """
        self._listen()
        turn = Turn(self._house.lease, self._stop) if self._house.lease is not None else None
        if turn is not None:
            if not await turn.come():
                return
            # While others worked with the ledger, or nobody, it may have been emptied, exchanged or put back.
            await asyncio.to_thread(self._house.recognition.recognise, self._house.clock())
        scheduler, watched = self._alarm_clock(), await self._watched()
        loops = [
            asyncio.create_task(self._forever("intake", self._intake), name="intake"),
            asyncio.create_task(self._forever("planning", self._planning), name="planning"),
            asyncio.create_task(self._forever("delivery", self._delivery), name="delivery"),
        ]
        if turn is not None:
            loops.append(asyncio.create_task(turn.keep(), name="turn"))
        # Programs, rules and templates are there by now, and stay.
        keep()
        notify("READY=1", "STATUS=at the mailbox")
        log.info("started", profile=self._house.rules.profile, state=str(self._house.config.state))
        stopped = asyncio.create_task(self._stop.wait())
        try:
            # A loop never returns by itself: if one does, that is an end with a reason.
            done, _ = await asyncio.wait([stopped, *loops], return_when=asyncio.FIRST_COMPLETED)
        finally:
            notify("STOPPING=1")
            scheduler.shutdown(wait=False)
            if watched is not None:
                watched.close()
            await self._wind_down(loops)
            stopped.cancel()
            if turn is not None:
                await turn.end()
        for task in done:
            if task is not stopped and (error := task.exception()) is not None:
                raise error
        log.info("stopped")

    async def _watched(self) -> asyncio.Server | None:
        """The door that monitoring asks at, if one is wanted."""
        config = self._house.config
        if config.monitoring.port is None:
            return None
        return await MonitorDoor(config, self._house.clock).open(config.monitoring.port)

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})

    def _alarm_clock(self) -> AsyncIOScheduler:
        # A tick that comes late is as good as one in time, and two missed ones are one.
        scheduler = AsyncIOScheduler(
            timezone=ZONE, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        scheduler.add_job(self._tick, "interval", seconds=self._house.config.planning.tick_seconds)
        scheduler.add_job(self._sound_alarms, "interval", seconds=_ALARM_SECONDS)
        scheduler.add_job(self._look_for_rot, "cron", hour=_QUIET_HOUR)
        if (limit := watchdog_seconds()) is not None:
            scheduler.add_job(self._prove_life, "interval", seconds=limit / 3)
        scheduler.start()
        return scheduler

    async def _tick(self) -> None:
        self._plan_hint.set()
        self._post_hint.set()

    async def _sound_alarms(self) -> None:
        await asyncio.to_thread(self._look_for_faults)

    def _look_for_faults(self) -> None:
        house, now = self._house, self._house.clock()
        # What an administrator has put back since need not be told until the next night.
        self._tell_of_rot(self._rot.look_again)
        self._tell("slow disk", slowness(house.config.state))
        if house.tokens is not None:
            # Also where nobody logs in for hours: a token is renewed in time, or somebody hears of it.
            self._tell("oauth", house.tokens.trouble() or "")
        for alarm in sound(house.config, examine(house.config, now), now):
            log.warning("alarm", what=alarm.what, over=alarm.over, says=alarm.says)

    async def _look_for_rot(self) -> None:
        """Read this night's share of the archive; what is not as it was written is told."""
        night = local(self._house.clock()).date()
        await asyncio.to_thread(self._tell_of_rot, lambda: self._rot.look(night))

    def _tell_of_rot(self, look: Callable[[], str]) -> None:
        try:
            says = look()
        except Unavailable as error:
            says = str(error)
        self._tell("archive", says)

    async def _prove_life(self) -> None:
        """Ping the watchdog only if every loop has shown life; a deaf mailbot must not look well."""
        silent = self._pulse.silent_for(_LOOP_SILENCE)
        if silent:
            log.warning("loops hang", loops=silent)
        else:
            notify("WATCHDOG=1")

    def _reload(self) -> None:
        try:
            self._house.reload()
        except Misconfigured as error:
            log.warning("reload refused, the old words stay", faults=[str(f) for f in error.faults])
            self._pulse.trouble("reload", f"{len(error.faults)} faults in rules or templates")
        else:
            log.info("reloaded", fingerprint=self._house.rules.fingerprint)
            self._pulse.well("reload")
            self._plan_hint.set()

    async def _forever(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """Run one loop; a broken world stops that loop only, and it is tried again."""
        pause = _FIRST_PAUSE_SECONDS
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                await loop()
            except (LedgerBroken, Superseded):
                raise
            except LoginRefused as error:
                pause = _LOGIN_PAUSE_SECONDS
                self._troubled(name, error)
            except Unavailable as error:
                self._troubled(name, error)
            except Exception as error:
                # The one place for it: a fault of ours must not end the other loops.
                log.exception("loop failed", loop=name)
                self._troubled(name, error)
            else:
                return
            if time.monotonic() - began > _LONGEST_PAUSE_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            await self._sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _troubled(self, name: str, error: Exception) -> None:
        log.warning("loop waits", loop=name, reason=str(error))
        self._pulse.trouble(name, str(error) or type(error).__name__)

    async def _intake(self) -> None:
        inbox = self._house.inbox()
        hint = asyncio.get_running_loop().call_soon_threadsafe
        quiet, junk = 0, None

        def recorded() -> None:
            self._pulse.beat("intake")
            hint(self._plan_hint.set)

        try:
            await asyncio.to_thread(self._house.archive.sweep, self._house.clock() - _LEFTOVER_AGE)
            await asyncio.to_thread(inbox.connect)
            junk = await asyncio.to_thread(self._house.junk, inbox)
            terms = Terms(on_time=self._timepiece.sound, works=lambda: self._pulse.works("intake"))
            intake = self._house.intake(terms)
            await asyncio.to_thread(intake.discard_sealed)
            while not self._stop.is_set():
                intake.rules = self._house.rules
                came = await asyncio.to_thread(intake.round, inbox, recorded, junk)
                await asyncio.to_thread(intake.discard_sealed)
                self._tell_of_mailbox(intake, junk)
                await asyncio.to_thread(self._tell_of_another)
                if came:
                    self._plan_hint.set()
                quiet = 0 if came else quiet + 1
                if quiet == _QUIET_ROUNDS:
                    self._house.readers.close()
                self._pulse.beat("intake")
                if intake.backlog.left:
                    continue
                await asyncio.to_thread(inbox.idle, self._house.config.inbox.poll_seconds, self._wake)
        finally:
            await asyncio.to_thread(inbox.close)
            if junk is not None:
                await asyncio.to_thread(junk.close)

    def _tell_of_mailbox(self, intake: Intake, junk: Junk | None) -> None:
        self._tell("junk", junk.trouble if junk is not None else "")
        left = intake.backlog.left
        self._tell("backlog", f"{left} mails are still to be read" if left else "")
        self._tell("shrank", intake.census.warning(self._house.clock()))
        self._tell("filing", intake.not_filed)
        self._tell("quota", warning(intake.quotas))

    def _tell_of_another(self) -> None:
        """Say aloud what came of letters in our name that our ledger did not write."""
        house = self._house
        own = {house.sender, house.rules.office.mailbox}
        found = namesakes(house.ledger.book(), own, house.clock())
        says = f"{len(found)} mails are, or are about, letters in our name that this ledger did not write"
        self._tell("other mailbot", f"{says}; `mailbot show {found[-1].number}`" if found else "")

    def _tell(self, what: str, trouble: str) -> None:
        if trouble:
            self._pulse.trouble(what, trouble)
        else:
            self._pulse.well(what)

    async def _planning(self) -> None:
        house = self._house
        while not self._stop.is_set():
            if doubt := await asyncio.to_thread(self._timepiece.doubt):
                self._pulse.trouble("clock", doubt)
                self._pulse.beat("planning")
                await self._wait_for(self._plan_hint, "planning")
                continue
            self._pulse.well("clock")
            await asyncio.to_thread(house.take_up)
            found = await asyncio.to_thread(
                plan_round, house.ledger, house.desk, house.clock(), house.config.go_live
            )
            self._pulse.beat("planning")
            # What the rules would change of the past is shown, and not done.
            says = "duties that are due already would change; `mailbot rules diff` shows them"
            self._tell("rules", f"{len(found.withheld)} {says}" if found.withheld else "")
            await asyncio.to_thread(house.recognition.remember)
            if found.post:
                self._post_hint.set()
            await self._wait_for(self._plan_hint, "planning")

    async def _delivery(self) -> None:
        house = self._house
        post = house.post()
        try:
            while not self._stop.is_set():
                await delivery_round(house.ledger, post, house.rules, house.delivery, house.clock, self._ends)
                self._pulse.beat("delivery")
                await self._wait_for(self._post_hint, "delivery")
        finally:
            await post.close()

    def _ends(self) -> bool:
        """Whether no letter shall be begun any more; asked before each, for hundreds may be in one round."""
        self._pulse.works("delivery")
        return self._stop.is_set()

    async def _wait_for(self, hint: asyncio.Event, name: str) -> None:
        stop, hinted = (asyncio.create_task(event.wait()) for event in (self._stop, hint))
        # Where the clock was set back the ticks stay away for as long; this one is never set.
        left: float = 2 * self._house.config.planning.tick_seconds
        while left > 0 and not (hint.is_set() or self._stop.is_set()):
            pause = min(left, _SIGN_OF_LIFE_SECONDS)
            await asyncio.wait([stop, hinted], timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            self._pulse.beat(name)
            left -= pause
        stop.cancel()
        hinted.cancel()
        hint.clear()

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def _wind_down(self, loops: list[asyncio.Task[None]]) -> None:
        self._stop.set()
        self._waker.send(b"!")
        _, late = await asyncio.wait(loops, timeout=_STOP_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        self._waker.close()
        self._wake.close()
