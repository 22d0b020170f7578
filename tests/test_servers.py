"""The closed loop itself: before mailbot is tested in it, the loop must be what a province's server is."""

import asyncio
import contextlib
import signal
import smtplib
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError
from servers import loopback
from servers.dovecot import TIMEOUT, Dovecot
from servers.loop import GHOST, PASSWORD, REPORT, UNITS, MailHome
from servers.loopback import HOST, free_ports
from servers.process import ServerFailedError, ServerProcess, group_members, program, until
from servers.sink import Reply, SmtpSink

pytestmark = pytest.mark.servers

UNIT = UNITS[1]


def letter(subject: str, sender: str = UNIT, to: str = REPORT) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = f"<{time.monotonic_ns()}@phoyen.example>"
    mail.set_content("Kính gửi Văn phòng.\n")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="Báo cáo tháng 6.pdf")
    return mail


@contextlib.contextmanager
def by_tls(home: MailHome, user: str = REPORT, password: str = PASSWORD) -> Iterator[IMAPClient]:
    """A session as mailbot opens it: TLS with a checked name, then a login."""
    client = IMAPClient(
        "localhost", home.dovecot.imaps_port, ssl=True, ssl_context=home.tls(), timeout=TIMEOUT
    )
    try:
        client.login(user, password)
        yield client
    finally:
        client.shutdown()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_units_letter_sent_by_smtp_lies_in_the_report_mailbox_by_imap_over_tls(mail_home: MailHome) -> None:
    mail_home.send(UNIT, REPORT, letter("Báo cáo tháng 6"))
    mail_home.wait_for(REPORT, 1)
    with by_tls(mail_home) as client:
        client.select_folder("INBOX", readonly=True)
        (uid,) = client.search("ALL")
        raw = client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"]
    assert b"by mail.thainguyen.example (Postfix)" in raw
    (mail,) = mail_home.inbox(REPORT)
    assert mail["Subject"] == "Báo cáo tháng 6"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["Báo cáo tháng 6.pdf"]


def test_idle_announces_a_letter_that_is_delivered_meanwhile(mail_home: MailHome) -> None:
    with by_tls(mail_home) as client:
        client.select_folder("INBOX")
        client.idle()
        mail_home.send(UNIT, REPORT, letter("Báo cáo"))
        news = client.idle_check(10)
        _text, leftovers = client.idle_done()
    assert (1, b"EXISTS") in news + leftovers


def test_move_files_a_letter_away_into_a_folder_with_vietnamese_letters(mail_home: MailHome) -> None:
    mail_home.dovecot.deliver(REPORT, b"Subject: one\r\n\r\n")
    with by_tls(mail_home) as client:
        client.create_folder("Đã xử lý/2013")
        client.select_folder("INBOX")
        client.move(client.search("ALL"), "Đã xử lý/2013")
    assert mail_home.inbox(REPORT) == []
    assert [mail["Subject"] for mail in mail_home.inbox(REPORT, "Đã xử lý/2013")] == ["one"]
    assert len(mail_home.dovecot.names(REPORT, "Đã xử lý/2013")) == 1


def test_a_wrong_password_is_refused_by_imap(mail_home: MailHome) -> None:
    with pytest.raises(LoginError), by_tls(mail_home, password="sai"):
        pass


def test_a_client_that_does_not_know_our_authority_turns_away(mail_home: MailHome) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        IMAPClient("localhost", mail_home.dovecot.imaps_port, ssl=True, timeout=TIMEOUT)


async def submit(
    mail: EmailMessage, port: int, tls: ssl.SSLContext, password: str | None
) -> tuple[dict[str, aiosmtplib.SMTPResponse], str]:
    """Submit as mailbot does: STARTTLS with a checked name, login, letter."""
    client = aiosmtplib.SMTP(hostname="localhost", port=port, start_tls=True, tls_context=tls, timeout=10)
    await client.connect()
    transport = client.transport
    assert transport is not None
    try:
        if password is not None:
            await client.login(REPORT, password)
        answer = await client.send_message(mail)
        await client.quit()
        return answer
    finally:
        # Merely closed, a TLS connection waits for the other side, and the loop ends before that answers.
        transport.abort()
        await asyncio.sleep(0)


