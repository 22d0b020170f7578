"""Delivery reports linked to the letters that they are about, so that the life of a letter has an end.

Only what names a letter of ours by its Message-ID counts, and only for a recipient of that letter: nobody
else knows these names, and a report about somebody else's mail says nothing of our addresses.
"""

from collections.abc import Iterator

import structlog

from mailbot.core.arrival import Arrival
from mailbot.core.mail import Automation, Failure
from mailbot.core.verdict import Ignored, Reason, Sealed, Verdict
from mailbot.ledger.letters import LetterRow
from mailbot.ledger.proof import Echo
from mailbot.ledger.store import Ledger

log = structlog.get_logger()

_REASONS = frozenset({Reason.BOUNCE, Reason.DELAYED})
_ACTIONS = {Automation.BOUNCE: "failed", Automation.DELAYED: "delayed"}


class Hearing:
    """Takes up the reports among the arrivals, each once; after a start all of them are looked at again.

    One object for the life of the program: a mail server may end our session every few minutes.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._until = 0

    def round(self) -> int:
        """Link the reports that came since the last round; return how many letters' news were new.

        Raises:
            Unavailable: the ledger cannot serve now; the round is taken up again.
        """
        heard = 0
        arrivals = self._ledger.book().arrivals
        for arrival in arrivals[self._until :]:
            # Of tens of thousands of arrivals few are, and the others' mails need not be read.
            perhaps = _may_be_report(arrival.verdict)
            if perhaps and arrival.mail.automation in _ACTIONS and not arrival.muted:
                heard += sum(self._ledger.hear(echo) for echo in self._echoes(arrival))
            self._until = arrival.number
        return heard

    def _echoes(self, arrival: Arrival) -> Iterator[Echo]:
        letter = self._letter(arrival)
        if letter is None or arrival.mail.automation is None:
            return
        for failure in arrival.mail.failures or (Failure(recipient=""),):
            recipient = _of_letter(failure.recipient, letter)
            if recipient is None:
                log.info("report on a stranger to the letter", arrival=arrival.number, letter=letter.number)
                continue
            yield Echo(
                letter=letter.number,
                recipient=recipient,
                action=_ACTIONS[arrival.mail.automation],
                at=arrival.arrived_at,
                status=failure.status,
                arrival=arrival.number,
            )

    def _letter(self, arrival: Arrival) -> LetterRow | None:
        found = (self._ledger.letter_by_message_id(name) for name in arrival.mail.regards)
        return next((letter for letter in found if letter is not None), None)


def _may_be_report(verdict: Verdict) -> bool:
    """Whether what was judged so may be a delivery report: set aside, or sealed with what it returns."""
    return isinstance(verdict, Sealed) or (isinstance(verdict, Ignored) and verdict.reason in _REASONS)


def _of_letter(recipient: str, letter: LetterRow) -> str | None:
    """The recipient of the letter that failed; None if the report names somebody else.

    Behind an alias a server names the final address; where the letter had one recipient, it is that one.
    """
    if recipient in letter.letter.recipients:
        return recipient
    return letter.letter.recipients[0] if len(letter.letter.recipients) == 1 else None
