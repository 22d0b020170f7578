"""Access tokens: renewed in time from a real token server, and shown to a real Dovecot and an SMTP server."""

import asyncio
import json
import ssl
import stat
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import trustme
from builders import at
from servers.dovecot import Dovecot
from servers.loopback import HOST
from servers.sink import SmtpSink

from mailbot.core.posting import Accepted, Letter, NoticeKind
from mailbot.errors import LoginRefused, Unavailable
from mailbot.inbox.imap_session import ImapSettings, log_out, open_session
from mailbot.post.smtp import Security, SmtpPost, SmtpSettings
from mailbot.tokens import TokenCommand, Tokens, TokenServer

USER = "baocao@thainguyen.example"
HOUR = timedelta(hours=1)


class Issuer(ThreadingHTTPServer):
    """A token server: numbers its tokens, and exchanges the refresh token each time."""

    daemon_threads = True

    def __init__(self, ca: trustme.CA) -> None:
        super().__init__((HOST, 0), _Answer)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        ca.issue_cert(HOST).configure_cert(context)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.asked: list[dict[str, str]] = []
        self.refuses: tuple[int, dict[str, Any]] | None = None
        self.refresh = "refresh-0"
        self.issued = 0


class _Answer(BaseHTTPRequestHandler):
    server: Issuer

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = {name: values[0] for name, values in parse_qs(form).items()}
        self.server.asked.append(asked)
        if self.server.refuses:
            return self.give(*self.server.refuses)
        if asked["grant_type"] == "refresh_token" and asked["refresh_token"] != self.server.refresh:
            return self.give(400, {"error": "invalid_grant", "error_description": "used before"})
        self.server.issued += 1
        self.server.refresh = f"refresh-{self.server.issued}"
        told = {"access_token": f"access-{self.server.issued}", "expires_in": 3600}
        return self.give(200, {**told, "token_type": "Bearer", "refresh_token": self.server.refresh})

    def give(self, status: int, told: dict[str, Any]) -> None:
        octets = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, *_: object) -> None:
        """Be silent."""


class Desk:
    """Tokens from the issuer, on a clock that the test turns."""

    def __init__(self, issuer: Issuer, ca_file: Path, folder: Path) -> None:
        self.issuer = issuer
        self.now = at("2026-06-15 09:00")
        self.kept = folder / "token.json"
        self.refresh = "refresh-0"
        self.source = TokenServer(
            url=f"https://{HOST}:{issuer.server_port}/token",
            client_id="mailbot",
            refresh_token=lambda: self.refresh,
            scope="imap smtp",
            ca_file=ca_file,
        )
        self.tokens = self.anew()

    def clock(self) -> datetime:
        return self.now

    def anew(self) -> Tokens:
        """As after a restart."""
        return Tokens(self.source, self.kept, self.clock)


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(ca: trustme.CA, tmp_path: Path) -> Path:
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    return tmp_path / "ca.pem"


