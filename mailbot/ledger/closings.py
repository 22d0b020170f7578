"""Closed periods: figures that a person approved, each with the facts that it was made of."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    func,
    insert,
    select,
)

from mailbot.core.book import Book
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.machine.watch import Outage
from mailbot.core.period import Period
from mailbot.core.standings.closing import Closing, Position, book_then, position
from mailbot.core.standings.figures import Figures
from mailbot.core.standings.figures_form import checksum, figures_form
from mailbot.ledger.engine import Database, next_number
from mailbot.ledger.rows import Row, Written, duty_of
from mailbot.ledger.schema import arrival, metadata
from mailbot.ledger.schema import duty as duties
from mailbot.ledger.types import AnyText, Instant, Json
from mailbot.ledger.version import version_query

# The facts that the figures were made of, as the highest number of each kind.
closing = Table(
    "closing",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("period", String(20), nullable=False, index=True),
    Column("figures", Json, nullable=False),
    Column("checksum", String(64), nullable=False),
    Column("rules", Text, nullable=False),
    Column("arrivals", Integer, nullable=False),
    Column("rulings", Integer, nullable=False),
    Column("stamps", Integer, nullable=False),
    Column("duties", Integer, nullable=False),
    Column("watch", Json, nullable=False),
    Column("closed_at", Instant, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("why", AnyText, nullable=False),
    Column("via", ForeignKey(arrival.c.number)),
    Column("public", Boolean, nullable=False),
)


class Closings:
    """The part of the ledger that keeps approved figures; see `Ledger` for errors and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def close_period(
        self,
        book: Book,
        figures: Figures,
        *,
        by: str,
        now: datetime,
        why: str,
        via: int | None,
        public: bool,
    ) -> Closing | None:
        """Keep the figures, made from `book`, as those that count now; None if the book is not the newest.

        A closing is never undone, only followed by another.
        """
        with self._database.writing() as connection:
            if connection.execute(version_query()).scalar_one() != book.version:
                self._database.undo(connection)
                return None
            return write_closing(
                connection, figures, position(book), by=by, now=now, why=why, via=via, public=public
            )

    def closings(self, period: Period | None = None) -> list[Closing]:
        """The closings of one period, or of all, in order; the last one of a period counts."""
        query = select(closing).order_by(closing.c.number)
        if period is not None:
            query = query.where(closing.c.period == str(period))
        with self._database.reading() as connection:
            return [_closing_of(row) for row in connection.execute(query).mappings()]

    def book_at(self, book: Book, then: Position, known_at: datetime) -> Book:
        """What `book` was when `then` was its position, duties as they were announced by then."""
        query = select(duties).where(duties.c.number <= then.duties).order_by(duties.c.number)
        announced: dict[DutyKey, Duty] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query).mappings():
                duty = duty_of(row)
                announced[duty.key] = duty
        return replace(book_then(book, then, known_at), duties=announced)


def write_closing(
    connection: Connection,
    figures: Figures,
    made_of: Position,
    *,
    by: str,
    now: datetime,
    why: str = "",
    via: int | None,
    public: bool = True,
) -> Closing:
    """Add the closing, inside a writing transaction; which duties there were is looked up here."""
    last_duty = connection.execute(select(func.coalesce(func.max(duties.c.number), 0))).scalar_one()
    kept = Closing(
        number=next_number(connection, closing.c.number),
        period=figures.period,
        form=figures_form(figures),
        checksum=checksum(figures),
        rules=figures.rules,
        position=replace(made_of, duties=last_duty),
        closed_at=now,
        by=by,
        why=why,
        via=via,
        public=public,
    )
    connection.execute(insert(closing).values(_row(kept)))
    return kept


def _row(kept: Closing) -> Written:
    return {
        "number": kept.number,
        "period": str(kept.period),
        "figures": kept.form,
        "checksum": kept.checksum,
        "rules": kept.rules,
        "arrivals": kept.position.arrivals,
        "rulings": kept.position.rulings,
        "stamps": kept.position.stamps,
        "duties": kept.position.duties,
        "watch": _watch_form(kept.position),
        "closed_at": kept.closed_at,
        "by": kept.by,
        "why": kept.why,
        "via": kept.via,
        "public": kept.public,
    }


def _closing_of(row: Row) -> Closing:
    return Closing(
        number=row["number"],
        period=Period.parse(row["period"]),
        form=row["figures"],
        checksum=row["checksum"],
        rules=row["rules"],
        position=_position_of(row),
        closed_at=row["closed_at"],
        by=row["by"],
        why=row["why"],
        via=row["via"],
        public=row["public"],
    )


def _position_of(row: Row) -> Position:
    watch = row["watch"]
    return Position(
        arrivals=row["arrivals"],
        rulings=row["rulings"],
        stamps=row["stamps"],
        duties=row["duties"],
        scanned_at=datetime.fromisoformat(watch["scanned_at"]) if watch["scanned_at"] else None,
        outages=tuple(
            Outage(mailbox, datetime.fromisoformat(since), datetime.fromisoformat(until), bool(vanished))
            for mailbox, since, until, *vanished in watch["outages"]
        ),
    )


def _watch_form(position: Position) -> dict[str, Any]:
    return {
        "scanned_at": position.scanned_at.isoformat() if position.scanned_at else None,
        "outages": [
            [outage.mailbox, outage.since.isoformat(), outage.until.isoformat(), *[1] * outage.vanished]
            for outage in position.outages
        ],
    }
