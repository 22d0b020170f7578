"""Taking the words of one mail out of the ledger: the only change of facts that there is, and a fact itself.

A fact is sealed into the chain with its words, so the link that holds it can never again be made from what is
left. The row in `sealing` says which links those are and what they are made to now; it is in the chain as any
fact. So `mailbot verify` still finds every other change, and nobody blanks a fact without its being seen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select, text, update

from mailbot.core.posting import FINAL, NoticeKind, State
from mailbot.core.seals.sealing import is_sealed, says, short_words_of, without_words, wordless, words_of
from mailbot.core.wording import vietnamese
from mailbot.errors import LedgerBroken
from mailbot.ledger import chain
from mailbot.ledger.arrivals import arrival_of
from mailbot.ledger.engine import Database, next_number
from mailbot.ledger.letter_text import letter_text
from mailbot.ledger.letters import take_back
from mailbot.ledger.rows import Row, Written
from mailbot.ledger.schema import arrival, command, letter, notice, ruling
from mailbot.ledger.schema_upkeep import sealing
from mailbot.ledger.values import mail_form
from mailbot.ledger.verdicts import verdict_form, verdict_of

_EMPTY_LETTER = b"Subject: \r\n\r\n"
_BLANK = "▒▒▒"
# What was approved is replayed from its own form. It holds numbers of mails, and of their words a report's
# symbol alone, which papers leave out (`papers.monthly.Report.symbol`).
_UNTOUCHED = frozenset({"arrival", "ruling", "command", "letter", "closing", "sealing", "edition", "duty"})


@dataclass(frozen=True, slots=True)
class Blanked:
    """What was done.

    Attributes:
        arrival: its number.
        facts: the numbers of the facts that lost its words, by table.
        told: who has letters that had said some of it.
        alike: other arrivals that say some of the same words; what they say stays.
    """

    arrival: int
    facts: dict[str, list[int]]
    told: tuple[str, ...]
    alike: tuple[int, ...]


class Blanking:
    """The part of the ledger that lets go of a mail's words; see `Ledger` for errors and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def blank(self, number: int, *, by: str, now: datetime) -> Blanked:
        """Take every word of arrival `number` out of the ledger, and record that it was done.

        Letters that repeat its words and have not left are withdrawn; the next plan writes them anew.

        Raises:
            LookupError: there is no such arrival.
            ValueError: a letter that repeats its words is on the wire: wait until it is settled.
            LedgerBroken: the chain of facts does not hold where it is concerned.
        """
        with self._database.writing() as connection:
            row = connection.execute(select(arrival).where(arrival.c.number == number)).mappings().first()
            if row is None:
                raise LookupError(f"there is no arrival {number}")
            words, alike = _words(connection, row)
            letters = list(_repeating(connection, row, words))
            if any(found["sending_since"] and found["state"] not in FINAL for found in letters):
                raise ValueError("a letter that repeats its words is on the wire; wait until it is settled")
            waiting = [found["number"] for found in letters if found["state"] not in FINAL]
            take_back(connection, waiting, "its words are sealed", now)
            changes = {
                arrival: [(row, _bare(row))],
                **_dependent(connection, number),
                **_elsewhere(connection, words),
            }
            changes[letter] = [(found, {"subject": "", "raw": _EMPTY_LETTER}) for found in letters]
            facts = {
                table.name: [old["number"] for old, _ in rows] for table, rows in changes.items() if rows
            }
            links = _rewritten(connection, changes)
            noted = {"arrival": number, "by": by, "at": now, "blanked": facts, "links": links}
            noted["number"] = next_number(connection, sealing.c.number)
            connection.execute(insert(sealing).values(noted))
        self._database.let_go()
        told = {email for found in letters if found["state"] == State.SENT for email in found["recipients"]}
        return Blanked(number, facts, tuple(sorted(told)), alike)


_Changes = list[tuple[Row, Written]]


def _bare(row: Row) -> Written:
    found = arrival_of(row)
    mail = wordless(found.mail)
    verdict = verdict_form(without_words(found.verdict))
    return {"message_id": "", "mail": mail_form(mail), "verdict": verdict}


