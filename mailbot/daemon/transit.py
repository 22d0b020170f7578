"""What is noted of letters on the wire: many letters in one commit, each note before what it must precede.

A note waits a few milliseconds for company: dots until every letter that is being handed over has come to its
dot, what is less urgent, that a letter is about to be begun and how one ended, until a dot goes to the disk.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TypeAlias

import structlog

from mailbot.clock import Clock
from mailbot.core.changes.taught import taught
from mailbot.core.plan import justified_keys, outdated
from mailbot.core.posting import Outcome, Posting, step
from mailbot.core.rules import Rules
from mailbot.ledger.letters import Outgoing
from mailbot.ledger.on_the_wire import Settled
from mailbot.ledger.store import Ledger

log = structlog.get_logger()

# Facts come in while letters are on the wire; to look again is cheap, but not for ever.
_LOOKS = 5
# So long a note waits for company; with a quick server the others come sooner.
_LINGER_SECONDS = 0.008
_NO_LONGER_WANTED = "no longer wanted when it was about to leave"


class _Kind(Enum):
    BEGIN = "begin"
    DOT = "dot"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class _Note:
    kind: _Kind
    letter: Outgoing
    noted: asyncio.Future[bool]
    settled: Settled | None = None


_Done: TypeAlias = tuple[frozenset[int], frozenset[int]]
"""The letters whose dots were noted, and those that were begun."""


class Transit:
    """The notes of one round of delivery; `hold_file` stops letters as the ledger's switch does."""

    def __init__(
        self, ledger: Ledger, rules: Rules, go_live: datetime, hold_file: Path, clock: Clock
    ) -> None:
        self._ledger = ledger
        self._rules = rules
        self._go_live = go_live
        self._hold_file = hold_file
        self._clock = clock
        self._notes: list[_Note] = []
        self._writing: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._failed: BaseException | None = None
        self._under_way = 0
        self._justified = frozenset[str]()
        self._outdated = frozenset[int]()
        self._version = 0
        self._facts: object = None
        self._minute: datetime | None = None
        self._turn: int | None = None
        self._stale = True

    async def begin(self, letter: Outgoing) -> bool:
        """Put a letter on the wire, unless it is not wanted any more or may not be posted now."""
        return await self._add(_Kind.BEGIN, letter)

    async def dot(self, letter: Outgoing) -> bool:
        """Note that the final dot leaves; not if anything speaks against it at this very moment."""
        return await self._add(_Kind.DOT, letter)

    def settle(self, letter: Outgoing, outcome: Outcome) -> tuple[Posting, asyncio.Future[bool]]:
        """Note how the try ended: where the letter stands now, and when that is on the disk."""
        now = self._clock()
        posting = step(letter.posting, letter.letter.kind, outcome, now)
        ended = Settled(number=letter.number, posting=posting, outcome=outcome, at=now)
        return posting, self._add(_Kind.SETTLED, letter, ended)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """A letter is handed over meanwhile: the dots of others may wait for its dot a little."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1

    async def rest(self) -> None:
        """Wait until all that was noted is on the disk.

        Raises:
            Unavailable, LedgerBroken, Superseded: something could not be written.
        """
        while self._notes or self._writing is not None:
            self._write()
            if self._writing is not None:
                await asyncio.wait([self._writing])
        failed, self._failed = self._failed, None
        if failed is not None:
            raise failed

    def _add(self, kind: _Kind, letter: Outgoing, settled: Settled | None = None) -> asyncio.Future[bool]:
        loop = asyncio.get_running_loop()
        note = _Note(kind, letter, loop.create_future(), settled)
        self._notes.append(note)
        if kind is _Kind.BEGIN and not self._under_way:
            # No dot will come before this one is written; but other lanes may begin in the same turn.
            loop.call_soon(self._write)
        else:
            self._wait()
        return note.noted

    def _wait(self) -> None:
        """Let the notes wait for company, unless all is there that could come."""
        if self._writing is not None:
            return
        dots = sum(note.kind is _Kind.DOT for note in self._notes)
        if dots and dots >= self._under_way:
            self._write()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_LINGER_SECONDS, self._write)

    def _write(self) -> None:
        """Begin to write, unless that is under way; what is added meanwhile is written after it."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._notes and self._writing is None:
            self._writing = asyncio.create_task(self._write_down())

    async def _write_down(self) -> None:
        notes, self._notes = self._notes, []
        (done,) = await asyncio.gather(asyncio.to_thread(self._carry_out, notes), return_exceptions=True)
        self._writing = None
        if isinstance(done, BaseException):
            self._failed = done
        for note in notes:
            if note.noted.done():
                continue
            if isinstance(done, BaseException):
                note.noted.set_exception(done)
                # Nobody may wait for this one; `rest` tells it.
                note.noted.exception()
            else:
                note.noted.set_result(_is_done(note, done))
        if self._notes:
            self._wait()

    def _carry_out(self, notes: Iterable[_Note]) -> _Done:
        """Write the notes down in one commit; dots once more for as long as facts come in between."""
        settled = [note.settled for note in notes if note.settled is not None]
        dots, begin = _letters(notes, _Kind.DOT), _letters(notes, _Kind.BEGIN)
        marked, begun = frozenset[int](), frozenset[int]()
        for _ in range(_LOOKS):
            if self._hold_file.exists():
                dots, begin = {}, {}
            if dots or begin:
                self._look()
            dots = {number: letter for number, letter in dots.items() if self._wants(letter)}
            wanted = [number for number, letter in begin.items() if self._wants(letter)]
            self._take_back([letter for number, letter in begin.items() if number not in wanted])
            if not (settled or dots or wanted):
                break
            expected = None if self._stale or self._turn is None else self._turn + 1
            done = self._ledger.advance(
                self._clock(),
                settled=settled,
                dots=dots,
                begin=wanted,
                version=self._version,
                turn=expected,
            )
            marked, begun = marked | done.dots, begun | done.begun
            dots = {number: letter for number, letter in dots.items() if number not in marked}
            settled, begin = [], {}
            # Where nobody else has written in between, the book is as it was.
            self._stale = self._turn is None or done.turn != self._turn + 1
            self._turn = done.turn
            if not done.moved:
                break
        return marked, begun

    def _look(self) -> None:
        """See which letters the plan justifies as of now, unless it is certain that nothing has changed."""
        now = self._clock()
        # Windows open and close on the minute; the moment from which a letter is of no use is looked at
        # to the second when it is begun.
        minute = now.replace(second=0, microsecond=0)
        if self._minute == minute and not self._stale:
            return
        book = self._ledger.book()
        facts = (book.version, book.scanned_at, minute)
        if self._facts != facts:
            rules = taught(self._rules, book.lessons)
            self._justified = justified_keys(rules, book, now, self._go_live)
            self._outdated = outdated(rules, book, now)
        self._facts, self._minute, self._stale = facts, minute, False
        self._version = book.version

    def _wants(self, letter: Outgoing) -> bool:
        """Whether the plan still justifies all that the letter says, as it says it."""
        return letter.number not in self._outdated and self._justified.issuperset(letter.letter.keys)

    def _take_back(self, letters: Iterable[Outgoing]) -> None:
        if numbers := [letter.number for letter in letters]:
            self._ledger.end(numbers, _NO_LONGER_WANTED, self._clock())
        for letter in letters:
            log.info("letter taken back", letter=letter.number, keys=letter.letter.keys)


def _letters(notes: Iterable[_Note], kind: _Kind) -> Mapping[int, Outgoing]:
    return {note.letter.number: note.letter for note in notes if note.kind is kind}


def _is_done(note: _Note, done: _Done) -> bool:
    match note.kind:
        case _Kind.BEGIN:
            return note.letter.number in done[1]
        case _Kind.DOT:
            return note.letter.number in done[0]
        case _Kind.SETTLED:
            return True
