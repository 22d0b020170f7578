"""The book kept at hand: read from the database once, and from then on only what is new.

Facts never change, so each row is read once. The states of letters do change; each change carries the
number of its turn, so those since the last look are found without reading the rest.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, bindparam, case, literal, select

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book, Ruling, Stamp
from mailbot.core.changes.edition import Edition
from mailbot.core.changes.lesson import Lesson
from mailbot.core.changes.official import OfficialLetter
from mailbot.core.command import Carried
from mailbot.core.duty import Duty, DutyKey, moved
from mailbot.core.emergencies.incident_act import IncidentAct
from mailbot.core.machine.watch import Gaps, Outage, Stretch, Vouch, unproven, unread
from mailbot.core.period import Period
from mailbot.core.posting import UNSENT, PostedLetter, State
from mailbot.core.remembered import derive, remembering
from mailbot.core.tasks.assignment import Assignment, Note
from mailbot.errors import LedgerBroken
from mailbot.ledger.addresses import Addresses
from mailbot.ledger.arrivals import KEPT, kept_of
from mailbot.ledger.assigned import assignment_of, note_of
from mailbot.ledger.assigned_tables import assignment, note
from mailbot.ledger.closings import closing
from mailbot.ledger.deeds import incident
from mailbot.ledger.engine import EXCHANGED, INSTANCE, Database
from mailbot.ledger.lasting import lasting
from mailbot.ledger.letters import keys_of, posted_of
from mailbot.ledger.mails import Mails
from mailbot.ledger.official import official_of
from mailbot.ledger.rows import (
    Row,
    command_of,
    duty_of,
    edition_of,
    incident_of,
    lesson_of,
    ruling_of,
    sealing_of,
    stamp_of,
)
from mailbot.ledger.schema import (
    arrival,
    command,
    duty,
    edition,
    lesson,
    letter,
    notice,
    official,
    ruling,
    stamp,
    tally,
)
from mailbot.ledger.schema_upkeep import scan, sealing, vanished, vouch
from mailbot.ledger.version import FACTS, highest_query
from mailbot.ledger.watch import vanishing_of, vouch_of

# So many facts at once are a start's, or the duties of a new month.
_MANY = 2_000
# Put together once: a book is asked for at every round, and building a statement costs more than running it.
_HIGHEST = highest_query()
_LOOK = select(tally.c.changes, INSTANCE)
_NEWER = {
    facts.name: select(*(KEPT if facts is arrival else facts.c))
    .where(facts.c.number > bindparam("last"))
    .order_by(facts.c.number)
    for facts in FACTS
    if facts is not letter
}
_LETTER_COLUMNS = (
    "number", "kind", "state", "unit", "queued_at", "unknown", "taken", "batch", "held_why", "message_id",
    "settled_at",
)  # fmt: skip
# Whom the letters of all years went to no plan asks, and there are many.
_RECIPIENTS = case(
    (letter.c.state.in_(UNSENT), letter.c.recipients), else_=literal([], letter.c.recipients.type)
).label("recipients")
LETTERS = select(*(letter.c[name] for name in _LETTER_COLUMNS), _RECIPIENTS)
_CHANGED_LETTERS = LETTERS.where(letter.c.turn > bindparam("since"))
# The last stretch of each mailbox may have grown since it was read; those before it never change again.
_SCANS_SINCE = select(scan).where(scan.c.number >= bindparam("since")).order_by(scan.c.number)
_CLOSED = select(closing.c.period).distinct()
_LATEST_EDITION = select(edition).order_by(edition.c.number.desc()).limit(1)


class Shelf:
    """This daemon's copy of the book; any thread may ask for it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._mails = Mails(database)
        self._changes = -1
        self._facts = 0
        self._arrivals: list[Arrival] = []
        self._rulings: list[Ruling] = []
        self._stamps: list[Stamp] = []
        self._commands: list[Carried] = []
        self._lessons: list[Lesson] = []
        self._official: list[OfficialLetter] = []
        self._assignments: list[Assignment] = []
        self._notes: list[Note] = []
        self._incidents: list[IncidentAct] = []
        self._duties: dict[DutyKey, Duty] = {}
        self._as_announced: dict[DutyKey, Duty] = {}
        self._former_dues: dict[DutyKey, tuple[datetime, ...]] = {}
        # The last duty that was read, and the last that the book has.
        self._last_duty = self._announced = 0
        self._sealings: list[tuple[int, datetime]] = []
        self._letters: dict[str, PostedLetter] = {}
        self._numbered: dict[int, PostedLetter] = {}
        self._addresses = Addresses()
        self._vouches: list[Vouch] = []
        self._vanished: list[Outage] = []
        self._scans: dict[str, datetime] = {}
        self._last_stretch: dict[str, int] = {}
        self._gaps = Gaps()
        self._outages: list[Outage] = []
        self._book: Book | None = None

    def book(self, mailboxes: Collection[str] | None) -> Book:
        """What is known now; the same object as last time if nothing has happened since.

        Raises:
            LedgerBroken: if the database knows less than it did before, or a row cannot be understood.
        """
        with self._lock:
            with self._database.reading() as connection:
                changes, instance = connection.execute(_LOOK).one()
                if instance != self._database.instance:
                    raise LedgerBroken(EXCHANGED)
                if changes < self._changes:
                    raise LedgerBroken("the ledger was exchanged for an older one while in use")
                if changes != self._changes or self._book is None:
                    # If reading fails half-way, what was read is kept, and the next look goes on from there.
                    try:
                        self._book = self._read(connection)
                    except (LookupError, TypeError, ValueError) as error:
                        raise LedgerBroken(f"a row of the ledger cannot be understood: {error!r}") from error
                    self._changes = changes
            scanned_at = self._scanned_at(mailboxes)
            if self._book.scanned_at != scanned_at:
                found = unread(self._unwatched, self._vouches, scanned_at)
                meant = self._gaps.meant()
                read = replace(self._book, scanned_at=scanned_at, unread=found, watch=meant)
                self._book = remembering(read, self._book, 0)
            return self._book

    def _read(self, connection: Connection) -> Book:
        facts: tuple[int, ...] = tuple(connection.execute(_HIGHEST).one())
        there = dict(zip((table.name for table in FACTS), facts, strict=True))
        before = self._book
        if there["sealing"] > len(self._sealings):
            # A person had a mail's words taken out: the one change of facts that there is.
            # Should reading fail half-way, the next book must not derive anything from the one that has them.
            self._forget_words()
            before = self._book = None
        many = sum(facts) - self._facts >= _MANY
        with lasting() if many else nullcontext():
            self._read_facts(connection, there)
            book = self._put_together(connection, sum(facts), before)
            if many:
                derive(book)
        self._facts = sum(facts)
        self._announced = self._last_duty
        return book

    def _put_together(self, connection: Connection, version: int, before: Book | None) -> Book:
        book = Book(
            version=version,
            arrivals=tuple(self._arrivals),
            rulings=tuple(self._rulings),
            stamps=tuple(self._stamps),
            lessons=tuple(self._lessons),
            # The same object as long as no duty is announced, for what is derived from it is kept with it.
            duties=before.duties if before and self._announced == self._last_duty else dict(self._duties),
            as_announced=dict(self._as_announced),
            former_dues=dict(self._former_dues),
            official=tuple(self._official),
            assignments=tuple(self._assignments),
            notes=tuple(self._notes),
            letters=dict(self._letters),
            edition=_latest_edition(connection),
            closed=frozenset(map(Period.parse, connection.execute(_CLOSED).scalars())),
            commands={carried.arrival: carried for carried in self._commands},
            incident_acts=tuple(self._incidents),
            addresses=self._addresses.facts,
            outages=unproven(self._unwatched, self._vouches),
            sealed_at=dict(self._sealings),
        )
        return book if before is None else remembering(book, before, _came_since(before, book))

    def _read_facts(self, connection: Connection, there: Mapping[str, int]) -> None:
        for table, kept, of in self._kept():
            if there[table.name] > len(kept):
                kept += [of(row) for row in self._rows(connection, table, len(kept))]
        if there["duty"] > self._last_duty:
            self._read_duties(connection)
        self._read_letters(connection)
        self._read_addresses(connection)
        self._read_scans(connection)

    def _rows(self, connection: Connection, facts: Table, last: int) -> Iterator[Row]:
        """The facts that come after the number `last`, in order."""
        return iter(connection.execute(_NEWER[facts.name], {"last": last}).mappings())

    def _forget_words(self) -> None:
        self._mails.forget()
        for _, kept, _ in self._kept():
            kept.clear()

    def _kept(self) -> tuple[tuple[Table, list[Any], Callable[[Row], Any]], ...]:
        """The facts that are kept in the order of their numbers: where each stands, and how it is read."""
        return (
            (arrival, self._arrivals, partial(kept_of, mails=self._mails)),
            (ruling, self._rulings, ruling_of),
            (command, self._commands, command_of),
            (incident, self._incidents, incident_of),
            (stamp, self._stamps, stamp_of),
            (lesson, self._lessons, lesson_of),
            (official, self._official, official_of),
            (vouch, self._vouches, vouch_of),
            (vanished, self._vanished, vanishing_of),
            (assignment, self._assignments, assignment_of),
            (note, self._notes, note_of),
            (sealing, self._sealings, sealing_of),
        )

    def _read_duties(self, connection: Connection) -> None:
        for row in self._rows(connection, duty, self._last_duty):
            told = duty_of(row)
            if (known := self._duties.get(told.key)) is not None:
                self._change_duty(known, told)
            self._duties[told.key] = told
            self._last_duty = row["number"]

    def _change_duty(self, known: Duty, told: Duty) -> None:
        if not told.letter:
            self._as_announced.pop(told.key, None)
        elif not known.letter:
            self._as_announced[told.key] = known
        self._former_dues |= moved(known, told, self._former_dues)

    def _read_letters(self, connection: Connection) -> None:
        # `raw` stays where it is: the book needs no bytes.
        # Sorted here: for an ORDER BY the primary key SQLite would walk over all letters and their bytes,
        # which is the shorter way only where none is known.
        asked = _CHANGED_LETTERS if self._numbered else LETTERS
        changed = connection.execute(asked, {"since": self._changes}).mappings()
        rows = sorted(changed, key=lambda row: int(row["number"]))
        if not rows:
            return
        known = max(self._numbered, default=0)
        keys = keys_of(connection, notice.c.letter > known)
        for row in rows:
            posted = self._numbered.get(row["number"])
            if posted is None:
                posted = posted_of(row, keys[row["number"]])
            else:
                posted = replace(
                    posted,
                    state=State(row["state"]),
                    unknown=row["unknown"],
                    taken=row["taken"],
                    held_why=row["held_why"] or "",
                    settled_at=row["settled_at"],
                    recipients=tuple(row["recipients"]),
                )
            self._numbered[posted.number] = posted
            if posted.state is State.WITHDRAWN:
                self._free(posted)
            else:
                self._letters.update(dict.fromkeys(posted.keys, posted))

    def _read_addresses(self, connection: Connection) -> None:
        self._addresses.read(connection, self._numbered)

    def _read_scans(self, connection: Connection) -> None:
        since = min(self._last_stretch.values(), default=0)
        for row in connection.execute(_SCANS_SINCE, {"since": since}):
            stretch = Stretch(row.mailbox, row.from_at, row.until_at)
            known = self._last_stretch.get(row.mailbox, 0)
            if row.number < known:
                continue
            if row.number == known:
                self._gaps.grown(stretch)
            else:
                self._outages += self._gaps.before(stretch)
            self._last_stretch[row.mailbox] = row.number
            # Two daemons may have begun their scans in another order than they note them.
            self._scans[row.mailbox] = max(row.sure_until, self._scans.get(row.mailbox, row.sure_until))

    def _free(self, withdrawn: PostedLetter) -> None:
        for key in withdrawn.keys:
            holder = self._letters.get(key)
            if holder is not None and holder.number == withdrawn.number:
                del self._letters[key]

    @property
    def _unwatched(self) -> tuple[Outage, ...]:
        return (*self._outages, *self._vanished)

    def _scanned_at(self, mailboxes: Collection[str] | None) -> datetime | None:
        if mailboxes is None:
            return max(self._scans.values(), default=None)
        if not all(mailbox in self._scans for mailbox in mailboxes):
            return None
        return min((self._scans[mailbox] for mailbox in mailboxes), default=None)


def _came_since(before: Book, book: Book) -> int | None:
    """How many arrivals came, if nothing else did that a book derives copies and the like from."""
    arrivals, *others = _counted(book)
    known, *same = _counted(before)
    return arrivals - known if same == others else None


def _counted(book: Book) -> tuple[int, ...]:
    facts = (book.arrivals, book.rulings, book.stamps, book.assignments, book.notes)
    return tuple(map(len, facts))


def _latest_edition(connection: Connection) -> Edition | None:
    row = connection.execute(_LATEST_EDITION).mappings().first()
    return None if row is None else edition_of(row)
