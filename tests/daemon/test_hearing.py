"""A letter comes back: the report is linked to it, its address is dead, and nobody is answered."""

import email
import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from daemon.office import STAFF, UNIT, Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def deliver(office: Office, raw: str, name: str) -> None:
    (office.folder / "inbox" / "new").mkdir(parents=True, exist_ok=True)
    (office.folder / "inbox" / "cur").mkdir(exist_ok=True)
    (office.folder / "inbox" / "tmp").mkdir(exist_ok=True)
    path = office.folder / "inbox" / "new" / name
    path.write_text(raw, encoding="utf-8")
    came = datetime.fromisoformat("2013-06-18T09:00:00+07:00").timestamp()
    os.utime(path, (came, came))


def letters(office: Office, to: str) -> list[Path]:
    box = office.folder / "letters" / to
    return sorted(path for path in box.rglob("*") if path.is_file()) if box.exists() else []


def returned(message_id: str, recipient: str, status: str) -> str:
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: baocao@tinh.example\nSubject: Undelivered\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\nMIME-Version: 1.0\n\n'
        f"--b\n\nSee below.\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: failed\nStatus: {status}\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {message_id}\n\n--b--\n"
    )


def test_a_returned_letter_makes_its_address_dead_and_the_next_goes_elsewhere(office: Office) -> None:
    office.run("tick", "--now", "2013-06-18T08:00:00+07:00")
    (first,) = letters(office, UNIT)
    sent = email.message_from_bytes(first.read_bytes())
    assert sent["X-Mailbot-Notice"] == "reminder"
    deliver(office, returned(str(sent["Message-ID"]), UNIT, "5.1.1"), "1371600000.a.x")
    before = {path for path in office.folder.joinpath("letters").rglob("*") if path.is_file()}
    office.run("tick", "--now", "2013-06-18T10:00:00+07:00")
    after = {path for path in office.folder.joinpath("letters").rglob("*") if path.is_file()}
    assert after == before, "a machine was answered"
    shown = json.loads(office.run("show", "1", "--json"))
    assert (shown["kind"], shown["failed_recipients"]) == ("bounce", [UNIT])
    office.run("tick", "--now", "2013-06-24T08:00:00+07:00")
    assert len(letters(office, UNIT)) == 1
    assert len(letters(office, STAFF)) >= 1
    told = "".join(path.read_text() for path in letters(office, "tonghop@vpubnd.thainguyen.example"))
    assert UNIT in told


def test_a_report_on_a_letter_that_nobody_wrote_changes_nothing(office: Office) -> None:
    deliver(office, returned("<k.aaaaaaaaaaaaaaaaaaaaaaaaaa@tinh.example>", UNIT, "5.1.1"), "1371600000.a.x")
    office.run("tick", "--now", "2013-06-18T08:00:00+07:00")
    assert len(letters(office, UNIT)) == 1
