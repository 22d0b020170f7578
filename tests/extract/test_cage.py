"""Mail is read in a cage: code that a mail has taken over reaches nothing, and the mail ends "unreadable"."""

import hashlib
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from extract.taken_over import TRICKS
from museum.judge import rules

from mailbot.core.classify import classify
from mailbot.core.mail import Address, Mail
from mailbot.core.verdict import Question, Unclear
from mailbot.inbox.extract import Limits, Reader, child
from mailbot.inbox.extract.forms import from_form, to_form

NOW = datetime(2014, 6, 23, 3, tzinfo=UTC)
SENDER = "sotaichinh@thainguyen.example"
# The two that only time ends.
PATIENCE = Limits(cpu_seconds=1, wall_seconds=3, parse_seconds=3)


def the_mail(folder: Path, subject: str, text: str) -> tuple[Path, str, int]:
    raw = f"From: {SENDER}\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode()
    sha256 = hashlib.sha256(raw).hexdigest()
    (folder / sha256).write_bytes(raw)
    return folder / sha256, sha256, len(raw)


def read(reader: Reader, folder: Path, subject: str, text: str = "") -> Mail:
    path, sha256, size = the_mail(folder, subject, text)
    return reader.parse(path, sha256=sha256, size=size)


@pytest.fixture
def taken_over(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    script = str(Path(__file__).with_name("taken_over.py"))

    def command(limits: Limits, *, ocr: bool) -> list[str]:
        return [sys.executable, "-I", "-B", script, json.dumps(asdict(limits)), "ocr" if ocr else ""]

    monkeypatch.setattr(child, "command", command)
    with Reader(PATIENCE, ocr=False) as reader:
        yield reader


@pytest.mark.parametrize("trick", TRICKS)
def test_what_takes_the_child_over_reaches_nothing(trick: str, taken_over: Reader, tmp_path: Path) -> None:
    world = tmp_path / "world"
    world.mkdir()
    (world / "secret").write_bytes(b"password")
    mail = read(taken_over, tmp_path, trick, str(world))
    assert [path.name for path in world.iterdir()] == ["secret"]
    assert mail.defects[0].startswith(("cannot be parsed: ", "over budget: "))
    # Its envelope is judged all the same: whose mail it is, and that a person must look.
    assert mail.sender == Address(SENDER)
    verdict = classify(mail, rules(), NOW)
    assert isinstance(verdict, Unclear)
    assert (verdict.question, verdict.findings.unit) == (Question.UNREADABLE, "so-tai-chinh")
    assert read(taken_over, tmp_path, "Bao cao thang 6").subject == "Bao cao thang 6"


def test_this_kernel_gives_all_walls(tmp_path: Path) -> None:
    with Reader(ocr=False) as reader:
        read(reader, tmp_path, "x")
        assert reader._child is not None
        assert reader._child.walls == {"network": True, "landlock": True, "seccomp": True}


def test_many_mails_are_read_by_one_child_and_as_the_parser_reads_them(tmp_path: Path) -> None:
    with Reader(ocr=False) as reader:
        pids = set()
        for number in range(20):
            mail = read(reader, tmp_path, f"Bao cao {number}", "noi dung")
            assert (mail.subject, mail.text) == (f"Bao cao {number}", "noi dung")
            assert reader._child is not None
            pids.add(reader._child.pid)
        assert len(pids) == 1


def test_whoever_asks_at_the_same_time_waits_for_his_turn(tmp_path: Path) -> None:
    """The intake, and planning that reads a mail once more, share one reader."""

    def subjects(who: int) -> list[str]:
        mails = [read(reader, tmp_path, f"Bao cao {who}/{number}") for number in range(40)]
        assert [mail.defects for mail in mails] == [()] * 40
        return [mail.subject for mail in mails]

    with Reader(ocr=False) as reader, ThreadPoolExecutor(3) as pool:
        found = list(pool.map(subjects, range(3)))
    assert found == [[f"Bao cao {who}/{number}" for number in range(40)] for who in range(3)]


@pytest.mark.parametrize(
    "change",
    [
        {"subject": 7},
        {"subject": None},
        {"to": "a@b"},
        {"to": [{"email": "a@b"}]},
        {"dated_at": "2014-06-23T03:00:00"},
        {"automation": "robot"},
        {"size": True},
        {"sender": ["a@b"]},
        {"more": 1},
    ],
)
def test_what_is_no_mail_is_not_believed(change: dict[str, object]) -> None:
    form = to_form(Mail(sha256="a", identity="a", size=1, dated_at=NOW, to=(Address("a@b"),)))
    assert from_form(Mail, form).to == (Address("a@b"),)
    with pytest.raises(ValueError, match=r"not|robot|without"):
        from_form(Mail, {**form, **change})


def test_a_child_cannot_name_the_mail_otherwise_than_the_archive_does(tmp_path: Path) -> None:
    path, sha256, size = the_mail(tmp_path, "x", "")
    with Reader(ocr=False) as reader:
        mail = reader.parse(path, sha256=sha256, size=size)
    assert (mail.sha256, mail.size) == (sha256, size)
