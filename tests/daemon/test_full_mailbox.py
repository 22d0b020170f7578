"""Much at once: a mailbox full of old mails at the first start, and a mail larger than any mail should be.

`make torture` runs the long forms: 100,000 mails, and a mail of 150 MB.
"""

import base64
import hashlib
import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from figures import keep
from servers.loop import REPORT, MailHome

from daemon.office import UNIT, Office, a_report
from mailbot.clock import system_clock
from mailbot.config import load_config
from mailbot.core.posting import NoticeKind
from mailbot.daemon.audit import audit
from mailbot.daemon.house import opened
from mailbot.daemon.planning import plan_round

pytestmark = pytest.mark.servers
MAILS = int(os.environ.get("MAILBOT_FULL", "300"))
MEGABYTES = int(os.environ.get("MAILBOT_HUGE", "60"))
TITLE = "Báo cáo quý III năm 2026"


def fill(home: MailHome, count: int, at: datetime) -> None:
    """Let so many mails of months ago lie in the mailbox, as a server has them on its disk."""
    folder = home.dovecot.maildir(REPORT) / "cur"
    with home.dovecot.session(REPORT) as client:
        client.select_folder("INBOX")
    owner = folder.stat()
    for number in range(count):
        file = folder / f"{int(at.timestamp()) + number}.M{number}.x:2,"
        file.write_bytes(a_report(f"Báo cáo tháng {number % 12 + 1} năm 2025", number).as_bytes())
        os.utime(file, (at.timestamp() + number, at.timestamp() + number))
        os.chown(file, owner.st_uid, owner.st_gid)


class Memory:
    """The most memory that this process holds from now on, whatever it held before."""

    def __init__(self) -> None:
        # Resets the high-water mark (proc(5)).
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self._before = _high_water()

    @property
    def grown(self) -> int:
        """By how many MiB it has grown at most."""
        return (_high_water() - self._before) >> 10


def _high_water() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


@pytest.mark.timeout(24 * 3600 if MAILS > 1000 else 300)
def test_a_full_mailbox_is_read_in_bounded_memory_and_a_new_mail_is_answered_meanwhile(
    mail_home: MailHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if MAILS <= 1000:
        monkeypatch.setattr("mailbot.daemon.fetching.MOST_IN_A_ROUND", MAILS // 6)
        monkeypatch.setattr("mailbot.daemon.fetching._NEWEST", 5)
    now = datetime.now(UTC)
    office = Office(tmp_path / "office", go_live=f"{now - timedelta(days=2):%Y-%m-%d}")
    office.join(mail_home)
    fill(mail_home, MAILS, now - timedelta(days=300))
    memory, began = Memory(), time.monotonic()
    answered_after = lefts = None
    with opened(load_config(office.config), system_clock) as house:
        inbox, intake = house.inbox(), house.intake()
        inbox.connect()
        intake.round(inbox)
        mail_home.dovecot.deliver(REPORT, a_report(TITLE, 999_999).as_bytes(), UNIT)
        came = time.monotonic()
        while intake.backlog.left:
            left = intake.backlog.left
            intake.round(inbox)
            assert intake.backlog.left < left
            plan_round(house.ledger, house.desk, house.clock(), house.config.go_live)
            if answered_after is None and house.ledger.letters():
                answered_after, lefts = time.monotonic() - came, intake.backlog.left
        seconds = time.monotonic() - began
        inbox.close()
        # One letter, to the one mail that came after the day of going live; and long before the last old one.
        (row,) = [row for row in house.ledger.letters() if row.letter.kind is NoticeKind.RECEIPT]
        assert lefts is not None
        assert lefts >= MAILS // 2
        book = house.ledger.book()
        assert len(book.arrivals) == MAILS + 1
        assert row.letter.answers is not None
        assert book.by_number[row.letter.answers].mail.subject == TITLE
        assert book.scanned_at is not None
        grown = memory.grown
        # The book holds every arrival; mails and their text it does not.
        assert grown < 100 + MAILS // 50
        if MAILS <= 1000:
            assert [finding for finding in audit(house, house.clock()) if not finding.well] == []
    if MAILS > 1000:
        keep(
            "a full mailbox",
            mails=MAILS,
            seconds=round(seconds),
            mails_per_second=round(MAILS / seconds),
            memory_grown_mib=grown,
            new_mail_answered_after_seconds=round(answered_after or 0, 1),
        )


@pytest.mark.timeout(900)
def test_a_huge_mail_is_archived_whole_in_little_memory_and_holds_up_no_other(
    mail_home: MailHome, tmp_path: Path
) -> None:
    office = Office(tmp_path / "office", go_live="2026-01-01")
    office.join(mail_home)
    small = a_report(TITLE).as_bytes()
    mail_home.dovecot.deliver(REPORT, small, UNIT)
    ordinary = next((mail_home.dovecot.maildir(REPORT) / "new").iterdir())
    head = f"From: {UNIT}\r\nTo: {REPORT}\r\nSubject: Phim tu lieu\r\nMIME-Version: 1.0\r\n"
    head += 'Content-Type: video/mp4; name="phim.mp4"\r\nContent-Transfer-Encoding: base64\r\n'
    head += 'Content-Disposition: attachment; filename="phim.mp4"\r\n\r\n'
    # Dovecot takes none of that size; its own disk may hold one all the same, as after a migration.
    huge, digest = tmp_path / "huge", hashlib.sha256(head.encode())
    lines = base64.encodebytes(os.urandom(54 * 1000)).replace(b"\n", b"\r\n")
    with huge.open("wb") as file:
        file.write(head.encode())
        for _ in range(MEGABYTES * 1_000_000 // len(lines) + 1):
            file.write(lines)
            digest.update(lines)
    target = ordinary.with_name(f"1.M1.huge,S={huge.stat().st_size}")
    shutil.move(huge, target)
    shutil.copystat(ordinary, target)
    os.chown(target, ordinary.stat().st_uid, ordinary.stat().st_gid)
    with opened(load_config(office.config)) as house:
        inbox, intake = house.inbox(), house.intake()
        inbox.connect()
        memory = Memory()
        assert len(intake.round(inbox)) == 2
        grown = memory.grown
        inbox.close()
        sizes = sorted(arrival.mail.size for arrival in house.ledger.book().arrivals)
        assert sizes[1] >= MEGABYTES * 1_000_000 > sizes[0]
        assert house.archive.intact(digest.hexdigest())
        assert house.ledger.book().scanned_at is not None
    # Slices of a megabyte; a mail that lay whole in memory would show twice over.
    assert grown < 32
    if MEGABYTES > 60:
        keep("a huge mail", megabytes=MEGABYTES, memory_grown_mib=grown)
