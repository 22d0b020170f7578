"""Sixty days of an office, many times over, each with its own faults: nobody is wronged and nothing is lost.

A story follows from its seed alone. `MAILBOT_SEED=17 pytest -s tests/simulation` tells that of seed 17 again,
with all that befell; `make torture` tells a thousand.
"""

import logging
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
import structlog
from daemon.office import UNITS_TOML
from figures import in_time, keep

from mailbot.cli.new_office import write_office
from mailbot.config import Config, load_config
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Rules
from mailbot.daemon.fetching import Fetching
from mailbot.daemon.house import load_words
from mailbot.daemon.places import Places
from mailbot.inbox.archive import Incoming
from mailbot.ledger.letters import Outgoing
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


@dataclass(frozen=True)
class Stage:
    """Rules, words and an empty ledger, made once for all stories; `seen` counts what came of them."""

    config: Config
    rules: Rules
    renderer: Renderer
    ledger: Path
    seen: Counter[str] = field(default_factory=Counter)

    def tell(self, seed: int) -> tuple[Story, list[str]]:
        """The story of that seed, and every harm that was done in it."""
        shutil.rmtree(self.config.state, ignore_errors=True)
        self.config.state.mkdir(mode=0o700)
        shutil.copy(self.ledger, self.config.state / "ledger.db")
        story = Story(seed, self.config, self.rules, self.renderer)
        story.play()
        found = list(harms(story))
        story.close()
        taken = story.world.relay.taken
        self.seen.update(
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
        return story, found


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        office = Path(folder) / "office"
        config = load_config(write_office(office, "thai-nguyen-2013", date(2014, 1, 1)))
        (office / "rules" / "thai-nguyen-2013" / "units.toml").write_text(UNITS_TOML, encoding="utf-8")
        rules, renderer = load_words(config)
        # What mailbot says to its log would be most of the work.
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        empty = Path(folder) / "empty.db"
        identity = Identity(instance="5" * 32, message_secret=b"5" * 32)
        Ledger.open(f"sqlite:///{empty}", identity=identity).close()
        yield Stage(config, rules, renderer, empty)
        structlog.reset_defaults()


def chosen() -> list[range]:
    if ONLY is not None:
        return [range(int(ONLY), int(ONLY) + 1)]
    return [range(first, min(first + TOGETHER, SEEDS)) for first in range(0, SEEDS, TOGETHER)]


# With the long form one test tells all, so that its figures are those of one run.
@pytest.mark.parametrize("seeds", [range(SEEDS)] if SEEDS > 100 and ONLY is None else chosen(), ids=str)
@pytest.mark.timeout(120 + 60 * max(SEEDS, TOGETHER))
def test_whatever_befalls_nobody_is_wronged_and_nothing_is_lost(stage: Stage, seeds: range) -> None:
    stage.seen.clear()
    found = {}
    for seed in in_time(seeds):
        story, harm = stage.tell(seed)
        if ONLY is not None:
            print(*story.log, sep="\n")  # noqa: T201 - whoever replays a seed wants to read it
        if harm:
            found[seed] = harm
    told = "\n".join(
        f"seed {seed} (MAILBOT_SEED={seed} pytest -s tests/simulation): {harm}"
        for seed, harm in found.items()
    )
    if len(seeds) > TOGETHER:
        keep("simulation", days=DAYS, **stage.seen)
    assert not found, told


def believe_uids(stack: ExitStack) -> None:
    """The bug that the first stories found: a place is known by its UID alone."""
    stack.enter_context(patch.object(Places, "known", lambda self, _, places: self._seen(places)))


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
    stack.enter_context(patch("mailbot.inbox.archive._force_folder", lambda _: None))
    stack.enter_context(patch.object(Incoming, "force", lambda self: self._file.close()))


BUGS = (believe_uids, move_before_the_commit, forget_the_dot, watch_in_gaps, force_nothing)


@pytest.mark.skipif(ONLY is not None, reason="one story is told again")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found_within_a_few_stories(stage: Stage, bug: Callable[[ExitStack], None]) -> None:
    with ExitStack() as stack:
        bug(stack)
        assert any(stage.tell(seed)[1] for seed in range(TOGETHER))
