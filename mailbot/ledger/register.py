"""Facts as they come in: arrivals and where they were seen, rulings, and stamps."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import RLock

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from mailbot.core.arrival import Arrival
from mailbot.core.book import Ruling, Stamp
from mailbot.core.changes.lesson import Lesson, Proposal
from mailbot.core.duty import DutyKey
from mailbot.core.mail import Place
from mailbot.core.verdict import Sealed, Verdict
from mailbot.ledger.arrivals import arrival_of, arrival_row
from mailbot.ledger.engine import Database, next_number
from mailbot.ledger.rows import (
    Entry,
    Written,
    key_row,
    lesson_row,
    place_row,
    ruling_row,
    stamp_of,
    stamp_row,
)
from mailbot.ledger.schema import arrival as arrivals
from mailbot.ledger.schema import lesson as lessons
from mailbot.ledger.schema import ruling as rulings
from mailbot.ledger.schema import sighting as sightings
from mailbot.ledger.schema import stamp as stamps
from mailbot.ledger.verdicts import verdict_of

# Databases take no lists of any length in one statement.
_LOOKED_UP = 500
_PLACE = ("mailbox", "validity", "name")
_FORGET = delete(sightings).where(*(sightings.c[name] == bindparam(f"at_{name}") for name in _PLACE))
_NUMBERS = select(arrivals.c.sha256, arrivals.c.number).where(
    arrivals.c.sha256.in_(bindparam("sha256s", expanding=True))
)
_TWINS = (
    select(arrivals.c.identity, func.min(arrivals.c.number).label("number"))
    .where(arrivals.c.identity.in_(bindparam("identities", expanding=True)))
    .group_by(arrivals.c.identity)
)


class Register:
    """The half of the ledger that takes facts in; see `Ledger` for errors and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recording = RLock()

    @contextmanager
    def undisturbed(self) -> Iterator[None]:
        """While the block runs this program records no mail; whoever wants to waits.

        For what must be decided by a book that is still true when it is acted upon.
        """
        with self._recording:
            yield

    def record(self, entries: Sequence[Entry], now: datetime) -> list[int]:
        """Record the mails and where they were seen, all or none; their numbers, in order.

        Bytes that are on record already, or twice among `entries`, keep their number and first verdict;
        only the place is added.
        """
        if not entries:
            return []
        with self._recording, self._database.writing() as connection:
            numbers = _numbers(connection, [entry.mail.sha256 for entry in entries])
            number = next_number(connection, arrivals.c.number)
            fresh: list[Written] = []
            places: dict[Place, int] = {}
            for entry in entries:
                sha256 = entry.mail.sha256
                if sha256 not in numbers:
                    numbers[sha256] = number + len(fresh)
                    fresh.append(arrival_row(numbers[sha256], entry, now))
                if entry.place is not None:
                    places[entry.place] = numbers[sha256]
            if fresh:
                connection.execute(insert(arrivals), fresh)
            _sight(connection, places)
        return [numbers[entry.mail.sha256] for entry in entries]

    def sight(self, place: Place, number: int) -> None:
        """Note that arrival `number` was seen at `place`; what was noted there before is forgotten.

        Raises:
            LookupError: if there is no such arrival.
        """
        with self._database.writing() as connection:
            require_arrival(connection, number)
            _sight(connection, {place: number})

    def sightings(self, mailbox: str, validity: str, names: Collection[str] | None = None) -> dict[str, int]:
        """The arrivals seen in a mailbox, all or those of these names: name to arrival number."""
        seen_there = (sightings.c.mailbox == mailbox) & (sightings.c.validity == validity)
        # Beyond a few hundred names one walk over the mailbox is cheaper than looking each of them up.
        if names is not None and len(names) <= _LOOKED_UP:
            seen_there &= sightings.c.name.in_(names)
        with self._database.reading() as connection:
            rows = connection.execute(select(sightings.c.name, sightings.c.arrival).where(seen_there))
            found = {row.name: row.arrival for row in rows}
        return found if names is None else {name: found[name] for name in names if name in found}

    def sealed_among(self, numbers: Collection[int]) -> frozenset[int]:
        """Those of these arrivals that were sealed when they came, whatever a person ruled since."""
        found: set[int] = set()
        with self._database.reading() as connection:
            asked = sorted(numbers)
            for start in range(0, len(asked), _LOOKED_UP):
                few = arrivals.c.number.in_(asked[start : start + _LOOKED_UP])
                rows = connection.execute(select(arrivals.c.number, arrivals.c.verdict).where(few))
                found.update(row.number for row in rows if isinstance(verdict_of(row.verdict), Sealed))
        return frozenset(found)

    def numbers_of(self, sha256s: Sequence[str]) -> dict[str, int]:
        """The numbers under which those of these raw bytes are on record that are."""
        with self._database.reading() as connection:
            return _numbers(connection, sha256s)

    def twins(self, identities: Sequence[str]) -> dict[str, int]:
        """The first arrival of what each of these senders wrote, whatever way it came, where there is one."""
        with self._database.reading() as connection:
            rows = connection.execute(_TWINS, {"identities": list(identities)})
            return {row.identity: row.number for row in rows}

    def arrival(self, number: int) -> Arrival | None:
        """The arrival of that number."""
        with self._database.reading() as connection:
            row = connection.execute(select(arrivals).where(arrivals.c.number == number)).mappings().first()
            return None if row is None else arrival_of(row)

    def rule(self, arrival: int, verdict: Verdict, *, by: str, why: str, now: datetime) -> Ruling:
        """Record a person's correction of the verdict on an arrival.

        Raises:
            LookupError: if there is no such arrival.
        """
        with self._database.writing() as connection:
            return write_ruling(connection, arrival, verdict, by=by, why=why, now=now)

    def stamp(self, duty: DutyKey, *, stamped_at: datetime, register_no: str, now: datetime) -> Stamp:
        """Record a paper copy; the same register number for the same duty is the same copy."""
        return self.stamp_all([(duty, stamped_at, register_no)], now=now)[0]

    def stamp_all(self, papers: Sequence[tuple[DutyKey, datetime, str]], *, now: datetime) -> list[Stamp]:
        """Record paper copies, each with the stamp's moment and number, all or none; as `stamp` does."""
        with self._database.writing() as connection:
            return [_stamp(connection, *paper, now) for paper in papers]

    def decide(self, proposal: Proposal, *, confirmed: bool, by: str, why: str, now: datetime) -> Lesson:
        """Record a person's word on a proposal; the last one counts."""
        with self._database.writing() as connection:
            return write_lesson(connection, proposal, confirmed=confirmed, by=by, why=why, now=now)


