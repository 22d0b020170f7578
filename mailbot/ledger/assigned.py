"""What units were given to do: assignments and the notes on them, as rows and as values."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import insert

from mailbot.core.duty import Duty
from mailbot.core.rules import UnitId
from mailbot.core.tasks.assignment import (
    Assignment,
    Channel,
    Given,
    Note,
    Output,
    PortalQuestion,
    Task,
    Travel,
    Word,
)
from mailbot.ledger.assigned_tables import assignment, note
from mailbot.ledger.engine import Database, next_number
from mailbot.ledger.outbox import announce
from mailbot.ledger.rows import Row, Written
from mailbot.ledger.values import Form


class Assigned:
    """The part of the ledger that takes assignments in; see `Ledger` for errors and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def assign(self, given: Sequence[Given], *, by: str, rules: str, now: datetime) -> list[Assignment]:
        """Record what was given, and announce the duties that come of it; all or nothing."""
        with self._database.writing() as connection:
            first = next_number(connection, assignment.c.number)
            found = [
                Assignment(number=number, given=one, by=by, recorded_at=now)
                for number, one in enumerate(given, first)
            ]
            if found:
                connection.execute(insert(assignment), [assignment_row(one) for one in found])
                duties = [duty for one in found if (duty := one.duty()) is not None]
                announce(connection, duties, rules, now)
        return found

    def note(self, draft: Note, duty: Duty | None, *, rules: str) -> Note:
        """Record a note under the next number, and the row of the duty that it changes, if it changes one."""
        with self._database.writing() as connection:
            noted = replace(draft, number=next_number(connection, note.c.number))
            connection.execute(insert(note).values(note_row(noted)))
            announce(connection, [duty] if duty else [], rules, draft.noted_at)
        return noted


def assignment_row(found: Assignment) -> Written:
    """The row of an assignment."""
    return {
        "number": found.number,
        "given": _given_form(found.given),
        "by": found.by,
        "recorded_at": found.recorded_at,
    }


def assignment_of(row: Row) -> Assignment:
    """The assignment in a row."""
    return Assignment(
        number=row["number"],
        given=_given_of(row["given"]),
        by=row["by"],
        recorded_at=row["recorded_at"],
    )


def note_row(found: Note) -> Written:
    """The row of a note."""
    return {
        "number": found.number,
        "assignment": found.assignment,
        "word": found.word,
        "reason": found.reason,
        "proposal": found.proposal,
        "channel": found.channel,
        "by": found.by,
        "noted_at": found.noted_at,
    }


def note_of(row: Row) -> Note:
    """The note in a row."""
    return Note(
        number=row["number"],
        assignment=row["assignment"],
        word=Word(row["word"]),
        reason=row["reason"],
        proposal=row["proposal"],
        channel=Channel(row["channel"]),
        by=row["by"],
        noted_at=row["noted_at"],
    )


def _given_form(given: Given) -> Form:
    match given:
        case Task():
            return {
                "is": "task",
                "document": given.document,
                "symbol": given.symbol,
                "issued_on": given.issued_on.isoformat(),
                "signer": given.signer,
                "content": given.content,
                "lead": given.lead,
                "summary": given.summary,
                "giver": given.giver,
                "supporting": list(given.supporting),
                "watcher": given.watcher,
                "output": given.output,
                "due_at": given.due_at.isoformat() if given.due_at else None,
            }
        case PortalQuestion():
            return {
                "is": "question",
                "text": given.text,
                "lead": given.lead,
                "asked_at": given.asked_at.isoformat(),
                "due_at": given.due_at.isoformat() if given.due_at else None,
                "arrival": given.arrival,
                "basis": given.basis,
            }
        case Travel():
            return {
                "is": "travel",
                "lead": given.lead,
                "traveller": given.traveller,
                "place": given.place,
                "abroad": given.abroad,
                "first_on": given.first_on.isoformat(),
                "last_on": given.last_on.isoformat(),
                "purpose": given.purpose,
            }


def _given_of(form: Form) -> Given:
    match form["is"]:
        case "task":
            return Task(
                document=form["document"],
                symbol=form["symbol"],
                issued_on=date.fromisoformat(form["issued_on"]),
                signer=form["signer"],
                content=form["content"],
                lead=UnitId(form["lead"]),
                summary=form["summary"],
                giver=form["giver"],
                supporting=tuple(map(UnitId, form["supporting"])),
                watcher=form["watcher"],
                output=Output(form["output"]),
                due_at=_moment(form["due_at"]),
            )
        case "question":
            return PortalQuestion(
                text=form["text"],
                lead=UnitId(form["lead"]),
                asked_at=datetime.fromisoformat(form["asked_at"]),
                due_at=_moment(form["due_at"]),
                arrival=form["arrival"],
                basis=form["basis"],
            )
        case "travel":
            return Travel(
                lead=UnitId(form["lead"]),
                traveller=form["traveller"],
                place=form["place"],
                abroad=form["abroad"],
                first_on=date.fromisoformat(form["first_on"]),
                last_on=date.fromisoformat(form["last_on"]),
                purpose=form["purpose"],
            )
        case other:
            raise ValueError(f"nothing that can be given: {other!r}")


def _moment(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
