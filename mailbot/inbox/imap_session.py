"""One connection to an IMAP server: opened safely, bounded in time and memory, closed for good.

Whatever goes wrong between us and the server becomes `Unavailable`, and the connection is given up:
after an error in the middle of an answer nothing more can be trusted to belong to its question.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NoReturn

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

from mailbot.errors import LoginRefused, MailbotError, Unavailable

# A dead peer is noticed after 60 + 3 × 20 seconds, before any gateway's idea of silence.
_KEEPALIVE = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 20), (socket.TCP_KEEPCNT, 3))
_ACKNOWLEDGED_WITHIN_MS = 120_000
# Beside the slice that was asked for, an answer holds only some lines.
_SLACK_BYTES = 1 << 20
_RESPONSE_CODE = re.compile(r"\s*\[([A-Z][A-Z0-9-]*)", re.IGNORECASE)
# What a server says about the credentials themselves (RFC 5530, 3); all else will pass.
_ABOUT_CREDENTIALS = frozenset({"AUTHENTICATIONFAILED", "EXPIRED"})

# What it says of itself, whatever it was asked for (RFC 5530, 3). Gmail says OVERQUOTA of its limits of
# traffic, and Exchange has no code for it.
_ABOUT_ITSELF = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|THROTTLED|OVERQUOTA)\b|throttl", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapSettings:
    """How to reach the shared mailbox.

    Attributes:
        token: gives the access token for XOAUTH2 instead of the password; told of one that was refused, a
            fresh one.
        tls: "tls" from the first byte (port 993), "starttls" before the login (port 143), "none" only
            where nobody else can listen. A server that refuses the asked protection is not used.
        folder: the folder that mails arrive in.
        filed_folder: where recorded mails go, made when missing; the server's namespace prefix is
            added when it lacks.
        idle: whether to let the server announce new mail.
        move: whether recorded mails are filed away; if not, the folder is opened read-only.
        ca_file: certificates to trust instead of the system's.
        connect_seconds: to connect and shake hands.
        read_seconds: for each answer.
        slice_bytes: how much of a big mail is asked for at once.
        batch_bytes: how much of small mails is asked for at once.
    """

    host: str
    user: str
    password: str = field(repr=False)
    token: Callable[[str], str] | None = None
    port: int = 993
    tls: Literal["tls", "starttls", "none"] = "tls"
    folder: str = "INBOX"
    filed_folder: str = "mailbot"
    move: bool = True
    idle: bool = True
    ca_file: Path | None = None
    connect_seconds: float = 15.0
    read_seconds: float = 60.0
    slice_bytes: int = 1 << 20
    batch_bytes: int = 4 << 20

    @property
    def where(self) -> str:
        """The server as messages name it."""
        return f"{self.host}:{self.port}"


@contextmanager
def asking(where: str, what: str) -> Iterator[None]:
    """Turn whatever goes wrong while asking the server for `what` into `Unavailable`."""
    try:
        yield
    except MailbotError:
        raise
    except OSError as error:
        raise Unavailable(f"{where}: {what}: {error.strerror or error}") from error
    except imaplib.IMAP4.error as error:
        raise Unavailable(f"{where}: {what}: {plain(error)}") from error
    except Exception as error:
        # imapclient trips over answers that no server of good faith gives (ValueError, IndexError …).
        raise Unavailable(f"{where}: {what}: the answer cannot be understood ({error})") from error


def plain(error: imaplib.IMAP4.error) -> str:
    """The server's own words in an error, for people."""
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def asks_for_patience(error: imaplib.IMAP4.error) -> bool:
    """Whether a refusal is about the server, which finds us too fast or has no time, and not about a mail."""
    return _ABOUT_ITSELF.search(plain(error)) is not None


def open_session(settings: ImapSettings) -> Any:
    """A logged-in IMAPClient; its library has no types.

    Raises:
        LoginRefused: the server itself said that the credentials are wrong.
        Unavailable: no connection, no protection, or no answer.
    """
    with asking(settings.where, "connecting"):
        # Certificates are read before a connection is made, so that a wrong file leaks no socket.
        context = None if settings.tls == "none" else ssl.create_default_context(cafile=settings.ca_file)
        client = IMAPClient(
            settings.host,
            settings.port,
            ssl=settings.tls == "tls",
            ssl_context=context,
            timeout=SocketTimeout(settings.connect_seconds, settings.read_seconds),
        )
    try:
        with asking(settings.where, "opening the session"):
            _tame(client, max(settings.slice_bytes, settings.batch_bytes) + _SLACK_BYTES)
            if settings.tls == "starttls":
                client.starttls(context)
                _keep_alive(client.socket())
        with asking(settings.where, "logging in"):
            _log_in(client, settings)
    except BaseException:
        hang_up(client)
        raise
    return client


