"""What must always hold, looked at in ledger, archive and rules together: `mailbot verify`.

The tests ask the same questions after every fault that they bring about.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.posting import State
from mailbot.core.rules import Rules
from mailbot.core.seals.sealing import is_sealed
from mailbot.core.verdict import MACHINES, Ignored
from mailbot.daemon.house import House
from mailbot.daemon.progress import Progress, unseen
from mailbot.inbox.archive import Archive
from mailbot.ledger.letters import LetterRow
from mailbot.ledger.store import Ledger

# What a mailbot that died has archived and not recorded is fetched and adopted again long before.
_ORPHANS_GRACE = timedelta(hours=1)
_NEVER_LEFT = frozenset({State.WITHDRAWN, State.DROPPED})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must hold, and every fault that was found in it."""

    what: str
    faults: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether no fault was found."""
        return not self.faults


def audit(
    house: House,
    now: datetime,
    *,
    bytes_too: bool = True,
    progress: Progress = unseen,
) -> Iterator[Finding]:
    """Check everything; without `bytes_too` the archive's files are counted and not read.

    Args:
        house: open; a daemon may be at work beside it.
        now: for telling an orphan from a mail that is just coming in.
        bytes_too: whether to hash every archived mail: a minute for each ten gigabytes or so.
        progress: of reading the archived mails.
    """
    ledger = house.ledger
    book, letters = ledger.book(), ledger.letters()
    checks: tuple[tuple[str, Callable[[], Iterator[str] | list[str]]], ...] = (
        ("the database's pages", ledger.damaged_pages),
        ("the chain of facts", ledger.broken_links),
        ("numbers without gaps", ledger.gaps),
        ("the catalogue of arrivals", ledger.misplaced),
        ("the bytes of every mail", lambda: _bytes(house, progress(book.arrivals), read=bytes_too)),
        ("nothing kept of sealed mails", lambda: _sealed(house.archive, ledger, book)),
        ("no orphans in the archive", lambda: _orphans(house.archive, book, now)),
        ("letters and their tries", ledger.odd_letters),
        ("recipients are registered", lambda: _strangers(letters, house.rules, book)),
        ("no machine was answered", lambda: _answered_machines(letters, book)),
    )
    for what, check in checks:
        yield Finding(what, tuple(check()))


def _bytes(house: House, arrivals: Iterable[Arrival], *, read: bool) -> Iterator[str]:
    for arrival in arrivals:
        if is_sealed(arrival):
            continue
        sha256 = arrival.mail.sha256
        if not house.raw(sha256).exists():
            yield f"arrival {arrival.number}: its bytes are nowhere"
        elif read and not house.archive.intact(sha256):
            yield f"arrival {arrival.number}: its bytes are not what its hash promises"


def _sealed(archive: Archive, ledger: Ledger, book: Book) -> Iterator[str]:
    for arrival in book.arrivals:
        if is_sealed(arrival):
            sha256 = arrival.mail.sha256
            if archive.holds(sha256) or (ledger.is_shared and any(True for _ in ledger.copied(sha256))):
                yield f"arrival {arrival.number} is sealed, and its bytes are still kept"


def _orphans(archive: Archive, book: Book, now: datetime) -> Iterator[str]:
    known = {arrival.mail.sha256 for arrival in book.arrivals}
    for sha256, written_at in archive.names():
        if sha256 not in known and now - written_at > _ORPHANS_GRACE:
            yield f"{sha256} is archived, and no arrival refers to it"


def _strangers(letters: list[LetterRow], rules: Rules, book: Book) -> Iterator[str]:
    """Whom mailbot has written to without knowing them.

    The days of an address may have been entered since: who ended on Monday is struck off on Wednesday. So
    only letters written by the rules in force are held against them.
    """
    since = book.edition.taken_up_at if book.edition else None
    # One that was taken back never left: its address may have been a slip that was corrected.
    for row in (row for row in letters if row.posting.state not in _NEVER_LEFT):
        on, before = local(row.queued_at).date(), since is not None and row.queued_at < since
        for email in row.letter.recipients:
            if not (rules.registered(email, on) or (before and rules.knows(email))):
                yield f"letter {row.number} goes to {email}, which was not registered on {on}"


def _answered_machines(letters: list[LetterRow], book: Book) -> Iterator[str]:
    for row in letters:
        answered = book.by_number.get(row.letter.answers or 0)
        if answered is not None:
            verdict = answered.verdict
            machine = isinstance(verdict, Ignored) and verdict.reason in MACHINES
            if machine and answered.number not in book.ruled:
                yield f"letter {row.number} answers arrival {answered.number}, which a machine sent"
