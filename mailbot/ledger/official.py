"""Official letters in the ledger: their rows, and recording one together with the duties it changes."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, insert

from mailbot.core.changes.official import (
    Announce,
    Change,
    DaysOff,
    Document,
    Effect,
    Excuse,
    Move,
    OfficialLetter,
    Revoke,
    Scope,
)
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.period import Period
from mailbot.core.rules import ReportId, UnitId
from mailbot.ledger.engine import Database, next_number
from mailbot.ledger.outbox import announce
from mailbot.ledger.rows import Row, Written
from mailbot.ledger.schema import official as officials
from mailbot.ledger.values import Form
from mailbot.ledger.version import version_query


class Officials:
    """The part of the ledger that takes official letters in; see `Ledger` for errors and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record_letter(
        self, letter: OfficialLetter, duties: Sequence[Duty], *, version: int, rules: str
    ) -> bool:
        """Record an official letter and the rows of the duties that it changes, all or nothing.

        Its `number` must be the next one, for its duties name it. False, and nothing is done, if the book
        moved since `version`: what the letter would change must be worked out and shown anew.
        """
        with self._database.writing() as connection:
            moved = connection.execute(version_query()).scalar_one() != version
            if moved or next_number(connection, officials.c.number) != letter.number:
                self._database.undo(connection)
                return False
            write_official(connection, letter, duties, rules)
        return True


def write_official(
    connection: Connection, letter: OfficialLetter, duties: Sequence[Duty], rules: str
) -> None:
    """Record an official letter with the duties that it changes, as part of a larger transaction."""
    connection.execute(insert(officials).values(official_row(letter)))
    announce(connection, duties, rules, letter.recorded_at)


def official_row(letter: OfficialLetter) -> Written:
    """The row of an official letter."""
    document, scope = letter.document, letter.scope
    return {
        "number": letter.number,
        "document": {
            "number": document.number,
            "issued_on": document.issued_on.isoformat(),
            "issuer": document.issuer,
            "reason": document.reason,
            "via": letter.via,
            "answers": letter.answers,
        },
        "effect": _effect_form(letter.effect),
        "scope": {
            "units": sorted(scope.units),
            "groups": sorted(scope.groups),
            "without": sorted(scope.without),
            "reports": sorted(scope.reports),
            "periods": sorted(map(str, scope.periods)),
        },
        "changes": [
            {"before": _duty_form(change.before), "after": _duty_form(change.after)}
            for change in letter.changes
        ],
        "by": letter.by,
        "recorded_at": letter.recorded_at,
    }


def official_of(row: Row) -> OfficialLetter:
    """The official letter in a row."""
    document, scope = row["document"], row["scope"]
    return OfficialLetter(
        number=row["number"],
        document=Document(
            number=document["number"],
            issued_on=date.fromisoformat(document["issued_on"]),
            issuer=document["issuer"],
            reason=document["reason"],
        ),
        effect=_effect_of(row["effect"]),
        scope=Scope(
            units=frozenset(map(UnitId, scope["units"])),
            groups=frozenset(scope["groups"]),
            without=frozenset(map(UnitId, scope["without"])),
            reports=frozenset(map(ReportId, scope["reports"])),
            periods=frozenset(map(Period.parse, scope["periods"])),
        ),
        changes=tuple(
            Change(_duty_of(change["before"]), _duty_of(change["after"])) for change in row["changes"]
        ),
        by=row["by"],
        recorded_at=row["recorded_at"],
        # Letters that were recorded before staff could decide by mail have no such entries.
        via=document.get("via"),
        answers=document.get("answers"),
    )


def _effect_form(effect: Effect) -> Form:
    match effect:
        case Move(due_at=due_at):
            return {"is": "move", "due_at": due_at.isoformat()}
        case Excuse():
            return {"is": "excuse"}
        case Announce(due_at=due_at, title=title):
            return {"is": "announce", "due_at": due_at.isoformat(), "title": title}
        case DaysOff(off=off, worked=worked):
            return {
                "is": "days_off",
                "off": [[day.isoformat(), name] for day, name in off],
                "worked": [day.isoformat() for day in worked],
            }
        case Revoke(letter=letter):
            return {"is": "revoke", "letter": letter}


def _effect_of(form: Form) -> Effect:
    match form["is"]:
        case "move":
            return Move(datetime.fromisoformat(form["due_at"]))
        case "excuse":
            return Excuse()
        case "announce":
            return Announce(datetime.fromisoformat(form["due_at"]), form["title"])
        case "days_off":
            return DaysOff(
                off=tuple((date.fromisoformat(day), name) for day, name in form["off"]),
                worked=tuple(map(date.fromisoformat, form["worked"])),
            )
        case "revoke":
            return Revoke(form["letter"])
        case other:
            raise ValueError(f"not an effect of a letter: {other!r}")


def _duty_form(duty: Duty | None) -> Form | None:
    if duty is None:
        return None
    return {
        "key": str(duty.key),
        "opens_at": duty.opens_at.isoformat(),
        "due_at": duty.due_at.isoformat(),
        "basis": duty.basis,
        "derivation": duty.derivation,
        "excused": duty.excused,
        "reason": duty.reason,
        "letter": duty.letter,
    }


def _duty_of(form: Form | None) -> Duty | None:
    if form is None:
        return None
    return Duty(
        key=DutyKey.parse(form["key"]),
        opens_at=datetime.fromisoformat(form["opens_at"]),
        due_at=datetime.fromisoformat(form["due_at"]),
        basis=form["basis"],
        derivation=form["derivation"],
        excused=form["excused"],
        reason=form["reason"],
        letter=form["letter"],
    )
