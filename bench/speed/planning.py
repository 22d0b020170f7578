"""The plan of a large province with thousands of open duties: nothing to do, and a letter for each unit."""

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from mailbot.config import load_config
from mailbot.core.calendar import ZONE
from mailbot.daemon.house import House, opened
from mailbot.daemon.planning import plan_round
from mailbot.ledger.lasting import keep
from speed.bench import Bench
from speed.figure import Figure, Goal
from speed.office import Office
from speed.province import write_reports, write_units

_REPORTS = 40
_OPENS = datetime(2026, 3, 2, 8, tzinfo=ZONE)
# Five working days before the 25th the first reminder is due.
_REMINDED = datetime(2026, 3, 18, 8, tzinfo=ZONE)
_BEAT_SECONDS = 0.002


def measure(bench: Bench) -> Iterator[Figure]:
    found: dict[str, list[float]] = {"announcing": [], "letters": [], "nothing": [], "blocked": []}
    units = bench.scale.units
    for _ in range(bench.scale.rounds):
        with bench.place() as folder:
            taken = asyncio.run(_plan(_province(folder, units), units))
        for name, seconds in taken.items():
            found[name].append(seconds)
        bench.say(", ".join(f"{name} {seconds:.3f} s" for name, seconds in taken.items()))
    duties = f"{units * _REPORTS} duties"
    yield Figure(name=f"announcing {duties}", unit="s", values=found["announcing"])
    for name, says, most in (("nothing", "nothing to do", 0.2), ("letters", f"{units} letters", 2)):
        goal = [Goal(at_most=most)]
        yield Figure(name=f"planning {duties}, {says}", unit="s", values=found[name], goals=goal)
    goal = [Goal(at_most=50)]
    blocked = [1_000 * seconds for seconds in found["blocked"]]
    yield Figure(name="the event loop's longest stop meanwhile", unit="ms", values=blocked, goals=goal)


def _province(folder: Path, units: int) -> Office:
    office = Office(folder / "office", "2026-03-01")
    office.doors("[approval]\nfirst_days = 0\nnew_addresses = false\n")
    write_units(office.rules, units)
    write_reports(office.rules, _REPORTS)
    return office


async def _plan(office: Office, units: int) -> dict[str, float]:
    """What three rounds take, one after the other, in a thread beside a loop whose heart beats."""
    now = _OPENS
    with opened(load_config(office.config), lambda: now, alone=True) as house:
        house.take_up()
        # As the daemon does when it is ready.
        keep()
        # Rules and words are loaded before the first plan; how long that takes is measured by `starts`.
        assert house.desk
        announcing, _ = await _round(house, now, announced=units * _REPORTS)
        now = _REMINDED
        letters, stop = await _round(house, now, posted=units)
        nothing, other_stop = await _round(house, now)
    return {
        "announcing": announcing, "letters": letters, "nothing": nothing, "blocked": max(stop, other_stop),
    }  # fmt: skip


async def _round(house: House, now: datetime, announced: int = 0, posted: int = 0) -> tuple[float, float]:
    """Seconds of one round, and of the longest stop of the event loop in it."""
    beats = [time.perf_counter()]
    heart = asyncio.create_task(_beat(beats))
    began = time.perf_counter()
    found = await asyncio.to_thread(plan_round, house.ledger, house.desk, now, house.config.go_live)
    seconds = time.perf_counter() - began
    heart.cancel()
    beats.append(time.perf_counter())
    # A digest may be due to the staff beside the units' letters.
    if len(found.announce) != announced or sum(notice.unit is not None for notice in found.post) != posted:
        raise RuntimeError(f"the plan announced {len(found.announce)} and posted {len(found.post)}")
    return seconds, max(later - earlier for earlier, later in pairwise(beats))


async def _beat(beats: list[float]) -> None:
    while True:
        await asyncio.sleep(_BEAT_SECONDS)
        beats.append(time.perf_counter())
