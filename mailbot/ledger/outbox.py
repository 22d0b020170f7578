"""The outbox as plans fill it and as people look into it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select

from mailbot.core.duty import Duty
from mailbot.core.posting import Letter, NoticeKind, State
from mailbot.core.rules import UnitId
from mailbot.ledger.engine import Database, next_number
from mailbot.ledger.letters import (
    LetterRow,
    change_letters,
    drop,
    keys_of,
    let_go,
    letter_row,
    letter_row_of,
    letter_rows,
    letters_among,
    settled_recipients,
    take_back,
)
from mailbot.ledger.register import require_arrival
from mailbot.ledger.rows import duty_row
from mailbot.ledger.schema import duty as duty_table
from mailbot.ledger.schema import fate as fate_table
from mailbot.ledger.schema import letter as letter_table
from mailbot.ledger.schema import notice as notice_table
from mailbot.ledger.schema import tally
from mailbot.ledger.version import version_query


class Outbox:
    """The part of the ledger that takes plans in; see `Ledger` for errors and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enqueue(
        self,
        *,
        version: int,
        duties: Sequence[Duty],
        letters: Sequence[Letter],
        withdraw: Collection[int],
        rules: str,
        now: datetime,
    ) -> bool:
        """Carry out one plan, all or nothing: announce duties, withdraw letters, queue letters.

        Letters in `withdraw` are taken back if they wait or are held, and are not on the wire; their keys
        are free again. False, and nothing is done, if the book moved since `version`, or if a key is
        taken: the plan must be made anew.

        Raises:
            ValueError: if a letter has no key, or two of them have the same.
            LookupError: if a letter answers an arrival that does not exist.
        """
        _require_distinct_keys(letters)
        with self._database.writing() as connection:
            moved = connection.execute(version_query()).scalar_one() != version
            if not moved:
                take_back(connection, withdraw, "no longer wanted", now)
            if moved or _any_taken(connection, [key for letter in letters for key in letter.keys]):
                self._database.undo(connection)
                return False
            announce(connection, duties, rules, now)
            _queue(connection, letters, now)
        return True

    def hold_letters(self, numbers: Collection[int]) -> list[int]:
        """Set waiting letters aside for a person; the numbers of those that changed.

        Why one waited before, if it did, says nothing of this: only by its own number does it go.
        """
        waiting = letters_among(numbers, State.WAITING)
        with self._database.writing() as connection:
            return change_letters(connection, waiting, state=State.HELD, held_why=None)

    def release_letters(self, numbers: Collection[int], now: datetime) -> list[int]:
        """Let held letters go, as `let_go` does; the numbers of those that were held."""
        with self._database.writing() as connection:
            return let_go(connection, numbers, now)

    def drop_letters(self, numbers: Collection[int], why: str, now: datetime) -> list[int]:
        """Never send these letters, and write none for their keys; the numbers of those that changed."""
        with self._database.writing() as connection:
            return drop(connection, numbers, why, now)

    def approved(self, keys: Collection[str]) -> frozenset[str]:
        """Those of the keys whose letter a person let go, though it had to be written anew since."""
        query = (
            select(notice_table.c.key)
            .join(letter_table, letter_table.c.number == notice_table.c.letter)
            .where(letter_table.c.released_at.is_not(None), notice_table.c.key.in_(keys))
        )
        if not keys:
            return frozenset()
        with self._database.reading() as connection:
            return frozenset(connection.execute(query).scalars())

    def never_released(self) -> list[tuple[int, str]]:
        """The letters that were held when they were written, and by nobody since, each with why."""
        held = (letter_table.c.state == State.HELD) & letter_table.c.released_at.is_(None)
        certain = (letter_table.c.unknown == 0) & (letter_table.c.taken == 0)
        query = select(letter_table.c.number, letter_table.c.held_why).where(
            held & certain & letter_table.c.held_why.is_not(None)
        )
        with self._database.reading() as connection:
            return [(row.number, row.held_why) for row in connection.execute(query)]

    def released_to(self) -> frozenset[str]:
        """The addresses to which a person has let a letter go, sent or not."""
        query = select(letter_table.c.recipients).where(letter_table.c.released_at.is_not(None))
        with self._database.reading() as connection:
            return frozenset(email for emails in connection.execute(query).scalars() for email in emails)

    def written_since(self, since: datetime, *, sent: bool = False) -> list[tuple[NoticeKind, datetime]]:
        """Kind and moment of every letter queued since then and not withdrawn; with `sent`, sent as well."""
        query = select(letter_table.c.kind, letter_table.c.queued_at).where(
            letter_table.c.queued_at >= since,
            letter_table.c.state == State.SENT if sent else letter_table.c.state != State.WITHDRAWN,
        )
        with self._database.reading() as connection:
            return [(NoticeKind(row.kind), row.queued_at) for row in connection.execute(query)]

    def retry_letters(self, numbers: Collection[int]) -> list[int]:
        """Let letters that were given up or held begin anew; the numbers of those that changed."""
        with self._database.writing() as connection:
            which = letters_among(numbers, State.GIVEN_UP, State.HELD)
            # The recipients who have it keep it; those for whom it was refused are written to again.
            last = select(func.coalesce(func.max(fate_table.c.number), 0)).scalar_subquery()
            anew = {"state": State.WAITING, "tries": 0, "not_before": None, "forgiven": last}
            return change_letters(connection, which, **anew, settled_at=None)

    def letters(
        self,
        *,
        states: Collection[State] | None = None,
        unit: UnitId | None = None,
        limit: int | None = None,
    ) -> list[LetterRow]:
        """The letters in those states and of that unit, the newest first, at most `limit`."""
        wanted: list[ColumnElement[bool]] = []
        if states is not None:
            wanted.append(letter_table.c.state.in_(states))
        if unit is not None:
            wanted.append(letter_table.c.unit == unit)
        with self._database.reading() as connection:
            rows = letter_rows(connection, *wanted, newest=limit)
            lowest = min((row["number"] for row in rows), default=0)
            keys = keys_of(connection, notice_table.c.letter >= lowest)
            settled = settled_recipients(connection, fate_table.c.letter >= lowest)
        return [letter_row_of(row, keys[row["number"]], settled.get(row["number"])) for row in rows]

    def letter(self, number: int) -> LetterRow | None:
        """The letter of that number."""
        with self._database.reading() as connection:
            rows = letter_rows(connection, letter_table.c.number == number)
            keys = keys_of(connection, notice_table.c.letter == number)
            settled = settled_recipients(connection, fate_table.c.letter == number)
        return letter_row_of(rows[0], keys[number], settled.get(number)) if rows else None

    def oldest_waiting(self, now: datetime) -> datetime | None:
        """When the oldest letter was queued that waits and is still of use."""
        useful = (letter_table.c.state == State.WAITING) & (letter_table.c.expires_at > now)
        with self._database.reading() as connection:
            queued_at: datetime | None = connection.execute(
                select(func.min(letter_table.c.queued_at)).where(useful)
            ).scalar()
            return queued_at