def test_submission_with_starttls_and_login_lands_in_the_units_mailbox(mail_home: MailHome) -> None:
    receipt = letter("Đã nhận báo cáo", sender=REPORT, to=UNIT)
    port = mail_home.postfix.submission_port
    refused, reply = asyncio.run(submit(receipt, port, mail_home.tls(), PASSWORD))
    assert (refused, reply[:3]) == ({}, "2.0")
    (got,) = mail_home.wait_for(UNIT, lambda mail: mail["Message-ID"] == receipt["Message-ID"])
    assert got["Subject"] == "Đã nhận báo cáo"
    assert "with ESMTPSA" in " ".join(got.get_all("Received"))


def test_submission_by_tls_from_the_first_byte_works_too(mail_home: MailHome) -> None:
    with smtplib.SMTP_SSL("localhost", mail_home.postfix.smtps_port, context=mail_home.tls()) as smtp:
        smtp.login(REPORT, PASSWORD)
        smtp.send_message(letter("Nhắc", sender=REPORT, to=UNIT))
    mail_home.wait_for(UNIT, 1)


@pytest.mark.parametrize(
    ("password", "fault"),
    [("sai", aiosmtplib.SMTPAuthenticationError), (None, aiosmtplib.SMTPRecipientsRefused)],
)
def test_submission_without_a_good_login_is_refused(
    mail_home: MailHome, password: str | None, fault: type[Exception]
) -> None:
    mail = letter("x", sender=REPORT, to=UNIT)
    with pytest.raises(fault):
        asyncio.run(submit(mail, mail_home.postfix.submission_port, mail_home.tls(), password))


def test_no_mail_leaves_for_the_world(mail_home: MailHome) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mail_home.send(REPORT, "someone@example.org", letter("x"))


def test_an_address_that_does_not_exist_is_refused_at_once_and_one_that_has_left_bounces(
    mail_home: MailHome,
) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mail_home.send(REPORT, "khongco@thainguyen.example", letter("x"))
    mail_home.send(REPORT, GHOST, letter("Nhắc nộp báo cáo", sender=REPORT, to=GHOST))
    (bounce,) = mail_home.wait_for(REPORT, 1)
    assert bounce.get_content_type() == "multipart/report"
    assert bounce["Return-Path"] == "<>"


def test_an_address_with_a_plus_reaches_the_same_mailbox(mail_home: MailHome) -> None:
    mail_home.send("", REPORT.replace("@", "+n17@"), b"Subject: returned\r\n\r\n")
    (mail,) = mail_home.wait_for(REPORT, 1)
    assert mail["Delivered-To"] == REPORT.replace("@", "+n17@")


def test_a_new_person_is_let_in_while_the_servers_run(mail_home: MailHome) -> None:
    newcomer = "xatanhoa@phubinh.example"
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        mail_home.send(UNIT, newcomer, letter("x"))
    mail_home.welcome(newcomer)
    mail_home.send(UNIT, newcomer, letter("x"))
    mail_home.wait_for(newcomer, 1)


def test_a_changed_password_counts_at_once(mail_home: MailHome) -> None:
    assert mail_home.inbox(UNIT) == []
    mail_home.welcome(UNIT, "moi")
    with pytest.raises(LoginError), by_tls(mail_home, UNIT):
        pass
    mail_home.clear()
    assert mail_home.inbox(UNIT) == []


def test_postfix_keeps_a_letter_while_dovecot_is_down_and_delivers_it_afterwards(mail_home: MailHome) -> None:
    mail_home.dovecot.kill()
    mail_home.send(UNIT, REPORT, letter("Báo cáo"))
    assert mail_home.postfix.queue() == 1
    mail_home.dovecot.start()
    mail_home.wait_for(REPORT, 1)
    mail_home.settle()


