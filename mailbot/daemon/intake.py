"""Loop 1: mailbox → archive → parse → classify → ledger, and only then filed away.

Guarantee: a mail is moved only after its bytes are durable and its arrival is committed. One strange
mail never stops the rest: what cannot be read is recorded as such.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from threading import Lock

import structlog

from mailbot.clock import Clock
from mailbot.core.arrival import Arrival
from mailbot.core.calendar import local
from mailbot.core.machine.quota import Quota, is_full
from mailbot.core.mail import Clocks, Mail, Place
from mailbot.core.rules import Rules
from mailbot.core.seals.sealing import is_sealed
from mailbot.core.verdict import Findings, Question, Sealed, Unclear, Verdict, kind, unit_of
from mailbot.daemon.census import Census
from mailbot.daemon.failures import failed
from mailbot.daemon.fetching import Backlog, Fetching, side_by_side
from mailbot.daemon.junk import Junk
from mailbot.daemon.kept import bare
from mailbot.daemon.places import Places
from mailbot.daemon.sessions import Memory
from mailbot.daemon.sitting import Sitting
from mailbot.daemon.storage import require_room
from mailbot.daemon.terms import Terms
from mailbot.errors import FilingRefused, LedgerBroken, Unavailable
from mailbot.inbox.archive import Archive
from mailbot.inbox.attempts import MOST_TRIES, Attempts
from mailbot.inbox.extract import Reader, Readers
from mailbot.inbox.raw import RawMail
from mailbot.inbox.source import Inbox
from mailbot.ledger.rows import Entry
from mailbot.ledger.store import Ledger

log = structlog.get_logger()

# Bytes. Of larger mails one is read at a time, for its child holds it whole; smaller ones go on beside it.
_LARGE = 8 << 20


class Intake:
    """Takes mails in, by the rules given, in one session; `rules` may be exchanged between two rounds.

    Mail from the office's mailbox or from `sender`, our own address, is our own come back. `census` watches
    that mails do not leave the mailbox unread; `backlog` knows how many mails the last round did not come to.

    Attributes:
        not_filed: why recorded mails could not be filed away in the last round; "" if they could.
        quotas: how full the mailbox was then, as far as its server tells.
    """

    def __init__(
        self,
        archive: Archive,
        readers: Readers,
        ledger: Ledger,
        rules: Rules,
        clock: Clock,
        terms: Terms,
        sender: str,
        memory: Memory,
    ) -> None:
        self.rules = rules
        self._archive = archive
        self._readers = readers
        self._ledger = ledger
        self._clock = clock
        self._terms = terms
        self._sender = sender
        self._missing, self._hearing = memory
        self._places = Places(ledger)
        self.backlog = Backlog()
        self.not_filed = ""
        self.quotas: tuple[Quota, ...] = ()
        self._absent_at: datetime | None = None
        self.census = Census(ledger)
        self._attempts = Attempts(archive.folder / "reading.json")
        self._large = Lock()
        # Sealed mails stay where they are; what is known of them need not be asked in every round.
        self._left_alone: set[Place] = set()

    def round(
        self, inbox: Inbox, recorded: Callable[[], None] = lambda: None, junk: Junk | None = None
    ) -> list[int]:
        """Read the mailbox once; return the numbers of new arrivals.

        Of thousands of unread mails only some are read; the next round lists what has come meanwhile.

        Args:
            inbox: connected.
            recorded: called after each batch; a full mailbox takes long, and others wait for news.
            junk: the provider's folder for junk, where it is read too.

        Raises:
            Unavailable: the mailbox, the disk or the ledger cannot serve now; what was recorded stays.
        """
        began = self._clock()
        self._places.see_that_none_is_missed(inbox)
        if self._terms.proves_watch:
            # What is new to the mailbox now was not there when it was last read to its end.
            self._absent_at = self._ledger.book({inbox.mailbox}).scanned_at
        self.not_filed, self.quotas = "", inbox.quotas()
        unread = self._unread(inbox, began)
        fresh = self.backlog.turn(unread)
        if fresh:
            require_room(self._archive.folder)
        fetching = Fetching(
            inbox.fetch(fresh, self._archive), vanished=lambda place: self._note_missing([place], began)
        )
        numbers = self._settled(inbox, fetching, recorded)
        self.backlog.refused(fetching.refused)
        # After the inbox: mail programs move into that folder what they take for junk, and people out of it.
        for batch in junk.batches(self.rules, local(began).date()) if junk is not None else ():
            numbers += self.take_in(batch)
        self._hearing.round()
        complete = fetching.complete and len(fresh) == len(unread) and not (junk and junk.trouble)
        # From a full mailbox the server may have turned a report away.
        if complete and not is_full(self.quotas) and self._terms.proves_watch and self._terms.on_time():
            self._ledger.note_scan(
                inbox.mailbox, started_at=began, ended_at=self._clock(), gap=self._terms.gap
            )
        return numbers

    def _unread(self, inbox: Inbox, began: datetime) -> list[Place]:
        """The mails there that are not on record; those that are and were not filed away are filed now."""
        places = inbox.scan()
        self._note_missing(self.census.taken(places, began, ours=not inbox.not_filing_because), began)
        known = self._places.known(inbox, places)
        unread = [place for place in places if place not in known]
        if self._terms.proves_watch:
            self._missing.look(places, unread, began)
        if not inbox.not_filing_because:
            # A crash may have come between recording and filing.
            self._leave_sealed(known)
            self._file_away(inbox, [place for place in places if place in known])
        return unread

    def _note_missing(self, places: Iterable[Place], began: datetime) -> None:
        for place in places if self._terms.proves_watch else ():
            self._missing.note(place, began)

    def read_through(self, inbox: Inbox, junk: Junk | None = None) -> list[int]:
        """Read the mailbox to its end, in as many rounds as that takes; see `round`."""
        numbers = self.round(inbox, junk=junk)
        while self.backlog.left:
            numbers += self.round(inbox, junk=junk)
        return numbers

    def take_in(self, raws: Iterable[RawMail]) -> list[int]:
        """Record these mails; return the numbers of those that are new, in order."""
        raws = list(raws)
        names = [raw.sha256 for raw in raws]
        if len(raws) > 1 and self._attempts.suspects(names):
            return [number for raw in raws for number in self.take_in([raw])]
        self._attempts.begin(names)
        try:
            numbers = self._taken_in(raws)
        except (Unavailable, LedgerBroken, MemoryError):
            # The world's fault: it must not make a mail look like the one that ends us.
            self._attempts.end(names)
            raise
        self._attempts.end(names)
        return numbers

    def _taken_in(self, raws: Sequence[RawMail], *, again: bool = False) -> list[int]:
        """Record these mails; `again`: copies, in other wrappings, of what is on record by now."""
        fresh = self._without_known(raws)
        entries: dict[str, Entry] = {}
        repeated: list[RawMail] = []
        sitting = self._sitting()
        for raw, mail in zip(fresh, self._readers.each(self._bare_or_read, fresh), strict=True):
            self._terms.works()
            if (name := raw.sha256 if again else mail.identity) in entries:
                # It is the twin of one that has no number yet, and must be judged with it on record.
                repeated.append(raw)
            else:
                entries[name] = sitting.entry(raw, mail, self._twin_of(mail) if again else None)
        found = list(entries.values()) if again else self._with_twins(entries, fresh, sitting)
        numbers = self._record(found)
        return numbers + self._taken_in(repeated, again=True) if repeated else numbers

    def _sitting(self) -> Sitting:
        book = self._ledger.book()
        return Sitting(
            self._archive, self._ledger, self._clock, self._terms, self.rules, book, self._absent_at
        )

    def _without_known(self, raws: Sequence[RawMail]) -> list[RawMail]:
        """Those whose bytes are not on record; of the others only their place is news."""
        numbers = self._ledger.numbers_of([raw.sha256 for raw in raws])
        for raw in raws:
            if raw.sha256 in numbers and raw.place is not None:
                self._ledger.sight(raw.place, numbers[raw.sha256])
                self._leave_sealed({raw.place: numbers[raw.sha256]})
        return [raw for raw in raws if raw.sha256 not in numbers]

    def _with_twins(
        self, entries: dict[str, Entry], raws: Sequence[RawMail], sitting: Sitting
    ) -> list[Entry]:
        """The entries; what came before in another wrapping is read once more, and judged as a second copy.

        Such mails are rare: to ask for each of them beforehand would cost every mail a question.
        """
        twins = self._ledger.twins(list(entries))
        of = {raw.sha256: raw for raw in raws}
        for identity, twin in twins.items():
            raw = of[entries[identity].mail.sha256]
            entries[identity] = sitting.entry(raw, self._bare_or_read(self._readers.first, raw), twin)
        return list(entries.values())

    def _record(self, entries: Collection[Entry]) -> list[int]:
        if not entries:
            return []
        self._copy(entries)
        try:
            numbers = self._ledger.record(list(entries), self._clock())
        except (ValueError, TypeError) as error:
            # One of them holds what the ledger cannot keep; the others must not wait for it.
            failed("mails cannot be recorded together", error, mails=len(entries))
            numbers = [self._record_alone(entry) for entry in entries]
        for number, entry in zip(numbers, entries, strict=True):
            self._log(number, entry)
            if isinstance(entry.verdict, Sealed):
                self._archive.seal(entry.mail.sha256)
                self._left_alone.update([entry.place] if entry.place else [])
        return numbers

    def _copy(self, entries: Collection[Entry]) -> None:
        """Where machines share the ledger, let the bytes outlive this one before the mail is filed away."""
        if self._ledger.is_shared:
            for entry in entries:
                if not isinstance(entry.verdict, Sealed):
                    sha256 = entry.mail.sha256
                    self._ledger.copy(sha256, self._archive.pieces(sha256))

    def _record_alone(self, entry: Entry) -> int:
        """Record one mail; what cannot be kept of it is left out, but its arrival counts."""
        try:
            return self._ledger.record([entry], self._clock())[0]
        except (ValueError, TypeError) as error:
            failed("mail cannot be recorded whole", error, sha256=entry.mail.sha256)
            mail = bare(entry.mail.sha256, entry.mail.size)
            clocks = Clocks(seen_at=entry.clocks.seen_at, server_at=entry.clocks.server_at)
            verdict = Unclear(question=Question.UNREADABLE, findings=Findings())
            stripped = replace(entry, mail=mail, verdict=verdict, clocks=clocks)
            return self._ledger.record([stripped], self._clock())[0]

    def read(self, raw: RawMail) -> Entry:
        """Read and judge one mail; total, whatever is in it.

        Raises:
            Unavailable: its bytes cannot be read from the archive.
        """
        mail = self._bare_or_read(self._readers.first, raw)
        return self._sitting().entry(raw, mail, self._twin_of(mail))

    def _twin_of(self, mail: Mail) -> int | None:
        """The number of an arrival on record that has the same content, in whatever wrapping."""
        return self._ledger.twins([mail.identity]).get(mail.identity)

    def _bare_or_read(self, reader: Reader, raw: RawMail) -> Mail:
        path = self._archive.path(raw.sha256)
        own = frozenset({self.rules.office.mailbox, self._sender})
        aside = self._attempts.tries(raw.sha256) - MOST_TRIES
        if aside > 0:
            log.error("mail set aside, its reading ended mailbot", sha256=raw.sha256)
        if aside > 1:
            return bare(raw.sha256, raw.size)
        try:
            with self._large if raw.size > _LARGE else nullcontext():
                return reader.whole(
                    path, sha256=raw.sha256, size=raw.size, own_addresses=own, envelope_only=aside > 0
                )
        except (OSError, MemoryError) as error:
            raise Unavailable(f"mails cannot be read now: {str(error) or 'no memory is left'}") from error
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            failed("mail cannot be parsed", error, sha256=raw.sha256)
            return bare(raw.sha256, raw.size)

    def judge_again(self, arrival: Arrival) -> Verdict:
        """Read the mail of an arrival once more; the verdict on it as of the moment that it arrived.

        Raises:
            Unavailable: its bytes cannot be read from the archive.
        """
        raw = RawMail(sha256=arrival.mail.sha256, size=arrival.mail.size)
        mail = self._bare_or_read(self._readers.first, raw)
        twin = self._twin_of(mail)
        earlier = twin if twin and twin < arrival.number else None
        return self._sitting().verdict(mail, arrival.arrived_at, earlier)

    def discard_sealed(self) -> None:
        """The bytes of sealed mails must not stay: a crash may have left them, or one was read once more."""
        for arrival in self._ledger.book().sealed:
            if self._archive.holds(arrival.sha256) and is_sealed(arrival):
                self._archive.seal(arrival.sha256)

    def _settled(self, inbox: Inbox, fetching: Fetching, recorded: Callable[[], None]) -> list[int]:
        """Record the batches and file each away; one is read and judged while the next is fetched."""
        numbers: list[int] = []

        def take_in(batch: Sequence[RawMail]) -> None:
            numbers.extend(self.take_in(batch))
            recorded()

        side_by_side(fetching, take_in, then=lambda batch: self._file_batch(inbox, batch))
        return numbers

    def _file_batch(self, inbox: Inbox, batch: Sequence[RawMail]) -> None:
        places = [raw.place for raw in batch if raw.place is not None]
        self._places.saw(places)
        self._file_away(inbox, places)

    def _leave_sealed(self, known: dict[Place, int]) -> None:
        """Remember which of these places hold sealed mails."""
        asked = {place: number for place, number in known.items() if place not in self._left_alone}
        sealed = self._ledger.sealed_among(set(asked.values())) if asked else frozenset()
        self._left_alone.update(place for place, number in asked.items() if number in sealed)

    def _file_away(self, inbox: Inbox, recorded: Sequence[Place]) -> None:
        """Move what is recorded, but for sealed mails: those are for a person alone to touch.

        A server that refuses is asked again in the next round: that mails lie in the inbox stops no reading.
        """
        movable = [place for place in recorded if place not in self._left_alone]
        if movable and not inbox.not_filing_because and not self.not_filed:
            try:
                inbox.file_away(movable)
            except FilingRefused as error:
                log.warning("mails cannot be filed away", reason=str(error))
                self.not_filed = str(error)

    def _log(self, number: int, entry: Entry) -> None:
        log.info(
            "mail recorded",
            arrival=number,
            verdict=kind(entry.verdict),
            unit=unit_of(entry.verdict),
            arrived_at=entry.arrived_at.isoformat(),
            clock=str(entry.clock),
        )
