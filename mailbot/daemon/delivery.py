"""Loop 3: outbox → SMTP → ledger. Decides nothing.

Guarantee: that a letter is on the wire is committed before the first command goes out, that its final dot
is about to leave before that leaves, and its fate after the server's answer. So there is one state in
which nobody knows: a dot noted, and no answer. And a letter is held against the plan once more, and
against every brake, at the last moment before its dot.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from mailbot.clock import Clock
from mailbot.core.brakes import Caps, breaker
from mailbot.core.in_force import in_force
from mailbot.core.plan import justified_keys, office_hours
from mailbot.core.posting import TROUBLES, Cause, Deferred, Lost, Outcome, Refused, step
from mailbot.core.rules import Rules
from mailbot.core.taught import taught
from mailbot.errors import LoginRefused, Unavailable, Unwelcome
from mailbot.ledger.letters import Outgoing
from mailbot.ledger.store import Ledger
from mailbot.post.door import Post

log = structlog.get_logger()

_AT_ONCE = 50
# Facts come in while a letter is on the wire; to look again is cheap, but not for ever.
_LOOKS = 5
_NO_LONGER_WANTED = "no longer wanted when it was about to leave"
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
    return await _Round(ledger, post, rules, terms, clock).run(stopping)


class _Round:
    """One round, with what it is about."""

    def __init__(self, ledger: Ledger, post: Post, rules: Rules, terms: Terms, clock: Clock) -> None:
        self._ledger = ledger
        self._post = post
        self._rules = rules
        self._terms = terms
        self._clock = clock
        self._justified: tuple[object, frozenset[str]] = (None, frozenset())

    async def run(self, stopping: Callable[[], bool]) -> int:
        sent = 0
        await self._resolve()
        await self._look_at_breaker()
        while batch := await asyncio.to_thread(self._outgoing):
            for letter in batch:
                if stopping() or self._terms.hold_file.exists():
                    return sent
                sent += await self._deliver(letter)
        return sent

    async def _resolve(self) -> None:
        """Give an end to what a daemon died with, what its copy proves, and what came too late."""
        for letter in await asyncio.to_thread(self._ledger.interrupted):
            if letter.dot_at is None:
                await self._settle(letter, Deferred("mailbot stopped before the dot", cause=Cause.STOPPED))
            else:
                # Nobody knows whether it was taken (RFC 1047).
                reply = "mailbot stopped while it waited for the answer to the final dot"
                await self._settle(letter, Lost(reply, copied=self._terms.copies))
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

    async def _deliver(self, letter: Outgoing) -> int:
        """Post one letter, unless it is not wanted any more; 1 if it was sent."""
        if not await asyncio.to_thread(self._wanted, letter):
            await asyncio.to_thread(self._ledger.end, [letter.number], _NO_LONGER_WANTED, self._clock())
            log.info("letter taken back", letter=letter.number, keys=letter.letter.keys)
            return 0
        if not await asyncio.to_thread(self._ledger.begin, letter.number, self._clock()):
            return 0
        outcome = await self._send(letter)
        sent = await self._settle(letter, outcome)
        if isinstance(outcome, Refused):
            await self._look_at_breaker()
        if isinstance(outcome, Deferred) and outcome.cause in TROUBLES:
            # The others wait for a better moment, and then go slowly.
            raise Unavailable(f"the mail server: {outcome.reply}")
        return sent

    async def _send(self, letter: Outgoing) -> Outcome:
        try:
            return await self._post.send(letter.left, lambda: asyncio.to_thread(self._at_dot, letter))
        except Unavailable as error:
            # Nothing was said of this letter, so it has lost no try; the loop as a whole waits.
            await self._settle(letter, Deferred(str(error), cause=Cause.AWAY))
            if isinstance(error, Unwelcome | LoginRefused):
                await self._hold(f"the mail server refuses us: {error}")
            raise

    def _at_dot(self, letter: Outgoing) -> bool:
        """Note that the final dot leaves; not if anything speaks against it at this very moment."""
        for _ in range(_LOOKS):
            if self._terms.hold_file.exists():
                return False
            version = self._ledger.book().version
            if not self._wanted(letter):
                return False
            if self._ledger.mark_dot(letter.number, self._clock(), version=version):
                return True
        return False

    def _wanted(self, letter: Outgoing) -> bool:
        """Whether the plan as of now still justifies all that the letter says."""
        now, book = self._clock(), self._ledger.book()
        # Windows open and close on the minute; the moment from which a letter is of no use is looked at
        # to the second when it is begun.
        facts = (book.version, book.scanned_at, now.replace(second=0, microsecond=0))
        if self._justified[0] != facts:
            rules = taught(self._rules, book.lessons)
            self._justified = facts, justified_keys(rules, book, now, self._terms.go_live)
        return self._justified[1].issuperset(letter.letter.keys)

    async def _settle(self, letter: Outgoing, outcome: Outcome) -> int:
        now = self._clock()
        posting = step(letter.posting, letter.letter.kind, outcome, now)
        await asyncio.to_thread(self._ledger.settle, letter.number, posting, outcome, now)
        log.info(
            "letter tried",
            letter=letter.number,
            kind=str(letter.letter.kind),
            outcome=str(outcome.fate),
            state=str(posting.state),
            reply=outcome.reply,
        )
        return posting.state == "sent"

    async def _look_at_breaker(self) -> None:
        fates, accepted, bounced = await asyncio.to_thread(self._ledger.latest_outcomes, self._clock())
        reason = breaker(fates, accepted, bounced)
        if reason is not None:
            await self._hold(reason)

    async def _hold(self, reason: str) -> None:
        """Hold everything, for a person: `mailbot outbox release` opens the switch again."""
        await asyncio.to_thread(self._ledger.hold, reason, self._clock())
        log.error("everything is held", reason=reason)
