"""mailbot on one machine: its three loops, each turn of which is a few steps of the simulation."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from mailbot.config import Config
from mailbot.core.mail import Mail
from mailbot.core.rules import Rules
from mailbot.daemon.delivery import delivery_round
from mailbot.daemon.fetching import Fetching
from mailbot.daemon.house import House
from mailbot.daemon.intake import Intake
from mailbot.daemon.junk import Junk
from mailbot.daemon.planning import plan_round
from mailbot.daemon.recognition import Recognition
from mailbot.daemon.terms import Terms
from mailbot.daemon.timepiece import Timepiece
from mailbot.errors import Unavailable
from mailbot.inbox.archive import Archive
from mailbot.inbox.extract import Reader, Readers
from mailbot.inbox.parse import parse_octets
from mailbot.ledger.engine import Database
from mailbot.ledger.store import Ledger
from mailbot.papers.paper_words import load_wording
from mailbot.post.render import Renderer
from mailbot.rehearsal.agenda import Hands
from simulation.mailbox import JUNK, MailServer, Session
from simulation.relay import Carrier, Relay
from simulation.steps import Steps

# The daemon looks every minute; where nothing happens in the world, only that it looked is noted.
_UNBROKEN = timedelta(days=60)
# No story edits the papers' words, and to try them for each draft took a fifteenth of its time.
_wording = cache(load_wording)
# Statements are put together once for all starts; they share a dialect, by whose identity a cache knows it.
_COMPILED: dict[Any, Any] = {}
_DIALECTS: list[Any] = []


@dataclass
class World:
    """What is outside of mailbot, and outlives it.

    Attributes:
        hands: the true time; the machine's clock may show another.
        set_wrong: by how much it does.
        full_until: until then the disk has no room.
    """

    config: Config
    rules: Rules
    renderer: Renderer
    server: MailServer
    relay: Relay
    hands: Hands
    steps: Steps
    set_wrong: timedelta = timedelta()
    full_until: datetime | None = None

    def clock(self) -> datetime:
        """What the machine's clock shows."""
        return self.hands() + self.set_wrong

    def running(self) -> timedelta:
        """The clock that is never set."""
        return self.hands() - datetime.fromisoformat("2000-01-01T00:00Z")

    def room(self) -> None:
        """Raise if the disk is full."""
        if self.full_until is not None and self.hands.now < self.full_until:
            raise Unavailable("the disk is full")


class SteppedDatabase(Database):
    """A ledger's database in which every writing transaction is a step, before and after its commit."""

    def __init__(self, url: str, world: World) -> None:
        super().__init__(url)
        self._world = world
        _DIALECTS.append(self._readers.dialect)
        self._readers.dialect = _DIALECTS[0]
        del _DIALECTS[1:]
        self._readers = self._readers.execution_options(compiled_cache=_COMPILED)
        self._writers = self._writers.execution_options(compiled_cache=_COMPILED)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """As ever, unless the disk is full or the machine dies."""
        with super().writing() as connection:
            yield connection
            self._world.steps.step("commit")
            self._world.room()
        self._world.steps.step("committed")


class SteppedArchive(Archive):
    """An archive on a disk that may be full."""

    def __init__(self, folder: Path, world: World) -> None:
        super().__init__(folder)
        self._world = world

    def open_incoming(self) -> Any:
        """As ever, unless the disk is full."""
        self._world.room()
        return super().open_incoming()


class PlainReader(Reader):
    """Reads mails in this very process: how a child reads them is tested elsewhere."""

    def whole(self, raw_path: Path, **about: Any) -> Mail:
        """The mail as `inbox.parse` reads it, with attachments that nobody can read."""
        about.pop("envelope_only")
        return _parsed(raw_path.read_bytes(), **about)


class OneReader(Readers):
    """One reader, so that mails are read in one order on every machine."""

    def __init__(self) -> None:
        self._all = [PlainReader()]


@lru_cache(maxsize=500)
def _parsed(octets: bytes, **about: Any) -> Mail:
    return parse_octets(octets, **about)


