"""The three steps of letters on the wire, each for many letters at once, within one transaction.

`begin` comes before the first word to the mail server, `mark` before the final dot, `settle` after the reply.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, func, insert, or_, select, update

from mailbot.core.delivery.smtp_reply import queue_id
from mailbot.core.posting import FINAL, Accepted, Deferred, Outcome, Posting, State
from mailbot.ledger.letters import posting_row
from mailbot.ledger.rows import Row, Written
from mailbot.ledger.schema import attempt, fate, letter, meta, tally
from mailbot.ledger.types import Instant

_UNKNOWN = "không rõ máy chủ thư đã nhận thư này hay chưa"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a letter on the wire, at `at`; `posting` is the step that follows from `outcome`."""

    number: int
    posting: Posting
    outcome: Outcome
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """The letters that were put on the wire, and those whose final dot may leave.

    Attributes:
        moved: whether no dot could be noted because the book has moved.
        turn: the tally of this commit; the next one's is higher by one, if nobody else wrote between them.
    """

    begun: frozenset[int]
    dots: frozenset[int]
    moved: bool
    turn: int


@dataclass(frozen=True, slots=True)
class Wire:
    """What is on the wire, within a writing transaction that changes letters by this module alone.

    Attributes:
        letters: the state of each letter there, and the number of the try that it is in.
        turn: the tally of this transaction.
        held: whether the hold switch is on.
        tries, fates: how many of each there were.
    """

    letters: Mapping[int, Row]
    turn: int
    held: bool
    tries: int
    fates: int

    def require(self, numbers: Iterable[int]) -> None:
        """Make sure that letters are on the wire.

        Raises:
            ValueError: if one of them is not.
        """
        for number in numbers:
            if number not in self.letters:
                raise ValueError(f"letter {number} is not on the wire")


# Put together once: building a statement costs more than running it. Each changes one letter, and is run for
# many at a time.
_NUMBER: BindParameter[int] = bindparam("letter_number")
_NOW = bindparam("now", type_=Instant)
_TURN = select(tally.c.changes).scalar_subquery()
POSTABLE = and_(
    letter.c.state == State.WAITING,
    letter.c.sending_since.is_(None),
    or_(letter.c.not_before.is_(None), letter.c.not_before <= _NOW),
    letter.c.expires_at > _NOW,
)
"""Which letters could be put on the wire at `now`, a parameter of the statement."""

_ON_THE_WIRE = letter.c.sending_since.is_not(None)
# One row at least: the tally's.
_WIRE = (
    select(
        tally.c.changes.label("turn"),
        select(meta.c.value).where(meta.c.name == "hold").scalar_subquery().label("hold"),
        select(func.coalesce(func.max(attempt.c.number), 0)).scalar_subquery().label("tries"),
        select(func.coalesce(func.max(fate.c.number), 0)).scalar_subquery().label("fates"),
        *(letter.c.number, letter.c.state, letter.c.held_why, letter.c.dot_at),
        attempt.c.number.label("attempt"),
    )
    .outerjoin_from(tally, letter, _ON_THE_WIRE)
    .outerjoin(attempt, (attempt.c.letter == letter.c.number) & attempt.c.ended_at.is_(None))
)
_WIRED = select(letter.c.number).where(_ON_THE_WIRE)
_BEGIN = update(letter).where(letter.c.number == _NUMBER, POSTABLE).values(sending_since=_NOW, turn=_TURN)
_ADD_TRIES = insert(attempt)
_MARK = update(letter).where(letter.c.number == _NUMBER).values(dot_at=_NOW, turn=_TURN)
_WAY = ("state", "tries", "unknown", "taken", "not_before", "held_why", "settled_at", "last_reply")
_SETTLE = (
    update(letter)
    .where(letter.c.number == bindparam("settled"))
    .values({name: bindparam(name) for name in _WAY} | {"sending_since": None, "dot_at": None, "turn": _TURN})
)
_HOW = ("dot_at", "ended_at", "outcome", "cause", "reply", "queue_id")
_END = (
    update(attempt)
    .where(attempt.c.number == bindparam("attempt"))
    .values({name: bindparam(name) for name in _HOW})
)
_ADD_FATES = insert(fate)


def wire(connection: Connection) -> Wire:
    """What is on the wire now."""
    rows = connection.execute(_WIRE).mappings().all()
    letters = {row["number"]: row for row in rows if row["number"] is not None}
    there = rows[0]
    return Wire(letters, there["turn"], there["hold"] is not None, there["tries"], there["fates"])


def begin(connection: Connection, there: Wire, numbers: Collection[int], now: datetime) -> list[int]:
    """Put those letters on the wire that may be posted; their numbers."""
    free = [number for number in numbers if number not in there.letters]
    if not free:
        return []
    done = connection.execute(_BEGIN, [{"letter_number": number, "now": now} for number in free])
    begun = sorted(free)
    if done.rowcount != len(free):
        begun = sorted(set(connection.execute(_WIRED).scalars()).intersection(free))
    if begun:
        numbered = enumerate(begun, there.tries + 1)
        tries = [{"number": n, "letter": number, "began_at": now} for n, number in numbered]
        connection.execute(_ADD_TRIES, tries)
    return begun


def mark(connection: Connection, there: Wire, numbers: Collection[int], now: datetime) -> list[int]:
    """Note that the final dots of those letters leave that nobody has held meanwhile; their numbers."""
    marked = [number for number in numbers if there.letters[number]["state"] == State.WAITING]
    if marked:
        connection.execute(_MARK, [{"letter_number": number, "now": now} for number in marked])
    return marked


def settle(connection: Connection, there: Wire, ended: Sequence[Settled]) -> None:
    """Take letters off the wire, each with what became of it."""
    if not ended:
        return
    connection.execute(_SETTLE, [_letter_values(one, there.letters[one.number]) for one in ended])
    tries = [(one, there.letters[one.number]["attempt"]) for one in ended]
    tries = [(one, number) for one, number in tries if number is not None]
    if tries:
        connection.execute(_END, [_attempt_values(one, there.letters[one.number]) for one, _ in tries])
    answers = [(one, number, answer) for one, number in tries for answer in one.outcome.answers]
    if not answers:
        return
    rows = [
        {
            "number": numbered,
            "attempt": number,
            "letter": one.number,
            "recipient": answer.email,
            "fate": answer.fate,
            "stage": answer.stage,
            "reply": answer.reply,
            "at": one.at,
        }
        for numbered, (one, number, answer) in enumerate(answers, there.fates + 1)
    ]
    connection.execute(_ADD_FATES, rows)


def _letter_values(one: Settled, row: Row) -> Written:
    """The columns of a letter after a try; what a person held meanwhile stays held, unless it has ended."""
    values: dict[str, Any] = posting_row(one.posting)
    held = row["state"] == State.HELD
    why = row["held_why"]
    if held and one.posting.state is State.WAITING:
        values["state"] = State.HELD
    if one.posting.state is State.HELD and not held:
        why = _UNKNOWN
    ended_at = one.at if one.posting.state in FINAL else None
    return values | {
        "settled": one.number, "held_why": why, "settled_at": ended_at, "last_reply": one.outcome.reply,
    }  # fmt: skip


def _attempt_values(one: Settled, row: Row) -> Written:
    outcome = one.outcome
    return {
        "attempt": row["attempt"],
        "dot_at": row["dot_at"],
        "ended_at": one.at,
        "outcome": outcome.fate,
        "cause": outcome.cause if isinstance(outcome, Deferred) else None,
        "reply": outcome.reply,
        "queue_id": (queue_id(outcome.reply) or None) if isinstance(outcome, Accepted) else None,
    }
