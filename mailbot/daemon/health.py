"""Whether mailbot is well, looked at from outside of the daemon: `mailbot health`, and the alarms."""

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median_low
from typing import Any

from mailbot.config import Config, Salvage
from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.machine.alarm import Condition
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.seals.sealing import keeps_no_bytes
from mailbot.daemon.house import open_ledger
from mailbot.daemon.storage import is_read_only, room
from mailbot.errors import LedgerBroken, MailbotError
from mailbot.ledger.store import Ledger

# A scan is due every minute and an idle mailbox is still scanned; a quarter of an hour means trouble, or
# twice the time that the office itself lets pass between two.
_SCAN_AGE = timedelta(minutes=15)
_WAITING_AGE = timedelta(hours=1)
# A copy takes minutes; a relay that is slow for an hour is trouble too. Older ones were told of already.
_COPY_AGE, _COPIES_LOOKED_FOR = timedelta(hours=1), timedelta(hours=6)
# So many mails of the archive are looked for: enough to miss a folder, and nothing to an old disk.
_LATELY = 20
# Of what came last some are sealed, and have no bytes.
_LOOKED_THROUGH = 10 * _LATELY
# A digest is written each working day; whoever lets the last one lie for so long has heard of it before.
_DIGESTS_LOOKED_AT = timedelta(days=30)
# A single mail may have been put in with a date that its sender chose. Several that are dated alike may have
# been moved in by a person, but then they are not most of a day's.
_LEAST_AHEAD, _LEAST_BEHIND = 2, 3
_ALIKE = timedelta(minutes=30)
_PULSE_AGE = timedelta(minutes=10)
_TRIED = frozenset({State.SENT, State.GIVEN_UP})


def examine(config: Config, now: datetime) -> list[Condition]:
    """Everything that shows whether mailbot is well; never raises, for a broken part is what it looks for."""
    found = [*_daemon(config.state, now), disk(config)]
    try:
        with open_ledger(config) as ledger:
            shadow = config.approval.shadow and ledger.live_since is None
            pause = timedelta(seconds=config.inbox.poll_seconds)
            book = ledger.recent_book(_LOOKED_THROUGH, now - _DIGESTS_LOOKED_AT)
            found += _of_the_ledger(ledger, book, now, shadow=shadow, scans=max(_SCAN_AGE, 2 * pause))
            found += _of_the_clocks(book.arrivals, now)
            found += _of_the_digest(book)
            if not ledger.is_shared and all(one.what != "archive" for one in found):
                found += _of_the_archive(config.archive, book)
            if config.delivery.receipt_copy:
                found.append(_of_the_copies(ledger, now))
            held = ledger.held_because
    except (MailbotError, OSError) as error:
        broken = isinstance(error, LedgerBroken)
        found.append(Condition(what="ledger", well=False, says=str(error), urgent=broken))
        held = None
    # Path.exists raises where the folder may not be entered.
    if held or os.path.exists(config.hold_file):  # noqa: PTH110
        says = held or f"the file {config.hold_file} exists"
        found.append(Condition(what="hold", well=False, says=f"nothing leaves: {says}"))
    return found


def examine_misconfigured(salvage: Salvage, says: str, now: datetime) -> list[Condition]:
    """What can still be seen where config.toml has faults, told by `says`: no daemon would start with it."""
    return [
        Condition(what="configuration", well=False, says=says),
        *_daemon(salvage.state, now),
        disk(salvage),
    ]


def _of_the_ledger(
    ledger: Ledger, book: Book, now: datetime, *, shadow: bool, scans: timedelta
) -> Iterator[Condition]:
    scan, oldest = ledger.last_scan(), ledger.oldest_waiting(now)
    if shadow:
        says = "letters are written and none is sent, until `mailbot go-live`"
        yield Condition(what="shadow", well=True, says=says)
    if scan is None:
        yield Condition(what="mailbox", well=False, says="has never been read to its end")
    else:
        says = f"last read to its end {_iso(scan[1])}"
        yield Condition(what="mailbox", well=now - scan[1] < scans, says=says)
    yield Condition(
        what="letters",
        well=shadow or oldest is None or now - oldest < _WAITING_AGE,
        says=f"the oldest has waited since {_iso(oldest)}" if oldest else "none waits",
    )
    gone = [gap for gap in book.outages if gap.vanished]
    says = "none vanished unread"
    if gone:
        says = f"{len(gone)} vanished unread, the last by {_iso(gone[-1].until)}; `mailbot watch` shows them"
    yield Condition(what="mails", well=not gone, says=says)
    holder = ledger.holder if ledger.is_shared else None
    if holder is not None:
        says = f"{holder.name} works, until {_iso(holder.until)} or longer"
        yield Condition(what="active machine", well=True, says=says)


