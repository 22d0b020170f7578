"""Who sent a mail, through the whole program: the level is kept, and decides what follows."""

import json
from pathlib import Path

import pytest

from daemon.office import UNIT, Office

OURS = "Received: from out.example by mx.tinh.example; Mon, 24 Jun 2013 09:00:00 +0700\n"
AUTHENTICATION = '[authentication]\nauthserv_ids = ["mx.tinh.example"]\n'


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.configure('boundary = ["mx.tinh.example"]', "", AUTHENTICATION)
    return office


def report(head: str, name: str = "mail") -> str:
    boundary = "b0"
    return (
        f"{head}{OURS}From: {UNIT}\nTo: baocao@tinh.example\nSubject: Báo cáo tháng 6 năm 2013\n"
        f"Date: Mon, 24 Jun 2013 08:59:00 +0700\nMessage-ID: <{name}@x>\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n--{boundary}\n\nKinh gui.\n--{boundary}\n'
        'Content-Type: application/pdf; name="Bao cao thang 6 nam 2013.pdf"\n'
        f"Content-Disposition: attachment\n\n%PDF-1.4 {name}\n--{boundary}--\n"
    )


def explained(office: Office, raw: str, folder: Path) -> dict[str, object]:
    path = folder / "mail.eml"
    path.write_text(raw, encoding="utf-8")
    told: dict[str, object] = json.loads(office.run("explain", "--json", str(path)))
    return told


def test_a_proved_user_is_filed_and_an_unproved_one_waits(office: Office, tmp_path: Path) -> None:
    claim = "Authentication-Results: mx.tinh.example; auth=pass smtp.auth="
    told = explained(office, report(f"{claim}{UNIT}\n"), tmp_path)
    assert (told["kind"], told["authentication"]["number"]) == ("filed", 3)  # type: ignore[index]
    told = explained(office, report(""), tmp_path)
    assert (told["kind"], told["question"]) == ("unclear", "unverified")
    assert told["authentication"]["level"] == "known"  # type: ignore[index]


def test_a_forged_mail_is_recorded_and_answered_by_nothing(office: Office, tmp_path: Path) -> None:
    domain = UNIT.partition("@")[2]
    path = tmp_path / "mail.eml"
    path.write_text(
        report(f"Authentication-Results: mx.tinh.example; dmarc=fail header.from={domain}\n"), "utf-8"
    )
    office.run("ingest", "--post", "--arrived-at", "2013-06-24T09:00:00+07:00", str(path))
    shown = json.loads(office.run("show", "1", "--json"))
    assert shown["authentication"]["level"] == "failed"
    assert (shown["kind"], shown["question"], shown["unit"]) == ("unclear", "forged", None)
    planned = json.loads(office.run("plan", "--json", "--now", "2013-06-24T09:01:00+07:00"))["rows"]
    assert {row["kind"] for row in planned} <= {"digest", "reminder"}


def test_where_nothing_can_be_proved_an_address_is_enough(tmp_path: Path) -> None:
    told = explained(Office(tmp_path), report(""), tmp_path)
    assert told["kind"] == "filed"
    assert told["authentication"]["says"] == "not verified: no server's word counts"  # type: ignore[index]


def test_of_mails_of_an_address_registered_since_only_proved_ones_are_filed(
    office: Office, tmp_path: Path
) -> None:
    """A later entry in the register proves nobody: forged mails stay, unproved ones wait for their unit."""
    new, proof = "thuky@moi.example", "Authentication-Results: mx.tinh.example; "
    claims = (f"{proof}auth=pass smtp.auth={new}\n", f"{proof}dmarc=fail header.from=moi.example\n", "")
    for number, claim in enumerate(claims):
        path = tmp_path / f"{number}.eml"
        path.write_text(report(claim, str(number)).replace(UNIT, new), "utf-8")
        office.run("ingest", "--post", "--arrived-at", "2013-06-24T09:00:00+07:00", str(path))
    units = office.rules / "units.toml"
    text = units.read_text(encoding="utf-8")
    entry = f'addresses = [{{ email = "{new}", role = "personal", valid_from = 2013-06-25 }}, '
    units.write_text(text.replace("addresses = [", entry, 1), encoding="utf-8")
    office.run("retry", "--registered", "--now", "2013-06-25T09:00:00+07:00")
    rows = json.loads(office.run("arrivals", "--json"))["rows"]
    assert [(row["kind"], row["unit"]) for row in rows] == [
        ("filed", "so-tai-chinh"),
        ("unclear", None),
        ("unclear", "so-tai-chinh"),
    ]
    questions = [json.loads(office.run("show", str(n), "--json")).get("question") for n in (2, 3)]
    assert questions == ["forged", "unverified"]