def test_a_killed_postfix_loses_nothing_that_it_accepted(mail_home: MailHome) -> None:
    mail_home.dovecot.stop()
    mail_home.send(UNIT, REPORT, letter("Báo cáo"))
    mail_home.postfix.kill()
    assert mail_home.postfix.queue() == 1
    mail_home.start()
    mail_home.wait_for(REPORT, 1)


def test_every_test_begins_with_empty_mailboxes_and_an_empty_queue(mail_home: MailHome) -> None:
    mail_home.send(UNIT, REPORT, letter("rest"))
    mail_home.wait_for(REPORT, 1)
    mail_home.dovecot.stop()
    mail_home.send(UNIT, REPORT, letter("rest"))
    mail_home.clear()
    assert [mail_home.inbox(person) for person in mail_home.people] == [[]] * len(mail_home.people)
    assert mail_home.postfix.queue() == 0


def test_an_appended_letter_keeps_the_arrival_time_it_was_given(mail_home: MailHome) -> None:
    when = datetime(2013, 6, 25, 9, 59, 59, tzinfo=UTC)
    mail_home.dovecot.append(REPORT, "Lưu trữ", b"Subject: old\r\n\r\n", when)
    with by_tls(mail_home) as client:
        client.normalise_times = False
        client.select_folder("Lưu trữ", readonly=True)
        assert client.fetch([1], ["INTERNALDATE"])[1][b"INTERNALDATE"] == when


def test_reset_uidvalidity_changes_it_and_counts_uids_from_one_again(mail_home: MailHome) -> None:
    for subject in ("a", "b", "c"):
        mail_home.dovecot.deliver(REPORT, f"Subject: {subject}\r\n\r\n".encode())
    with mail_home.dovecot.session(REPORT) as client:
        client.select_folder("INBOX")
        client.delete_messages([1])
        client.expunge()
    old = mail_home.dovecot.uidvalidity(REPORT)
    mail_home.dovecot.reset_uidvalidity(REPORT)
    assert mail_home.dovecot.uidvalidity(REPORT) > old
    with mail_home.dovecot.session(REPORT) as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search("ALL") == [1, 2]
    assert [mail["Subject"] for mail in mail_home.inbox(REPORT)] == ["b", "c"]


def test_capabilities_can_be_left_unsaid(dovecot_with: Callable[..., Dovecot]) -> None:
    poor = dovecot_with(lacking=("MOVE", "UIDPLUS", "IDLE"))
    with poor.session(REPORT) as client:
        said = set(client.capabilities())
    assert said.isdisjoint({b"MOVE", b"UIDPLUS", b"IDLE"})
    assert {b"IMAP4REV1", b"UNSELECT", b"CONDSTORE"} <= said


def test_capabilities_are_all_announced_by_default(mail_home: MailHome) -> None:
    with by_tls(mail_home) as client:
        assert {b"MOVE", b"UIDPLUS", b"IDLE", b"CONDSTORE", b"SPECIAL-USE"} <= set(client.capabilities())


def test_a_user_may_hold_only_as_many_connections_as_the_server_allows(
    dovecot_with: Callable[..., Dovecot],
) -> None:
    narrow = dovecot_with(connections=1)
    with narrow.session(REPORT):
        second = IMAPClient(narrow.host, narrow.imap_port, ssl=False, timeout=TIMEOUT)
        with pytest.raises(LoginError, match="Maximum number of connections"):
            second.login(REPORT, PASSWORD)
        second.shutdown()


def test_a_token_opens_the_door_that_a_password_does_not(dovecot_with: Callable[..., Dovecot]) -> None:
    modern = dovecot_with(tokens={REPORT: "ya29.token"})
    modern.deliver(REPORT, b"Subject: x\r\n\r\n")
    assert len(modern.messages(REPORT)) == 1
    for token in (PASSWORD, "ya29.old"):
        client = IMAPClient("127.0.0.1", modern.imap_port, ssl=False, timeout=TIMEOUT)
        with pytest.raises(LoginError):
            client.oauth2_login(REPORT, token)
        client.shutdown()
    client = IMAPClient("127.0.0.1", modern.imap_port, ssl=False, timeout=TIMEOUT)
    client.oauth2_login(REPORT, "ya29.token")
    client.shutdown()


