"""Commands by reply, carried out: what each does and that it was done are one commit."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from mailbot.core.command import Carried
from mailbot.core.emergencies.incident_act import Act, IncidentAct
from mailbot.core.posting import PostedLetter
from mailbot.core.replies.order import Demand, Outcome
from mailbot.core.rules import UnitId
from mailbot.ledger.closings import write_closing
from mailbot.ledger.deeds import incident as incidents
from mailbot.ledger.delivery import hold_switch
from mailbot.ledger.engine import Database, next_number
from mailbot.ledger.letters import drop, keys_of, let_go, posted_of
from mailbot.ledger.official import write_official
from mailbot.ledger.register import require_arrival, write_lesson, write_ruling
from mailbot.ledger.rows import command_row, incident_row
from mailbot.ledger.schema import command as commands
from mailbot.ledger.schema import letter as letters
from mailbot.ledger.schema import notice as notices
from mailbot.ledger.version import version_query


class Commands:
    """The part of the ledger that commands are carried out by; see `Ledger` for errors and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def carry_out(self, carried: Carried, outcome: Outcome, version: int) -> bool:
        """Do what a command does, once, and note that it was done; all or nothing.

        False, and nothing is done, if the book moved since `version`, if the command was carried out
        already, or if the letter that it speaks of is no longer held: it must be judged anew.

        Raises:
            LookupError: if it, or the arrival that it corrects, does not exist.
        """
        with self._database.writing() as connection:
            require_arrival(connection, carried.arrival)
            known = select(commands.c.number).where(commands.c.arrival == carried.arrival)
            moved = connection.execute(version_query()).scalar_one() != version
            if moved or connection.execute(known).first() is not None:
                self._database.undo(connection)
                return False
            if not _steer(connection, outcome, carried):
                self._database.undo(connection)
                return False
            _rule(connection, outcome, by=carried.by, now=carried.decided_at)
            if (approval := outcome.approval) is not None:
                write_closing(
                    connection,
                    approval.figures,
                    approval.made_of,
                    by=carried.by,
                    now=carried.decided_at,
                    via=carried.arrival,
                )
            if (leave := outcome.leave) is not None:
                write_official(connection, leave.letter, leave.duties, leave.rules)
            number = next_number(connection, commands.c.number)
            connection.execute(insert(commands).values(command_row(number, carried)))
        return True

    def demand(self, unit: UnitId, demand: Demand, *, by: str, now: datetime) -> IncidentAct:
        """Note that a unit is asked to report on what is known from elsewhere."""
        with self._database.writing() as connection:
            act = IncidentAct(
                number=next_number(connection, incidents.c.number),
                act=Act.DEMAND,
                unit=unit,
                by=by,
                at=now,
                summary=demand.summary,
                source=demand.source,
                due_at=demand.due_at,
            )
            connection.execute(insert(incidents).values(incident_row(act)))
        return act

    def close_incident(self, outcome: Outcome, version: int, now: datetime) -> bool:
        """Close an urgent matter; False, and nothing is done, if the book moved since `version`."""
        with self._database.writing() as connection:
            if connection.execute(version_query()).scalar_one() != version:
                self._database.undo(connection)
                return False
            _rule(connection, outcome, by=outcome.by, now=now)
        return True

    def letter_called(self, message_id: str) -> PostedLetter | None:
        """The letter with that Message-ID, angle brackets included."""
        with self._database.reading() as connection:
            row = (
                connection.execute(select(letters).where(letters.c.message_id == message_id))
                .mappings()
                .first()
            )
            if row is None:
                return None
            return posted_of(row, keys_of(connection, notices.c.letter == row["number"])[row["number"]])


def _rule(connection: Connection, outcome: Outcome, *, by: str, now: datetime) -> None:
    """The facts that an outcome makes: corrections, and that an urgent matter is over."""
    for ruling in outcome.rulings:
        write_ruling(connection, ruling.arrival, ruling.verdict, by=by, why=ruling.why, now=now)
    if (word := outcome.word_on) is not None:
        why = "theo lệnh trả lời"
        write_lesson(connection, word.proposal, confirmed=word.confirmed, by=by, why=why, now=now)
    if outcome.close is not None:
        act = IncidentAct(
            number=next_number(connection, incidents.c.number),
            act=Act.CLOSE,
            unit=outcome.close.unit,
            by=by,
            at=now,
            about=outcome.close.ref,
        )
        connection.execute(insert(incidents).values(incident_row(act)))


def _steer(connection: Connection, outcome: Outcome, carried: Carried) -> bool:
    """Let a held letter go, or never go; whether the letter was still held."""
    if outcome.hold:
        hold_switch(connection, outcome.hold, carried.decided_at)
    if outcome.release:
        return bool(let_go(connection, outcome.release, carried.decided_at))
    if outcome.drop is not None:
        return bool(drop(connection, [outcome.drop], f"dropped by {outcome.by}", carried.decided_at))
    return True
