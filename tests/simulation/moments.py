"""What must be true at every moment of a story, and not only at its end."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from mailbot.core.book import Book
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.posting import Letter, State
from mailbot.core.standing import Standing, judge
from mailbot.ledger.store import Ledger
from simulation.province import Truth

_BLAME = frozenset({Standing.LATE, Standing.OVERDUE})


def accused(owed: Iterable[Duty], truth: Truth, book: Book, now: datetime) -> Iterator[DutyKey]:
    """The duties that mailbot would call late, to whoever asks now, although they were handed in in time."""
    for duty in owed:
        known = book.duties.get(duty.key)
        if known is not None and truth.in_time(duty) and judge(known, book, now).standing in _BLAME:
            yield duty.key


def forbidden(ledger: Ledger, hold_file: Path, letter: Letter) -> str:
    """Why a person would be dismayed if that letter left now; "" if it may leave."""
    if hold_file.exists():
        return "the file that holds everything is there"
    if (why := ledger.held_because) is not None:
        return f"everything is held: {why}"
    row = ledger.book().letters[letter.keys[0]]
    return "" if row.state is State.WAITING else f"letter {row.number} is {row.state}"