def _require_distinct_keys(letters: Sequence[Letter]) -> None:
    keys = [key for letter in letters for key in letter.keys]
    if len(set(keys)) != len(keys) or not all(letter.keys for letter in letters):
        raise ValueError("each letter of a plan needs a key, and no key may stand in two of them")


def _any_taken(connection: Connection, keys: Collection[str]) -> bool:
    taken = select(notice_table.c.letter).where(notice_table.c.live, notice_table.c.key.in_(keys)).limit(1)
    return bool(keys) and connection.execute(taken).first() is not None


def announce(connection: Connection, duties: Sequence[Duty], rules: str, now: datetime) -> None:
    """Add a row for each of these duties, in order: of several for one key the last counts."""
    if duties:
        first = next_number(connection, duty_table.c.number)
        rows = [duty_row(number, duty, rules, now) for number, duty in enumerate(duties, first)]
        connection.execute(insert(duty_table), rows)


def _queue(connection: Connection, letters: Sequence[Letter], now: datetime) -> None:
    if not letters:
        return
    for answered in {letter.answers for letter in letters if letter.answers is not None}:
        require_arrival(connection, answered)
    numbered = list(enumerate(letters, next_number(connection, letter_table.c.number)))
    turn = connection.execute(select(tally.c.changes)).scalar_one()
    batch = next_number(connection, letter_table.c.batch)
    rows = [{**letter_row(number, letter, now), "turn": turn, "batch": batch} for number, letter in numbered]
    connection.execute(insert(letter_table), rows)
    keys = [
        {"letter": number, "ordinal": ordinal, "key": key, "live": True}
        for number, letter in numbered
        for ordinal, key in enumerate(letter.keys)
    ]
    connection.execute(insert(notice_table), keys)
