"""A scripted SMTP server for the faults that a sound server never shows."""

import base64
import contextlib
import socket
import socketserver
import ssl
import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

from servers.loopback import HOST
from servers.process import ServerFailedError, until


@dataclass(frozen=True)
class Reply:
    """What the sink answers at one moment of the talk.

    Attributes:
        code: the SMTP code; None hangs up without a word.
        text: the words after the code.
        delay: seconds of silence before the answer.
        hang_up: whether the connection ends after the answer.
        kept: whether a message counts as accepted at the final dot; None means "if the code is 2xx".
            `Reply(None, kept=True)` is the accepted letter whose receipt was lost on the way.
    """

    code: int | None
    text: str = "as the test asked"
    delay: float = 0.0
    hang_up: bool = False
    kept: bool | None = None


@dataclass(frozen=True)
class Accepted:
    """One message that the sink took, with its envelope, the login used and whether TLS was on."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    login: str | None
    tls: bool

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def message_id(self) -> str:
        """The Message-ID as written, or an empty text."""
        return str(self.message["Message-ID"] or "").strip()


class SmtpSink:
    """An SMTP server in threads of the test's own process; use it in a `with` block.

    The moments at which an answer can be scripted are CONNECT, EHLO, STARTTLS, AUTH, MAIL, RCPT,
    DATA, DOT (the final dot after the message) and QUIT. Where nothing is scripted the sink agrees.

    Args:
        tls: the server's TLS context; with it STARTTLS is offered, and a login only after it.
        logins: passwords by user name; when given, MAIL without a login is refused (530).
        tokens: access tokens by user name, for XOAUTH2; the test may change them at any time.
    """

    def __init__(
        self,
        tls: ssl.SSLContext | None = None,
        logins: dict[str, str] | None = None,
        tokens: dict[str, str] | None = None,
    ) -> None:
        self.tokens = tokens
        self.host = HOST
        self.tls = tls
        self.logins = logins
        self.accepted: list[Accepted] = []
        self.commands: list[str] = []
        """Every command line, in the order received, of all connections; credentials blotted out."""
        self.refusals: list[str] = []
        """Every answer of 4xx and 5xx that was given."""
        self.closing = threading.Event()
        self._scripts: defaultdict[str, deque[tuple[str, Reply]]] = defaultdict(deque)
        self._always: dict[str, tuple[str, Reply]] = {}
        self._lock = threading.Lock()
        self._talks: set[socket.socket] = set()
        self._server = _Server((HOST, 0), _Talk)
        self._server.sink = self
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and cut every connection."""
        self.closing.set()
        self._server.shutdown()
        self.cut()
        self._server.server_close()
        self._thread.join(10)

    def cut(self) -> None:
        """Cut every open connection, as a router that was switched off would; new ones are welcome."""
        for talk in list(self._talks):
            with contextlib.suppress(OSError):
                talk.shutdown(socket.SHUT_RDWR)

    def answer(self, moment: str, *replies: Reply, times: int | None = 1, where: str = "") -> None:
        """Script the next answers at a moment: each of `replies` for `times` uses, or for ever with None.

        `where` limits the answer to command lines that hold this text, such as one recipient's address.
        """
        with self._lock:
            for reply in replies:
                if times is None:
                    self._always[moment] = (where, reply)
                else:
                    self._scripts[moment].extend([(where, reply)] * times)

    def obey(self) -> None:
        """Forget the script: agree to everything from now on."""
        with self._lock:
            self._scripts.clear()
            self._always.clear()

    def scripted(self, moment: str, line: str) -> Reply | None:
        """The answer that the script has for this line, used up by asking."""
        with self._lock:
            queue = self._scripts[moment]
            for entry in queue:
                if entry[0] in line:
                    queue.remove(entry)
                    return entry[1]
            where, reply = self._always.get(moment, ("", None))
            return reply if reply and where in line else None

    def busy(self) -> bool:
        """Whether some connection is still being talked with."""
        return bool(self._talks)

    def count(self, message_id: str | None = None) -> int:
        """How many messages were accepted, in all or with this Message-ID."""
        with self._lock:
            return sum(message_id is None or mail.message_id == message_id for mail in self.accepted)

    def await_count(self, count: int, within: float = 10.0) -> list[Accepted]:
        """Wait until so many messages were accepted; raises with what was said when they were not."""
        if not until(lambda: self.count() >= count, within):
            raise ServerFailedError(f"accepted {self.count()}, not {count}, in {within:g} s: {self.commands}")
        return list(self.accepted)

    def record(self, mail: Accepted) -> None:
        """Count a message as accepted."""
        with self._lock:
            self.accepted.append(mail)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    sink: SmtpSink

    def handle_error(self, request: object, client_address: object) -> None:
        """Be silent: a client that breaks off is what these tests are about."""


class _HangUpError(Exception):
    """The script ends this talk."""