def write_lesson(
    connection: Connection, proposal: Proposal, *, confirmed: bool, by: str, why: str, now: datetime
) -> Lesson:
    """Record a person's word on a proposal as part of a larger transaction."""
    lesson = Lesson(
        number=next_number(connection, lessons.c.number),
        proposal=proposal,
        confirmed=confirmed,
        by=by,
        why=why,
        decided_at=now,
    )
    connection.execute(insert(lessons).values(lesson_row(lesson)))
    return lesson


def write_ruling(
    connection: Connection, arrival: int, verdict: Verdict, *, by: str, why: str, now: datetime
) -> Ruling:
    """Record a correction as part of a larger transaction.

    Raises:
        LookupError: if there is no such arrival.
    """
    require_arrival(connection, arrival)
    number = next_number(connection, rulings.c.number)
    ruling = Ruling(number=number, arrival=arrival, verdict=verdict, by=by, why=why, ruled_at=now)
    connection.execute(insert(rulings).values(ruling_row(ruling)))
    return ruling


def _stamp(
    connection: Connection, duty: DutyKey, stamped_at: datetime, register_no: str, now: datetime
) -> Stamp:
    same = [stamps.c[name] == value for name, value in key_row(duty).items()]
    same.append(stamps.c.register_no == register_no)
    known = connection.execute(select(stamps).where(*same)).mappings().first()
    if known is not None:
        return stamp_of(known)
    stamp = Stamp(
        number=next_number(connection, stamps.c.number),
        duty=duty,
        stamped_at=stamped_at,
        register_no=register_no,
        recorded_at=now,
    )
    connection.execute(insert(stamps).values(stamp_row(stamp)))
    return stamp


def _numbers(connection: Connection, sha256s: Sequence[str]) -> dict[str, int]:
    rows = connection.execute(_NUMBERS, {"sha256s": list(sha256s)})
    return {row.sha256: row.number for row in rows}


def _sight(connection: Connection, places: Mapping[Place, int]) -> None:
    if not places:
        return
    rows = [place_row(place, number) for place, number in places.items()]
    connection.execute(_FORGET, [{f"at_{name}": row[name] for name in _PLACE} for row in rows])
    connection.execute(insert(sightings), rows)


def require_arrival(connection: Connection, number: int) -> None:
    """Raise `LookupError` unless there is an arrival of that number."""
    if connection.execute(select(arrivals.c.number).where(arrivals.c.number == number)).first() is None:
        raise LookupError(f"there is no arrival {number}")
