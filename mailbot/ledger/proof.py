"""The proof of delivery: every try of a letter, what became of each recipient, and what came back later."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, insert, select

from mailbot.core.delivery.brakes import Trouble
from mailbot.core.posting import DIED_AT_DOT, TROUBLES, Answer, Fate, Stage, State
from mailbot.ledger.engine import Database, next_number
from mailbot.ledger.letters import (
    LetterRow,
    change_letters,
    keys_of,
    letter_row_of,
    letter_rows,
    settled_recipients,
)
from mailbot.ledger.rows import Row
from mailbot.ledger.schema import arrival, attempt, echo, fate, letter, meta, notice

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
# More than the breaker ever looks at.
_LATEST = 20
_NEWEST = select(
    select(func.coalesce(func.max(letter.c.number), 0)).scalar_subquery(),
    select(func.coalesce(func.max(arrival.c.number), 0)).scalar_subquery(),
)
# By letter the first arrival that is its copy, unless one is noted.
_COPIES = (
    select(letter.c.number, func.min(arrival.c.number).label("arrival"))
    .join(arrival, arrival.c.message_id == letter.c.message_id)
    .outerjoin(echo, (echo.c.letter == letter.c.number) & (echo.c.action == "copied"))
    .where(echo.c.number.is_(None))
    .group_by(letter.c.number)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to post a letter.

    Attributes:
        dot_at: when its final dot left or was about to; None if it certainly did not.
        ended_at: None while it lasts, or if a daemon died in it and nobody has settled it yet.
        outcome: accepted, deferred, refused or lost; `cause` says why it was deferred.
        queue_id: the number that the mail server gave the letter, as far as its reply shows one.
        answers: what became of each recipient, where the server said it of one alone.
    """

    letter: int
    began_at: datetime
    dot_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None
    cause: str | None = None
    reply: str | None = None
    queue_id: str | None = None
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """What was heard of a letter later.

    Attributes:
        recipient: whom it was for; "" if the report does not say.
        action: failed, delayed, delivered, relayed or expanded (RFC 3464), or "copied": the copy for our
            own mailbox came.
        status: the enhanced status code (RFC 3463), or "".
        arrival: the mail that said so.
    """

    letter: int
    recipient: str
    action: str
    at: datetime
    status: str = ""
    arrival: int | None = None


