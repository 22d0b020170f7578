"""A secret mail on real servers: what its unit and the officer get, and how a person ends the matter."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from canary import CANARY, holds
from servers.loop import REPORT, UNITS, MailHome

from daemon.office import UNIT, Office, a_report, copy_rules

pytestmark = pytest.mark.servers
SUBJECT = f"Báo cáo quý I năm 2026 {CANARY}"
# A box of the loop that belongs to no unit of this office.
IN_THE_RULES, OFFICER = "baomat@vpubnd.thainguyen.example", UNITS[2]


@pytest.fixture
def office(tmp_path: Path, mail_home: MailHome) -> Office:
    found = Office(tmp_path / "office", go_live="2026-01-01")
    found.join(mail_home)
    copy_rules(found, lambda text: text.replace(IN_THE_RULES, OFFICER), "office.toml")
    return found


def wait(home: MailHome, address: str, kind: str) -> EmailMessage:
    (found,) = home.wait_for(address, lambda mail: mail["X-Mailbot-Notice"] == kind, within=60)
    assert not holds(found.as_bytes())
    return found


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_marked_mail_goes_from_the_seal_to_the_receipt(mail_home: MailHome, office: Office) -> None:
    with office.daemon():
        mail_home.send(UNIT, REPORT, a_report(f"(Mật) {SUBJECT}"))
        told = wait(mail_home, UNIT, "sealed")
        assert "không xử lý" in text_of(told)
        assert told["In-Reply-To"] is None
        assert "số thư đến: 1" in text_of(wait(mail_home, OFFICER, "alert")).lower()
        # It lies where it came, for a person to touch.
        assert len(mail_home.inbox(REPORT)) == 1
        (row,) = office.json("arrivals")["rows"]
        assert row["kind"] == "sealed"
        # Declassified, or sealed for nothing: it counts, and by its own time.
        office.run("settle", "1", "--period", "2026-Q1", "--by", "vt", "--why", "đã giải mật")
        assert "quý I năm 2026" in text_of(wait(mail_home, UNIT, "receipt"))
    rows = office.json("status", "--period", "2026-Q1", "--unit", "so-tai-chinh")["rows"]
    assert [found["arrived_at"] for found in rows if found["arrival"] == 1] == [row["arrived_at"]]
    assert not holds(office.log.read_bytes())


def test_a_mail_that_a_person_sealed_is_told_of_and_goes_on_counting(
    mail_home: MailHome, office: Office
) -> None:
    with office.daemon():
        mail_home.send(UNIT, REPORT, a_report(SUBJECT))
        mail_home.wait_for(UNIT, lambda mail: mail["X-Mailbot-Notice"] == "receipt", within=60)
        done = office.json("seal", "1", "--yes", "--by", "vt")
        assert done["officers"] == [OFFICER]
        assert done["told"] == [UNIT]
        assert "chung-cu-so-tai-chinh-bc-quy-2026-Q1.zip" in done["papers"]
        assert "giữ nguyên" in text_of(wait(mail_home, UNIT, "sealed"))
        wait(mail_home, OFFICER, "alert")
        # The daemon, at work all the while, has nothing more to tell.
        assert office.json("plan")["rows"] == []
    (row,) = office.json("arrivals")["rows"]
    assert row["kind"] == "filed"
    assert not holds((office.folder / "state" / "ledger.db").read_bytes())
    assert office.run("verify")
