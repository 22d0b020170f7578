"""Loop 3: outbox → SMTP → ledger. Decides nothing.

Guarantee: that a letter is on the wire is committed before the first command goes out, that its final dot
is about to leave before that leaves, and its fate soon after the server's answer, before the lane's next
dot. So there is one state in which nobody knows: a dot noted, and no answer; and at most as many letters are
in it as there are lanes. A letter is held against the plan once more, and against every brake, at the last
moment before its dot (`transit.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from mailbot.clock import Clock
from mailbot.core.changes.in_force import in_force
from mailbot.core.delivery.brakes import Caps, breaker
from mailbot.core.plan import office_hours
from mailbot.core.posting import DIED_AT_DOT, TROUBLES, Accepted, Cause, Deferred, Lost, Outcome, Refused
from mailbot.core.rules import Rules
from mailbot.daemon.transit import Transit
from mailbot.errors import LoginRefused, Unavailable, Unwelcome
from mailbot.ledger.letters import Outgoing
from mailbot.ledger.store import Ledger
from mailbot.post.door import Post

log = structlog.get_logger()

_AT_ONCE = 500
# Brakes and office hours are looked at for a whole batch; with a slow server it is taken anew.
_FRESH = timedelta(minutes=1)
_EXPIRED = "of no use any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms letters leave.

    Attributes:
        go_live: before that moment none does.
        hold_file: while this file exists nothing leaves; it works without the ledger.
        copies: whether each letter comes back to our own mailbox as proof.
        shadow: whether nothing leaves until a person has said `mailbot go-live`.
    """

    caps: Caps
    go_live: datetime
    hold_file: Path
    copies: bool = False
    shadow: bool = False


def _never() -> bool:
    return False


async def delivery_round(
    ledger: Ledger,
    post: Post,
    rules: Rules,
    terms: Terms,
    clock: Clock,
    stopping: Callable[[], bool] = _never,
) -> int:
    """Post what is due to leave; return how many letters were sent. Once `stopping`, no letter is begun.

    Raises:
        Unavailable: the mail server or the ledger cannot serve now; letters stay as they are.
    """
    return await _Round(ledger, post, rules, terms, clock, stopping).run()


