"""Sixty days of an office, many times over, each with its own faults: nobody is wronged and nothing is lost.

A story follows from its seed alone. `MAILBOT_SEED=17 pytest -s tests/simulation` tells that of seed 17 again,
with all that befell; `make torture` tells a thousand.
"""

import logging
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, Self
from unittest.mock import patch

import pytest
import structlog
from daemon.office import UNITS_TOML
from figures import in_time, keep
from sqlalchemy import Connection

from mailbot.cli.new_office import write_office
from mailbot.config import Config, load_config
from mailbot.core import standing
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Rules
from mailbot.daemon.fetching import Fetching
from mailbot.daemon.house import load_words
from mailbot.daemon.intake import Intake
from mailbot.daemon.places import Places, on_record
from mailbot.inbox.archive import Incoming
from mailbot.ledger.letters import Outgoing
from mailbot.ledger.on_the_wire import Wire, wire
from mailbot.ledger.store import Identity, Ledger
from mailbot.post.render import Renderer
from simulation.findings import harms
from simulation.story import DAYS, Story

SEEDS = int(os.environ.get("MAILBOT_SEEDS", "100"))
ONLY = os.environ.get("MAILBOT_SEED")
# One test for so many seeds: two workers share the work, and a failure is told early.
TOGETHER = 10
# In memory if the machine lets us: nothing here depends on a real disk.
MEMORY = Path("/dev/shm")
of_process: list["Stage"] = []


@dataclass(frozen=True)
class Stage:
    """Rules, words and an empty ledger, made once for all stories that a process tells."""

    config: Config
    rules: Rules
    renderer: Renderer
    ledger: Path

    @classmethod
    def made(cls, folder: Path) -> Self:
        """A stage in that folder, which is empty."""
        config = load_config(write_office(folder / "office", "thai-nguyen-2013", date(2014, 1, 1)))
        (folder / "office" / "rules" / "thai-nguyen-2013" / "units.toml").write_text(UNITS_TOML, "utf-8")
        rules, renderer = load_words(config)
        # What mailbot says to its log would be most of the work.
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        empty = folder / "empty.db"
        identity = Identity(instance="5" * 32, message_secret=b"5" * 32)
        Ledger.open(f"sqlite:///{empty}", identity=identity).close()
        return cls(config, rules, renderer, empty)

    def tell(self, seed: int) -> tuple[Counter[str], list[str]]:
        """What came of the story of that seed, and every harm that was done in it."""
        shutil.rmtree(self.config.state, ignore_errors=True)
        self.config.state.mkdir(mode=0o700)
        shutil.copy(self.ledger, self.config.state / "ledger.db")
        story = Story(seed, self.config, self.rules, self.renderer)
        story.play()
        found = list(harms(story))
        story.close()
        if ONLY is not None:
            print(*story.log, sep="\n")  # noqa: T201 - whoever replays a seed wants to read it
        taken = story.world.relay.taken
        seen = Counter(
            stories=1,
            mails=len(story.truth.sent),
            steps=story.world.steps.taken,
            crashes=sum("Crashed" in line for line in story.log),
            takeovers=sum("wakes" in line for line in story.log),
            letters=len(taken),
            late_notices=sum(one.letter.kind is NoticeKind.LATE for one in taken),
            false_accusations=sum("accused falsely" in harm for harm in found),
            violations=len(found),
        )
        return seen, found


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def stage(folder: Path) -> Iterator[Stage]:
    made = Stage.made(folder)
    yield made
    structlog.reset_defaults()


def all_cores(seeds: range, folder: Path) -> Iterator[tuple[Counter[str], list[str]]]:
    """What comes of these stories, in their order, told on every core that there is."""
    with ProcessPoolExecutor(initializer=begin, initargs=(folder,), mp_context=get_context("spawn")) as pool:
        try:
            yield from pool.map(tell, seeds)
        finally:
            pool.shutdown(cancel_futures=True)


def begin(folder: Path) -> None:
    """Make the stage of one of these processes."""
    of_process.append(Stage.made(Path(mkdtemp(dir=folder))))


def tell(seed: int) -> tuple[Counter[str], list[str]]:
    """The story of that seed, on the stage of this process."""
    return of_process[0].tell(seed)


