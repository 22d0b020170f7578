"""Mails from files, mboxes, Maildirs and standard input; and the Maildir as the default inbox."""

import io
import os
import socket
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.errors import Unavailable
from mailbot.inbox.archive import Archive
from mailbot.inbox.files import Unreadable, read_paths
from mailbot.inbox.maildir import MaildirInbox
from mailbot.inbox.raw import RawMail, Vanished

ONE = b"From: a@x\nSubject: mot\n\nFrom day to day\n>From the top\n\nxong\n"
TWO = b"From: b@x\nSubject: hai\n\ncuoi\n"
QUOTED = b"From: a@x\nSubject: mot\n\n>From day to day\n>>From the top\n\nxong\n"
SEPARATOR = b"From a@x Tue Jun 25 08:00:00 2013\n"
# Seconds; the runner's own limit is shorter, so only what is tested can end the waiting.
LONGER_THAN_ANY_TEST = 600


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def brought(paths: list[Path | str], archive: Archive, stdin: bytes = b"") -> list[tuple[str, bytes | str]]:
    """Each label with the mail's bytes, or why there are none."""
    return [
        (label, mail.says if isinstance(mail, Unreadable) else archive.read(mail.sha256))
        for label, mail in read_paths(paths, archive, io.BytesIO(stdin))
    ]


def test_a_file_and_a_folder_of_files(tmp_path: Path, archive: Archive) -> None:
    folder = tmp_path / "thu" / "2013"
    folder.mkdir(parents=True)
    (folder / "b.eml").write_bytes(TWO)
    (folder / "a.eml").write_bytes(ONE)
    (folder / "notes.txt").write_bytes(b"no mail")
    assert brought([folder / "b.eml", tmp_path / "thu"], archive) == [
        (str(folder / "b.eml"), TWO),
        (str(folder / "a.eml"), ONE),
        (str(folder / "b.eml"), TWO),
    ]


def test_files_that_windows_names_in_capitals_are_mails_too(tmp_path: Path, archive: Archive) -> None:
    (tmp_path / "thu").mkdir()
    (tmp_path / "thu" / "MOT.EML").write_bytes(ONE)
    assert brought([tmp_path / "thu"], archive) == [(str(tmp_path / "thu" / "MOT.EML"), ONE)]


def test_a_folder_without_mails_is_told_unless_it_is_an_empty_maildir(
    tmp_path: Path, archive: Archive
) -> None:
    (tmp_path / "thu").mkdir()
    (tmp_path / "thu" / "bc.msg").write_bytes(ONE)
    (tmp_path / "box" / "new").mkdir(parents=True)
    why = "it is no Maildir, and no file in it is called *.eml"
    assert brought([tmp_path / "thu", tmp_path / "box"], archive) == [(str(tmp_path / "thu"), why)]


@pytest.mark.parametrize("last", [b"\n", b""])
def test_an_mbox_gives_its_mails_with_their_quoting_undone(
    tmp_path: Path, archive: Archive, last: bytes
) -> None:
    box = tmp_path / "box"
    box.write_bytes(SEPARATOR + QUOTED + b"\n" + SEPARATOR + TWO + last)
    assert brought([box], archive) == [(f"{box}#1", ONE), (f"{box}#2", TWO)]


def test_prose_that_begins_with_from_separates_nothing(tmp_path: Path, archive: Archive) -> None:
    box = tmp_path / "box"
    prose = b"From: a@x\n\nmot\n\nFrom now on, all is well.\n"
    box.write_bytes(SEPARATOR + prose)
    assert brought([box], archive) == [(f"{box}#1", prose)]


def test_a_maildir_gives_new_and_old_mails(tmp_path: Path, archive: Archive) -> None:
    for part in ("new", "cur", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)
    (tmp_path / "box" / "cur" / "1.a:2,S").write_bytes(ONE)
    (tmp_path / "box" / "new" / "2.a").write_bytes(TWO)
    (tmp_path / "box" / "tmp" / "3.a").write_bytes(b"half")
    assert [mail for _, mail in brought([tmp_path / "box"], archive)] == [ONE, TWO]


def test_standard_input_is_a_mail_or_an_mbox(archive: Archive) -> None:
    assert brought(["-"], archive, ONE) == [("-", ONE)]
    assert brought(["-"], archive, SEPARATOR + TWO + b"\n" + SEPARATOR + TWO) == [("-#1", TWO), ("-#2", TWO)]


