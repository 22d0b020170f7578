"""What the caretaker asks of a mailbox, whatever lies behind it: IMAP or a Maildir."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from socket import socket
from typing import Protocol

from mailbot.core.machine.quota import Quota
from mailbot.core.mail import Place
from mailbot.inbox.archive import Archive
from mailbot.inbox.raw import Fetched


class Inbox(Protocol):
    """A mailbox that is read. One object is for one thread; after `Unavailable`, close and connect.

    Attributes:
        mailbox: what its places call it.
        not_filing_because: why mails cannot be filed away here, in plain words; "" where they can.
            Known after `connect`.
    """

    mailbox: str
    not_filing_because: str

    def connect(self) -> None:
        """Make ready to read; on an object that is connected, a fresh start.

        Raises:
            LoginRefused: the server said that the credentials are wrong.
            Unavailable: anything else that is in the way.
        """

    def scan(self) -> tuple[Place, ...]:
        """Every mail that lies in the inbox now; the caller knows which of them are new.

        Raises:
            Unavailable: the mailbox cannot be read now.
        """

    def dates(self, places: Sequence[Place]) -> dict[Place, datetime]:
        """The mailbox's own date of each of these mails, as `RawMail.server_at`; without those that are gone.

        Raises:
            Unavailable: the mailbox cannot be read now.
        """

    def fetch(self, places: Sequence[Place], archive: Archive) -> Iterator[Fetched]:
        """Bring these mails into the archive, one answer for each, not always in the order asked.

        Each RawMail is yielded after its bytes are durable. Flags are neither read nor set.

        Raises:
            Unavailable: the mailbox or the archive cannot serve now; mails not yet yielded are
                to be asked for again.
        """

    def file_away(self, places: Sequence[Place]) -> tuple[Place, ...]:
        """Move recorded mails out of the inbox; mails that are gone already count as moved.

        Returns:
            Those of `places` that are no longer in the inbox; the same call may be repeated.

        Raises:
            FilingRefused: they cannot be moved now, and the mailbox serves on.
            Unavailable: the mailbox cannot serve now.
        """

    def filed(self) -> int:
        """How many mails lie where recorded ones are filed away; 0 where none are.

        Raises:
            Unavailable: the mailbox cannot serve now.
        """

    def quotas(self) -> tuple[Quota, ...]:
        """How full the mailbox is, by each limit that its server tells of.

        Raises:
            Unavailable: the mailbox cannot serve now.
        """

    def idle(self, seconds: float, wake: socket | None = None) -> bool:
        """Wait until something may have arrived, at most `seconds`.

        A hint only: the caller scans from time to time whatever it says.

        Args:
            seconds: how long to wait.
            wake: a socket; when it becomes readable the waiting ends. It is not read from.

        Returns:
            True if something may have arrived, False if not (time out, or woken).

        Raises:
            Unavailable: the connection is dead.
        """

    def close(self) -> None:
        """Let go of the mailbox; never raises, and may be repeated."""


class Sifted(Inbox, Protocol):
    """A folder of which only some mails are read: those whose `From` names somebody that we know."""

    def senders(self, places: Sequence[Place]) -> dict[Place, str]:
        """`From` of each of these mails as it stands there, unparsed; without those that are gone.

        Raises:
            Unavailable: the mailbox cannot be read now.
        """
