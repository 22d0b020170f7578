"""Commands by reply, carried out: what each does and that it was done are one commit."""

from sqlalchemy import Connection, insert, select

from mailbot.core.command import Carried
from mailbot.core.order import Outcome
from mailbot.core.posting import PostedLetter
from mailbot.ledger.delivery import hold_switch
from mailbot.ledger.engine import Database, next_number
from mailbot.ledger.letters import drop, keys_of, let_go, posted_of
from mailbot.ledger.register import require_arrival, write_ruling
from mailbot.ledger.rows import command_row
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
            ruling = outcome.ruling
            if ruling is not None:
                write_ruling(
                    connection,
                    ruling.arrival,
                    ruling.verdict,
                    by=carried.by,
                    why=ruling.why,
                    now=carried.decided_at,
                )
            number = next_number(connection, commands.c.number)
            connection.execute(insert(commands).values(command_row(number, carried)))
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


def _steer(connection: Connection, outcome: Outcome, carried: Carried) -> bool:
    """Let a held letter go, or never go; whether the letter was still held."""
    if outcome.hold:
        hold_switch(connection, outcome.hold, carried.decided_at)
    if outcome.release is not None:
        return bool(let_go(connection, [outcome.release], carried.decided_at))
    if outcome.drop is not None:
        return bool(drop(connection, [outcome.drop], f"dropped by {outcome.by}", carried.decided_at))
    return True