def test_a_path_that_cannot_be_read_does_not_stop_the_rest(tmp_path: Path, archive: Archive) -> None:
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "two.eml").write_bytes(TWO)
    assert brought([tmp_path / "none.eml", tmp_path / "empty.eml", tmp_path / "two.eml"], archive) == [
        (str(tmp_path / "none.eml"), "No such file or directory"),
        (str(tmp_path / "empty.eml"), "the file is empty"),
        (str(tmp_path / "two.eml"), TWO),
    ]


def deliver(folder: Path, name: str, raw: bytes) -> None:
    (folder / "tmp" / name).write_bytes(raw)
    (folder / "tmp" / name).rename(folder / "new" / name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "hop thu"


@pytest.fixture
def inbox(folder: Path) -> MaildirInbox:
    for box in ("cur", "new", "tmp"):
        (folder / box).mkdir(parents=True)
    inbox = MaildirInbox(folder, "da-ghi")
    inbox.connect()
    return inbox


def test_mails_of_the_maildir_come_with_the_time_of_their_file(
    folder: Path, inbox: MaildirInbox, archive: Archive
) -> None:
    deliver(folder, "1.a.x", ONE)
    at = datetime(2013, 6, 25, 1, 0, tzinfo=UTC)
    os.utime(folder / "new" / "1.a.x", (at.timestamp(),) * 2)
    (mail,) = inbox.fetch(inbox.scan(), archive)
    assert isinstance(mail, RawMail)
    assert (archive.read(mail.sha256), mail.server_at, mail.place) == (ONE, at, inbox.scan()[0])


def test_a_mail_keeps_its_place_when_a_mail_program_marks_it(
    folder: Path, inbox: MaildirInbox, archive: Archive
) -> None:
    deliver(folder, "1.a.x", ONE)
    before = inbox.scan()
    (folder / "new" / "1.a.x").rename(folder / "cur" / "1.a.x:2,S")
    assert inbox.scan() == before
    assert isinstance(next(inbox.fetch(before, archive)), RawMail)


def test_a_mail_that_is_gone_has_vanished(folder: Path, inbox: MaildirInbox, archive: Archive) -> None:
    deliver(folder, "1.a.x", ONE)
    places = inbox.scan()
    (folder / "new" / "1.a.x").unlink()
    assert list(inbox.fetch(places, archive)) == [Vanished(places[0])]


def test_filed_mails_lie_in_a_folder_that_mail_programs_show(folder: Path, inbox: MaildirInbox) -> None:
    deliver(folder, "1.a.x", ONE)
    deliver(folder, "2.a.x", TWO)
    places = inbox.scan()
    assert inbox.file_away(places[:1]) == places[:1]
    assert inbox.file_away(places[:1]) == places[:1]
    assert inbox.scan() == places[1:]
    assert (folder / ".da-ghi" / "cur" / "1.a.x:2,").read_bytes() == ONE
    assert (folder / ".da-ghi" / "maildirfolder").exists()
    assert inbox.not_filing_because == ""


def test_waiting_ends_with_a_mail_with_time_and_with_a_wake_up(folder: Path, inbox: MaildirInbox) -> None:
    inbox.scan()
    assert not inbox.idle(0.05)
    mine, theirs = socket.socketpair()
    with mine, theirs:
        theirs.send(b"x")
        assert not inbox.idle(LONGER_THAN_ANY_TEST, mine)
    timer = threading.Timer(0.2, deliver, (folder, "1.a.x", ONE))
    timer.start()
    assert inbox.idle(LONGER_THAN_ANY_TEST)
    timer.join()
    inbox.scan()
    assert not inbox.idle(0.05)


@pytest.mark.parametrize("there", ["", "disk", "disk/Maildir"])
def test_a_maildir_that_is_missing_is_unavailable_and_not_made(tmp_path: Path, there: str) -> None:
    """As where its disk is not mounted: an empty mailbox would make every unit late."""
    (tmp_path / there).mkdir(parents=True, exist_ok=True)
    before = list(tmp_path.rglob("*"))
    with pytest.raises(Unavailable, match="Maildir"):
        MaildirInbox(tmp_path / "disk" / "Maildir").connect()
    with pytest.raises(Unavailable, match="Maildir"):
        MaildirInbox(tmp_path / "disk" / "Maildir").scan()
    assert list(tmp_path.rglob("*")) == before
