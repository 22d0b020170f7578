"""Sixty days of an office, many times over, each with its own faults: nobody is wronged and nothing is lost.

A story follows from its seed alone. `MAILBOT_SEED=17 pytest -s tests/simulation` tells that of seed 17 again,
with all that befell; `make torture` tells a thousand.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import structlog
from daemon.office import UNITS_TOML

from mailbot.cli.new_office import write_office
from mailbot.config import Config, load_config
from mailbot.core.rules import Rules
from mailbot.daemon.house import load_words
from mailbot.ledger.store import Identity, Ledger
from mailbot.post.render import Renderer
from simulation.findings import harms
from simulation.story import Story

SEEDS = int(os.environ.get("MAILBOT_SEEDS", "100"))
ONLY = os.environ.get("MAILBOT_SEED")
# One test for so many seeds: two workers share the work, and a failure is told early.
TOGETHER = 10
# In memory if the machine lets us: nothing here depends on a real disk.
MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Stage:
    """Rules, words and an empty ledger, made once for all stories."""

    config: Config
    rules: Rules
    renderer: Renderer
    ledger: Path

    def tell(self, seed: int) -> tuple[Story, list[str]]:
        """The story of that seed, and every harm that was done in it."""
        shutil.rmtree(self.config.state, ignore_errors=True)
        self.config.state.mkdir(mode=0o700)
        shutil.copy(self.ledger, self.config.state / "ledger.db")
        story = Story(seed, self.config, self.rules, self.renderer)
        story.play()
        return story, list(harms(story))


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


@pytest.mark.parametrize("seeds", chosen(), ids=str)
def test_whatever_befalls_nobody_is_wronged_and_nothing_is_lost(stage: Stage, seeds: range) -> None:
    found = {}
    for seed in seeds:
        story, harm = stage.tell(seed)
        if ONLY is not None:
            print(*story.log, sep="\n")  # noqa: T201 - whoever replays a seed wants to read it
        if harm:
            found[seed] = harm
    told = "\n".join(
        f"seed {seed} (MAILBOT_SEED={seed} pytest -s tests/simulation): {harm}"
        for seed, harm in found.items()
    )
    assert not found, told
