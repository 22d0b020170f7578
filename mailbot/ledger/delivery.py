"""Letters on their way out: begun before the wire is touched, settled after it; brakes and hold switch."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from mailbot.core.posting import FINAL, NoticeKind, Outcome, Posting, State
from mailbot.ledger.engine import Database, next_number
from mailbot.ledger.letters import (
    Outgoing,
    change_letters,
    keys_of,
    letter_rows,
    outcome_word,
    outgoing_of,
    posting_row,
)
from mailbot.ledger.rows import Row
from mailbot.ledger.schema import attempt, letter, meta, notice

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)

# Nobody waits for these: they keep to the office's hours, and let the others go first.
_UNHURRIED = (NoticeKind.REMINDER, NoticeKind.LATE, NoticeKind.DIGEST)


class Delivery:
    """The part of the ledger that letters leave by; see `Ledger` for errors and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def outgoing(
        self, now: datetime, *, quiet: bool, limit: int, per_address_per_day: int, per_hour: int
    ) -> list[Outgoing]:
        """The letters that may be posted now, at most `limit`; none while the hold switch is on.

        Receipts, queries and alerts come first, and then the oldest. With `quiet`, outside of the
        office's sending hours, only they come. A letter waits on if one of its recipients had
        `per_address_per_day` letters begun in the last 24 hours, or if `per_hour` letters were begun in
        the last hour; a further try of a letter that is counted already is not counted again.
        """
        with self._database.reading() as connection:
            if _held_because(connection) is not None:
                return []
            postable = list(_postable_rows(connection, now, quiet=quiet))
            if not postable:
                return []
            brakes = _Brakes(_begun(connection, now), now, per_address_per_day, per_hour)
            chosen: list[int] = []
            for row in postable:
                if len(chosen) >= limit:
                    break
                if brakes.let_pass(row["number"], row["recipients"]):
                    chosen.append(row["number"])
            found = _outgoing(connection, letter.c.number.in_(chosen), notice.c.letter.in_(chosen))
        return [found[number] for number in chosen]

    def begin(self, number: int, now: datetime) -> bool:
        """Put a letter on the wire, durably, before the first word to the mail server.

        False, and it must not be posted, if it no longer waits, its time has not come or is over, it is on
        the wire already, or the hold switch is on.
        """
        with self._database.writing() as connection:
            free = (letter.c.number == number) & _postable(now)
            if _held_because(connection) is not None or not change_letters(
                connection, free, sending_since=now
            ):
                return False
            next_attempt = next_number(connection, attempt.c.number)
            connection.execute(insert(attempt).values(number=next_attempt, letter=number, began_at=now))
        return True

    def settle(self, number: int, posting: Posting, outcome: Outcome, now: datetime) -> None:
        """Record what became of a letter on the wire; `posting` is the step that follows from `outcome`.

        A letter that a person held meanwhile stays held, unless it was sent or given up.

        Raises:
            ValueError: if the letter is not on the wire.
        """
        with self._database.writing() as connection:
            on_the_wire = (letter.c.number == number) & letter.c.sending_since.is_not(None)
            intended = connection.execute(select(letter.c.state).where(on_the_wire)).scalar()
            if intended is None:
                raise ValueError(f"letter {number} is not on the wire")
            values = posting_row(posting)
            if intended == State.HELD and posting.state is State.WAITING:
                values["state"] = State.HELD
            change_letters(
                connection,
                on_the_wire,
                **values,
                sending_since=None,
                settled_at=now if posting.state in FINAL else None,
                last_reply=outcome.reply,
            )
            connection.execute(
                update(attempt)
                .where(attempt.c.letter == number, attempt.c.ended_at.is_(None))
                .values(ended_at=now, outcome=outcome_word(outcome), reply=outcome.reply)
            )

    def interrupted(self) -> list[Outgoing]:
        """The letters on the wire; when no daemon runs, these are the ones that one died with."""
        with self._database.reading() as connection:
            on_the_wire = letter.c.sending_since.is_not(None)
            theirs = notice.c.letter.in_(select(letter.c.number).where(on_the_wire))
            found = _outgoing(connection, on_the_wire, theirs)
        return [found[number] for number in sorted(found)]

    def hold(self, reason: str, now: datetime) -> None:
        """Turn the hold switch on: no letter is begun until `release`."""
        self._turn(hold=reason, held_at=now.isoformat())

    def release(self, now: datetime) -> None:
        """Turn the hold switch off."""
        self._turn(released_at=now.isoformat())

    @property
    def held_because(self) -> str | None:
        """Why the hold switch is on; None if it is off."""
        with self._database.reading() as connection:
            return _held_because(connection)

    def _turn(self, **switch: str) -> None:
        with self._database.writing() as connection:
            _turn(connection, **switch)


def hold_switch(connection: Connection, reason: str, now: datetime) -> None:
    """Turn the hold switch on, as part of a larger transaction."""
    _turn(connection, hold=reason, held_at=now.isoformat())


def _turn(connection: Connection, **switch: str) -> None:
    connection.execute(delete(meta).where(meta.c.name.in_(("hold", "held_at", "released_at"))))
    connection.execute(insert(meta), [{"name": name, "value": switch[name]} for name in switch])


class _Brakes:
    """Counts letters against the caps; what was begun lately counts with what is let pass now."""

    def __init__(self, begun: Sequence[Row], now: datetime, per_address_per_day: int, per_hour: int) -> None:
        self._per_address_per_day = per_address_per_day
        self._per_hour = per_hour
        self._today = {row["number"] for row in begun}
        self._this_hour = {row["number"] for row in begun if row["began_at"] > now - _HOUR}
        self._addresses = Counter(address for row in begun for address in row["recipients"])

    def let_pass(self, number: int, recipients: Sequence[str]) -> bool:
        if number not in self._this_hour and len(self._this_hour) >= self._per_hour:
            return False
        if number not in self._today:
            if any(self._addresses[address] >= self._per_address_per_day for address in recipients):
                return False
            self._addresses.update(recipients)
        self._today.add(number)
        self._this_hour.add(number)
        return True


def _postable(now: datetime) -> ColumnElement[bool]:
    return and_(
        letter.c.state == State.WAITING,
        letter.c.sending_since.is_(None),
        or_(letter.c.not_before.is_(None), letter.c.not_before <= now),
        letter.c.expires_at > now,
    )


def _postable_rows(connection: Connection, now: datetime, *, quiet: bool) -> Sequence[Row]:
    query = select(letter.c.number, letter.c.recipients).where(_postable(now))
    unhurried = letter.c.kind.in_(_UNHURRIED)
    if quiet:
        query = query.where(~unhurried)
    return connection.execute(query.order_by(unhurried, letter.c.number)).mappings().all()


def _begun(connection: Connection, now: datetime) -> Sequence[Row]:
    query = (
        select(letter.c.number, letter.c.recipients, func.max(attempt.c.began_at).label("began_at"))
        .join_from(attempt, letter)
        .where(attempt.c.began_at > now - _DAY)
        .group_by(letter.c.number)
    )
    return connection.execute(query).mappings().all()


def _outgoing(
    connection: Connection, wanted: ColumnElement[bool], theirs: ColumnElement[bool]
) -> dict[int, Outgoing]:
    keys = keys_of(connection, theirs)
    rows = letter_rows(connection, wanted)
    return {row["number"]: outgoing_of(row, keys[row["number"]]) for row in rows}


def _held_because(connection: Connection) -> str | None:
    reason: str | None = connection.execute(select(meta.c.value).where(meta.c.name == "hold")).scalar()
    return reason
