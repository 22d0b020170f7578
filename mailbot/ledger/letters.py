"""Rows of the outbox, side by side with their values: `…_row` writes one, `…_of` reads it.

And the three ways in which the outbox touches them: `letter_rows`, `keys_of`, `change_letters`.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from mailbot.core.posting import (
    Accepted,
    Deferred,
    Letter,
    Lost,
    NoticeKind,
    Outcome,
    PostedLetter,
    Posting,
    Refused,
    State,
)
from mailbot.core.rules import UnitId
from mailbot.ledger.rows import Row, Written
from mailbot.ledger.schema import letter as letters
from mailbot.ledger.schema import notice as notices
from mailbot.ledger.schema import tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A letter that may be posted now, and its way so far."""

    number: int
    letter: Letter
    posting: Posting


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """All that the outbox knows of one letter.

    Attributes:
        sending_since: when it went on the wire, if it is there now or a daemon died meanwhile.
        settled_at: when it became sent, given up or withdrawn.
        last_reply: what the mail server said last.
    """

    number: int
    letter: Letter
    posting: Posting
    queued_at: datetime
    sending_since: datetime | None = None
    settled_at: datetime | None = None
    last_reply: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to post a letter.

    Attributes:
        ended_at: None while it lasts, or if a daemon died in it and nobody has settled it yet.
        outcome: accepted, deferred, refused or lost.
    """

    letter: int
    began_at: datetime
    ended_at: datetime | None = None
    outcome: str | None = None
    reply: str | None = None


def letter_rows(connection: Connection, *wanted: ColumnElement[bool], newest: int | None = None) -> list[Row]:
    """The rows of the wanted letters, the newest first; at most `newest` of them."""
    query = select(letters).where(*wanted).order_by(letters.c.number.desc()).limit(newest)
    return list(connection.execute(query).mappings())


def keys_of(connection: Connection, wanted: ColumnElement[bool]) -> dict[int, tuple[str, ...]]:
    """The notice keys of letters, live or not, in the order in which the letter was given them."""
    query = (
        select(notices.c.letter, notices.c.key).where(wanted).order_by(notices.c.letter, notices.c.ordinal)
    )
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for row in connection.execute(query):
        found[row.letter] += (row.key,)
    return found


def change_letters(connection: Connection, which: ColumnElement[bool], **values: Any) -> list[int]:
    """Change those letters, marked with the present turn; their numbers."""
    turn = select(tally.c.changes).scalar_subquery()
    changed = connection.execute(
        update(letters).where(which).values(**values, turn=turn).returning(letters.c.number)
    )
    return sorted(changed.scalars())


def letters_among(numbers: Collection[int], *states: State) -> ColumnElement[bool]:
    """Which letters: those of the given numbers that are in one of the states."""
    return letters.c.number.in_(numbers) & letters.c.state.in_(states)


def letter_row(number: int, letter: Letter, now: datetime) -> Written:
    """The row of a letter that is put into the outbox; its keys go into `notice`."""
    return {
        "number": number,
        "kind": letter.kind,
        "unit": letter.unit,
        "answers": letter.answers,
        "message_id": letter.message_id,
        "recipients": list(letter.recipients),
        "subject": letter.subject,
        "raw": letter.raw,
        "queued_at": now,
        "expires_at": letter.expires_at,
        "state": State.WAITING,
        "tries": 0,
        "unknown": 0,
    }


def letter_of(row: Row, keys: tuple[str, ...]) -> Letter:
    """The letter in a row, with its keys."""
    return Letter(
        kind=NoticeKind(row["kind"]),
        keys=keys,
        unit=_unit_of(row),
        message_id=row["message_id"],
        recipients=tuple(row["recipients"]),
        subject=row["subject"],
        raw=row["raw"],
        expires_at=row["expires_at"],
        answers=row["answers"],
    )


def posting_row(posting: Posting) -> Written:
    """The columns that say how far a letter has come."""
    return {
        "state": posting.state,
        "tries": posting.tries,
        "unknown": posting.unknown,
        "not_before": posting.not_before,
    }


def posting_of(row: Row) -> Posting:
    """How far the letter in a row has come."""
    return Posting(
        state=State(row["state"]),
        tries=row["tries"],
        unknown=row["unknown"],
        not_before=row["not_before"],
    )


def posted_of(row: Row, keys: tuple[str, ...]) -> PostedLetter:
    """What the book says of the letter in a row."""
    return PostedLetter(
        number=row["number"],
        kind=NoticeKind(row["kind"]),
        keys=keys,
        state=State(row["state"]),
        unit=_unit_of(row),
        queued_at=row["queued_at"],
        unknown=row["unknown"],
    )


def outgoing_of(row: Row, keys: tuple[str, ...]) -> Outgoing:
    """The letter in a row, ready to be posted."""
    return Outgoing(number=row["number"], letter=letter_of(row, keys), posting=posting_of(row))


def letter_row_of(row: Row, keys: tuple[str, ...]) -> LetterRow:
    """All that a row says of a letter."""
    return LetterRow(
        number=row["number"],
        letter=letter_of(row, keys),
        posting=posting_of(row),
        queued_at=row["queued_at"],
        sending_since=row["sending_since"],
        settled_at=row["settled_at"],
        last_reply=row["last_reply"],
    )


def attempt_of(row: Row) -> Attempt:
    """The try in a row."""
    return Attempt(
        letter=row["letter"],
        began_at=row["began_at"],
        ended_at=row["ended_at"],
        outcome=row["outcome"],
        reply=row["reply"],
    )


def outcome_word(outcome: Outcome) -> str:
    """An outcome in one word."""
    match outcome:
        case Accepted():
            return "accepted"
        case Deferred():
            return "deferred"
        case Refused():
            return "refused"
        case Lost():
            return "lost"


def _unit_of(row: Row) -> UnitId | None:
    return None if row["unit"] is None else UnitId(row["unit"])
