"""The IMAP inbox against servers and wires that misbehave in ways a real Dovecot cannot be brought to."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from figures import keep
from servers.loop import PASSWORD, REPORT, MailHome
from servers.wire import Wire

from mailbot.core.mail import Place
from mailbot.errors import LoginRefused, Unavailable
from mailbot.inbox import imap_idle
from mailbot.inbox.archive import Archive
from mailbot.inbox.imap import ImapInbox, ImapSettings
from mailbot.inbox.raw import RawMail, Unfetchable, Vanished

# So many places are cut in each direction; 0 means every byte.
CUTS = int(os.environ.get("MAILBOT_CUTS", "60"))
RAW = b"From: a@x\r\nSubject: n\r\n\r\n" + b"text of the mail\r\n" * 40
# Seconds; the runner's own limit is shorter, so only what is tested can end the waiting.
LONGER_THAN_ANY_TEST = 600
GREETING = b"* OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS MOVE] ready\r\n"


def settings_for(port: int, **changes: object) -> ImapSettings:
    given: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "tls": "none",
        "user": REPORT,
        "password": PASSWORD,
        "move": False,
        "connect_seconds": 5,
        "read_seconds": 3,
    }
    return ImapSettings(**(given | changes))  # type: ignore[arg-type]


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port on which `serve` is called for each connection, one after the other."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        over = threading.Event()

        def accept() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    connection, _ = server.accept()
                    with connection, suppress(OSError):
                        connection.settimeout(5)
                        serve(connection)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            over.set()
            thread.join()


Script = dict[bytes, Sequence[bytes]]
WILLING: Script = {
    b"LOGIN": [b"{tag} OK [CAPABILITY IMAP4rev1 IDLE UIDPLUS MOVE] in\r\n"],
    b"CAPABILITY": [b"* CAPABILITY IMAP4rev1 IDLE UIDPLUS MOVE\r\n{tag} OK done\r\n"],
    b"EXAMINE": [b"* 2 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 9]\r\n{tag} OK ro\r\n"],
    b"UID SEARCH": [b"* SEARCH 3 4\r\n{tag} OK done\r\n"],
    b"NOOP": [b"{tag} OK done\r\n"],
    b"DONE": [b"{tag} OK done\r\n"],
    b"LOGOUT": [b"* BYE\r\n{tag} OK done\r\n"],
}


def scripted(script: Script) -> Callable[[socket.socket], None]:
    """A server that answers each command by its beginning: the first answer first, the last for ever."""
    left = {
        begin: list(answers)
        for begin, answers in (script | {b: a for b, a in WILLING.items() if b not in script}).items()
    }

    def serve(connection: socket.socket) -> None:
        connection.sendall(GREETING)
        tag = b""
        with connection.makefile("rb") as lines:
            for line in lines:
                command = line.strip()
                if command != b"DONE":
                    tag, _, command = command.partition(b" ")
                answers = next(answers for begin, answers in left.items() if command.startswith(begin))
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                if answer == b"":
                    return
                connection.sendall(answer.replace(b"{tag}", tag))

    return serve


def listed(*uids: int, size: int = len(RAW)) -> bytes:
    date = b'INTERNALDATE "25-Jun-2013 08:00:00 +0700"'
    lines = [b"* %d FETCH (UID %d %s RFC822.SIZE %d)\r\n" % (n, n, date, size) for n in uids]
    return b"".join(lines) + b"{tag} OK done\r\n"


def whole(uid: int, raw: bytes = RAW) -> bytes:
    return b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, uid, len(raw), raw)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.mark.servers
@pytest.mark.timeout(3600 if CUTS == 0 else 120)
@pytest.mark.parametrize("toward", ["client", "server"])
def test_a_wire_cut_anywhere_is_never_a_wrong_password_and_never_half_a_mail(
    mail_home: MailHome, archive: Archive, toward: str
) -> None:
    mail_home.dovecot.append(REPORT, "INBOX", RAW)
    outcomes = set()

    def read(most: int) -> int:
        """Read the mailbox by a wire that carries so many bytes; how many it carried in all."""
        with Wire(mail_home.dovecot.imap_port) as wire:
            wire.allow(most, toward)
            inbox = ImapInbox(settings_for(wire.port, slice_bytes=100))
            try:
                inbox.connect()
                answers = list(inbox.fetch(inbox.scan(), archive))
            except LoginRefused:
                outcomes.add("refused")
            except Unavailable:
                outcomes.add("unavailable")
            else:
                assert [archive.read(a.sha256) for a in answers if isinstance(a, RawMail)] == [RAW], most
                outcomes.add("whole")
            inbox.close()
            wire.close()
            return wire.carried[toward]

    length = read(1_000_000)
    cuts = range(1, length + 1, max(1, length // CUTS) if CUTS else 1)
    for cut in cuts:
        read(cut)
    assert outcomes == {"unavailable", "whole"}
    assert {path.name for path in archive.folder.rglob("*") if path.is_file()} <= {archive.keep(RAW)}
    keep(f"IMAP cuts toward the {toward}", cuts=len(cuts), bytes=length, short_mails=0, false_alarms=0)


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        (b"{tag} NO [AUTHENTICATIONFAILED] Sai mat khau\r\n", True),
        (b"{tag} NO Login failed.\r\n", True),
        (b"{tag} NO [EXPIRED] change it\r\n", True),
        (b"{tag} NO [UNAVAILABLE] directory is down\r\n", False),
        (b"{tag} NO [LIMIT] too many connections\r\n", False),
        (b"{tag} BAD what\r\n", False),
        (b"* BYE overloaded\r\n", False),
        (b"", False),
    ],
)
def test_only_the_servers_own_word_on_the_credentials_counts(answer: bytes, refused: bool) -> None:
    with listening(scripted({b"LOGIN": [answer]})) as port, pytest.raises(Unavailable) as raised:
        ImapInbox(settings_for(port)).connect()
    assert isinstance(raised.value, LoginRefused) is refused


def test_a_literal_that_lies_about_its_size_takes_no_memory(archive: Archive) -> None:
    lie = b"* 3 FETCH (UID 3 BODY[] {4294967295}\r\nabc"
    script = {b"UID FETCH 3,4 (INTERNALDATE": [listed(3, 4)], b"UID FETCH": [lie]}
    with listening(scripted(script)) as port:
        inbox = ImapInbox(settings_for(port))
        inbox.connect()
        with pytest.raises(Unavailable, match="literal of 4294967295 bytes"):
            list(inbox.fetch(inbox.scan(), archive))
        inbox.close()


def test_a_mail_that_breaks_every_connection_holds_up_no_other(archive: Archive) -> None:
    script: Script = {
        b"UID FETCH 3,4 (INTERNALDATE": [listed(3, 4)],
        b"UID FETCH 3 (INTERNALDATE": [listed(3)],
        b"UID FETCH 4 (INTERNALDATE": [listed(4)],
        b"UID FETCH 3,4 (BODY": [b""],
        b"UID FETCH 3 (BODY": [b""],
        b"UID FETCH 4 (BODY.PEEK[]<0": [
            b"* 4 FETCH (UID 4 BODY[]<0> {%d}\r\n%s)\r\n{tag} OK done\r\n" % (len(RAW), RAW)
        ],
    }
    got: list[object] = []
    with listening(scripted(script)) as port:
        inbox = ImapInbox(settings_for(port))
        for _ in range(6):
            with suppress(Unavailable):
                inbox.connect()
                got.extend(inbox.fetch(inbox.scan(), archive))
        inbox.close()
    assert any(isinstance(answer, RawMail) and answer.place == Place("INBOX", "7", "4") for answer in got)
    assert any(isinstance(answer, Unfetchable) and answer.place.name == "3" for answer in got)


def test_a_refused_mail_of_a_batch_is_unfetchable_and_the_rest_comes(archive: Archive) -> None:
    slice_of = b"* 4 FETCH (UID 4 BODY[]<0> {%d}\r\n%s)\r\n{tag} OK done\r\n" % (len(RAW), RAW)
    script: Script = {
        b"UID FETCH 3,4 (INTERNALDATE": [listed(3, 4)],
        b"UID FETCH 3,4 (BODY": [b"{tag} NO [SERVERBUG] internal error\r\n"],
        b"UID FETCH 3 (BODY": [b"{tag} NO [SERVERBUG] internal error\r\n"],
        b"UID FETCH 4 (BODY": [slice_of],
    }
    with listening(scripted(script)) as port:
        inbox = ImapInbox(settings_for(port))
        inbox.connect()
        answers = list(inbox.fetch(inbox.scan(), archive))
        inbox.close()
    assert [type(answer) for answer in answers] == [Unfetchable, RawMail]


@pytest.mark.parametrize(
    "date",
    [
        b'INTERNALDATE "31-Dec-9999 23:59:59 -0100" ',
        b'INTERNALDATE "30-Jun-2013 23:59:60 +0000" ',
        b'INTERNALDATE "yesterday" ',
        b"INTERNALDATE NIL ",
        b"",
    ],
)
def test_a_mail_whose_date_is_nonsense_or_missing_comes_without_one(archive: Archive, date: bytes) -> None:
    dated = b'INTERNALDATE "25-Jun-2013 08:00:00 +0700" '
    script: Script = {
        b"UID FETCH 3,4 (INTERNALDATE": [listed(3, 4).replace(dated, date, 1)],
        b"UID FETCH 3,4 (BODY": [whole(3) + whole(4) + b"{tag} OK done\r\n"],
    }
    with listening(scripted(script)) as port:
        inbox = ImapInbox(settings_for(port))
        inbox.connect()
        answers = list(inbox.fetch(inbox.scan(), archive))
        inbox.close()
    assert [type(answer) for answer in answers] == [RawMail, RawMail]
    assert [answer.server_at is None for answer in answers if isinstance(answer, RawMail)] == [True, False]


@pytest.mark.parametrize(
    "says",
    [
        b"NO [THROTTLED] slow down",
        b"NO [LIMIT] too many commands",
        b"NO [UNAVAILABLE] the backend is away",
        b"NO [OVERQUOTA] Account exceeded command or bandwidth limits",
        b"BAD Request is throttled. Suggested Backoff Time: 121024 milliseconds",
    ],
)
def test_a_server_that_finds_us_too_fast_is_left_alone_and_no_mail_is_blamed(
    archive: Archive, says: bytes
) -> None:
    asked = []
    script: Script = {
        b"UID FETCH 3,4 (INTERNALDATE": [listed(3, 4)],
        b"UID FETCH 3,4 (BODY": [b"{tag} " + says + b"\r\n", whole(3) + whole(4) + b"{tag} OK done\r\n"],
    }

    def counted(connection: socket.socket) -> None:
        asked.append("session")
        serve(connection)

    serve = scripted(script)
    with listening(counted) as port:
        inbox = ImapInbox(settings_for(port))
        for _ in range(2):
            inbox.connect()
            try:
                answers = list(inbox.fetch(inbox.scan(), archive))
            except Unavailable as error:
                asked.append(str(error))
        inbox.close()
    # One refusal, no other mail asked for in that session; in the next both come.
    assert [word if word == "session" else "refused" for word in asked] == ["session", "refused", "session"]
    assert [type(answer) for answer in answers] == [RawMail, RawMail]


def test_without_a_uidvalidity_a_place_counts_for_one_session_only(archive: Archive) -> None:
    script: Script = {b"EXAMINE": [b"* 2 EXISTS\r\n* OK [UIDNEXT 9]\r\n{tag} OK ro\r\n"]}
    with listening(scripted(script)) as port:
        inbox = ImapInbox(settings_for(port))
        inbox.connect()
        first = inbox.scan()
        assert inbox.scan() == first
        inbox.connect()
        second = inbox.scan()
        # What was a place then is none now, whatever UID it had.
        assert [type(answer) for answer in inbox.fetch(first, archive)] == [Vanished, Vanished]
        inbox.close()
    assert [place.name for place in first] == [place.name for place in second] == ["3", "4"]
    assert first[0].validity != second[0].validity


@pytest.mark.parametrize("told", [1, len(RAW) - 7, len(RAW) + 7, 100_000, 4_000_000_000])
def test_a_false_size_costs_no_byte_of_the_mail(archive: Archive, told: int) -> None:
    def piece(at: int, most: int) -> bytes:
        part = RAW[at : at + most]
        return b"* 3 FETCH (UID 3 BODY[]<%d> {%d}\r\n%s)\r\n{tag} OK done\r\n" % (at, len(part), part)

    half = 400
    script: Script = {
        b"UID SEARCH": [b"* SEARCH 3\r\n{tag} OK done\r\n"],
        b"UID FETCH 3 (INTERNALDATE": [listed(3, size=told)],
    } | {b"UID FETCH 3 (BODY.PEEK[]<%d.%d>" % (at, half): [piece(at, half)] for at in (0, half, len(RAW))}
    assert half < len(RAW) < 2 * half
    with listening(scripted(script)) as port:
        inbox = ImapInbox(settings_for(port, slice_bytes=half))
        inbox.connect()
        (answer,) = inbox.fetch(inbox.scan(), archive)
        inbox.close()
    assert isinstance(answer, RawMail)
    assert answer.size == len(RAW)
    assert archive.read(answer.sha256) == RAW


def test_a_mail_that_appears_late_with_a_lower_uid_is_seen(archive: Archive) -> None:
    script: Script = {
        b"UID SEARCH UID 1:*": [b"* SEARCH 4\r\n{tag} OK done\r\n", b"* SEARCH 3 4\r\n{tag} OK done\r\n"],
        b"UID FETCH 3 (INTERNALDATE": [listed(3)],
        b"UID FETCH 3 (BODY": [
            b"* 3 FETCH (UID 3 BODY[]<0> {%d}\r\n%s)\r\n{tag} OK done\r\n" % (len(RAW), RAW)
        ],
    }
    with listening(scripted(script)) as port:
        inbox = ImapInbox(settings_for(port))
        inbox.connect()
        known = inbox.scan()
        late = [place for place in inbox.scan() if place not in known]
        (answer,) = inbox.fetch(late, archive)
        inbox.close()
    assert [place.name for place in late] == ["3"]
    assert isinstance(answer, RawMail)


def test_nothing_and_nil_for_a_mail_are_no_empty_mail(archive: Archive) -> None:
    script: Script = {
        b"UID FETCH 3,4 (INTERNALDATE": [listed(3, 4)],
        b"UID FETCH 3,4 (BODY": [b"* 3 FETCH (UID 3 BODY[] NIL)\r\n{tag} OK done\r\n"],
        b"UID SEARCH UID 1:*": [b"* SEARCH 3 4\r\n{tag} OK done\r\n"],
        b"UID SEARCH UID 3": [b"* SEARCH\r\n{tag} OK done\r\n"],
        b"UID SEARCH UID 4": [b"* SEARCH 4\r\n{tag} OK done\r\n"],
    }
    with listening(scripted(script)) as port:
        inbox = ImapInbox(settings_for(port))
        inbox.connect()
        answers = list(inbox.fetch(inbox.scan(), archive))
        inbox.close()
    assert [type(answer) for answer in answers] == [Vanished, Unfetchable]


@pytest.mark.parametrize(
    "begun",
    [
        b"+ idling\r\n* 3 EXISTS\r\n",
        b"* 3 EXISTS\r\n+ idling\r\n",
    ],
)
def test_news_around_the_beginning_of_idle_are_not_slept_through(begun: bytes) -> None:
    with listening(scripted({b"IDLE": [begun]})) as port:
        inbox = ImapInbox(settings_for(port))
        inbox.connect()
        assert inbox.idle(LONGER_THAN_ANY_TEST)
        inbox.close()


def test_keep_alives_and_flags_are_no_news() -> None:
    chatter = b"* 1 FETCH (FLAGS (\\Seen))\r\n+ idling\r\n"
    with listening(scripted({b"IDLE": [chatter]})) as port:
        inbox = ImapInbox(settings_for(port))
        inbox.connect()
        assert not inbox.idle(0.5)
        inbox.close()


def test_a_goodbye_during_idle_is_told() -> None:
    with listening(scripted({b"IDLE": [b"+ idling\r\n* BYE shutting down\r\n"]})) as port:
        inbox = ImapInbox(settings_for(port))
        inbox.connect()
        with pytest.raises(Unavailable):
            inbox.idle(LONGER_THAN_ANY_TEST)


@pytest.mark.parametrize("renewed", [False, True])
def test_a_link_that_died_in_silence_is_noticed_when_idle_ends_or_is_renewed(
    monkeypatch: pytest.MonkeyPatch, renewed: bool
) -> None:
    assert imap_idle.RENEW_SECONDS <= 4 * 60
    if renewed:
        monkeypatch.setattr(imap_idle, "RENEW_SECONDS", 0.2)

    def mute(connection: socket.socket) -> None:
        with suppress(OSError):
            connection.recv(1000)
            time.sleep(1.5)

    def serve(connection: socket.socket) -> None:
        connection.sendall(GREETING)
        with connection.makefile("rb") as lines:
            for line in lines:
                tag, _, command = line.strip().partition(b" ")
                if command.startswith(b"IDLE"):
                    connection.sendall(b"+ idling\r\n")
                    mute(connection)
                    return
                answers = next(
                    (v for k, v in WILLING.items() if command.startswith(k)), [b"{tag} OK done\r\n"]
                )
                connection.sendall(answers[0].replace(b"{tag}", tag))

    with listening(serve) as port:
        inbox = ImapInbox(settings_for(port, read_seconds=1))
        inbox.connect()
        with pytest.raises(Unavailable):
            inbox.idle(LONGER_THAN_ANY_TEST if renewed else 0.2)
