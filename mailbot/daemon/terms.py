"""On what terms the intake takes mails in: as the daemon does, muted, or by a person's hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mailbot.daemon.witness import Witness
from mailbot.ledger.watch import SCAN_GAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms mails are taken in.

    Attributes:
        boundary: our own mail servers, as they name themselves in `Received`.
        muted: record without answering.
        given_at: the arrival time, where a person gave one.
        gap: scans that lie no further apart prove an unbroken watch.
        proves_watch: whether what is read is the mailbox that units write to.
        witness: whom to believe about who sent a mail.
        on_time: whether the clock can be believed; a watch by a wrong clock proves nothing.
        works: told after each mail that was read, for two hundred scans together may take an hour.
    """

    boundary: frozenset[str] = frozenset()
    muted: bool = False
    given_at: datetime | None = None
    gap: timedelta = SCAN_GAP
    proves_watch: bool = True
    witness: Witness = field(default_factory=Witness)
    on_time: Callable[[], bool] = lambda: True
    works: Callable[[], None] = lambda: None
