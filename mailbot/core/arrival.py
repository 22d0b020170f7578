"""The arrival: a mail on record."""

from dataclasses import dataclass
from datetime import datetime

from mailbot.core.mail import ArrivalClock, Automation, Clocks, Level, Mail
from mailbot.core.verdict import Verdict

# An answering machine proves that the box is there; these prove nothing of the address in From.
_SERVERS_MAIL = frozenset({Automation.BOUNCE, Automation.DELAYED, Automation.OWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail with the verdict on it and the time that counts (bản ghi đến); never changed.

    Attributes:
        number: the arrival number, counting from 1 in the order of recording.
        mail: as read; without subject, names and text if it is sealed.
        arrived_at: the moment that counts, UTC; `clock` says whose.
        muted: taken in without answering: no letter follows from it.
        rules: fingerprint of the rules that it was judged by.
    """

    number: int
    mail: Mail
    verdict: Verdict
    arrived_at: datetime
    clock: ArrivalClock
    clocks: Clocks
    recorded_at: datetime
    rules: str
    muted: bool = False

    @property
    def sha256(self) -> str:
        """The name of the mail's bytes."""
        return self.mail.sha256

    @property
    def sender(self) -> str:
        """The address that the mail names as its sender's; "" if it names none, or several."""
        return "" if self.mail.sender is None else self.mail.sender.email

    @property
    def is_senders(self) -> bool:
        """Whether nothing speaks against its having been written from the address that it names."""
        return self.mail.proof.level is not Level.FAILED and self.mail.automation not in _SERVERS_MAIL

    @property
    def contradicted(self) -> bool:
        """Whether the moment that counts is at odds with what mailbot saw itself."""
        return self.clocks.contradict(self.arrived_at, self.clock)