async def at_once(work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """What stands for `asyncio.to_thread`, so that a seed gives the same story each time."""
    return work(*args, **kwargs)


def one_after_the_other(
    fetching: Fetching, take_in: Callable[[Any], None], then: Callable[[Any], None]
) -> None:
    """What stands for `side_by_side`, for the same reason."""
    for batch in fetching.batches():
        take_in(batch)
        then(batch)


class _NobodyWaits(selectors.SelectSelector):
    """Where all that is left is a timer, its moment has come."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready, at once."""
        assert timeout is not None, "the simulated world makes nobody wait"
        self.now += max(timeout, 0)
        return super().select(0)


class _StoryLoop(asyncio.SelectorEventLoop):
    """A loop with a clock of its own, so that a seed gives the same story on every machine."""

    def __init__(self) -> None:
        self._story = _NobodyWaits()
        super().__init__(self._story)

    def time(self) -> float:
        """Seconds of the story."""
        return self._story.now


def finished(work: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine; also in the midst of another machine's, as when that one is paused."""

    def run() -> Any:
        with asyncio.Runner(loop_factory=_StoryLoop) as runner:
            return runner.run(work)

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return run()
    # A thread has one loop at a time.
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(run).result()


class Machine:
    """One start of mailbot, until it ends or crashes."""

    def __init__(self, world: World, fence: int | None = None) -> None:
        self.world = world
        database = SteppedDatabase(world.config.ledger_url, world)
        database.fence = fence
        archive = SteppedArchive(world.config.archive, world)
        ledger = Ledger(database)
        recognition = Recognition(ledger, archive, world.config.state / "known-ledger.json", None)
        self.house = House(
            world.config, world.rules, world.renderer, archive, OneReader(), ledger, recognition, world.clock
        )
        self._timepiece = Timepiece(world.clock, ledger, world.running)
        self._session: Session | None = None
        self._junk: Junk | None = None
        self._intake: Intake | None = None
        self._post = Carrier(world.relay, world.steps, world.hands)
        self.troubles: dict[str, str] = {}
        self._watches = False
        archive.sweep(world.clock() - timedelta(hours=1))

    def turn(self) -> None:
        """What the three loops do in one turn; what stands in the way of one does not stop the others.

        Raises:
            Crashed, Superseded, LedgerBroken: this was the last turn.
        """
        for name, loop in (("intake", self._take_in), ("planning", self._plan), ("delivery", self._deliver)):
            try:
                loop()
            except Unavailable as error:
                self.troubles[name] = str(error)
            else:
                self.troubles.pop(name, None)

    def looked(self) -> None:
        """It has looked into the mailbox every minute until now, and found nothing since its last turn."""
        if not self._watches or self._session is None or not self._timepiece.sound():
            return
        with suppress(Unavailable):
            self.world.server.answers(self.world.hands.now)
            now = self.world.clock()
            self.house.ledger.note_scan(self._session.mailbox, started_at=now, ended_at=now, gap=_UNBROKEN)

    def recorded(self) -> set[str]:
        """The mails that it has on record, by the hash of their bytes."""
        return {arrival.mail.sha256 for arrival in self.house.ledger.book().arrivals}

    def hang_up(self) -> None:
        """The server ends the session."""
        if self._session is not None:
            self._session.close()

    def end(self) -> None:
        """Let go of the ledger's file; what was not committed is gone."""
        self.house.ledger.close()

    def _take_in(self) -> None:
        self._watches = False
        if self._session is None:
            session = Session(self.world.server, self.world.steps, self.world.hands)
            session.connect()
            self._session = session
            folder = Session(self.world.server, self.world.steps, self.world.hands, JUNK)
            self._junk = Junk(folder, self.house.archive, self.house.ledger)
            self._intake = self.house.intake(Terms(on_time=self._timepiece.sound))
            self._intake.discard_sealed()
        assert self._intake is not None
        try:
            self._intake.round(self._session, junk=self._junk)
        except Unavailable:
            self._session = None
            raise
        self._intake.discard_sealed()
        assert self._junk is not None
        if self._junk.trouble:
            raise Unavailable(self._junk.trouble)
        # By a wrong clock no scan is noted, and those that follow must not be tied to one of long before.
        self._watches = self._timepiece.sound()

    def _plan(self) -> None:
        if self._timepiece.doubt():
            return
        house = self.house
        house.take_up()
        desk = replace(house.desk, wording=partial(_wording, house.config.templates))
        found = plan_round(house.ledger, desk, house.clock(), house.config.go_live)
        assert not found.doubled

    def _deliver(self) -> None:
        house = self.house
        finished(delivery_round(house.ledger, self._post, house.rules, house.delivery, house.clock))