def _of_the_archive(folder: Path, book: Book) -> Iterator[Condition]:
    """Whether the bytes of the mails that came last are there: a folder may be lost, or not mounted."""
    kept = (one for one in reversed(book.arrivals) if not keeps_no_bytes(one, book))
    names = [one.sha256 for one in islice(kept, _LATELY)]
    gone = [name for name in names if not (folder / name[:2] / name[2:4] / name).exists()]
    if gone:
        says = f"of the last {len(names)} mails {len(gone)} are not in {folder}; `mailbot verify` lists all"
        yield Condition(what="archive", well=False, says=says)


def _of_the_clocks(arrivals: Sequence[Arrival], now: datetime) -> Iterator[Condition]:
    """Whether the mailbox dates the last day's mails after they were read, or long before they were there."""
    lately = [one.clocks for one in arrivals[-_LATELY:] if now - one.recorded_at < timedelta(days=1)]
    ahead = [one.ahead for one in lately if one.ahead]
    if len(ahead) >= max(_LEAST_AHEAD, len(lately) / 2):
        minutes = max(ahead) // timedelta(minutes=1)
        says = f"mails are dated up to {minutes} minutes after they were read: one of two clocks is wrong"
        yield Condition(what="server clock", well=False, says=says)
        return
    behind = [one.behind for one in lately if one.behind]
    usual = median_low(behind) if behind else timedelta()
    if sum(abs(by - usual) <= _ALIKE for by in behind) >= max(_LEAST_BEHIND, len(lately) / 2):
        minutes = usual // timedelta(minutes=1)
        says = (
            f"mails are dated {minutes} minutes before they came: one of two clocks is wrong, unless somebody"
        )
        yield Condition(what="server clock", well=False, says=f"{says} moved them into the mailbox")


def _of_the_digest(book: Book) -> Iterator[Condition]:
    """Whether the last digest reached anybody of the staff: what else goes wrong is told in it alone."""
    days: defaultdict[str, dict[str, PostedLetter]] = defaultdict(dict)
    for key, letter in book.letters.items():
        if letter.kind is NoticeKind.DIGEST and letter.state in _TRIED:
            _, day, email = key.split("/", 2)
            days[day][email] = letter
    last = days[max(days)] if days else {}
    failed = {(fact.letter, fact.email): fact.says for fact in book.health.facts if fact.failed}
    lost = {
        email: failed.get((letter.number, email), "given up")
        for email, letter in last.items()
        if letter.state is State.GIVEN_UP or (letter.number, email) in failed
    }
    if last and len(lost) == len(last):
        email, reply = next(iter(lost.items()))
        says = f"the digest of {max(days)} reached nobody of the staff; {email}: {reply}"
        yield Condition(what="digest", well=False, says=says)


def _of_the_copies(ledger: Ledger, now: datetime) -> Condition:
    """Whether the copies of our letters come: a relay may accept letters and drop them."""
    missing = ledger.copies_missing(now - _COPIES_LOOKED_FOR, now - _COPY_AGE)
    says = "all came"
    if missing:
        says = f"{len(missing)} letters were accepted and no copy came, the first is letter {missing[0]}: "
        says += "the relay drops letters, or rewrites their Message-ID"
    return Condition(what="copies", well=not missing, says=says)


def _daemon(state: Path, now: datetime) -> list[Condition]:
    file = state / "health.json"
    try:
        return list(_of_the_pulse(json.loads(file.read_text(encoding="utf-8")), now))
    except FileNotFoundError:
        says = "has not run here; mails are read by `mailbot tick`"
        return [Condition(what="daemon", well=True, says=says)]
    except OSError as error:
        says = f"{file} cannot be read: {error.strerror}"
    except (ValueError, LookupError, TypeError, AttributeError):
        says = f"{file} is damaged; a daemon at work writes it anew within a minute"
    return [Condition(what="daemon", well=False, says=says)]


def _of_the_pulse(pulse: dict[str, Any], now: datetime) -> Iterator[Condition]:
    at = datetime.fromisoformat(pulse["at"]).astimezone(UTC)
    says = f"last sign of life {_iso(at)}"
    # A sign from hours to come is one of before the clock was set right, and there was none since.
    yield Condition(what="daemon", well=abs(now - at) < _PULSE_AGE, says=says, urgent=True)
    for what, trouble in pulse["troubles"].items():
        says = f"since {trouble['since']}: {trouble['reason']}"
        yield Condition(what=what, well=False, says=says)


def disk(config: Config | Salvage) -> Condition:
    """Whether there is room enough where mailbot writes."""
    try:
        well, free = room(config.state)
    except OSError as error:
        return Condition(what="disk", well=False, says=f"the state folder cannot be reached: {error}")
    # Of a file system that the kernel has made read-only after an error this tells the truth to root, too.
    if not os.access(config.state, os.W_OK):
        why = ": its file system is read-only" if is_read_only(config.state) else ""
        return Condition(
            what="disk", well=False, says=f"the state folder cannot be written{why}", urgent=True
        )
    return Condition(what="disk", well=well, says=f"{free // (1 << 20)} MiB free", urgent=True)


def _iso(instant: datetime | None) -> str:
    return "-" if instant is None else local(instant).isoformat(sep=" ", timespec="seconds")
