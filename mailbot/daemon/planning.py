"""Loop 2: ledger → plan → render → outbox. Talks to no network.

Rendering comes before enqueuing, so that the outbox holds finished bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from mailbot.core.in_force import in_force
from mailbot.core.notice import Notice
from mailbot.core.plan import Plan, plan
from mailbot.core.posting import Letter
from mailbot.core.rules import Rules
from mailbot.core.taught import taught
from mailbot.daemon.obeying import obey
from mailbot.errors import Unavailable
from mailbot.ledger.store import Ledger
from mailbot.post.render import Renderer

log = structlog.get_logger()

# Facts arrive between reading the book and enqueuing; planning again is cheap, but not for ever.
_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What letters are written with: the words, and the address that they come from."""

    rules: Rules
    renderer: Renderer
    sender: str


def plan_round(ledger: Ledger, desk: Desk, now: datetime, go_live: datetime) -> Plan:
    """Bring the outbox in line with what ought to be at `now`; return what was done.

    Raises:
        Unavailable: the ledger cannot serve now, or facts arrive faster than plans can be made.
    """
    obey(ledger, desk.rules, now, go_live)
    for _ in range(_TRIES):
        book = ledger.book()
        desk = replace(desk, rules=taught(desk.rules, book.lessons))
        found = plan(desk.rules, book, now, go_live)
        if not found:
            return found
        done = ledger.enqueue(
            version=book.version,
            duties=found.announce,
            letters=_render_all(ledger, replace(desk, rules=in_force(desk.rules, book)), found.post, now),
            withdraw=found.withdraw,
            rules=desk.rules.fingerprint,
            now=now,
        )
        if done:
            log.info(
                "plan",
                now=now.isoformat(),
                announced=len(found.announce),
                posted=len(found.post),
                withdrawn=len(found.withdraw),
            )
            return found
    raise Unavailable("facts arrive faster than letters can be planned")


def _render_all(ledger: Ledger, desk: Desk, notices: Iterable[Notice], now: datetime) -> list[Letter]:
    return [letter for notice in notices if (letter := _render(ledger, desk, notice, now))]


def _render(ledger: Ledger, desk: Desk, notice: Notice, now: datetime) -> Letter | None:
    """The finished letter; None if its template fails on it. Its keys stay free for the next tick."""
    try:
        return desk.renderer.render(
            notice,
            desk.rules,
            secret=ledger.message_secret,
            instance=ledger.instance,
            sender=desk.sender,
            now=now,
        )
    except (ValueError, LookupError, TypeError):
        log.exception("notice cannot be rendered", keys=notice.keys)
        return None
