"""Letters to the province's mail relay, by SMTP (RFC 5321).

One connection is kept and used for one letter after the other. The commands of a transaction are
given one by one, because everything hangs on one question: had the final dot left when it failed?
Before it nothing was sent, for certain; after it only the server's answer says what became of the letter.
"""

import asyncio
import contextlib
import re
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException

from mailbot.core.posting import Accepted, Deferred, Letter, Lost, Outcome, Refused
from mailbot.errors import LoginRefused, Unavailable

_GO_ON = 354
_CLOSING = 421
_LINE_STARTS = re.compile(rb"(?m)^\.")


class Security(StrEnum):
    """How the connection is protected; never "if the server offers it"."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"  # on loopback only


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """Where the relay is and how to speak to it.

    Attributes:
        sender: our address, as it stands in `From`.
        envelope_sender: where bounces go; None means `sender`, "" the null sender `<>`.
        ca_file: certificates to trust instead of the system's.
        local_hostname: how we greet; None means the machine's full name.
        timeout: seconds to wait for each answer.
        dot_timeout: seconds to wait for the answer to the final dot; 600 is the least that RFC 5321,
            4.5.3.2.6 asks for, because giving up early makes duplicates.

    Raises:
        ValueError: if the connection would be in clear to another machine.
    """

    host: str
    port: int
    sender: str
    security: Security = Security.STARTTLS
    username: str = ""
    password: str = field(default="", repr=False)
    envelope_sender: str | None = None
    ca_file: Path | None = None
    local_hostname: str | None = None
    timeout: float = 60.0
    dot_timeout: float = 600.0

    def __post_init__(self) -> None:
        if self.security is Security.NONE and not _is_loopback(self.host):
            raise ValueError(f"{self.host}: without TLS only a relay on this very machine may be used")

    @property
    def bounces_to(self) -> str:
        """The address in `MAIL FROM`."""
        return self.sender if self.envelope_sender is None else self.envelope_sender


class SmtpPost:
    """Hands letters to a relay; one at a time, over a connection that is kept."""

    def __init__(self, settings: SmtpSettings) -> None:
        self.settings = settings
        self._client: aiosmtplib.SMTP | None = None
        self._transport: asyncio.BaseTransport | None = None
        self._turn = asyncio.Lock()

    async def send(self, letter: Letter) -> Outcome:
        """Hand over one letter.

        If the server takes it for some recipients only, the reply names those it refused. If its first
        recipient can have it only later, nobody gets it now: copies must not overtake the letter.

        Raises:
            LoginRefused: if the server does not accept our credentials.
            Unavailable: if no transaction can be begun; the letter was not sent.
        """
        async with self._turn:
            try:
                client = await self._begun()
            except aiosmtplib.SMTPSenderRefused as fault:
                return Deferred(_said(fault))
            try:
                outcome = await self._recipients_and_data(client, letter)
            except BaseException:
                # Cancelled, or worse: this connection is in no state that anybody could know.
                self._drop()
                raise
            if not isinstance(outcome, Accepted):
                await self._forget_transaction(client)
            return outcome

    async def close(self) -> None:
        """Say goodbye; a server that does not answer is left."""
        async with self._turn:
            if self._client is not None and self._client.is_connected:
                with contextlib.suppress(SMTPException, OSError):
                    await self._client.execute_command(b"QUIT", timeout=5)
            self._drop()
            # The loop closes the socket in its next round, and there may be none after us.
            await asyncio.sleep(0)

    async def check(self) -> str:
        """Connect, log in, and return the server's greeting to EHLO; for `mailbot check`.

        Raises:
            Unavailable: as `send`.
        """
        async with self._turn:
            client = await self._connected()
            return str(client.last_ehlo_response.message) if client.last_ehlo_response else ""

    async def _begun(self) -> aiosmtplib.SMTP:
        """A client with a transaction begun (`MAIL FROM`); raises SMTPSenderRefused for "not now"."""
        kept = self._client is not None and self._client.is_connected
        client = await self._connected()
        try:
            await client.mail(self.settings.bounces_to)
        except (SMTPException, OSError) as fault:
            self._drop()
            # A kept connection may have been closed while nobody looked; a new one tells more.
            if kept:
                return await self._begun()
            if (
                isinstance(fault, aiosmtplib.SMTPSenderRefused)
                and _is_later(fault.code)
                and fault.code != _CLOSING
            ):
                raise
            # What is refused here is our own address, and so every letter: no single one is to blame.
            raise Unavailable(f"the server refuses our letters: {_said(fault)}") from fault
        return client

    async def _recipients_and_data(self, client: aiosmtplib.SMTP, letter: Letter) -> Outcome:
        try:
            refused = await _refused_recipients(client, letter.recipients)
            if (outcome := _hopeless(letter.recipients, refused)) is not None:
                return outcome
            reply = await client.execute_command(b"DATA")
            if reply.code != _GO_ON:
                return _definite(reply.code, f"{reply.code} {reply.message}")
        except (SMTPException, OSError) as fault:
            return Deferred(f"the link broke before the letter was handed over: {_said(fault)}")
        return await self._hand_over(client, letter.raw, [_said(fault) for fault in refused.values()])

    async def _hand_over(self, client: aiosmtplib.SMTP, raw: bytes, refusals: list[str]) -> Outcome:
        """The letter's bytes and the final dot; from here on only an answer is certain."""
        protocol = client.protocol
        if protocol is None or not protocol.is_connected:
            return Deferred("the link broke before the letter was handed over")
        try:
            protocol.write(_LINE_STARTS.sub(b"..", raw) + b".\r\n")
            reply = await protocol.read_response(timeout=self.settings.dot_timeout)
        except (SMTPException, OSError) as fault:
            self._drop()
            return Lost(_said(fault))
        said = "; ".join([f"{reply.code} {reply.message}", *refusals])
        return _definite(reply.code, said)

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        self._drop()
        try:
            self._client = self._new_client()
            await self._client.connect()
            self._transport = self._client.transport
            if self._client.is_ehlo_or_helo_needed:
                await self._client.ehlo()
            if self.settings.username:
                await self._log_in(self._client)
        except BaseException as fault:
            self._drop()
            if isinstance(fault, SMTPException | OSError):
                # Certificate trouble comes as a bare SSLError, which is an OSError.
                raise Unavailable(f"{self.settings.host}:{self.settings.port}: {_said(fault)}") from fault
            raise
        return self._client

    def _new_client(self) -> aiosmtplib.SMTP:
        settings = self.settings
        context = None
        if settings.security is not Security.NONE:
            context = ssl.create_default_context(cafile=settings.ca_file)
        return aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            use_tls=settings.security is Security.TLS,
            start_tls=settings.security is Security.STARTTLS,
            tls_context=context,
            local_hostname=settings.local_hostname,
            timeout=settings.timeout,
        )

    async def _log_in(self, client: aiosmtplib.SMTP) -> None:
        """Try one method only: to try them all would count as several wrong passwords."""
        methods = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
        offered = [method for name, method in methods.items() if name in client.server_auth_methods]
        if not offered:
            raise Unavailable(f"{self.settings.host} offers no way to log in that we know")
        try:
            await offered[0](self.settings.username, self.settings.password)
        except aiosmtplib.SMTPAuthenticationError as fault:
            if _is_later(fault.code):
                raise
            raise LoginRefused(f"{self.settings.host}: {_said(fault)}") from fault

    async def _forget_transaction(self, client: aiosmtplib.SMTP) -> None:
        if client.is_connected:
            try:
                await client.rset()
            except (SMTPException, OSError):
                self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        if isinstance(self._transport, asyncio.WriteTransport):
            # A TLS transport that is only closed waits for a goodbye that a broken peer never says; and
            # after a fault aiosmtplib has closed it and forgotten it already.
            self._transport.abort()
        self._client = self._transport = None