@pytest.fixture
def desk(ca: trustme.CA, ca_file: Path, tmp_path: Path) -> Iterator[Desk]:
    issuer = Issuer(ca)
    thread = threading.Thread(target=issuer.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Desk(issuer, ca_file, tmp_path)
    issuer.shutdown()
    issuer.server_close()
    thread.join(10)


def test_a_token_serves_for_four_fifths_of_its_life_and_over_a_restart(desk: Desk) -> None:
    assert desk.tokens.token() == "access-1"
    desk.now += 0.79 * HOUR
    assert desk.tokens.token() == desk.anew().token() == "access-1"
    assert stat.S_IMODE(desk.kept.stat().st_mode) == 0o600
    desk.now += 0.02 * HOUR
    assert desk.tokens.token() == "access-2"
    # The second time the refresh token that came in exchange was shown, also after a restart.
    desk.now += HOUR
    assert desk.anew().token() == "access-3"
    assert [asked["refresh_token"] for asked in desk.issuer.asked] == ["refresh-0", "refresh-1", "refresh-2"]
    assert desk.issuer.asked[0]["scope"] == "imap smtp"


def test_while_the_issuer_is_away_the_last_token_serves_and_an_alarm_is_raised_before_it_dies(
    desk: Desk,
) -> None:
    assert desk.tokens.token() == "access-1"
    assert desk.tokens.trouble() == ""
    desk.issuer.refuses = (503, {"error": "temporarily_unavailable"})
    desk.now += 0.9 * HOUR
    assert desk.tokens.token() == "access-1"
    assert "cannot be renewed; the last one dies at" in desk.tokens.trouble()
    # Asked once a minute, not at every login.
    assert len(desk.issuer.asked) == 2
    desk.now += 0.1 * HOUR
    assert "no token any more" in desk.tokens.trouble()
    with pytest.raises(Unavailable) as caught:
        desk.tokens.token()
    assert not isinstance(caught.value, LoginRefused)
    desk.issuer.refuses = None
    desk.now += timedelta(minutes=2)
    assert desk.tokens.token() == "access-2"
    assert desk.tokens.trouble() == ""


def test_a_refresh_token_that_died_is_our_own_fault_until_a_person_puts_in_another(desk: Desk) -> None:
    desk.refresh = "refresh-dead"
    with pytest.raises(LoginRefused, match="invalid_grant"):
        desk.tokens.token()
    desk.refresh = "refresh-0"
    desk.now += timedelta(minutes=2)
    assert desk.tokens.token() == "access-1"


def test_a_token_that_the_mail_server_refuses_is_exchanged_at_once(desk: Desk) -> None:
    assert desk.tokens.token() == "access-1"
    assert desk.tokens.token("access-1") == "access-2"
    assert desk.tokens.token("access-1") == "access-2"


@pytest.mark.parametrize(
    "told", [{}, {"access_token": ""}, {"access_token": "x", "expires_in": "nie"}, {"access_token": 7}]
)
def test_an_answer_without_a_token_is_none(desk: Desk, told: dict[str, Any]) -> None:
    desk.issuer.refuses = (200, told)
    with pytest.raises(Unavailable, match="without a token"):
        desk.tokens.token()


def test_nothing_that_is_secret_stands_in_an_error(desk: Desk) -> None:
    desk.refresh = "geheim-geheim"
    with pytest.raises(LoginRefused) as caught:
        desk.tokens.token()
    assert "geheim" not in str(caught.value)


def test_a_program_may_print_the_token(tmp_path: Path) -> None:
    kept, clock = tmp_path / "token.json", lambda: at("2026-06-15 09:00")
    assert Tokens(TokenCommand(command=("echo", "abc"), lives=3000), kept, clock).token() == "abc"
    kept.unlink()
    for command in (("false",), ("true",), ("/no/such/program",)):
        with pytest.raises(Unavailable):
            Tokens(TokenCommand(command=command, lives=3000), kept, clock).token()


@pytest.mark.servers
def test_dovecot_takes_the_token_and_a_revoked_one_is_exchanged(
    desk: Desk, ca: trustme.CA, ca_file: Path
) -> None:
    dovecot = Dovecot({USER: "unused"}, ca, tokens={USER: "access-2"})
    try:
        dovecot.start()
        settings = ImapSettings(
            host="localhost",
            port=dovecot.imaps_port,
            user=USER,
            password="",
            token=desk.tokens.token,
            ca_file=ca_file,
        )
        with pytest.raises(Unavailable, match="fresh one") as caught:
            open_session(settings)
        assert not isinstance(caught.value, LoginRefused)
        client = open_session(settings)
        assert client.select_folder("INBOX")[b"EXISTS"] == 0
        log_out(client)
    finally:
        dovecot.close()


def test_the_relay_takes_the_token_and_a_revoked_one_is_exchanged_on_the_spot(
    desk: Desk, ca: trustme.CA, ca_file: Path
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ca.issue_cert(HOST).configure_cert(context)
    with SmtpSink(context, logins={}, tokens={USER: "access-2"}) as sink:
        settings = SmtpSettings(
            host=HOST,
            port=sink.port,
            sender=USER,
            security=Security.STARTTLS,
            username=USER,
            token=desk.tokens.token,
            ca_file=ca_file,
            local_hostname="mailbot.example",
        )

        async def send() -> object:
            async def go() -> bool:
                return True

            post = SmtpPost(settings)
            try:
                return await post.send(LETTER, go)
            finally:
                await post.close()

        assert isinstance(asyncio.run(send()), Accepted)
        assert sink.accepted[0].login == USER
        sink.tokens = {USER: "another"}
        with pytest.raises(LoginRefused, match="535"):
            asyncio.run(send())


LETTER = Letter(
    kind=NoticeKind.RECEIPT,
    keys=("receipt/1",),
    unit=None,
    message_id="<k.abc@thainguyen.example>",
    recipients=("a@thainguyen.example",),
    subject="Thử",
    raw=b"Message-ID: <k.abc@thainguyen.example>\r\n\r\nx\r\n",
    expires_at=at("2030-01-01 09:00"),
)