def _dependent(connection: Connection, number: int) -> dict[Table, _Changes]:
    """What people ruled and ordered about the arrival, which may quote it."""
    rulings = connection.execute(select(ruling).where(ruling.c.arrival == number)).mappings()
    commands = connection.execute(select(command).where(command.c.arrival == number)).mappings()
    return {
        ruling: [(row, _bare_ruling(row)) for row in rulings],
        command: [(row, {"says": ""}) for row in commands],
    }


def _bare_ruling(row: Row) -> Written:
    return {"verdict": verdict_form(without_words(verdict_of(row["verdict"]))), "why": ""}


def _words(connection: Connection, row: Row) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The words of the arrival alone, and which others say some of them as well.

    "Báo cáo tháng 6" may be the title of fifty mails; letters about the others lose nothing because of one.
    """
    found = arrival_of(row)
    if is_sealed(found):
        return (), ()
    rulings = connection.execute(select(ruling.c.verdict).where(ruling.c.arrival == found.number)).scalars()
    words = words_of(found.mail, [found.verdict, *map(verdict_of, rulings)])
    every = connection.execute(select(arrival).where(arrival.c.number != found.number)).mappings()
    shared = {other["number"]: set(words).intersection(words_of(arrival_of(other).mail)) for other in every}
    common = set[str]().union(*shared.values())
    return tuple(word for word in words if word not in common), tuple(n for n, same in shared.items() if same)


def _repeating(connection: Connection, row: Row, words: tuple[str, ...]) -> Iterator[Row]:
    """The letters that answer the arrival, are about it, or repeat its words in text or in a document."""
    number, short = row["number"], short_words_of(arrival_of(row).mail)
    about = notice.c.key.like(f"{NoticeKind.OBJECTION}/{number}/%")
    disputes = frozenset(connection.execute(select(notice.c.letter).where(about)).scalars())
    beside = (vietnamese.code(number), f"số {number},", f"số {number} ")
    for found in connection.execute(select(letter).order_by(letter.c.number)).mappings():
        if found["answers"] == number or found["number"] in disputes:
            yield found
        elif words:
            text = f"{found['subject']}\n{letter_text(bytes(found['raw']))}"
            if says(text, words) or (any(sign in text for sign in beside) and says(text, short)):
                yield found


def _elsewhere(connection: Connection, words: tuple[str, ...]) -> dict[Table, _Changes]:
    """Every other fact that repeats the words: a task, a note, an urgent matter, a lesson."""
    found: dict[Table, _Changes] = {}
    for table in chain.chained():
        if table.name in _UNTOUCHED or not words:
            continue
        rows = connection.execute(select(table)).mappings().all()
        changed = [(row, _without(row, words)) for row in rows]
        if kept := [(row, new) for row, new in changed if new]:
            found[table] = kept
    return found


def _without(row: Row, words: tuple[str, ...]) -> Written:
    blanked = {name: _blank(value, words) for name, value in row.items()}
    return {name: value for name, value in blanked.items() if value != row[name]}


def _blank(value: Any, words: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        return _BLANK if says(value, words) else value
    if isinstance(value, list | tuple):
        return [_blank(item, words) for item in value]
    if isinstance(value, dict):
        return {name: _blank(item, words) for name, item in value.items()}
    return value


def _rewritten(connection: Connection, changes: dict[Table, _Changes]) -> dict[str, str]:
    """Change these facts; the links that held them, each with what it is made to now."""
    touched = chain.links_of(
        connection, {table.name: [row["number"] for row, _ in rows] for table, rows in changes.items()}
    )
    if any(not chain.holds(connection, link) for link in touched):
        raise LedgerBroken("the chain of facts is broken where the mail stands; see `mailbot verify`")
    with _unguarded(connection, [table.name for table, rows in changes.items() if rows]):
        for table, rows in changes.items():
            for row, new in rows:
                connection.execute(update(table).where(table.c.number == row["number"]).values(new))
    return {str(link): chain.digest_of(connection, link) for link in touched}


@contextmanager
def _unguarded(connection: Connection, tables: list[str]) -> Iterator[None]:
    """The guards of these tables lifted, within this transaction alone."""
    if connection.dialect.name == "postgresql":
        for name in tables:
            connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        yield
        for name in tables:
            connection.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
        return
    every = text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
    guards = [found for found in connection.execute(every).all() if found.tbl_name in tables]
    for found in guards:
        connection.execute(text(f"DROP TRIGGER {found.name}"))
    yield
    for found in guards:
        connection.exec_driver_sql(found.sql)