class _Talk(socketserver.StreamRequestHandler):
    """One client's talk."""

    server: _Server
    timeout = 60
    sender: str | None = None
    login: str | None = None
    encrypted = False

    def setup(self) -> None:
        super().setup()
        self.recipients: list[str] = []
        self.server.sink._talks.add(self.connection)

    def handle(self) -> None:
        with contextlib.suppress(OSError, _HangUpError):
            self.say("CONNECT", "", 220, "sink.example ESMTP")
            while line := self.rfile.readline().decode("utf-8", "replace").rstrip("\r\n"):
                verb = line.split(" ", 1)[0].upper()
                self.server.sink.commands.append("AUTH …" if verb == "AUTH" else line)
                getattr(self, f"do_{verb.lower()}", self.do_unknown)(line)

    def finish(self) -> None:
        self.server.sink._talks.discard(self.connection)
        with contextlib.suppress(OSError):
            super().finish()
        # After STARTTLS this is another socket than the one that the server closes by itself.
        self.connection.close()

    def say(self, moment: str, line: str, code: int, text: str) -> bool:
        """Answer by the script, else as given; says whether the client was told yes (2xx or 3xx)."""
        return self.give(self.server.sink.scripted(moment, line) or Reply(code, text))

    def give(self, reply: Reply) -> bool:
        """Give this answer; the script may want it late, or not at all."""
        if reply.delay and self.server.sink.closing.wait(reply.delay):
            raise _HangUpError
        if reply.code is None:
            raise _HangUpError
        *more, last = reply.text.split("\n")
        for part in more:
            self.wfile.write(_octets(f"{reply.code}-{part}\r\n"))
        self.wfile.write(_octets(f"{reply.code} {last}\r\n"))
        if reply.code >= 400:
            self.server.sink.refusals.append(f"{reply.code} {reply.text}")
        if reply.hang_up:
            raise _HangUpError
        return reply.code < 400

    def do_unknown(self, line: str) -> None:
        self.say(line[:4].upper(), line, 500, "5.5.1 not known here")

    def do_ehlo(self, line: str) -> None:
        words = ["sink.example", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "DSN", "SIZE 50000000"]
        if self.server.sink.tls and not self.encrypted:
            words.append("STARTTLS")
        elif self.server.sink.logins is not None:
            words.append("AUTH PLAIN LOGIN" if self.server.sink.tokens is None else "AUTH XOAUTH2")
        self.say("EHLO", line, 250, "\n".join(words))

    def do_helo(self, line: str) -> None:
        self.say("EHLO", line, 250, "sink.example")

    def do_starttls(self, line: str) -> None:
        context = self.server.sink.tls
        if context is None:
            self.say("STARTTLS", line, 502, "5.5.1 no TLS here")
        elif self.say("STARTTLS", line, 220, "2.0.0 go on"):
            self.server.sink._talks.discard(self.connection)
            self.rfile.close()
            self.wfile.close()
            self.request = context.wrap_socket(self.connection, server_side=True)
            self.setup()
            self.encrypted = True

    def do_auth(self, line: str) -> None:
        _verb, mechanism, *initial = line.split()
        if mechanism.upper() == "XOAUTH2":
            self.do_token(_decoded(initial[0]))
            return
        if mechanism.upper() == "LOGIN":
            user = _decoded(initial[0] if initial else self.ask("VXNlcm5hbWU6"))
            password = _decoded(self.ask("UGFzc3dvcmQ6"))
        else:
            _identity, user, password = _decoded(initial[0] if initial else self.ask("")).split("\0")
        if (self.server.sink.logins or {}).get(user) != password:
            self.say("AUTH", user, 535, "5.7.8 wrong user or password")
        elif self.say("AUTH", user, 235, "2.7.0 welcome"):
            self.login = user

    def do_token(self, shown: str) -> None:
        """A login with a token; a refusal is explained in one more challenge, as Google and Microsoft do."""
        user, bearer = (part.partition("=")[2] for part in shown.split("\x01")[:2])
        if (self.server.sink.tokens or {}).get(user) == bearer.removeprefix("Bearer "):
            if self.say("AUTH", user, 235, "2.7.0 welcome"):
                self.login = user
        else:
            self.ask(base64.b64encode(b'{"status":"401","schemes":"bearer"}').decode())
            self.say("AUTH", user, 535, "5.7.3 authentication unsuccessful")

    def ask(self, challenge: str) -> str:
        """One step of a login."""
        self.wfile.write(f"334 {challenge}\r\n".encode())
        return self.rfile.readline().decode().strip()

    def do_mail(self, line: str) -> None:
        if self.server.sink.logins is not None and self.login is None:
            self.say("MAIL", line, 530, "5.7.0 log in first")
        elif self.say("MAIL", line, 250, "2.1.0 fine"):
            self.sender, self.recipients = _address(line), []

    def do_rcpt(self, line: str) -> None:
        if self.say("RCPT", line, 250, "2.1.5 fine"):
            self.recipients.append(_address(line))

    def do_data(self, line: str) -> None:
        if not self.recipients:
            self.say("DATA", line, 503, "5.5.1 for whom?")
            return
        if not self.say("DATA", line, 354, "go on"):
            return
        lines = []
        while (part := self.rfile.readline()) != b".\r\n":
            if not part:
                return
            lines.append(part.removeprefix(b"."))
        mail = Accepted(
            self.sender or "", tuple(self.recipients), b"".join(lines), self.login, self.encrypted
        )
        reply = self.server.sink.scripted("DOT", mail.message_id) or Reply(250, "2.0.0 taken")
        # Counted before the answer: a server owns the message from the moment it decides to say 250.
        if reply.kept if reply.kept is not None else reply.code is not None and reply.code < 300:
            self.server.sink.record(mail)
        self.sender, self.recipients = None, []
        self.give(reply)

    def do_rset(self, line: str) -> None:
        self.sender, self.recipients = None, []
        self.say("RSET", line, 250, "2.0.0 forgotten")

    def do_noop(self, line: str) -> None:
        self.say("NOOP", line, 250, "2.0.0 here")

    def do_quit(self, line: str) -> None:
        self.say("QUIT", line, 221, "2.0.0 good bye")
        raise _HangUpError


def _octets(text: str) -> bytes:
    """The text in UTF-8; a test writes octets that are none as lone surrogates, as Python reads them."""
    return text.encode("utf-8", "surrogateescape")


def _address(line: str) -> str:
    """The address between the angle brackets of a MAIL or RCPT line."""
    return line.partition("<")[2].partition(">")[0]


def _decoded(text: str) -> str:
    return base64.b64decode(text).decode()
