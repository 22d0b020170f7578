"""Proof of watching: the stretches in which the mailbox was read, and people's word on the gaps."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from mailbot.core.machine.watch import Outage, Stretch, Vouch
from mailbot.core.mail import Place
from mailbot.ledger.engine import Database, next_number
from mailbot.ledger.rows import Row, Written
from mailbot.ledger.schema_upkeep import scan as scans
from mailbot.ledger.schema_upkeep import vanished
from mailbot.ledger.schema_upkeep import vouch as vouches

# Two scans that lie no further apart prove one unbroken stretch of watching.
SCAN_GAP = timedelta(minutes=15)


class Watch:
    """The part of the ledger that keeps proof of watching; see `Ledger` for errors and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note_scan(
        self, mailbox: str, *, started_at: datetime, ended_at: datetime, gap: timedelta = SCAN_GAP
    ) -> None:
        """Note a complete scan of the mailbox: the last stretch of watching grows, or a new one begins.

        It grows if the scan started no later than `gap` after the stretch's end.
        """
        with self._database.writing() as connection:
            last = connection.execute(
                select(scans).where(scans.c.mailbox == mailbox).order_by(scans.c.number.desc()).limit(1)
            ).first()
            if last is not None and started_at <= last.until_at + gap:
                # Two daemons may note their scans in another order than they began them.
                connection.execute(
                    update(scans)
                    .where(scans.c.number == last.number)
                    .values(
                        sure_until=max(last.sure_until, started_at), until_at=max(last.until_at, ended_at)
                    )
                )
            else:
                connection.execute(
                    insert(scans).values(
                        number=next_number(connection, scans.c.number),
                        mailbox=mailbox,
                        from_at=started_at,
                        sure_until=started_at,
                        until_at=ended_at,
                    )
                )

    def last_scan(self, mailbox: str | None = None) -> tuple[datetime, datetime] | None:
        """The last stretch of watching, from its first scan's start to its last scan's end."""
        query = select(scans.c.from_at, scans.c.until_at).order_by(scans.c.until_at.desc()).limit(1)
        if mailbox is not None:
            query = query.where(scans.c.mailbox == mailbox)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
            return None if row is None else (row.from_at, row.until_at)

    def stretches(self) -> list[Stretch]:
        """All stretches of watching, in the order in which they began."""
        with self._database.reading() as connection:
            rows = connection.execute(select(scans).order_by(scans.c.number))
            return [Stretch(row.mailbox, row.from_at, row.until_at) for row in rows]

    def note_vanished(self, place: Place, *, since: datetime, until: datetime) -> None:
        """Note that a mail at `place`, come after `since`, was gone by `until` before it could be read."""
        with self._database.writing() as connection:
            connection.execute(
                insert(vanished).values(
                    number=next_number(connection, vanished.c.number),
                    mailbox=place.mailbox,
                    place=place.name,
                    since=since,
                    until=until,
                )
            )

    def vanishings(self) -> list[Outage]:
        """The stretches in which mails vanished, in the order in which that was noticed."""
        with self._database.reading() as connection:
            rows = connection.execute(select(vanished).order_by(vanished.c.number)).mappings()
            return [vanishing_of(row) for row in rows]

    def vouches(self) -> list[Vouch]:
        """What people have said of stretches without watching, in the order in which they said it."""
        with self._database.reading() as connection:
            rows = connection.execute(select(vouches).order_by(vouches.c.number)).mappings()
            return [vouch_of(row) for row in rows]

    def vouch(self, since: datetime, until: datetime, *, by: str, why: str, now: datetime) -> Vouch:
        """Record a person's word that the mailbox was left alone from `since` to `until`.

        Raises:
            ValueError: if `until` is not after `since`.
        """
        if until <= since:
            raise ValueError("a stretch must end after it begins")
        with self._database.writing() as connection:
            number = next_number(connection, vouches.c.number)
            given = Vouch(number=number, since=since, until=until, by=by, why=why, vouched_at=now)
            connection.execute(insert(vouches).values(vouch_row(given)))
        return given


def vanishing_of(row: Row) -> Outage:
    """The stretch in a row."""
    return Outage(row["mailbox"], row["since"], row["until"], vanished=True)


def vouch_row(vouch: Vouch) -> Written:
    """The row of a person's word on a stretch without watching."""
    return {
        "number": vouch.number,
        "since": vouch.since,
        "until": vouch.until,
        "by": vouch.by,
        "why": vouch.why,
        "vouched_at": vouch.vouched_at,
    }


def vouch_of(row: Row) -> Vouch:
    """The word in a row."""
    return Vouch(
        number=row["number"],
        since=row["since"],
        until=row["until"],
        by=row["by"],
        why=row["why"],
        vouched_at=row["vouched_at"],
    )
