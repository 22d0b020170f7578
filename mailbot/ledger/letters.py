"""Rows of the outbox, side by side with their values: `…_row` writes one, `…_of` reads it.

And the three ways in which the outbox touches them: `letter_rows`, `keys_of`, `change_letters`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from mailbot.core.delivery.approval import is_of_another_day
from mailbot.core.posting import Fate, Letter, NoticeKind, PostedLetter, Posting, State
from mailbot.core.rules import UnitId
from mailbot.ledger.rows import Row, Written
from mailbot.ledger.schema import fate as fates
from mailbot.ledger.schema import letter as letters
from mailbot.ledger.schema import notice as notices
from mailbot.ledger.schema import tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A letter that may be posted now, and its way so far."""

    number: int
    letter: Letter
    posting: Posting
    dot_at: datetime | None = None

    @property
    def left(self) -> Letter:
        """The letter, for those recipients alone who have met no end of their own yet."""
        settled = self.posting.settled
        return replace(
            self.letter, recipients=tuple(email for email in self.letter.recipients if email not in settled)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """All that the outbox knows of one letter.

    Attributes:
        sending_since: when it went on the wire, if it is there now or a daemon died meanwhile.
        dot_at: when its final dot left, or was about to; before that nothing was sent.
        settled_at: when it met its end.
        last_reply: what the mail server said last.
        batch: which plan wrote it.
        held_why: why it waits, or once waited, for a person.
    """

    number: int
    letter: Letter
    posting: Posting
    queued_at: datetime
    sending_since: datetime | None = None
    dot_at: datetime | None = None
    settled_at: datetime | None = None
    last_reply: str | None = None
    batch: int = 0
    held_why: str | None = None


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
    for number, key in connection.execute(query):
        found[number] += (key,)
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


def settled_recipients(connection: Connection, wanted: ColumnElement[bool]) -> dict[int, dict[str, bool]]:
    """The recipients of letters with an end of their own: whether the server took the letter for them."""
    refused = (fates.c.fate == Fate.REFUSED) & (fates.c.number > letters.c.forgiven)
    query = (
        select(fates.c.letter, fates.c.recipient, fates.c.fate)
        .join(letters, letters.c.number == fates.c.letter)
        .where(wanted, (fates.c.fate == Fate.ACCEPTED) | refused)
    )
    found: defaultdict[int, dict[str, bool]] = defaultdict(dict)
    for row in connection.execute(query.order_by(fates.c.number)):
        found[row.letter][row.recipient] = row.fate == Fate.ACCEPTED
    return found


def take_back(connection: Connection, numbers: Collection[int], why: str, now: datetime) -> list[int]:
    """End letters that are no longer wanted; the numbers of those that changed.

    What is on the wire goes on. What has certainly not left is withdrawn, and its keys are free; what may
    have arrived, or has for some recipients, is only not sent again: its keys stay taken.
    """
    if not numbers:
        # Most plans take nothing back, and to ask the database costs as much as to write a letter down.
        return []
    free = letters_among(numbers, State.WAITING, State.HELD) & letters.c.sending_since.is_(None)
    ends = {State.SENT: letters.c.taken > 0, State.GIVEN_UP: letters.c.unknown > 0}
    changed = []
    for state, such in ends.items():
        changed += change_letters(connection, free & such, state=state, settled_at=now)
    clean = change_letters(connection, free, state=State.WITHDRAWN, settled_at=now, last_reply=why)
    connection.execute(update(notices).where(notices.c.letter.in_(clean)).values(live=False))
    return sorted([*changed, *clean])


def let_go(connection: Connection, numbers: Collection[int], now: datetime) -> list[int]:
    """Let held letters go, by a person's word; the numbers of those that were held.

    One that mailbot itself held, that counts days and was written on another day, is withdrawn with its keys
    approved: the next plan writes it anew, if it is still justified, and it leaves without being asked about
    again. What a person set aside leaves as it is.
    """
    held = letters_among(numbers, State.HELD) & letters.c.sending_since.is_(None)
    certain = (letters.c.unknown == 0) & (letters.c.taken == 0) & letters.c.held_why.is_not(None)
    query = select(letters.c.number, letters.c.kind, letters.c.queued_at).where(held & certain)
    old = [
        row.number
        for row in connection.execute(query)
        if is_of_another_day(NoticeKind(row.kind), row.queued_at, now)
    ]
    released = change_letters(connection, held, state=State.WAITING, released_at=now)
    take_back(connection, old, "released on a later day: to be written anew", now)
    return released


def drop(connection: Connection, numbers: Collection[int], why: str, now: datetime) -> list[int]:
    """End letters by a person's word; their keys stay taken, or the next plan would write them again."""
    free = letters_among(numbers, State.WAITING, State.HELD) & letters.c.sending_since.is_(None)
    return change_letters(connection, free, state=State.DROPPED, settled_at=now, last_reply=why)


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
        "state": State.HELD if letter.hold else State.WAITING,
        "held_why": letter.hold or None,
        "tries": 0,
        "unknown": 0,
        "taken": 0,
        "forgiven": 0,
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
        hold=row["held_why"] or "",
    )


def posting_row(posting: Posting) -> Written:
    """The columns that say how far a letter has come."""
    return {
        "state": posting.state,
        "tries": posting.tries,
        "unknown": posting.unknown,
        "taken": sum(posting.settled.values()),
        "not_before": posting.not_before,
    }


def posting_of(row: Row, settled: Mapping[str, bool] | None) -> Posting:
    """How far the letter in a row has come."""
    return Posting(
        settled=settled or {},
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
        taken=row["taken"],
        batch=row["batch"],
        held_why=row["held_why"] or "",
        message_id=row["message_id"],
        settled_at=row["settled_at"],
        recipients=tuple(row["recipients"]),
    )


def outgoing_of(row: Row, keys: tuple[str, ...], settled: Mapping[str, bool] | None) -> Outgoing:
    """The letter in a row, ready to be posted."""
    return Outgoing(
        number=row["number"],
        letter=letter_of(row, keys),
        posting=posting_of(row, settled),
        dot_at=row["dot_at"],
    )


def letter_row_of(row: Row, keys: tuple[str, ...], settled: Mapping[str, bool] | None) -> LetterRow:
    """All that a row says of a letter."""
    return LetterRow(
        number=row["number"],
        letter=letter_of(row, keys),
        posting=posting_of(row, settled),
        queued_at=row["queued_at"],
        sending_since=row["sending_since"],
        dot_at=row["dot_at"],
        settled_at=row["settled_at"],
        last_reply=row["last_reply"],
        batch=row["batch"],
        held_why=row["held_why"],
    )


def _unit_of(row: Row) -> UnitId | None:
    return None if row["unit"] is None else UnitId(row["unit"])
