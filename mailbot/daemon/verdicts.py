"""What a mail is judged to be, with everything at hand that the judgement wants to know beside it."""

from datetime import datetime

from mailbot.core.classify import Known, classify
from mailbot.core.doubtful import weighed
from mailbot.core.duty import DutyKey
from mailbot.core.junk import out_of_junk
from mailbot.core.mail import Mail
from mailbot.core.rules import Rules
from mailbot.core.task_mail import open_tasks
from mailbot.core.taught import taught
from mailbot.core.thread import duties_of_keys
from mailbot.core.verdict import Findings, Question, Unclear, Verdict
from mailbot.daemon.failures import failed
from mailbot.ledger.store import Ledger

# A long thread names every letter in it; the last ones tell what is answered.
_MOST_REFERENCES = 5


class Verdicts:
    """Judges mails by what `ledger` knows; with `pausing` a report that nothing proves waits for a person."""

    def __init__(self, ledger: Ledger, *, pausing: bool) -> None:
        self._ledger = ledger
        self._pausing = pausing

    def on(
        self, mail: Mail, rules: Rules, arrived_at: datetime, *, junk: bool = False, before: int | None = None
    ) -> Verdict:
        """The verdict on `mail`; total, whatever is in it.

        Args:
            mail: with the proof of its sender.
            rules: as the files say; what people taught is added here.
            arrived_at: the moment that counts.
            junk: it lay in the folder for junk.
            before: only arrivals of lower numbers can be what it repeats.
        """
        try:
            twin, book = self._ledger.twin(mail.identity), self._ledger.book()
            known = Known(
                twin=twin if twin and twin < (before or twin + 1) else None,
                open=book.open_duties,
                thread=self._thread(mail),
                tasks=tuple(open_tasks(book)),
            )
            verdict = classify(mail, taught(rules, book.lessons), arrived_at, known)
            verdict = weighed(verdict, mail, pausing=self._pausing or junk)
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