class Proof:
    """The part of the ledger that tells the life of a letter; see `Ledger` for errors and threads."""

    # The last letter and the last arrival among which copies were looked for.
    _looked_through: tuple[int, ...] = (0, 0)

    def __init__(self, database: Database) -> None:
        self._database = database

    def attempts(self, number: int) -> list[Attempt]:
        """Every try of a letter, in order."""
        tries = (
            select(attempt, letter.c.dot_at.label("noted_at"))
            .join(letter, letter.c.number == attempt.c.letter)
            .where(attempt.c.letter == number)
            .order_by(attempt.c.number)
        )
        fates = select(fate).where(fate.c.letter == number).order_by(fate.c.number)
        with self._database.reading() as connection:
            answers: defaultdict[int, tuple[Answer, ...]] = defaultdict(tuple)
            for row in connection.execute(fates).mappings():
                answers[row["attempt"]] += (_answer_of(row),)
            return [_attempt_of(row, answers[row["number"]]) for row in connection.execute(tries).mappings()]

    def echoes(self, number: int) -> list[Echo]:
        """What was heard of a letter after it had gone, in order."""
        query = select(echo).where(echo.c.letter == number).order_by(echo.c.number)
        with self._database.reading() as connection:
            return [_echo_of(row) for row in connection.execute(query).mappings()]

    def hear(self, found: Echo) -> bool:
        """Record what was heard of a letter; False if the same mail has said it already.

        Raises:
            LookupError: if there is no such letter.
        """
        with self._database.writing() as connection:
            there = select(letter.c.number).where(letter.c.number == found.letter)
            if connection.execute(there).first() is None:
                raise LookupError(f"there is no letter {found.letter}")
            same = select(echo.c.number).where(
                echo.c.letter == found.letter,
                echo.c.recipient == found.recipient,
                echo.c.action == found.action,
                echo.c.arrival.is_not_distinct_from(found.arrival),
            )
            if connection.execute(same.limit(1)).first() is not None:
                return False
            _insert_echo(connection, found)
        return True

    def letter_by_message_id(self, message_id: str) -> LetterRow | None:
        """The letter with that Message-ID, angle brackets included; the newest if it was written anew."""
        with self._database.reading() as connection:
            rows = letter_rows(connection, letter.c.message_id == message_id, newest=1)
            if not rows:
                return None
            number = rows[0]["number"]
            keys = keys_of(connection, notice.c.letter == number)
            settled = settled_recipients(connection, fate.c.letter == number)
        return letter_row_of(rows[0], keys[number], settled.get(number))

    def settle_by_copies(self, now: datetime) -> list[int]:
        """Find the copies of our letters among the arrivals, and call sent what of unknown fate has one.

        Returns the numbers of the letters that were settled so.
        """
        with self._database.reading() as connection:
            letters, arrivals = newest = tuple(connection.execute(_NEWEST).one())
            found: dict[int, int] = {}
            if newest != self._looked_through:
                # Those of former looks have been found: to join all years anew each minute takes long.
                last_letter, last_arrival = self._looked_through
                found = _copies(connection, letter.c.number.between(last_letter + 1, letters))
                found = _copies(connection, arrival.c.number.between(last_arrival + 1, arrivals)) | found
        settled = self._settled_by(found, now) if found else []
        self._looked_through = newest
        return settled

    def _settled_by(self, copies: Mapping[int, int], now: datetime) -> list[int]:
        with self._database.writing() as connection:
            for number, copied_by in copies.items():
                copy = Echo(letter=number, recipient="", action="copied", at=now, arrival=copied_by)
                _insert_echo(connection, copy)
            unknown = (
                letter.c.number.in_(copies)
                & letter.c.state.in_((State.WAITING, State.HELD))
                & (letter.c.unknown > 0)
                & letter.c.sending_since.is_(None)
            )
            return change_letters(
                connection,
                unknown,
                state=State.SENT,
                settled_at=now,
                not_before=None,
                last_reply="its copy came to our own mailbox",
            )

    def copies_missing(self, since: datetime, until: datetime) -> list[int]:
        """Letters that the server took in that stretch and whose copy has not come to our own mailbox."""
        query = (
            select(letter.c.number)
            .outerjoin(echo, (echo.c.letter == letter.c.number) & (echo.c.action == "copied"))
            .where(
                letter.c.state == State.SENT,
                letter.c.settled_at >= since,
                letter.c.settled_at < until,
                echo.c.number.is_(None),
            )
            .order_by(letter.c.number)
        )
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def latest_outcomes(self, now: datetime) -> tuple[list[Fate], int, int]:
        """The last outcomes, newest first; how many letters were taken in a day, and came back in an hour.

        What is from before the hold switch was last opened does not count, nor what mailbot died with.
        """
        with self._database.reading() as connection:
            opened = connection.execute(select(meta.c.value).where(meta.c.name == "released_at")).scalar()
            since = datetime.fromisoformat(opened) if opened else None
            last = select(attempt.c.outcome).where(
                attempt.c.outcome.is_not(None), attempt.c.reply.is_distinct_from(DIED_AT_DOT)
            )
            taken = select(func.count(attempt.c.letter.distinct())).where(
                attempt.c.outcome == Fate.ACCEPTED, attempt.c.ended_at > now - _DAY
            )
            back = select(func.count(echo.c.letter.distinct())).where(
                echo.c.action == "failed", echo.c.at > max(now - _HOUR, since or now - _HOUR)
            )
            if since is not None:
                last = last.where(attempt.c.ended_at > since)
            outcomes = connection.execute(last.order_by(attempt.c.number.desc()).limit(_LATEST)).scalars()
            return (
                [Fate(outcome) for outcome in outcomes],
                int(connection.execute(taken).scalar_one()),
                int(connection.execute(back).scalar_one()),
            )


def _copies(connection: Connection, among: ColumnElement[bool]) -> dict[int, int]:
    return {row.number: row.arrival for row in connection.execute(_COPIES.where(among))}


def trouble(connection: Connection) -> Trouble | None:
    """When the relay itself was last in trouble."""
    query = select(attempt.c.number, attempt.c.ended_at).where(attempt.c.cause.in_(TROUBLES))
    row = connection.execute(query.order_by(attempt.c.number.desc()).limit(1)).first()
    if row is None:
        return None
    since = select(func.count()).select_from(attempt).where(attempt.c.number > row.number)
    return Trouble(at=row.ended_at, tries_since=int(connection.execute(since).scalar_one()))


def _insert_echo(connection: Connection, found: Echo) -> None:
    connection.execute(
        insert(echo).values(
            number=next_number(connection, echo.c.number),
            letter=found.letter,
            recipient=found.recipient,
            action=found.action,
            status=found.status,
            arrival=found.arrival,
            at=found.at,
        )
    )


def _attempt_of(row: Row, answers: tuple[Answer, ...]) -> Attempt:
    return Attempt(
        letter=row["letter"],
        began_at=row["began_at"],
        # While it lasts the letter says it.
        dot_at=row["dot_at"] if row["ended_at"] else row["noted_at"],
        ended_at=row["ended_at"],
        outcome=row["outcome"],
        cause=row["cause"],
        reply=row["reply"],
        queue_id=row["queue_id"],
        answers=answers,
    )


def _answer_of(row: Row) -> Answer:
    return Answer(row["recipient"], Fate(row["fate"]), Stage(row["stage"]), row["reply"])


def _echo_of(row: Row) -> Echo:
    return Echo(
        letter=row["letter"],
        recipient=row["recipient"],
        action=row["action"],
        at=row["at"],
        status=row["status"],
        arrival=row["arrival"],
    )