def test_starttls_is_offered_at_the_plain_imap_port(mail_home: MailHome) -> None:
    client = IMAPClient("localhost", mail_home.dovecot.imap_port, ssl=False, timeout=TIMEOUT)
    client.starttls(mail_home.tls())
    client.login(REPORT, PASSWORD)
    client.shutdown()


def test_both_servers_start_without_a_warning() -> None:
    with MailHome() as home:
        assert "warning" not in home.words().lower()


def test_stopping_leaves_no_process_no_port_and_no_folder_behind() -> None:
    with MailHome() as home:
        groups = [home.dovecot.process.pid, home.postfix.process.pid]
        ports = [home.dovecot.imaps_port, home.dovecot.lmtp_port, home.postfix.smtp_port]
        with home.dovecot.session(REPORT):
            assert all(group_members(group or 0) for group in groups)
            assert all(listens(port) for port in ports)
            home.close()
    assert [group_members(group or 0) for group in groups] == [[], []]
    assert not any(listens(port) for port in ports)
    assert not any(folder.exists() for folder in (home.dovecot.home, home.postfix.home))


def test_a_server_ends_with_the_process_that_started_it_even_if_that_is_killed(tmp_path: Path) -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from pathlib import Path\n"
        "from servers.process import ServerProcess\n"
        f"server = ServerProcess('sleeper', ['sleep', '600'], Path({str(tmp_path / 'log')!r}))\n"
        "server.start(); print(server.pid, flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout is not None
        group = int(starter.stdout.readline())
        assert group_members(group)
        starter.send_signal(signal.SIGKILL)
    assert until(lambda: not group_members(group), 5)


def test_a_server_that_cannot_start_says_why_in_its_own_words(dovecot_with: Callable[..., Dovecot]) -> None:
    with pytest.raises(pytest.fail.Exception, match="no_such_setting"):
        dovecot_with(extra="no_such_setting = 1")


def test_a_server_that_does_not_greet_is_ended_after_the_time_given(tmp_path: Path) -> None:
    mute = ServerProcess("mute", ["sleep", "600"], tmp_path / "log")
    mute.start()
    group = mute.pid or 0
    with pytest.raises(ServerFailedError, match=r"mute did not answer within 0\.2 s"):
        mute.await_ready(lambda: False, 0.2)
    assert group_members(group) == []


def test_a_port_that_one_process_has_drawn_is_drawn_by_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    [ours] = free_ports(1)
    monkeypatch.setattr(loopback, "_claimed", {})  # As another worker, which knows nothing of our draws.
    monkeypatch.setattr(loopback, "_FIRST", ours)
    monkeypatch.setattr(loopback, "_LAST", ours + 20)
    assert ours not in free_ports(3)


def test_a_server_waits_for_a_port_that_a_passing_connection_holds(tmp_path: Path) -> None:
    [port] = free_ports(1)
    server = ServerProcess("patient", ["sleep", "600"], tmp_path / "log", [port])
    with socket.create_server((HOST, 0)) as other, socket.socket() as passing:
        # Closed without the minute of TIME_WAIT.
        passing.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        passing.bind((HOST, port))
        passing.connect(other.getsockname())
        threading.Timer(0.3, passing.close).start()
        server.start()
        assert server.alive()
    server.kill()


def test_a_server_whose_port_stays_taken_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("servers.process._PORTS_SECONDS", 0.1)
    [port] = free_ports(1)
    server = ServerProcess("unlucky", ["sleep", "600"], tmp_path / "log", [port])
    with socket.create_server((HOST, port)), pytest.raises(ServerFailedError, match=rf"ports \[{port}\]"):
        server.start()


def test_a_missing_program_is_named_together_with_the_script_that_brings_it() -> None:
    with pytest.raises(RuntimeError, match=r"no-such-server is not installed; run tests/servers/install\.sh"):
        program("no-such-server")


def test_the_installer_has_nothing_to_do_here_and_says_nothing() -> None:
    done = subprocess.run(
        [Path(__file__).parent / "servers" / "install.sh"], capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


# The sink


def post(sink: SmtpSink, mail: EmailMessage, *, timeout: float = 5.0) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=timeout) as smtp:
        smtp.send_message(mail)