async def _refused_recipients(
    client: aiosmtplib.SMTP, recipients: tuple[str, ...]
) -> dict[str, SMTPResponseException]:
    refused: dict[str, SMTPResponseException] = {}
    for recipient in recipients:
        try:
            await client.rcpt(recipient)
        except aiosmtplib.SMTPRecipientRefused as fault:
            refused[recipient] = fault
    return refused


def _hopeless(recipients: tuple[str, ...], refused: dict[str, SMTPResponseException]) -> Outcome | None:
    """What follows if the letter should not be handed over for those recipients that are left."""
    said = "; ".join(f"{email}: {_said(fault)}" for email, fault in refused.items())
    later = [email for email, fault in refused.items() if _is_later(fault.code)]
    everybody = len(refused) == len(recipients)
    if recipients[0] in later or (everybody and later):
        return Deferred(said)
    return Refused(said) if everybody else None


def _definite(code: int, said: str) -> Outcome:
    """What an answer means that did come: 2xx, 4xx or 5xx (RFC 5321, 4.2.1); all else is no answer."""
    match code // 100:
        case 2:
            return Accepted(said)
        case 4:
            return Deferred(said)
        case 5:
            return Refused(said)
        case _:
            return Lost(said)


def _is_later(code: int) -> bool:
    return code // 100 == 4  # noqa: PLR2004 - RFC 5321, 4.2.1


def _said(fault: BaseException) -> str:
    """What the server said, or what happened instead; in one line."""
    if isinstance(fault, SMTPResponseException):
        return " ".join(f"{fault.code} {fault.message}".split())
    return " ".join(f"{type(fault).__name__}: {fault}".split())


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
