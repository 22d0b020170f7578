"""Letters with durable states to an SMTP server, beside the same bytes from programs that keep no ledger."""

import asyncio
import shutil
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

import aiosmtplib

from mailbot.config import load_config
from mailbot.core.calendar import ZONE
from mailbot.daemon.delivery import delivery_round
from mailbot.daemon.house import opened
from mailbot.daemon.planning import plan_round
from speed.bench import Bench
from speed.corpus import todays
from speed.figure import Figure, Goal, interleaved
from speed.maildir import drop
from speed.office import Office, smtp
from speed.peers import smtp_source
from speed.sink import smtp_sink

_NOW = datetime(2026, 3, 18, 10, tzinfo=ZONE)
_BRAKES = """
[approval]
first_days = 0
new_addresses = false
[brakes]
per_address_per_day = 100000
per_hour = 100000
per_day = 100000
"""
# What `[post]` has by itself.
_CONNECTIONS = 3
_GOALS = (Goal(at_least=200), Goal(at_least=0.3, peer="aiosmtplib"))


def measure(bench: Bench) -> Iterator[Figure]:
    with bench.place() as folder, smtp_sink() as port:
        office = Office(folder / "office", "2026-03-01")
        office.doors(_BRAKES)
        letters = _written(bench, office)
        office.doors(smtp(port), _BRAKES)
        size = sum(map(len, letters)) // len(letters)
        found = interleaved(
            bench.scale.rounds,
            {
                "mailbot": partial(_mailbot, office, len(letters)),
                "aiosmtplib": partial(_aiosmtplib, port, letters),
                "smtp-source": partial(smtp_source, port, len(letters), size, _CONNECTIONS),
            },
        )
    ours = found.pop("mailbot")
    bench.say(f"mailbot: {ours} letters/s; {found}")
    note = f"{_CONNECTIONS} connections each"
    yield Figure(name="sending letters", unit="letters/s", values=ours, peers=found, goals=_GOALS, note=note)


def _written(bench: Bench, office: Office) -> Sequence[bytes]:
    """Fill the outbox with receipts, by the real intake and plan; the letters' bytes."""
    for mailing in todays(bench.rules, bench.scale.letters, _NOW):
        drop(office.folder / "inbox", mailing)
    with opened(load_config(office.config), lambda: _NOW, alone=True) as house:
        inbox = house.inbox()
        inbox.connect()
        house.intake().read_through(inbox)
        house.take_up()
        plan_round(house.ledger, house.desk, _NOW, house.config.go_live)
        outgoing = house.ledger.outgoing(_NOW, quiet=True, limit=1_000_000, caps=house.delivery.caps)
    return [letter.letter.raw for letter in outgoing]


def _mailbot(office: Office, count: int) -> float:
    state = office.folder / "state"
    aside = office.folder / "aside"
    shutil.copytree(state, aside)
    try:
        return asyncio.run(_deliver(office, count))
    finally:
        shutil.rmtree(state)
        aside.rename(state)


async def _deliver(office: Office, count: int) -> float:
    with opened(load_config(office.config), lambda: _NOW) as house:
        post = house.post()
        # The daemon has the book at hand, as its peers have the letters.
        assert house.ledger.book()
        began = time.perf_counter()
        try:
            sent = await delivery_round(house.ledger, post, house.rules, house.delivery, house.clock)
        finally:
            await post.close()
        seconds = time.perf_counter() - began
    if sent < count:
        raise RuntimeError(f"{sent} letters sent of {count}")
    return sent / seconds


def _aiosmtplib(port: int, letters: Sequence[bytes]) -> float:
    return asyncio.run(_send(port, letters))


async def _send(port: int, letters: Sequence[bytes]) -> float:
    began, left = time.perf_counter(), iter(letters)

    async def one_after_the_other() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for raw in left:
                await client.sendmail("bench@bench.example", ["unit@bench.example"], raw)

    await asyncio.gather(*(one_after_the_other() for _ in range(_CONNECTIONS)))
    return len(letters) / (time.perf_counter() - began)
