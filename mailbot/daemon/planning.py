"""Loop 2: ledger → plan → render → outbox. Talks to no network.

Rendering comes before enqueuing, so that the outbox holds finished bytes.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import at, local
from mailbot.core.changes.in_force import in_force
from mailbot.core.changes.taught import taught
from mailbot.core.delivery.approval import FirstWeeks, approval
from mailbot.core.delivery.fuse import Fuse, held_by_fuse
from mailbot.core.delivery.new_address import addresses_to_ask, asked_about, unproved
from mailbot.core.notice import Notice, ObjectionMatter
from mailbot.core.plan import Plan, plan
from mailbot.core.posting import Letter, NoticeKind, State
from mailbot.core.rules import Rules
from mailbot.daemon.enclosures import enclosures
from mailbot.daemon.failures import failed
from mailbot.daemon.obeying import ReadAgain, obey
from mailbot.daemon.papers import beside_approved
from mailbot.errors import Misconfigured, Unavailable
from mailbot.ledger.store import Ledger
from mailbot.papers.wording import Wording
from mailbot.post.render import Renderer

log = structlog.get_logger()

# Facts arrive between reading the book and enqueuing; planning again is cheap, but not for ever.
_TRIES = 5
# A little more than a year: what is usual in January is seen once a year.
_REMEMBERED = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """Which letters a person must see first: those of the first weeks, and what blows the fuse.

    Attributes:
        new_addresses: after the first weeks, those to addresses that nothing speaks for yet, too.
    """

    fuse: Fuse
    first: FirstWeeks | None = None
    new_addresses: bool = False


def _never(_: Arrival) -> None:
    """What a desk without an archive reads again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What letters are written with: the words, and the address that they come from.

    Attributes:
        wording: loads the words of drafts, which are seldom needed; None makes no drafts.
        dispute: puts an objection's words beside the evidence, as a PDF; None leaves it out.
        proves: as in `Order`: whether a command of the staff needs the proof of our mail servers.
        read_again: as in `obey`; by default nothing can be read once more.
    """

    rules: Rules
    renderer: Renderer
    sender: str
    caution: Caution
    proves: bool = False
    wording: Callable[[], Wording] | None = None
    dispute: Callable[[ObjectionMatter, datetime], bytes] | None = None
    read_again: ReadAgain = _never


def plan_round(ledger: Ledger, desk: Desk, now: datetime, go_live: datetime) -> Plan:
    """Bring the outbox in line with what ought to be at `now`; return what was done.

    Raises:
        Unavailable: the ledger cannot serve now, or facts arrive faster than plans can be made.
    """
    obey(ledger, desk.rules, now, go_live, desk.read_again, proves=desk.proves)
    _let_go_to_known(ledger, desk, now)
    for tried in range(_TRIES):
        # A full mailbox brings facts for hours, and whoever sent one of its mails waits for a receipt: after
        # the first vain try the mails wait for the plan.
        with ledger.undisturbed() if tried else nullcontext():
            found = _planned(ledger, desk, now, go_live)
        if found is not None:
            return found
    raise Unavailable("facts arrive faster than letters can be planned")


def _planned(ledger: Ledger, desk: Desk, now: datetime, go_live: datetime) -> Plan | None:
    """The plan that was carried out; None if meanwhile something became known that may change it."""
    book = ledger.book()
    desk = replace(desk, rules=taught(desk.rules, book.lessons))
    found = plan(desk.rules, book, now, go_live)
    for notice in found.doubled:
        log.error("letter left out, another is about the same", kind=str(notice.kind), keys=notice.keys)
    if not found:
        return found
    notices = [beside_approved(ledger, notice) for notice in found.post]
    letters = _written(ledger, replace(desk, rules=in_force(desk.rules, book)), book, notices, now)
    done = ledger.enqueue(
        version=book.version,
        duties=found.announce,
        letters=letters,
        withdraw=found.withdraw,
        rules=desk.rules.fingerprint,
        now=now,
    )
    if not done:
        return None
    log.info(
        "plan",
        now=now.isoformat(),
        announced=len(found.announce),
        posted=len(found.post),
        withdrawn=len(found.withdraw),
    )
    _log(ledger, letters, found.withdraw)
    return found


def _log(ledger: Ledger, letters: Sequence[Letter], withdrawn: Sequence[int]) -> None:
    """A line for each letter, so that a search for its number tells its life from the beginning."""
    posted = ledger.book().letters if letters else {}
    for letter in letters:
        # None if something has taken it back since.
        if (found := posted.get(letter.keys[0])) is not None:
            told = {"kind": str(letter.kind), "unit": letter.unit, "arrival": letter.answers}
            log.info("letter written", letter=found.number, state=str(found.state), **told)
    for number in withdrawn:
        log.info("letter taken back", letter=number)


def _let_go_to_known(ledger: Ledger, desk: Desk, now: datetime) -> None:
    """Let go what only waited for addresses that have proved themselves since: one question for each."""
    book = ledger.book()
    if any(letter.state is State.HELD and asked_about(letter.held_why) for letter in book.unsent):
        waiting = {number: asked_about(why) for number, why in ledger.never_released()}
        unknown = _unknown(ledger, desk, book, [email for emails in waiting.values() for email in emails])
        known = [number for number, emails in waiting.items() if emails and unknown.isdisjoint(emails)]
        if known:
            ledger.release_letters(known, now)


def _unknown(ledger: Ledger, desk: Desk, book: Book, emails: Collection[str]) -> frozenset[str]:
    """Those of the addresses that a person must see before letters go there."""
    left = unproved(emails, book) if desk.caution.new_addresses else frozenset[str]()
    return left - ledger.released_to() if left else left


def _written(
    ledger: Ledger, desk: Desk, book: Book, notices: Sequence[Notice], now: datetime
) -> list[Letter]:
    """The letters, finished; held where a person must see them first and has not approved them yet."""
    approved = ledger.approved([key for notice in notices for key in notice.keys])
    unknown = _unknown(ledger, desk, book, addresses_to_ask(notices))
    free, doubtful = [], []
    for notice in notices:
        if (letter := _render(ledger, desk, notice, now)) is None:
            continue
        why = approval(notice, desk.rules, now, desk.caution.first, approved, unknown)
        if why or approved.isdisjoint(notice.keys):
            doubtful.append(replace(letter, hold=why))
        else:
            free.append(letter)
    return [*free, *_fused(ledger, desk, doubtful, now)]


def _fused(ledger: Ledger, desk: Desk, letters: list[Letter], now: datetime) -> list[Letter]:
    """The letters, all of a kind held if there are far more of it than on any day before."""
    fuse, units = desk.caution.fuse, len(desk.rules.units)
    midnight = at(local(now).date())
    today = Counter(kind for kind, _ in ledger.written_since(midnight)) if letters else Counter[NoticeKind]()
    held = held_by_fuse(letters, fuse=fuse, units=units, today=today, largest={})
    if held == letters:
        return letters
    # Only now is it worth the while to look back.
    days = Counter(
        (kind, local(written).date())
        for kind, written in ledger.written_since(midnight - _REMEMBERED, sent=True)
        if written < midnight
    )
    largest: dict[NoticeKind, int] = {}
    for (kind, _), count in days.items():
        largest[kind] = max(count, largest.get(kind, 0))
    return held_by_fuse(letters, fuse=fuse, units=units, today=today, largest=largest)


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
            enclosures=tuple(enclosures(notice, desk.rules, desk.wording, now, desk.dispute)),
        )
    except (ValueError, LookupError, TypeError, Misconfigured) as error:
        failed("notice cannot be rendered", error, keys=notice.keys)
        return None
