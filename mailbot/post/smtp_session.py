"""One connection to the province's mail relay: opened safely, logged in, closed for good."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponse, SMTPResponseException, SMTPStatus
from aiosmtplib.email import quote_address

from mailbot.errors import LoginRefused, Unavailable, Unwelcome

_UNKNOWN_WORD = frozenset({500, 502, 504})


class OutOfStep(SMTPException):
    """The server said more than it was asked; no answer can be matched to its question any more."""


class Security(StrEnum):
    """How the connection is protected; never "if the server offers it"."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"  # on loopback only


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """Where the relay is and how to speak to it.

    Attributes:
        token: gives the access token for XOAUTH2 instead of a password; told of one that was refused, a
            fresh one.
        sender: our address, as it stands in `From`.
        envelope_sender: where bounces go; None means `sender`, "" the null sender `<>`.
        copy_to: our own mailbox, if each letter is to come back there as proof that the relay delivers;
            "" if not.
        ca_file: certificates to trust instead of the system's.
        local_hostname: how we greet; None means the machine's full name.
        connections: so many may be open at once.
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
    token: Callable[[str], str] | None = None
    envelope_sender: str | None = None
    copy_to: str = ""
    ca_file: Path | None = None
    local_hostname: str | None = None
    connections: int = 1
    timeout: float = 60.0
    dot_timeout: float = 600.0

    def __post_init__(self) -> None:
        if self.security is Security.NONE and not _is_loopback(self.host):
            raise ValueError(f"{self.host}: without TLS only a relay on this very machine may be used")

    @property
    def bounces_to(self) -> str:
        """The address in `MAIL FROM`."""
        return self.sender if self.envelope_sender is None else self.envelope_sender


class SmtpSession:
    """A connection that is opened when it is needed and kept for the next letter."""

    def __init__(self, settings: SmtpSettings) -> None:
        self.settings = settings
        self._client: aiosmtplib.SMTP | None = None
        self._transport: asyncio.BaseTransport | None = None

    @property
    def open(self) -> bool:
        """Whether the connection stands, as far as is known."""
        return self._client is not None and self._client.is_connected

    async def connect(self) -> str:
        """Connect and log in, unless that is done; return the server's words to EHLO.

        Raises:
            LoginRefused: if the server does not accept our credentials.
            Unwelcome: if it refuses to talk to us for good (5xx).
            Unavailable: if there is no connection, no protection, or no answer.
        """
        if not self.open:
            await self._open()
        assert self._client is not None
        greeting = self._client.last_ehlo_response
        return _legible(greeting.message) if greeting else ""

    async def command(self, *words: bytes) -> SMTPResponse:
        """Give one command and return its one answer.

        Raises:
            SMTPException, OSError: the link broke, or the answers are out of step.
        """
        client = self._in_step()
        return await client.execute_command(*words)

    async def mail(self, sender: str) -> None:
        """Begin a transaction; raises as `aiosmtplib.SMTP.mail`, and as `command`."""
        reply = await self.command(b"MAIL", b"FROM:" + _path(sender))
        if reply.code != SMTPStatus.completed:
            raise aiosmtplib.SMTPSenderRefused(reply.code, reply.message, sender)

    async def rcpt(self, recipient: str) -> None:
        """Name one recipient; raises as `aiosmtplib.SMTP.rcpt`, and as `command`."""
        reply = await self.command(b"RCPT", b"TO:" + _path(recipient))
        if reply.code not in {SMTPStatus.completed, SMTPStatus.will_forward}:
            raise aiosmtplib.SMTPRecipientRefused(reply.code, reply.message, recipient)

    def write(self, octets: bytes) -> None:
        """Send bytes that ask for no answer.

        Raises:
            SMTPException: if the link is known to be broken, or the answers are out of step; nothing of
                these bytes has left then.
        """
        self._in_step()
        self._protocol().write(octets)

    async def answer(self, seconds: float) -> SMTPResponse:
        """Wait for the answer to what was written; raises as `command`."""
        return await self._protocol().read_response(timeout=seconds)

    async def forget(self) -> None:
        """Break a transaction off, so that the next one begins afresh."""
        if self.open:
            try:
                await self.command(b"RSET")
            except (SMTPException, OSError):
                self.drop()

    async def close(self) -> None:
        """Say goodbye; a server that does not answer is left."""
        if self._client is not None and self._client.is_connected:
            with contextlib.suppress(SMTPException, OSError):
                await self._client.execute_command(b"QUIT", timeout=5)
        self.drop()
        # The loop closes the socket in its next round, and there may be none after us.
        await asyncio.sleep(0)

    def drop(self) -> None:
        """Hang up at once."""
        if self._client is not None:
            self._client.close()
        if isinstance(self._transport, asyncio.WriteTransport):
            # A TLS transport that is only closed waits for a goodbye that a broken peer never says; and
            # after a fault aiosmtplib has closed it and forgotten it already.
            self._transport.abort()
        self._client = self._transport = None

    def _in_step(self) -> aiosmtplib.SMTP:
        client, protocol = self._client, self._protocol()
        assert client is not None
        # A second answer that came with the first would be taken for the next command's; and the next
        # command may be the letter's end.
        if protocol._buffer:  # noqa: SLF001 - the library offers no other way
            self.drop()
            raise OutOfStep("the server gives more answers than it was asked")
        return client

    def _protocol(self) -> "aiosmtplib.protocol.SMTPProtocol":
        protocol = None if self._client is None else self._client.protocol
        if protocol is None or not protocol.is_connected:
            raise aiosmtplib.SMTPServerDisconnected("the link broke")
        return protocol

    async def _open(self) -> None:
        self.drop()
        try:
            self._client = self._new_client()
            await self._client.connect()
            self._transport = self._client.transport
            if self._client.is_ehlo_or_helo_needed:
                await _greet(self._client)
            if self.settings.username:
                await self._log_in(self._client)
        except BaseException as fault:
            self.drop()
            where = f"{self.settings.host}:{self.settings.port}"
            if isinstance(fault, SMTPResponseException) and is_never(fault.code):
                raise Unwelcome(f"{where} refuses to talk to us: {said(fault)}") from fault
            if isinstance(fault, SMTPException | OSError):
                # Certificate trouble comes as a bare SSLError, which is an OSError.
                raise Unavailable(f"{where}: {said(fault)}") from fault
            raise

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
        try:
            await self._credentials(client)
        except aiosmtplib.SMTPAuthenticationError as fault:
            if not is_never(fault.code):
                raise
            raise LoginRefused(f"{self.settings.host}: {said(fault)}") from fault

    async def _credentials(self, client: aiosmtplib.SMTP) -> None:
        if self.settings.token is not None:
            await self._show_token(client, self.settings.token)
            return
        methods = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}
        offered = [method for name, method in methods.items() if name in client.server_auth_methods]
        if not offered:
            raise Unavailable(f"{self.settings.host} offers no way to log in that we know")
        await offered[0](self.settings.username, self.settings.password)

    async def _show_token(self, client: aiosmtplib.SMTP, token: Callable[[str], str]) -> None:
        """Log in by XOAUTH2; a token that is refused may have been revoked, so a fresh one is tried, once."""
        user, access = self.settings.username, await asyncio.to_thread(token, "")
        try:
            await client.auth_xoauth2(user, access)
        except aiosmtplib.SMTPAuthenticationError as fault:
            if not is_never(fault.code):
                raise
            fresh = await asyncio.to_thread(token, access)
            await client.auth_xoauth2(user, fresh)


async def _greet(client: aiosmtplib.SMTP) -> None:
    """Say EHLO, and HELO to a server of before 1995 that does not know the word (RFC 5321, 3.2)."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError as fault:
        if fault.code not in _UNKNOWN_WORD:
            raise
        await client.helo()


def is_never(code: int) -> bool:
    """Whether a reply code says: never (RFC 5321, 4.2.1)."""
    return code // 100 == 5  # noqa: PLR2004 - as above


def said(fault: BaseException) -> str:
    """What the server said, or what happened instead; in one line."""
    if isinstance(fault, SMTPResponseException):
        return reply_line(fault.code, fault.message)
    return " ".join(_legible(f"{type(fault).__name__}: {fault}").split())


def reply_line(code: int, text: str) -> str:
    """A server's reply in one line."""
    return " ".join(_legible(f"{code} {text}").split())


def _legible(text: str) -> str:
    """The words, with signs for octets that are no UTF-8: as lone surrogates they go into no file."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


@lru_cache(maxsize=1024)
def _path(email: str) -> bytes:
    """The address as commands name it, if nothing can be smuggled in by it; few are written to, many times.

    Raises:
        ValueError: if it could.
    """
    return quote_address(email).encode("ascii")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
