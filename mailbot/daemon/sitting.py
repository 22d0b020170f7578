"""Where mails that were read are judged: by the rules, and by the book as it was when their batch began."""

from datetime import datetime

from mailbot.clock import Clock
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.taught import taught
from mailbot.core.classify import Known, classify
from mailbot.core.duty import DutyKey
from mailbot.core.mail import Clocks, Mail, arrival_time
from mailbot.core.replies.thread import duties_of_keys
from mailbot.core.rules import Rules
from mailbot.core.senders.doubtful import weighed
from mailbot.core.senders.junk import out_of_junk
from mailbot.core.senders.known_since import with_sender
from mailbot.core.tasks.task_mail import open_tasks
from mailbot.core.verdict import Findings, Question, Unclear, Verdict
from mailbot.daemon.failures import failed
from mailbot.daemon.kept import to_keep
from mailbot.daemon.terms import Terms
from mailbot.inbox.archive import Archive
from mailbot.inbox.raw import RawMail
from mailbot.ledger.rows import Entry
from mailbot.ledger.store import Ledger

# A long thread names every letter in it; the last ones tell what is answered.
_MOST_REFERENCES = 5


class Sitting:
    """Judges the mails of one batch by `rules` and `book`; `absent_at` is when they were not there yet."""

    def __init__(
        self,
        archive: Archive,
        ledger: Ledger,
        clock: Clock,
        terms: Terms,
        rules: Rules,
        book: Book,
        absent_at: datetime | None,
    ) -> None:
        self._archive = archive
        self._ledger = ledger
        self._clock = clock
        self._terms = terms
        self._rules = rules
        self._taught = taught(rules, book.lessons)
        self._book = book
        self._absent_at = absent_at
        self._tasks = tuple(open_tasks(book))
        self._sealed = tuple(book.by_number[number].mail for number in book.sealed_at)

    def entry(self, raw: RawMail, mail: Mail, twin: int | None = None) -> Entry:
        """What is to be recorded of a mail; `twin` is the number of an earlier arrival with the same content.

        Raises:
            Unavailable: its bytes cannot be read from the archive, or the ledger cannot serve.
        """
        clocks = Clocks(
            seen_at=self._clock(),
            given_at=self._terms.given_at,
            server_at=raw.server_at,
            received=mail.received,
            dated_at=mail.dated_at,
            # Strangers' mails in junk are left, and become known when the rules name them.
            absent_at=None if raw.junk else self._absent_at,
        )
        arrived_at, clock = arrival_time(clocks, self._terms.boundary)
        proved = self._proved(mail, arrived_at, self._taught)
        verdict = self._verdict(proved, arrived_at, twin, self._taught, junk=raw.junk)
        return Entry(
            mail=to_keep(proved, verdict),
            verdict=verdict,
            arrived_at=arrived_at,
            clock=clock,
            clocks=clocks,
            rules=self._rules.fingerprint,
            muted=self._terms.muted,
            place=raw.place,
        )

    def verdict(self, mail: Mail, arrived_at: datetime, twin: int | None = None) -> Verdict:
        """The verdict on a mail that arrived at that moment, whose sender may be registered only since.

        Raises:
            Unavailable: its bytes cannot be read from the archive, or the ledger cannot serve.
        """
        rules = with_sender(self._taught, mail, local(arrived_at).date(), local(self._clock()).date())
        return self._verdict(self._proved(mail, arrived_at, rules), arrived_at, twin, rules)

    def _proved(self, mail: Mail, arrived_at: datetime, rules: Rules) -> Mail:
        """The mail with what is found about its sender."""
        raw = self._archive.path(mail.sha256)
        return self._terms.witness.proved(mail, raw, rules, local(arrived_at).date())

    def _verdict(
        self, mail: Mail, arrived_at: datetime, twin: int | None, rules: Rules, *, junk: bool = False
    ) -> Verdict:
        """The verdict on a mail of which is known who sent it; total, whatever is in it."""
        try:
            known = Known(
                twin=twin,
                open=self._book.open_duties,
                thread=self._thread(mail),
                tasks=self._tasks,
                sealed=self._sealed,
            )
            verdict = classify(mail, rules, arrived_at, known)
            verdict = weighed(verdict, mail, pausing=self._terms.witness.pausing or junk)
            return out_of_junk(verdict, mail) if junk else verdict
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            failed("mail cannot be judged", error, sha256=mail.sha256)
            return Unclear(question=Question.UNREADABLE, findings=Findings())

    def _thread(self, mail: Mail) -> tuple[DutyKey, ...]:
        """The duties that the newest letter of ours was about among those that the mail answers."""
        for message_id in dict.fromkeys((mail.in_reply_to, *mail.references[: -_MOST_REFERENCES - 1 : -1])):
            letter = self._ledger.letter_called(message_id) if message_id else None
            if letter is not None:
                return duties_of_keys(letter.keys)
        return ()
