"""The closed loop: a unit's letter goes in by SMTP, lies in the inbox, and answers come back the same way."""

import smtplib
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

import trustme

from servers.dovecot import Dovecot
from servers.loopback import HOST
from servers.postfix import Postfix
from servers.process import ServerFailedError

REPORT = "baocao@thainguyen.example"
"""The shared mailbox that mailbot reads."""

UNITS = ("sotaichinh@thainguyen.example", "phoyen@phoyen.example", "xatanthanh@phubinh.example")
"""Three units' own mailboxes: a department, a district, a commune."""

STAFF = "vanphong@thainguyen.example"
"""The office's staff."""

DIGESTED = "tonghop@vpubnd.thainguyen.example"
"""Who of the profile's office gets the digest."""

GHOST = "dabo@thainguyen.example"
"""An address that Postfix accepts and Dovecot does not know: the letter comes back as a genuine bounce."""

PASSWORD = 'mat khau "123"'
"""Everybody's password: with blanks and quotes, because passwords have them."""


class MailHome:
    """A running Dovecot and Postfix that know the same people; `with MailHome() as home:`."""

    def __init__(
        self,
        people: Mapping[str, str] | None = None,
        *,
        ghosts: Sequence[str] = (GHOST,),
        dovecot: Mapping[str, object] | None = None,
        postfix: Mapping[str, object] | None = None,
    ) -> None:
        """Make both servers without starting them.

        Args:
            people: password by address; by default REPORT, STAFF, DIGESTED and UNITS with PASSWORD.
            ghosts: addresses whose mail is accepted and then returned.
            dovecot: further arguments for `Dovecot`.
            postfix: further arguments for `Postfix`.
        """
        self.people = dict(people or dict.fromkeys((REPORT, STAFF, DIGESTED, *UNITS), PASSWORD))
        self.ghosts = list(ghosts)
        self._first_people = dict(self.people)
        self.ca = trustme.CA()
        self.host = HOST
        self._logs_in_at: int | None = None
        with ExitStack() as house:
            self.dovecot = Dovecot(self.people, self.ca, **dict(dovecot or {}))  # type: ignore[arg-type]
            house.callback(self.dovecot.close)
            self.ca_file = self.dovecot.ca_file
            self.postfix = Postfix(
                [*self.people, *self.ghosts],
                self.ca,
                lmtp_port=self.dovecot.lmtp_port,
                auth_port=self.dovecot.auth_port,
                **dict(postfix or {}),  # type: ignore[arg-type]
            )
            house.callback(self.postfix.close)
            self._house = house.pop_all()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start whichever server is not running."""
        if not self.dovecot.process.alive():
            # Buries what is left of a master that died by itself.
            self.dovecot.kill()
            self.dovecot.start()
        if self.dovecot.process.pid != self._logs_in_at:
            # Postfix still holds connections to the Dovecot of before, whoever ended it, and its first
            # login over one of them would fail.
            self.postfix.kill()
            self._logs_in_at = self.dovecot.process.pid
        if not self.postfix.process.alive():
            self.postfix.kill()
            self.postfix.start()

    def close(self) -> None:
        """End both servers for good and remove their directories."""
        self._house.close()

    def clear(self) -> None:
        """Bring the loop back to its first state: both servers up, no mail anywhere, the first people."""
        self.start()
        if self.people != self._first_people:
            self._know(dict(self._first_people))
        self.postfix.clear()
        self.dovecot.clear()

    def welcome(self, address: str, password: str = PASSWORD) -> None:
        """Let one more person in, or change a password, while the servers run (takes up to a second).

        The domain must be one that they know.
        """
        self._know({**self.people, address: password})

    def _know(self, people: dict[str, str]) -> None:
        self.people, self.dovecot.users = people, dict(people)
        self.postfix.recipients = [*people, *self.ghosts]
        self.postfix.write_recipients()
        self.dovecot.write_users()

    def tls(self) -> ssl.SSLContext:
        """A client's TLS context that trusts this home's authority and nobody else."""
        return self.dovecot.tls()

    def server_tls(self) -> ssl.SSLContext:
        """A server's TLS context under the same authority, for an `SmtpSink`."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.ca.issue_cert("localhost", HOST).configure_cert(context)
        return context

    # Letters

    def send(self, sender: str, recipients: str | Sequence[str], letter: bytes | EmailMessage) -> None:
        """Send one letter to Postfix as the world does, without a login; raises when it is refused."""
        raw = letter.as_bytes(policy=policy.SMTP) if isinstance(letter, EmailMessage) else letter
        with smtplib.SMTP(HOST, self.postfix.smtp_port, timeout=20) as smtp:
            refused = smtp.sendmail(sender, recipients, raw)
        if refused:
            raise ServerFailedError(f"Postfix refused some recipients: {refused}")

    def inbox(self, address: str, folder: str = "INBOX") -> list[EmailMessage]:
        """The letters in a person's folder, in the order of arrival, parsed."""
        return [
            message_from_bytes(raw, policy=policy.default) for raw in self.dovecot.messages(address, folder)
        ]

    def wait_for(
        self,
        address: str,
        wanted: int | Callable[[EmailMessage], object] = 1,
        *,
        folder: str = "INBOX",
        within: float = 15.0,
    ) -> list[EmailMessage]:
        """Wait for letters in a folder: at least so many, or at least one for which `wanted` is true.

        Returns the folder's letters, or those for which it is true; raises with the folder's subjects
        and the servers' logs when they have not come within so many seconds.
        """
        deadline = time.monotonic() + within
        seen: frozenset[str] | None = None
        letters: list[EmailMessage] = []
        while True:
            # The names on disk are cheap to ask for; a session is opened only when they have changed.
            if (names := self.dovecot.names(address, folder)) != seen and names:
                letters, seen = self.inbox(address, folder), names
            found = letters if isinstance(wanted, int) else [mail for mail in letters if wanted(mail)]
            if len(found) >= (wanted if isinstance(wanted, int) else 1):
                return found
            if time.monotonic() > deadline:
                raise ServerFailedError(
                    f"{address} {folder}: the letters wanted did not come within {within:g} s; there are "
                    f"{[str(mail['Subject']) for mail in letters]}\n{self.words()}"
                )
            time.sleep(0.03)

    def settle(self, within: float = 15.0) -> None:
        """Wait until Postfix holds nothing any more: what has not come by then will not come."""
        self.postfix.await_empty(within)

    def words(self) -> str:
        """The ends of both servers' logs, for an error's text."""
        return f"— Postfix —\n{self.postfix.log()}\n— Dovecot —\n{self.dovecot.log()}"
