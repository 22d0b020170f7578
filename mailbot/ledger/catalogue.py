"""The catalogue of arrivals: under which words each verdict on them is found.

It is kept by the database itself (triggers of migration 0017), follows from the verdicts, and is the truth
about nothing: it says what to read where not all is read.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, PrimaryKeyConstraint, String, Table, select

from mailbot.core.period import Period
from mailbot.ledger.among import among
from mailbot.ledger.schema import arrival, metadata, ruling

catalogue = Table(
    "catalogue",
    metadata,
    Column("word", String(40), nullable=False),
    Column("arrival", ForeignKey(arrival.c.number), nullable=False),
    PrimaryKeyConstraint("word", "arrival"),
)

_UNDECIDED = "undecided"


def bearing_on(connection: Connection, period: Period) -> set[int]:
    """The arrivals that ever brought a report of the period, their other deliveries, and the undecided."""
    words = (str(period), _UNDECIDED)
    found = {row["arrival"] for row in among(connection, select(catalogue), catalogue.c.word, words)}
    copies = [_copy_of(number) for number in found]
    return found | {row["arrival"] for row in among(connection, select(catalogue), catalogue.c.word, copies)}


def misplaced(connection: Connection) -> Iterator[str]:
    """Where the catalogue differs from the verdicts that it follows from."""
    found: set[tuple[str, int]] = set()
    for number, verdict in connection.execute(select(arrival.c.number, arrival.c.verdict)):
        found.update((word, number) for word in _words(verdict))
    for number, verdict in connection.execute(
        select(ruling.c.arrival, ruling.c.verdict).order_by(ruling.c.number)
    ):
        found.discard((_UNDECIDED, number))
        found.update((word, number) for word in _words(verdict))
    kept = {(row.word, row.arrival) for row in connection.execute(select(catalogue))}
    for word, number in sorted(found - kept):
        yield f"arrival {number} is not catalogued under {word!r}"
    for word, number in sorted(kept - found):
        yield f"arrival {number} is catalogued under {word!r}, and no verdict says so"


def _words(verdict: Any) -> set[str]:
    """What an arrival is catalogued under for a verdict, given in its form."""
    words = {filing["period"] for filing in verdict.get("filings", ())}
    if verdict.get("duplicate_of") is not None:
        words.add(_copy_of(verdict["duplicate_of"]))
    if verdict["is"] in {"unclear", "sealed"}:
        words.add(_UNDECIDED)
    return words


def _copy_of(number: int) -> str:
    return f"copy of {number}"
