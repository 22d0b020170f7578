"""The IMAP inbox against a real Dovecot."""

import hashlib
import resource
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from servers.dovecot import Dovecot
from servers.loop import GHOST, PASSWORD, REPORT, UNITS, MailHome

from mailbot.core.mail import Automation
from mailbot.errors import LoginRefused, Unavailable
from mailbot.inbox.archive import Archive
from mailbot.inbox.imap import ImapInbox, ImapSettings
from mailbot.inbox.parse import parse
from mailbot.inbox.raw import Fetched, RawMail, Vanished

pytestmark = pytest.mark.servers

UNIT = UNITS[0]
# Seconds; the runner's own limit is shorter, so only what is tested can end the waiting.
LONGER_THAN_ANY_TEST = 600


def mail(subject: str, size: int = 0) -> bytes:
    head = f"From: {UNIT}\r\nTo: {REPORT}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x>\r\n\r\n"
    return head.encode() + (b"x" * 70 + b"\r\n") * (size // 72) + b"end\r\n"


def settings_for(dovecot: Dovecot, **changes: object) -> ImapSettings:
    settings = ImapSettings(
        host="localhost",
        port=dovecot.imaps_port,
        user=REPORT,
        password=PASSWORD,
        filed_folder="Đã ghi nhận",
        ca_file=dovecot.ca_file,
        connect_seconds=5,
        read_seconds=10,
    )
    return replace(settings, **changes)  # type: ignore[arg-type]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def fetch_all(inbox: ImapInbox, archive: Archive) -> list[Fetched]:
    return list(inbox.fetch(inbox.scan(), archive))


def kept(fetched: list[Fetched], archive: Archive) -> list[bytes]:
    assert all(isinstance(answer, RawMail) for answer in fetched)
    return [archive.read(answer.sha256) for answer in fetched if isinstance(answer, RawMail)]


def test_what_our_own_check_filed_away_is_not_counted(mail_home: MailHome, archive: Archive) -> None:
    dovecot = mail_home.dovecot
    inbox = ImapInbox(settings_for(dovecot))
    inbox.connect()
    assert inbox.filed() == 0
    for counted in (0, 1):
        dovecot.deliver(REPORT, b"X-Mailbot-Instance: here\r\n" + mail("check"))
        inbox.file_away(inbox.scan())
        assert inbox.filed() == counted
        dovecot.deliver(REPORT, mail("report"))
        assert len(fetch_all(inbox, archive)) == 1
        inbox.file_away(inbox.scan())
        assert inbox.filed() == counted + 1
    inbox.close()


def test_mails_of_all_sizes_come_whole_and_their_flags_stay(mail_home: MailHome, archive: Archive) -> None:
    dovecot = mail_home.dovecot
    for number, size in enumerate((0, 300, 70_000, 200_000, 1_000)):
        dovecot.deliver(REPORT, mail(f"n{number}", size))
    before = sorted(dovecot.messages(REPORT))
    inbox = ImapInbox(settings_for(dovecot, slice_bytes=30_000, batch_bytes=2_000))
    inbox.connect()
    fetched = fetch_all(inbox, archive)
    inbox.close()
    assert sorted(kept(fetched, archive)) == before
    with dovecot.session(REPORT) as client:
        client.select_folder("INBOX", readonly=True)
        flags = client.get_flags(client.search("ALL"))
    assert all(b"\\Seen" not in given for given in flags.values())


def test_a_slice_that_ends_with_the_mail_ends_the_mail(mail_home: MailHome, archive: Archive) -> None:
    raw = mail("exact", 5_000)
    mail_home.dovecot.append(REPORT, "INBOX", raw)
    inbox = ImapInbox(settings_for(mail_home.dovecot, slice_bytes=len(raw) // 4, batch_bytes=10))
    assert len(raw) % 4 in range(4)
    inbox.connect()
    assert kept(fetch_all(inbox, archive), archive) == [raw]
    inbox.close()


def test_the_servers_date_is_kept_in_utc(mail_home: MailHome, archive: Archive) -> None:
    when = datetime(2013, 6, 25, 10, 30, tzinfo=UTC)
    mail_home.dovecot.append(REPORT, "INBOX", mail("old"), when)
    inbox = ImapInbox(settings_for(mail_home.dovecot))
    inbox.connect()
    (answer,) = fetch_all(inbox, archive)
    inbox.close()
    assert isinstance(answer, RawMail)
    assert answer.server_at == when
    assert answer.server_at.tzinfo is UTC


def test_a_mail_expunged_after_the_scan_has_vanished_and_the_others_come(
    mail_home: MailHome, archive: Archive
) -> None:
    for number in range(3):
        mail_home.dovecot.deliver(REPORT, mail(f"n{number}"))
    inbox = ImapInbox(settings_for(mail_home.dovecot))
    inbox.connect()
    places = inbox.scan()
    with mail_home.dovecot.session(REPORT) as client:
        client.select_folder("INBOX")
        client.delete_messages([int(places[1].name)])
        client.expunge()
    fetched = list(inbox.fetch(places, archive))
    inbox.close()
    assert Vanished(places[1]) in fetched
    assert {answer.place for answer in fetched if isinstance(answer, RawMail)} == {places[0], places[2]}


def test_moved_mails_leave_the_inbox_and_a_second_call_says_the_same(mail_home: MailHome) -> None:
    dovecot = mail_home.dovecot
    for number in range(3):
        dovecot.deliver(REPORT, mail(f"n{number}"))
    inbox = ImapInbox(settings_for(dovecot))
    inbox.connect()
    places = inbox.scan()
    assert set(inbox.file_away(places[:2])) == set(places[:2])
    assert set(inbox.file_away(places[:2])) == set(places[:2])
    assert inbox.scan() == places[2:]
    inbox.close()
    assert len(dovecot.messages(REPORT, "Đã ghi nhận")) == 2


def test_without_move_mails_are_copied_and_only_they_are_expunged(
    dovecot_with: Callable[..., Dovecot],
) -> None:
    dovecot = dovecot_with(lacking=("MOVE",))
    for number in range(3):
        dovecot.deliver(REPORT, mail(f"n{number}"))
    inbox = ImapInbox(settings_for(dovecot))
    inbox.connect()
    places = inbox.scan()
    with dovecot.session(REPORT) as client:
        client.select_folder("INBOX")
        # Someone of the staff has marked a mail and not yet expunged it.
        client.delete_messages([int(places[2].name)])
    assert set(inbox.file_away(places[:2])) == set(places[:2])
    inbox.close()
    assert len(dovecot.messages(REPORT)) == 1
    assert len(dovecot.messages(REPORT, "Đã ghi nhận")) == 2


def test_without_move_and_uidplus_mails_stay_and_the_reason_is_said(
    dovecot_with: Callable[..., Dovecot],
) -> None:
    dovecot = dovecot_with(lacking=("MOVE", "UIDPLUS"))
    dovecot.deliver(REPORT, mail("n"))
    inbox = ImapInbox(settings_for(dovecot))
    inbox.connect()
    assert "neither MOVE nor UIDPLUS" in inbox.not_filing_because
    assert inbox.file_away(inbox.scan()) == ()
    assert len(inbox.scan()) == 1
    inbox.close()


def test_what_came_since_the_last_command_is_listed_without_idle(mail_home: MailHome) -> None:
    inbox = ImapInbox(settings_for(mail_home.dovecot, idle=False))
    inbox.connect()
    assert inbox.scan() == ()
    mail_home.dovecot.deliver(REPORT, mail("one"), UNIT)
    assert len(inbox.scan()) == 1
    inbox.close()


def test_where_folders_have_a_prefix_the_folder_of_filed_mails_is_found_by_its_own_name(
    dovecot_with: Callable[..., Dovecot], archive: Archive
) -> None:
    dovecot = dovecot_with(extra="namespace inbox {\n prefix = INBOX.\n separator = .\n}")
    dovecot.deliver(REPORT, mail("old"))
    settings = settings_for(dovecot)
    inbox = ImapInbox(settings)
    inbox.connect()
    assert inbox.file_away(inbox.scan()) != ()
    assert inbox.folders() == ("INBOX", "INBOX.Đã ghi nhận")
    inbox.close()
    inbox.connect()
    assert inbox.filed() == 1
    inbox.close()
    filed = ImapInbox(replace(settings, folder=settings.filed_folder, move=False))
    filed.connect()
    assert filed.filed() == 0
    (answer,) = fetch_all(filed, archive)
    assert answer.place is not None
    assert answer.place.mailbox == settings.filed_folder
    assert filed.quotas() == ()
    filed.close()
    gone = ImapInbox(replace(settings, folder="Không có"))
    with pytest.raises(Unavailable, match=r"is called Không có; there are INBOX, INBOX\.Đã ghi nhận$"):
        gone.connect()


def test_filing_switched_off_opens_the_folder_read_only(mail_home: MailHome) -> None:
    mail_home.dovecot.deliver(REPORT, mail("n"))
    inbox = ImapInbox(settings_for(mail_home.dovecot, move=False))
    inbox.connect()
    assert inbox.file_away(inbox.scan()) == ()
    inbox.close()
    assert mail_home.dovecot.folders(REPORT) == ["INBOX"]


def test_a_new_uidvalidity_makes_old_places_void(mail_home: MailHome, archive: Archive) -> None:
    dovecot = mail_home.dovecot
    dovecot.deliver(REPORT, mail("n"))
    inbox = ImapInbox(settings_for(dovecot))
    inbox.connect()
    old = inbox.scan()
    inbox.close()
    dovecot.reset_uidvalidity(REPORT)
    inbox.connect()
    new = inbox.scan()
    assert [place.name for place in new] == [place.name for place in old]
    assert new != old
    assert list(inbox.fetch(old, archive)) == [Vanished(old[0])]
    assert set(inbox.file_away(old)) == set()
    assert inbox.scan() == new
    inbox.close()


def test_idle_ends_when_a_mail_arrives(mail_home: MailHome) -> None:
    inbox = ImapInbox(settings_for(mail_home.dovecot))
    inbox.connect()
    assert inbox.scan() == ()
    timer = threading.Timer(0.5, mail_home.dovecot.deliver, (REPORT, mail("n")))
    timer.start()
    assert inbox.idle(LONGER_THAN_ANY_TEST)
    timer.join()
    assert len(inbox.scan()) == 1
    inbox.close()


def test_idle_ends_at_its_time_and_at_a_wake_up(mail_home: MailHome) -> None:
    inbox = ImapInbox(settings_for(mail_home.dovecot))
    inbox.connect()
    assert not inbox.idle(0.3)
    mine, theirs = socket.socketpair()
    with mine, theirs:
        timer = threading.Timer(0.3, theirs.send, (b"x",))
        timer.start()
        assert not inbox.idle(LONGER_THAN_ANY_TEST, mine)
        timer.join()
    assert inbox.scan() == ()
    inbox.close()


@pytest.mark.parametrize("tls", ["tls", "none"])
def test_idle_notices_a_server_that_dies_and_connects_again(mail_home: MailHome, tls: str) -> None:
    dovecot = mail_home.dovecot
    port = dovecot.imaps_port if tls == "tls" else dovecot.imap_port
    inbox = ImapInbox(settings_for(dovecot, tls=tls, port=port))
    inbox.connect()
    timer = threading.Timer(0.5, dovecot.kill)
    timer.start()
    worked = time.process_time()
    with pytest.raises(Unavailable):
        inbox.idle(LONGER_THAN_ANY_TEST)
    timer.join()
    # Without a busy loop: a dead link answers every look at once.
    assert time.process_time() - worked < 2
    with pytest.raises(Unavailable):
        inbox.scan()
    with pytest.raises(Unavailable):
        inbox.connect()
    dovecot.start()
    inbox.connect()
    assert inbox.scan() == ()
    inbox.close()


def test_a_server_without_idle_is_polled(dovecot_with: Callable[..., Dovecot]) -> None:
    inbox = ImapInbox(settings_for(dovecot_with(lacking=("IDLE",))))
    inbox.connect()
    assert inbox.idle(0.1)
    inbox.close()


def test_a_wrong_password_is_refused_and_a_dead_server_is_not(mail_home: MailHome) -> None:
    with pytest.raises(LoginRefused):
        ImapInbox(settings_for(mail_home.dovecot, password="sai")).connect()
    settings = settings_for(mail_home.dovecot)
    mail_home.dovecot.stop()
    with pytest.raises(Unavailable) as raised:
        ImapInbox(settings).connect()
    assert not isinstance(raised.value, LoginRefused)
    assert PASSWORD not in repr(settings)


def test_a_password_with_vietnamese_letters_logs_in(mail_home: MailHome) -> None:
    mail_home.welcome(REPORT, "mật khẩu")
    inbox = ImapInbox(settings_for(mail_home.dovecot, password="mật khẩu"))
    inbox.connect()
    inbox.close()


def test_starttls_protects_the_login(mail_home: MailHome) -> None:
    inbox = ImapInbox(settings_for(mail_home.dovecot, tls="starttls", port=mail_home.dovecot.imap_port))
    inbox.connect()
    assert isinstance(inbox._client.socket(), ssl.SSLSocket)
    assert inbox.scan() == ()
    inbox.close()


def test_starttls_that_is_not_offered_is_no_reason_to_speak_openly(
    dovecot_with: Callable[..., Dovecot],
) -> None:
    dovecot = dovecot_with(extra="ssl = no")
    with pytest.raises(Unavailable):
        ImapInbox(settings_for(dovecot, tls="starttls", port=dovecot.imap_port)).connect()


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_certificate_of_a_stranger_is_refused(mail_home: MailHome, tmp_path: Path, tls: str) -> None:
    stranger = tmp_path / "stranger.pem"
    trustme.CA().cert_pem.write_to_path(stranger)
    port = mail_home.dovecot.imaps_port if tls == "tls" else mail_home.dovecot.imap_port
    with pytest.raises(Unavailable, match=r"(?i)certificate"):
        ImapInbox(settings_for(mail_home.dovecot, ca_file=stranger, tls=tls, port=port)).connect()


def test_a_full_disk_stops_the_fetch_and_changes_nothing(mail_home: MailHome, archive: Archive) -> None:
    mail_home.dovecot.deliver(REPORT, mail("n", 300_000))
    inbox = ImapInbox(settings_for(mail_home.dovecot, slice_bytes=50_000))
    inbox.connect()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(Unavailable, match="archive"):
            fetch_all(inbox, archive)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list((archive.folder / "incoming").iterdir()) == []
    inbox.connect()
    assert len(kept(fetch_all(inbox, archive), archive)) == 1
    inbox.close()


def test_a_genuine_bounce_of_postfix_names_the_failed_recipient(
    mail_home: MailHome, archive: Archive
) -> None:
    mail_home.send(REPORT, GHOST, mail("nhac"))
    mail_home.wait_for(REPORT, 1)
    inbox = ImapInbox(settings_for(mail_home.dovecot))
    inbox.connect()
    (answer,) = fetch_all(inbox, archive)
    inbox.close()
    assert isinstance(answer, RawMail)
    bounce = parse(archive.path(answer.sha256), sha256=answer.sha256, size=answer.size)
    assert bounce.automation is Automation.BOUNCE
    assert bounce.failed_recipients == (GHOST,)
    assert bounce.defects in ((), ("From is not exactly one plain mailbox",))
    assert bounce.received[0].by == "mail.thainguyen.example"
    assert bounce.received[0].at is not None
    assert answer.server_at is not None
    assert abs((bounce.received[0].at - answer.server_at).total_seconds()) < 10


def test_two_deliveries_by_the_real_servers_have_one_identity(mail_home: MailHome, archive: Archive) -> None:
    # Postfix dates what comes without a date by its own clock, and the second mail may be a second later.
    dated = b"Date: Mon, 24 Jun 2013 08:00:00 +0700\r\n" + mail("hai lan")
    for _ in range(2):
        mail_home.send(UNIT, REPORT, dated)
    mail_home.wait_for(REPORT, 2)
    inbox = ImapInbox(settings_for(mail_home.dovecot))
    inbox.connect()
    fetched = [answer for answer in fetch_all(inbox, archive) if isinstance(answer, RawMail)]
    inbox.close()
    mails = [parse(archive.path(raw.sha256), sha256=raw.sha256, size=raw.size) for raw in fetched]
    assert len({mail.sha256 for mail in mails}) == 2
    assert len({mail.identity for mail in mails}) == 1


FETCH_IN_CHILD = """
import resource, sys
from pathlib import Path
from mailbot.inbox.archive import Archive
from mailbot.inbox.imap import ImapInbox, ImapSettings
host, port, user, password, ca, folder = sys.argv[1:]
inbox = ImapInbox(ImapSettings(host=host, port=int(port), user=user, password=password, ca_file=Path(ca)))
inbox.connect()
archive = Archive(Path(folder))
places = inbox.scan()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
mails = list(inbox.fetch(places, archive))
print(mails[0].sha256, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
inbox.close()
"""


def test_a_mail_of_thirty_megabytes_never_lies_whole_in_memory(mail_home: MailHome, tmp_path: Path) -> None:
    raw = mail("big", 30_000_000)
    mail_home.dovecot.append(REPORT, "INBOX", raw)
    dovecot = mail_home.dovecot
    reach = ("localhost", str(dovecot.imaps_port), REPORT, PASSWORD)
    arguments = (*reach, str(dovecot.ca_file), str(tmp_path / "archive"))
    ran = subprocess.run(
        [sys.executable, "-c", FETCH_IN_CHILD, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    sha256, kilobytes = ran.stdout.split()
    assert sha256 == hashlib.sha256(raw).hexdigest()
    assert int(kilobytes) < 16_000
