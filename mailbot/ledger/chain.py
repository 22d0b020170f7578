"""The chain of facts: each writing transaction that adds facts seals them together with all before.

A link is the SHA-256 of the link before it and of the rows that its transaction added. So nobody can change,
insert or remove a fact afterwards, with whatever tool, without breaking every later link; and the last one,
told to people now and then, witnesses all that came before it.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Select, Table, bindparam, insert, select

from mailbot.ledger.rows import Row
from mailbot.ledger.schema import letter, metadata
from mailbot.ledger.schema_upkeep import link, sealing

# Numbered rows that are no facts: tries and scans change while they last, and links chain the others.
_NO_FACTS = frozenset({"attempt", "scan", "link"})
# A letter's way changes; what it says, to whom and when it was put together does not.
_OF_A_LETTER = frozenset(
    {"number", "kind", "unit", "answers", "message_id", "recipients", "subject", "raw", "queued_at"}
)
_ADDED = "mailbot.added"
# A ledger of ten years is not in memory at once.
_AT_ONCE = 1000
_ADD = insert(link)
_LAST = select(link).order_by(link.c.number.desc()).limit(1)


@cache
def chained() -> tuple[Table, ...]:
    """Every table of facts, by name; to be asked when all of the ledger is loaded."""
    numbered = (table for table in metadata.tables.values() if "number" in table.c)
    return tuple(sorted((t for t in numbered if t.name not in _NO_FACTS), key=lambda table: table.name))


def notice_added(connection: Connection, clause: Any) -> None:
    """Remember which facts the transaction adds; to be told of every statement."""
    if isinstance(clause, Insert) and isinstance(clause.table, Table) and clause.table in chained():
        connection.info.setdefault(_ADDED, set()).add(clause.table.name)


def begin(connection: Connection) -> None:
    """Forget what an earlier transaction on the same connection added."""
    connection.info.pop(_ADDED, None)


def seal(connection: Connection) -> None:
    """Add the link for what the transaction has added, if it added any facts."""
    names: set[str] = connection.info.pop(_ADDED, set())
    if not names:
        return
    last = connection.execute(_LAST).mappings().first()
    ends: dict[str, int] = dict(last["ends"]) if last else {}
    digest = hashlib.sha256(_before(last))
    # The first link holds whatever is there.
    for table in chained():
        if last is not None and table.name not in names:
            continue
        for row in _rows(connection, table, ends.get(table.name, 0)):
            digest.update(_written(table, row))
            ends[table.name] = row["number"]
    number = 1 if last is None else last["number"] + 1
    connection.execute(_ADD, {"number": number, "sha256": digest.hexdigest(), "ends": ends})


def begin_with_what_is_there(connection: Connection) -> None:
    """Add the first link, over what a mailbot wrote that knew no chain; none where nothing is written."""
    linked = connection.execute(_LAST).first() is not None
    if not linked and any(connection.execute(select(table.c.number).limit(1)).first() for table in chained()):
        connection.info[_ADDED] = {table.name for table in chained()}
        seal(connection)


def head(connection: Connection) -> str | None:
    """The last link in hexadecimal; None before the first fact."""
    last = connection.execute(_LAST).mappings().first()
    return None if last is None else str(last["sha256"])


def breaks(connection: Connection) -> Iterator[str]:
    """Where the chain does not hold; only the first break is told, since all that follows is broken by it."""
    facts = {table.name: _Walk(table, _rows(connection, table, 0)) for table in chained()}
    before: Row | None = None
    remade = _remade(connection)
    for expected, row in enumerate(connection.execute(select(link).order_by(link.c.number)).mappings(), 1):
        digest = hashlib.sha256(_before(before))
        for table in chained():
            facts[table.name].until(row["ends"].get(table.name, 0), digest)
        if row["number"] != expected or digest.hexdigest() != remade.get(expected, row["sha256"]):
            reached = ", ".join(f"{name} {end}" for name, end in sorted(row["ends"].items()))
            yield f"the chain breaks at link {expected} (up to {reached})"
            return
        before = row
    for name, walk in facts.items():
        if (extra := walk.next_number()) is not None:
            yield f"{name} {extra} was added past the chain"


def links_of(connection: Connection, facts: dict[str, list[int]]) -> list[int]:
    """The links that hold these facts, given as numbers by table."""
    wanted = {(name, number) for name, numbers in facts.items() for number in numbers}
    found, ends = [], dict[str, int]()
    for row in connection.execute(select(link).order_by(link.c.number)).mappings():
        held = {(n, k) for n, k in wanted if ends.get(n, 0) < k <= row["ends"].get(n, 0)}
        found += [int(row["number"])] if held else []
        wanted -= held
        ends = row["ends"]
    return found


def digest_of(connection: Connection, number: int) -> str:
    """What link `number` is made to by the facts as they are now."""
    query = select(link).where(link.c.number.in_((number - 1, number))).order_by(link.c.number)
    *before, made = connection.execute(query).mappings().all()
    last = before[0] if before else None
    begins = last["ends"] if last else {}
    digest = hashlib.sha256(_before(last))
    for table in chained():
        after, end = begins.get(table.name, 0), made["ends"].get(table.name, 0)
        for row in _rows(connection, table, after) if end > after else ():
            if row["number"] > end:
                break
            digest.update(_written(table, row))
    return digest.hexdigest()


def holds(connection: Connection, number: int) -> bool:
    """Whether link `number` is what its facts make it, or what a sealing since then has noted."""
    said: str = connection.execute(select(link.c.sha256).where(link.c.number == number)).scalar_one()
    return digest_of(connection, number) == _remade(connection).get(number, said)


def _remade(connection: Connection) -> dict[int, str]:
    """The links whose facts were blanked by sealings, and what they are made to since then."""
    rows = connection.execute(select(sealing.c.links).order_by(sealing.c.number)).scalars()
    return {int(number): made for links in rows for number, made in links.items()}


class _Walk:
    """The facts of one table, in order, each looked at once."""

    def __init__(self, table: Table, rows: Iterator[Row]) -> None:
        self._table = table
        self._rows = rows
        self._next = next(rows, None)

    def until(self, end: int, digest: "hashlib._Hash") -> None:
        """Feed the facts up to number `end`."""
        while self._next is not None and self._next["number"] <= end:
            digest.update(_written(self._table, self._next))
            self._next = next(self._rows, None)

    def next_number(self) -> int | None:
        """The number of the first fact that was not fed."""
        return None if self._next is None else int(self._next["number"])


def _rows(connection: Connection, table: Table, after: int) -> Iterator[Row]:
    while True:
        rows = connection.execute(_next(table), {"after": after}).mappings().all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1]["number"]


@cache
def _next(table: Table) -> Select[Any]:
    return select(table).where(table.c.number > bindparam("after")).order_by(table.c.number).limit(_AT_ONCE)


def _before(last: Row | None) -> bytes:
    return b"" if last is None else bytes.fromhex(last["sha256"])


def _written(table: Table, row: Row) -> bytes:
    """A fact as bytes. What is empty is left out, so that a column added later changes no earlier fact."""
    kept = _OF_A_LETTER if table is letter else row.keys()
    form = {name: _plain(row[name]) for name in kept if row[name]}
    return json.dumps([table.name, form], sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return value
