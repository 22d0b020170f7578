"""Letters on their way out: begun before the wire is touched, marked before the final dot, settled after it.

Each of the three is on the disk before the next happens, in a commit that letters share. Before the second
nothing was sent, for certain; after it only an answer tells.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from mailbot.core.delivery.brakes import Begun, Brakes, Caps
from mailbot.core.posting import UNHURRIED, NoticeKind, State
from mailbot.ledger.engine import Database
from mailbot.ledger.letters import (
    Outgoing,
    keys_of,
    letter_rows,
    outgoing_of,
    settled_recipients,
    take_back,
)
from mailbot.ledger.on_the_wire import POSTABLE, Advanced, Settled, mark, settle, wire
from mailbot.ledger.on_the_wire import begin as begin_all
from mailbot.ledger.proof import trouble
from mailbot.ledger.rows import Row
from mailbot.ledger.schema import attempt, fate, letter, meta, notice
from mailbot.ledger.version import version_query

_DAY = timedelta(days=1)
_HOLD = select(meta.c.value).where(meta.c.name == "hold")


class Delivery:
    """The part of the ledger that letters leave by; see `Ledger` for errors and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def outgoing(self, now: datetime, *, quiet: bool, limit: int, caps: Caps) -> list[Outgoing]:
        """The letters that may be posted now, at most `limit`; none while the hold switch is on.

        Receipts, queries and alerts come first, and then the oldest. With `quiet`, outside of the
        office's sending hours, only they come. What the brakes stop waits on.
        """
        with self._database.reading() as connection:
            if _held_because(connection) is not None:
                return []
            postable = list(_postable_rows(connection, now, quiet=quiet))
            if not postable:
                return []
            brakes = Brakes(_begun(connection, now), trouble(connection), caps, now)
            chosen: list[int] = []
            for row in postable:
                if len(chosen) >= limit:
                    break
                if brakes.let_pass(row["number"], NoticeKind(row["kind"]), row["recipients"]):
                    chosen.append(row["number"])
            found = _outgoing(connection, chosen)
        return [found[number] for number in chosen]

    def advance(
        self,
        now: datetime,
        *,
        settled: Sequence[Settled] = (),
        dots: Collection[int] = (),
        begin: Collection[int] = (),
        version: int,
        turn: int | None = None,
    ) -> Advanced:
        """Take many letters one step further, all in one commit.

        What is `settled` is recorded as it is; a letter that a person held meanwhile stays held, unless it
        was sent or given up. Of `dots` and `begin` those are returned that went through. Noted, and allowed
        to leave, is no dot if the book has moved since `version`: then the letters must be looked at anew.
        Begun is no letter that no longer waits, whose time has not come or is over, or that is on the wire.
        And neither is any while the hold switch is on. `turn` is the tally that this commit has if nobody has
        written since the book was at `version`.

        Raises:
            ValueError: if a letter of `settled` or `dots` is not on the wire.
        """
        with self._database.writing() as connection:
            there = wire(connection)
            there.require([*(one.number for one in settled), *dots])
            settle(connection, there, settled)
            # The tally tells it where nobody else has written; to count all facts takes longer.
            moved = there.turn != turn and bool(dots) and _version(connection) != version
            marked = mark(connection, there, dots, now) if not (there.held or moved) else ()
            begun = begin_all(connection, there, begin, now) if not there.held else ()
        return Advanced(begun=frozenset(begun), dots=frozenset(marked), moved=moved, turn=there.turn)

    def interrupted(self) -> list[Outgoing]:
        """The letters on the wire; when no daemon runs, these are the ones that one died with."""
        with self._database.reading() as connection:
            on_the_wire = select(letter.c.number).where(letter.c.sending_since.is_not(None))
            numbers = list(connection.execute(on_the_wire).scalars())
            found = _outgoing(connection, numbers) if numbers else {}
        return [found[number] for number in sorted(found)]

    def end(self, numbers: Collection[int], why: str, now: datetime) -> list[int]:
        """Take back letters that are no longer wanted, as `take_back` does; the numbers that changed."""
        with self._database.writing() as connection:
            return take_back(connection, numbers, why, now)

    def expired(self, now: datetime) -> list[int]:
        """Letters that wait, or are held, beyond the moment from which they are of no use."""
        late = (
            letter.c.state.in_((State.WAITING, State.HELD))
            & (letter.c.expires_at <= now)
            & letter.c.sending_since.is_(None)
        )
        with self._database.reading() as connection:
            return list(connection.execute(select(letter.c.number).where(late)).scalars())

    def hold(self, reason: str, now: datetime) -> None:
        """Turn the hold switch on: no letter is begun until `release`."""
        self._turn(hold=reason, held_at=now.isoformat())

    def release(self, now: datetime) -> None:
        """Turn the hold switch off."""
        self._turn(released_at=now.isoformat())

    def go_live(self, by: str, now: datetime) -> None:
        """Note that a person has ended the shadow mode; the first time counts."""
        with self._database.writing() as connection:
            if _live_since(connection) is None:
                said = {"live_since": now.isoformat(), "live_by": by}
                connection.execute(insert(meta), [{"name": name, "value": said[name]} for name in said])

    @property
    def live_since(self) -> datetime | None:
        """When a person ended the shadow mode; None before, and where it was never used."""
        with self._database.reading() as connection:
            return _live_since(connection)

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


def _postable_rows(connection: Connection, now: datetime, *, quiet: bool) -> Sequence[Row]:
    query = select(letter.c.number, letter.c.kind, letter.c.recipients).where(POSTABLE)
    unhurried = letter.c.kind.in_(UNHURRIED)
    if quiet:
        query = query.where(~unhurried)
    return connection.execute(query.order_by(unhurried, letter.c.number), {"now": now}).mappings().all()


def _begun(connection: Connection, now: datetime) -> list[Begun]:
    query = (
        select(
            letter.c.number,
            letter.c.kind,
            letter.c.recipients,
            func.max(attempt.c.began_at).label("began_at"),
        )
        .join_from(attempt, letter)
        .where(attempt.c.began_at > now - _DAY)
        .group_by(letter.c.number)
    )
    return [
        Begun(
            number=row["number"],
            kind=NoticeKind(row["kind"]),
            recipients=row["recipients"],
            began_at=row["began_at"],
        )
        for row in connection.execute(query).mappings()
    ]


def _outgoing(connection: Connection, numbers: Collection[int]) -> dict[int, Outgoing]:
    keys = keys_of(connection, notice.c.letter.in_(numbers))
    settled = settled_recipients(connection, fate.c.letter.in_(numbers))
    rows = letter_rows(connection, letter.c.number.in_(numbers))
    return {row["number"]: outgoing_of(row, keys[row["number"]], settled.get(row["number"])) for row in rows}


def _version(connection: Connection) -> int:
    return connection.execute(version_query()).scalar_one()


def _live_since(connection: Connection) -> datetime | None:
    said: str | None = connection.execute(select(meta.c.value).where(meta.c.name == "live_since")).scalar()
    return None if said is None else datetime.fromisoformat(said)


def _held_because(connection: Connection) -> str | None:
    reason: str | None = connection.execute(_HOLD).scalar()
    return reason