def hang_up(client: Any) -> None:
    """Close the connection without a word; never raises."""
    with suppress(Exception):
        client.shutdown()


def log_out(client: Any) -> None:
    """Take leave of the server and close the connection; never raises."""
    with suppress(Exception):
        client.logout()
    hang_up(client)


def _tame(client: Any, most_bytes: int) -> None:
    """Take away what makes IMAPClient slow, vague about time zones, or boundless."""
    imap = client._imap  # noqa: SLF001 - the library offers no other way
    # Its constructor turns on wire debugging that costs five times the memory of a mail.
    imap.debug = 0
    client.normalise_times = False
    imap.read = _bounded(imap.read, imap.abort, most_bytes)
    _keep_alive(client.socket())


def _bounded(read: Callable[[int], bytes], abort: type[Exception], most_bytes: int) -> Callable[[int], bytes]:
    """`read`, refusing a literal whose declared size we never asked for, before memory is taken for it."""

    def bounded_read(size: int) -> bytes:
        if size > most_bytes:
            raise abort(f"a literal of {size} bytes, where at most {most_bytes} were asked for")
        return read(size)

    return bounded_read


def _keep_alive(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE:
        connection.setsockopt(socket.IPPROTO_TCP, option, value)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _ACKNOWLEDGED_WITHIN_MS)


def _log_in(client: Any, settings: ImapSettings) -> None:
    if settings.token is not None:
        _show_token(client, settings, settings.token)
        return
    try:
        if settings.user.isascii() and settings.password.isascii():
            client.login(settings.user, settings.password)
        else:
            # LOGIN takes ASCII only; AUTHENTICATE PLAIN is UTF-8 (RFC 4616).
            client.plain_login(settings.user, settings.password)
    except LoginError as error:
        _refused(error, settings)


def _show_token(client: Any, settings: ImapSettings, token: Callable[[str], str]) -> None:
    """Log in by XOAUTH2.

    A token that is refused may have been revoked, so another is fetched for the next try; if the token
    server refuses too, its refusal is what counts.
    """
    access = token("")
    shown = f"user={settings.user}\x01auth=Bearer {access}\x01\x01".encode()
    try:
        # To the server's explanation, which comes as one more challenge, an empty line is the answer.
        client.sasl_login("XOAUTH2", lambda challenge: b"" if challenge else shown)
    except LoginError as error:
        cause = error.__context__
        if isinstance(cause, imaplib.IMAP4.error) and not isinstance(cause, imaplib.IMAP4.abort):
            token(access)
            said = f"refused the token of {settings.user} ({plain(cause)}); there is a fresh one now"
            raise Unavailable(f"{settings.where} {said}") from error
        raise Unavailable(f"{settings.where}: logging in: {cause}") from error


def _refused(error: LoginError, settings: ImapSettings) -> NoReturn:
    """Tell a refusal of the credentials from a connection that broke during the login.

    IMAPClient calls both a LoginError, and a broken connection must never look like a wrong
    password. A tagged NO to LOGIN arrives as the bare bytes of its text.
    """
    cause = error.__context__
    said = cause.args[0] if cause is not None and cause.args else ""
    if isinstance(cause, imaplib.IMAP4.abort) or not isinstance(cause, imaplib.IMAP4.error):
        raise Unavailable(f"{settings.where}: logging in: {said}") from error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    code = _RESPONSE_CODE.match(text)
    # A NO to AUTHENTICATE arrives as words, like imaplib's own complaints: there only the code tells.
    if code[1].upper() in _ABOUT_CREDENTIALS if code else isinstance(said, bytes):
        raise LoginRefused(f"{settings.where} refused the login of {settings.user}: {text}") from error
    raise Unavailable(f"{settings.where}: logging in: {text}") from error
