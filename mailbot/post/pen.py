"""Writes commands for one member of the staff: subject lines with tokens that are good for nobody else."""

from dataclasses import dataclass
from datetime import datetime

from mailbot.core.command import Verb
from mailbot.core.duty import Duty
from mailbot.core.replies.staff_order import spelled
from mailbot.core.rules import Rules
from mailbot.core.senders.token import Deed, mint
from mailbot.post.parts import Link


@dataclass(frozen=True, slots=True)
class Pen:
    """What commands are written with: the ledger's secret, for whom, and when."""

    rules: Rules
    secret: bytes
    staff: str
    now: datetime

    def command(
        self,
        label: str,
        verb: Verb,
        about: int | None = None,
        argument: str = "",
        *,
        version: int = 0,
        tail: str = "",
    ) -> Link:
        """One command: what it does, and the subject of the mail that does it."""
        says = spelled(verb, about, argument)
        token = mint(self.secret, Deed(staff=self.staff, says=says, version=version), self.now)
        subject = " ".join(filter(None, ("LENH", says, "MA", token.upper(), tail)))
        return Link(label=label, subject=subject)

    def close(self, ref: str, reports: int) -> Link:
        """The command that ends an urgent matter of so many reports."""
        label = "Đã xem, kết thúc theo dõi"
        return self.command(label, Verb.CLOSE, argument=ref, version=reports)

    def excuse(self, label: str, duty: Duty, version: int, request: int | None = None) -> Link:
        """The command that excuses a unit from one duty; `request` is the mail in which it asked for it."""
        return self.command(
            label, Verb.EXCUSE, request, str(duty.key).lower(), version=version, tail="LY DO:"
        )
