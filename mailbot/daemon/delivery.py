"""Loop 3: outbox → SMTP → ledger. Decides nothing.

Guarantee: that a letter is on the wire is committed before the first command goes out, and its fate
is committed after the server's answer. So a crash in between leaves one state to ask about.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from mailbot.clock import Clock
from mailbot.core.plan import office_hours
from mailbot.core.posting import Deferred, Lost, Outcome, step
from mailbot.core.rules import Rules
from mailbot.errors import Unavailable
from mailbot.ledger.letters import Outgoing
from mailbot.ledger.store import Ledger
from mailbot.post.door import Post

log = structlog.get_logger()

_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Brakes:
    """What a bug or a flood meets.

    Attributes:
        per_address_per_day, per_hour: letters begun, at most.
        hold_file: while this file exists nothing leaves; it works without the ledger.
    """

    per_address_per_day: int
    per_hour: int
    hold_file: Path


async def delivery_round(ledger: Ledger, post: Post, rules: Rules, brakes: Brakes, clock: Clock) -> int:
    """Post what is due to leave; return how many letters were sent.

    Raises:
        Unavailable: the mail server or the ledger cannot serve now; letters stay as they are.
    """
    sent = 0
    for letter in await asyncio.to_thread(ledger.interrupted):
        # A daemon died with this letter on the wire: nobody knows whether it was taken (RFC 1047).
        await _settle(ledger, letter, Lost("mailbot stopped while the letter was on the wire"), clock())
    while batch := await asyncio.to_thread(_outgoing, ledger, rules, brakes, clock()):
        for letter in batch:
            if brakes.hold_file.exists():
                return sent
            if await asyncio.to_thread(ledger.begin, letter.number, clock()):
                outcome = await _send(ledger, post, letter, clock)
                sent += await _settle(ledger, letter, outcome, clock())
    return sent


def _outgoing(ledger: Ledger, rules: Rules, brakes: Brakes, now: datetime) -> list[Outgoing]:
    if brakes.hold_file.exists():
        return []
    return ledger.outgoing(
        now,
        quiet=not office_hours(rules, now),
        limit=_AT_ONCE,
        per_address_per_day=brakes.per_address_per_day,
        per_hour=brakes.per_hour,
    )


async def _send(ledger: Ledger, post: Post, letter: Outgoing, clock: Clock) -> Outcome:
    try:
        return await post.send(letter.letter)
    except Unavailable as error:
        # Nothing was said of this letter, so it has lost no try; the loop as a whole waits.
        reply = Deferred(str(error))
        await asyncio.to_thread(ledger.settle, letter.number, letter.posting, reply, clock())
        raise


async def _settle(ledger: Ledger, letter: Outgoing, outcome: Outcome, now: datetime) -> int:
    posting = step(letter.posting, letter.letter.kind, outcome, now)
    await asyncio.to_thread(ledger.settle, letter.number, posting, outcome, now)
    log.info(
        "letter tried",
        letter=letter.number,
        kind=str(letter.letter.kind),
        outcome=type(outcome).__name__.lower(),
        state=str(posting.state),
        reply=outcome.reply,
    )
    return posting.state == "sent"
