"""A test installation works on the office's own mailbox, with a real Dovecot and Postfix."""

import time
from pathlib import Path

import pytest
from servers.loop import REPORT, MailHome

from daemon.office import UNIT, Office, a_report
from daemon.test_closed_loop import LIVE, SUBJECT, is_receipt

pytestmark = pytest.mark.servers


def an_office(folder: Path, home: MailHome, more: str = "") -> Office:
    # Where recorded mails stay in the inbox, both read all of them.
    found = Office(folder, go_live=LIVE)
    found.rest()
    found.join(home, inbox='filing = "none"\n')
    with found.config.open("a", encoding="utf-8") as config:
        config.write(more)
    return found


def of_another(office: Office) -> list[dict[str, object]]:
    rows = office.json("health", expect=None)["rows"]
    return [row for row in rows if row["what"] == "other mailbot"]


def test_a_test_installation_on_the_same_mailbox_is_told_and_work_goes_on(
    tmp_path: Path, mail_home: MailHome
) -> None:
    office = an_office(tmp_path / "office", mail_home)
    trial = an_office(tmp_path / "trial", mail_home, "[delivery]\nreceipt_copy = true\n")
    with office.daemon():
        mail_home.send(UNIT, REPORT, a_report(SUBJECT))
        mail_home.wait_for(UNIT, is_receipt, within=60)
        assert of_another(office) == []
        # A letter's date has whole seconds: one of the second in which our ledger began proves nothing.
        time.sleep(1)
        trial.run("tick")
        ours, theirs = mail_home.wait_for(UNIT, 2, within=60)
        assert ours["Message-ID"] != theirs["Message-ID"]
        office.until(lambda: of_another(office), within=120)
        (row,) = of_another(office)
        assert not row["well"]
        assert "1 mails are, or are about, letters in our name" in str(row["says"])
        # It is no reason to stop, nor is anything of it answered.
        mail_home.send(UNIT, REPORT, a_report(f"{SUBJECT} (bổ sung)", 2))
        mail_home.wait_for(UNIT, 3, within=60)
    reasons = [row.get("reason") for row in office.json("arrivals")["rows"]]
    assert reasons.count("own") == 1
    office.run("papers", "digest", "--out", str(tmp_path))
    assert any(
        "Có một bản cài đặt khác của hệ thống" in file.read_text("utf-8") for file in tmp_path.glob("*.txt")
    )
    assert office.run("verify")
