"""Two months of the simulated province, each rehearsed once for all tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path

import pytest

from mailbot.cli.new_office import write_office
from mailbot.config import Reading, load_config
from mailbot.core.book import Book
from mailbot.core.calendar import at
from mailbot.core.period import Period
from mailbot.ledger.letters import LetterRow
from mailbot.ledger.store import Ledger
from mailbot.papers.shown import ShownYear
from mailbot.rehearsal.stage import Stage, rehearse
from mailbot.rehearsal.truth import Truths
from mailbot.rehearsal.year import Script, Stretch

DOWN = Stretch(at(date(2014, 8, 21), time(8)), at(date(2014, 8, 28), time(8, 10)))


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """What is left when the curtain has fallen."""

    stage: Stage
    script: Script
    truths: Truths
    shown: ShownYear
    book: Book
    letters: list[LetterRow]
    told: dict[str, object]


@contextmanager
def rehearsed(folder: Path, month: str, *, seed: int = 2, down: Stretch | None = None) -> Iterator[Rehearsed]:
    """A month that was rehearsed; its ledger is open until the block is left."""
    stage = Stage(folder)
    stage.clear()
    begins_on = Period.parse(month).first_on
    config = load_config(write_office(stage.office, "thai-nguyen-2013", begins_on))
    # Whether scans are recognised depends on the machine; the same seed must give the same year on all.
    config = replace(config, reading=Reading(ocr=False))
    script = Script(seed=seed, first=Period.parse(month), last=Period.parse(month), down=down)
    year, shown = rehearse(config, script, lambda _: None)
    told = stage.show(shown)
    with Ledger.open(config.ledger_url) as ledger:
        yield Rehearsed(
            stage=stage,
            script=script,
            truths=year.room.truths,
            shown=shown,
            book=ledger.book(),
            letters=ledger.letters(),
            told=told,
        )


@pytest.fixture(scope="session")
def june(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """A month in which quarter, half year and month end together."""
    with rehearsed(tmp_path_factory.mktemp("june") / "demo", "2014-06") as month:
        yield month


@pytest.fixture(scope="session")
def august(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """A month in whose last full week, over the due day, mailbot is down."""
    with rehearsed(tmp_path_factory.mktemp("august") / "demo", "2014-08", down=DOWN) as month:
        yield month