def test_the_sink_keeps_the_bytes_and_the_envelope(smtp_sink: SmtpSink) -> None:
    raw = b"Message-ID: <1@phoyen.example>\r\n\r\n.\r\n..two dots\r\n"
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as smtp:
        smtp.sendmail(UNIT, [REPORT], raw)
    (got,) = smtp_sink.await_count(1)
    assert (got.sender, got.recipients, got.raw) == (UNIT, (REPORT,), raw)
    assert smtp_sink.count("<1@phoyen.example>") == 1


def test_the_sink_refuses_one_recipient_and_takes_the_others(smtp_sink: SmtpSink) -> None:
    smtp_sink.answer("RCPT", Reply(450, "4.2.2 mailbox full"), where="phoyen", times=None)
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as smtp:
        refused = smtp.sendmail(REPORT, [UNIT, REPORT], b"Subject: x\r\n\r\n")
    assert refused == {UNIT: (450, b"4.2.2 mailbox full")}
    assert [mail.recipients for mail in smtp_sink.accepted] == [(REPORT,)]


@pytest.mark.parametrize("code", [451, 554])
def test_the_sink_refuses_after_the_dot_and_has_taken_nothing(smtp_sink: SmtpSink, code: int) -> None:
    smtp_sink.answer("DOT", Reply(code))
    with pytest.raises(smtplib.SMTPDataError):
        post(smtp_sink, letter("x"))
    assert smtp_sink.count() == 0
    post(smtp_sink, letter("x"))
    assert smtp_sink.count() == 1


def test_the_sink_can_take_a_letter_and_lose_the_receipt(smtp_sink: SmtpSink) -> None:
    mail = letter("x")
    smtp_sink.answer("DOT", Reply(None, kept=True))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        post(smtp_sink, mail)
    post(smtp_sink, mail)
    assert smtp_sink.count(str(mail["Message-ID"])) == 2


def test_the_sink_can_hang_up_after_the_dot_having_taken_nothing(smtp_sink: SmtpSink) -> None:
    smtp_sink.answer("DOT", Reply(None))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        post(smtp_sink, letter("x"))
    assert smtp_sink.count() == 0


def test_the_sink_can_be_slower_than_the_clients_patience(smtp_sink: SmtpSink) -> None:
    smtp_sink.answer("DOT", Reply(250, delay=30))
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        post(smtp_sink, letter("x"), timeout=0.3)
    assert smtp_sink.count() == 1


@pytest.mark.parametrize("moment", ["CONNECT", "EHLO", "MAIL", "DATA"])
def test_the_sink_says_goodbye_at_any_moment(smtp_sink: SmtpSink, moment: str) -> None:
    smtp_sink.answer(moment, Reply(421, "4.3.2 closing", hang_up=True), times=None)
    with pytest.raises(smtplib.SMTPException):
        post(smtp_sink, letter("x"))
    smtp_sink.obey()
    post(smtp_sink, letter("x"))
    assert smtp_sink.count() == 1


def test_the_sink_asks_for_tls_and_a_login(mail_home: MailHome) -> None:
    with SmtpSink(mail_home.server_tls(), {REPORT: PASSWORD}) as sink:
        with pytest.raises(smtplib.SMTPSenderRefused):
            post(sink, letter("x"))
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            asyncio.run(submit(letter("x"), sink.port, mail_home.tls(), "sai"))
        asyncio.run(submit(letter("x"), sink.port, mail_home.tls(), PASSWORD))
        (got,) = sink.await_count(1)
        assert (got.login, got.tls) == (REPORT, True)
        assert not any(PASSWORD in line for line in sink.commands)


def test_the_sink_ends_with_its_block_though_clients_still_talk() -> None:
    with SmtpSink() as sink, socket.create_connection(("127.0.0.1", sink.port)) as client:
        client.recv(100)
        sink.close()
        assert client.recv(100) == b""
    assert not listens(sink.port)
