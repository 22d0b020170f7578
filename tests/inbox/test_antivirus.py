"""What ClamAV finds is put before a person: the real clamd, with EICAR's test file."""

import hashlib
import os
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from extract.papers import real, zipped
from hostile.corpus import TEXT, UNIT, file, parts
from museum.judge import rules
from servers.clamav import EICAR, Clamd

from mailbot.core.classify import classify
from mailbot.core.mail import Mail
from mailbot.core.verdict import Question, Unclear, Verdict
from mailbot.inbox.antivirus import UNCHECKED, Antivirus
from mailbot.inbox.extract import Reader

NOW = datetime(2014, 6, 23, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def clamd() -> Iterator[Clamd]:
    with Clamd() as clamd:
        yield clamd


def judged(antivirus: Antivirus, folder: Path, raw: bytes) -> tuple[Mail, Verdict]:
    path = folder / "mail"
    path.write_bytes(raw)
    sha256 = hashlib.sha256(raw).hexdigest()
    with Reader(ocr=False, antivirus=antivirus) as reader:
        mail = reader.read(path, reader.parse(path, sha256=sha256, size=len(raw)))
    return mail, classify(mail, rules(), NOW)


@pytest.mark.servers
@pytest.mark.parametrize("octets", [EICAR, zipped({"bao cao.txt": EICAR})], ids=["bare", "zipped"])
def test_a_virus_is_put_before_a_person(clamd: Clamd, tmp_path: Path, octets: bytes) -> None:
    raw = parts(TEXT, file(octets, b'filename="bao cao thang 6 nam 2014.pdf"'))
    mail, verdict = judged(Antivirus(clamd.socket), tmp_path, raw)
    assert mail.defects[0] == "virus found: Eicar-Own.UNOFFICIAL"
    assert isinstance(verdict, Unclear)
    assert (verdict.question, verdict.findings.unit) == (Question.UNREADABLE, "so-tai-chinh")
    assert any("vi-rút" in evidence.says for evidence in verdict.findings.evidence)
    assert mail.sender is not None
    assert mail.sender.email == UNIT


@pytest.mark.servers
def test_a_clean_report_is_judged_as_ever(clamd: Clamd, tmp_path: Path) -> None:
    mail, _ = judged(Antivirus(clamd.socket), tmp_path, parts(TEXT, file(real("report.pdf"))))
    assert mail.defects == ()


@pytest.mark.servers
def test_what_is_larger_than_clamd_takes_is_unchecked(clamd: Clamd, tmp_path: Path) -> None:
    big = parts(TEXT, file(os.urandom(8 << 20), b'filename="to.bin"'))
    mail, _ = judged(Antivirus(clamd.socket), tmp_path, big)
    assert UNCHECKED in mail.defects


@pytest.mark.servers
def test_whether_a_scanner_answers_is_known_before_a_mail_needs_it(clamd: Clamd, tmp_path: Path) -> None:
    assert Antivirus(clamd.socket).trouble() == ""
    assert Antivirus(tmp_path / "nowhere").trouble() == "No such file or directory"


def test_a_scanner_that_is_away_or_talks_nonsense_stops_nothing(tmp_path: Path) -> None:
    raw = parts(TEXT, file(real("report.pdf")))
    mail, _ = judged(Antivirus(tmp_path / "nowhere"), tmp_path, raw)
    assert mail.defects == (UNCHECKED,)
    with socket.socket(socket.AF_UNIX) as odd:
        odd.bind(str(tmp_path / "odd"))
        odd.listen()

        def answer() -> None:
            asked, _ = odd.accept()
            with asked:
                while asked.recv(65_536) and not asked.recv(0):
                    asked.sendall(b"\xffnonsense\0")
                    return

        talk = threading.Thread(target=answer)
        talk.start()
        mail, _ = judged(Antivirus(tmp_path / "odd"), tmp_path, raw)
        talk.join()
    assert mail.defects == (UNCHECKED,)