class _Round:
    """One round, with what it is about."""

    def __init__(
        self,
        ledger: Ledger,
        post: Post,
        rules: Rules,
        terms: Terms,
        clock: Clock,
        stopping: Callable[[], bool],
    ) -> None:
        self._ledger = ledger
        self._post = post
        self._rules = rules
        self._terms = terms
        self._clock = clock
        self._stopping = stopping
        self._transit = Transit(ledger, rules, terms.go_live, terms.hold_file, clock)
        self._over = False
        self._sent = 0

    async def run(self) -> int:
        await self._resolve()
        await self._look_at_breaker()
        while not self._over and (batch := await asyncio.to_thread(self._outgoing)):
            try:
                await self._post_all(batch)
            except (Exception, asyncio.CancelledError):
                # What the server has said goes to the disk whatever comes.
                await self._transit.rest()
                raise
            await self._transit.rest()
        return self._sent

    async def _resolve(self) -> None:
        """Give an end to what a daemon died with, what its copy proves, and what came too late."""
        for letter in await asyncio.to_thread(self._ledger.interrupted):
            if letter.dot_at is None:
                self._settle(letter, Deferred("mailbot stopped before the dot", cause=Cause.STOPPED))
            else:
                # Nobody knows whether it was taken (RFC 1047).
                self._settle(letter, Lost(DIED_AT_DOT, copied=self._terms.copies))
        await self._transit.rest()
        if self._terms.copies:
            proven = await asyncio.to_thread(self._ledger.settle_by_copies, self._clock())
            for number in proven:
                log.info("its copy proves that the letter was sent", letter=number)
        late = await asyncio.to_thread(self._ledger.expired, self._clock())
        if late:
            await asyncio.to_thread(self._ledger.end, late, _EXPIRED, self._clock())
            for number in late:
                log.info("letter expired", letter=number)

    def _outgoing(self) -> list[Outgoing]:
        if self._terms.hold_file.exists() or (self._terms.shadow and self._ledger.live_since is None):
            return []
        now = self._clock()
        # A day off may have been decreed by letter since the rules were written.
        quiet = not office_hours(in_force(self._rules, self._ledger.book()), now)
        return self._ledger.outgoing(now, quiet=quiet, limit=_AT_ONCE, caps=self._terms.caps)

    async def _post_all(self, batch: Sequence[Outgoing]) -> None:
        """Post the letters over as many lanes as the door has.

        Until the door has taken one they go alone: a relay in trouble is not asked by several at once.
        """
        letters, until, taken = iter(batch), self._clock() + _FRESH, False
        while not taken and (letter := await self._begin_next(letters, until)) is not None:
            taken = isinstance(await self._deliver(letter), Accepted)
        lanes = (self._lane(letters, until) for _ in range(min(self._post.abreast, len(batch))))
        ends = [end for end in await asyncio.gather(*lanes, return_exceptions=True) if end is not None]
        # Several lanes may have failed of one cause; what is worse than a server that is away is told first.
        for end in sorted(ends, key=lambda end: isinstance(end, Unavailable)):
            raise end

    async def _lane(self, letters: Iterator[Outgoing], until: datetime) -> None:
        """Post one letter after the other; the next is begun while one is on its way."""
        letter = await self._begin_next(letters, until)
        while letter is not None:
            ahead = asyncio.create_task(self._begin_next(letters, until))
            try:
                await self._deliver(letter)
            except Exception:
                self._over = True
                self._put_back(await ahead)
                raise
            letter = await ahead
            if self._over or self._stopping():
                self._put_back(letter)
                return

    def _put_back(self, letter: Outgoing | None) -> None:
        """Take a letter off the wire of which no word was said yet."""
        if letter is not None:
            self._settle(letter, Deferred("stopped before it was handed over", cause=Cause.STOPPED))

    async def _begin_next(self, letters: Iterator[Outgoing], until: datetime) -> Outgoing | None:
        """Put the next letter on the wire that may go and is still wanted."""
        for letter in letters:
            if self._over or self._stopping() or self._terms.hold_file.exists():
                self._over = True
                break
            if self._clock() >= until:
                break
            if await self._transit.begin(letter):
                return letter
        return None

    async def _deliver(self, letter: Outgoing) -> Outcome:
        """Hand one letter over, and note what became of it."""
        outcome = await self._send(letter)
        settled = self._settle(letter, outcome)
        if isinstance(outcome, Refused | Lost):
            await settled
            await self._look_at_breaker()
        if isinstance(outcome, Lost):
            raise Unavailable(f"the mail server did not say whether it took a letter: {outcome.reply}")
        if isinstance(outcome, Deferred) and outcome.cause in TROUBLES:
            # The others wait for a better moment, and then go slowly.
            raise Unavailable(f"the mail server: {outcome.reply}")
        return outcome

    async def _send(self, letter: Outgoing) -> Outcome:
        try:
            with self._transit.under_way():
                return await self._post.send(letter.left, lambda: self._transit.dot(letter))
        except Unavailable as error:
            # Nothing was said of this letter, so it has lost no try; the loop as a whole waits.
            self._settle(letter, Deferred(str(error), cause=Cause.AWAY))
            if isinstance(error, Unwelcome | LoginRefused):
                await self._hold(f"the mail server refuses us: {error}")
            raise

    def _settle(self, letter: Outgoing, outcome: Outcome) -> Awaitable[bool]:
        posting, settled = self._transit.settle(letter, outcome)
        log.info(
            "letter tried",
            letter=letter.number,
            kind=str(letter.letter.kind),
            outcome=str(outcome.fate),
            state=str(posting.state),
            reply=outcome.reply,
        )
        self._sent += posting.state == "sent"
        return settled

    async def _look_at_breaker(self) -> None:
        fates, accepted, bounced = await asyncio.to_thread(self._ledger.latest_outcomes, self._clock())
        reason = breaker(fates, accepted, bounced)
        if reason is not None:
            await self._hold(reason)

    async def _hold(self, reason: str) -> None:
        """Hold everything, for a person: `mailbot outbox release` opens the switch again."""
        self._over = True
        if await asyncio.to_thread(lambda: self._ledger.held_because) == reason:
            # Said in the round before; a person may be away for a weekend of rounds.
            return
        await asyncio.to_thread(self._ledger.hold, reason, self._clock())
        log.error("everything is held", reason=reason)