def chosen() -> list[range]:
    if ONLY is not None:
        return [range(int(ONLY), int(ONLY) + 1)]
    return [range(first, min(first + TOGETHER, SEEDS)) for first in range(0, SEEDS, TOGETHER)]


# With the long form one test tells all, so that its figures are those of one run.
LONG = SEEDS > 100 and ONLY is None


@pytest.mark.parametrize("seeds", [range(SEEDS)] if LONG else chosen(), ids=str)
@pytest.mark.timeout(120 + 60 * max(SEEDS, TOGETHER))
def test_whatever_befalls_nobody_is_wronged_and_nothing_is_lost(
    stage: Stage, folder: Path, seeds: range
) -> None:
    seen, told = Counter[str](), list[str]()
    stories = all_cores(seeds, folder) if LONG else map(stage.tell, seeds)
    for seed, (figures, harm) in in_time(zip(seeds, stories, strict=True)):
        seen.update(figures)
        if harm:
            told.append(f"seed {seed} (MAILBOT_SEED={seed} pytest -s tests/simulation): {harm}")
    if LONG:
        keep("simulation", days=DAYS, **seen)
    assert not told, "\n".join(told)


def believe_uids(stack: ExitStack) -> None:
    """The bug that the first stories found: a place is known by its UID alone."""
    stack.enter_context(
        patch.object(Places, "known", lambda self, _, places: on_record(self._ledger, places))
    )


def move_before_the_commit(stack: ExitStack) -> None:
    """Mails are filed away, and recorded after that."""

    def wrongly(fetching: Fetching, work: Callable[[Any], None], then: Callable[[Any], None]) -> None:
        for batch in fetching.batches():
            then(batch)
            work(batch)

    stack.enter_context(patch("simulation.story.one_after_the_other", wrongly))


def forget_the_dot(stack: ExitStack) -> None:
    """A letter that mailbot died with is believed unsent, whether its dot had left or not."""
    real = Ledger.interrupted

    def undotted(self: Ledger) -> list[Outgoing]:
        return [replace(letter, dot_at=None) for letter in real(self)]

    stack.enter_context(patch.object(Ledger, "interrupted", undotted))


def watch_in_gaps(stack: ExitStack) -> None:
    """An outage counts as watched."""
    stack.enter_context(patch("mailbot.core.standing.broken_before", lambda *_: False))
    stack.enter_context(patch("mailbot.core.standing.vanished_before", lambda *_: False))


def force_nothing(stack: ExitStack) -> None:
    """The archive's files are not forced to disk."""
    stack.enter_context(patch("mailbot.inbox.archive.force_folder", lambda _: None))
    stack.enter_context(patch.object(Incoming, "force", lambda self: self._file.close()))


def judge_unread(stack: ExitStack) -> None:
    """Silence counts as lateness although nobody has looked into the mailbox since the due moment."""
    real = standing._doubt

    def unwatched(*about: Any, **until: Any) -> standing.Doubt | None:
        doubt = real(*about, **until)
        return None if doubt is standing.Doubt.NOT_WATCHING else doubt

    stack.enter_context(patch("mailbot.core.standing._doubt", unwatched))
    # Where it was away for an hour, that alone keeps it from judging.
    stack.enter_context(patch("mailbot.core.book.broken_off", lambda *_: ()))


def overhear_the_hold(stack: ExitStack) -> None:
    """A letter that is on the wire when a person holds everything leaves all the same."""

    def deaf(connection: Connection) -> Wire:
        return replace(wire(connection), held=False)

    stack.enter_context(patch("mailbot.ledger.delivery.wire", deaf))


def keep_secrets(stack: ExitStack) -> None:
    """A secret mail's bytes that were fetched once more stay in the archive."""
    stack.enter_context(patch.object(Intake, "discard_sealed", lambda _: None))


BUGS = (
    believe_uids,
    move_before_the_commit,
    forget_the_dot,
    watch_in_gaps,
    force_nothing,
    judge_unread,
    overhear_the_hold,
    keep_secrets,
)


@pytest.mark.skipif(ONLY is not None, reason="one story is told again")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found_within_a_few_stories(stage: Stage, bug: Callable[[ExitStack], None]) -> None:
    with ExitStack() as stack:
        bug(stack)
        assert any(stage.tell(seed)[1] for seed in range(TOGETHER))
