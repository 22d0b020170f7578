"""Many provinces on one machine and one PostgreSQL, each with a month of a rehearsed year's mails.

Every province has its own database, office and mails, and goes through the real rounds of intake, planning
and delivery; as many are at work at once as there are cores. PostgreSQL forces each commit to disk.
"""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from servers.postgresql import Postgresql

from mailbot import log
from mailbot.config import Reading, load_config
from mailbot.core.period import Cadence, Period
from mailbot.daemon.house import opened
from mailbot.rehearsal.agenda import Hands
from mailbot.rehearsal.year import Script, Year
from speed.bench import Bench
from speed.figure import Figure, Goal
from speed.office import Office
from speed.province import write_units

_MONTH = Period(2014, Cadence.MONTH, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Days(Script):
    """The first `days` of a month."""

    days: int

    @property
    def ends_at(self) -> datetime:
        return self.begins_at + timedelta(days=self.days)


def measure(bench: Bench) -> Iterator[Figure]:
    scale = bench.scale
    with ExitStack() as house:
        folder = house.enter_context(bench.place())
        server = Postgresql()
        house.callback(server.close)
        server.start()
        # The tests' server trusts in the power; here nothing may be lost.
        for statement in ("ALTER SYSTEM SET fsync = on", "SELECT pg_reload_conf()"):
            server.run(statement)
        offices = []
        for number in range(scale.provinces):
            office = Office(folder / f"{number}", f"{_MONTH.first_on}")
            write_units(office.rules, scale.province_units)
            office.doors(*_doors(server.url(house.enter_context(server.database()))))
            offices.append(office.config)
        began = time.perf_counter()
        pool = house.enter_context(
            ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn"))
        )
        letters = sum(pool.map(rehearsed, offices, range(scale.provinces), [scale.days] * scale.provinces))
        seconds = time.perf_counter() - began
    times = scale.days * 86_400 / seconds
    bench.say(f"{scale.days} days in {seconds:.0f} s, {letters} letters")
    yield Figure(
        name=f"{scale.provinces} provinces × {scale.province_units} units on PostgreSQL, {scale.days} days",
        unit="× real time",
        values=[times],
        goals=[Goal(at_least=100)],
        note=f"{letters} letters in {seconds:.0f} s",
    )


def rehearsed(config_file: Path, seed: int, days: int) -> int:
    """Let the days pass in one province; how many letters there were."""
    log.configure("error", "console")
    script = _Days(seed=seed, first=_MONTH, last=_MONTH, down=None, days=days)
    config, hands = replace(load_config(config_file), reading=Reading(ocr=False)), Hands(script.begins_at)
    with opened(config, hands) as house:
        asyncio.run(Year(house, hands, script).run(lambda _day: None))
        return house.ledger.counts()["sent"]


def _doors(url: str) -> tuple[str, ...]:
    address = urlsplit(url)
    return (
        '[inbox]\nkind = "maildir"\npath = "inbox"\n',
        '[post]\nkind = "maildir"\npath = "letters"\n',
        f'[ledger]\nkind = "postgresql"\nhost = "{address.hostname}"\nport = {address.port}',
        f'database = "{address.path[1:]}"\ntls = false\n',
    )
