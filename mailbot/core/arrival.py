"""The arrival: a mail on record."""

from dataclasses import dataclass
from datetime import datetime

from mailbot.core.mail import ArrivalClock, Clocks, Mail
from mailbot.core.verdict import Verdict


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
    def sender(self) -> str:
        """The address that the mail names as its sender's; "" if it names none, or several."""
        return "" if self.mail.sender is None else self.mail.sender.email
