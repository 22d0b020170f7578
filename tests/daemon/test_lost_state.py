"""The state folder is not there (its disk was not mounted), so that mailbot begins with an empty one.

What such a ledger filed out of the inbox, the office's own would never hear of, and its sender be late.
"""

from pathlib import Path

import pytest
from servers.loop import REPORT, MailHome

from daemon.office import UNIT, Office, a_report
from daemon.test_closed_loop import LIVE, SUBJECT, is_receipt

SAYS = "this ledger has recorded no mail, and another one has filed 1 away"


def troubles(office: Office) -> str:
    return str([row for row in office.json("health", expect=None)["rows"] if row["what"] == "intake"])


@pytest.mark.servers
def test_while_the_state_disk_is_not_mounted_mails_wait_and_none_is_lost(
    tmp_path: Path, mail_home: MailHome
) -> None:
    office = Office(tmp_path / "office", go_live=LIVE)
    office.rest()
    office.join(mail_home)
    with office.daemon():
        mail_home.send(UNIT, REPORT, a_report(SUBJECT))
        mail_home.wait_for(UNIT, is_receipt, within=60)
        office.until(lambda: mail_home.inbox(REPORT, "Da-ghi-nhan"))
    state, disk = office.folder / "state", tmp_path / "disk"
    state.rename(disk)
    with office.daemon():
        mail_home.send(UNIT, REPORT, a_report(f"{SUBJECT} (bổ sung)", 2))
        office.until(lambda: SAYS in troubles(office))
        assert len(mail_home.inbox(REPORT)) == 1
        assert office.json("arrivals")["rows"] == []
    state.rename(tmp_path / "under the disk")
    disk.rename(state)
    with office.daemon():
        mail_home.wait_for(UNIT, 2, within=60)
        office.until(lambda: not mail_home.inbox(REPORT))
    assert len(office.json("arrivals")["rows"]) == 2


@pytest.mark.servers
def test_whoever_has_no_backup_has_the_filed_mails_read_and_goes_on(
    tmp_path: Path, mail_home: MailHome
) -> None:
    office = Office(tmp_path / "office", go_live=LIVE)
    office.join(mail_home)
    mail_home.dovecot.deliver(REPORT, a_report(SUBJECT).as_bytes(), UNIT)
    office.run("tick")
    (office.folder / "state").rename(tmp_path / "lost")
    mail_home.dovecot.deliver(REPORT, a_report(f"{SUBJECT} (bổ sung)", 2).as_bytes(), UNIT)
    assert SAYS in str(office.json("tick", expect=1)["troubles"])
    office.run("outbox", "hold")
    office.run("reconcile")
    office.run("outbox", "release")
    office.run("tick")
    first, second = office.json("arrivals")["rows"]
    assert (first["subject"], second["subject"]) == (SUBJECT, f"{SUBJECT} (bổ sung)")
    assert [row["kind"] for row in office.json("outbox")["rows"]].count("receipt") == 1


def test_a_trial_that_files_nothing_may_read_a_mailbox_at_work(tmp_path: Path) -> None:
    office, trial = (Office(tmp_path / name, go_live=LIVE) for name in ("office", "trial"))
    box = office.folder / "inbox"
    (box / "new" / "1").write_bytes(a_report(SUBJECT).as_bytes())
    office.run("tick")
    (box / "new" / "2").write_bytes(a_report(SUBJECT, 2).as_bytes())
    doors = trial.config.read_text("utf-8").replace('path = "inbox"', f'path = "{box}"')
    trial.config.write_text(doors, "utf-8")
    assert SAYS in str(trial.json("tick", expect=1)["troubles"])
    trial.config.write_text(
        doors.replace('kind = "maildir"\n', 'kind = "maildir"\nfiling = "none"\n', 1), "utf-8"
    )
    trial.run("tick")
    assert len(trial.json("arrivals")["rows"]) == 1
    office.run("tick")
    assert len(office.json("arrivals")["rows"]) == 2


def test_check_tells_that_another_ledger_has_filed_mails_and_what_to_do(tmp_path: Path) -> None:
    office = Office(tmp_path / "office", go_live=LIVE)
    (office.folder / "inbox" / "new" / "1").write_bytes(a_report(SUBJECT).as_bytes())
    office.run("tick")
    office.run("check")
    (office.folder / "state").rename(tmp_path / "lost")
    told = {row["what"]: row for row in office.json("check", expect=1)["rows"]}
    assert SAYS in told["move"]["says"]
    assert 'bản cài đặt thử thì ghi `filing = "none"` ở [inbox]' in told["move"]["next"]
    assert [row["what"] for row in told.values() if not row["well"]] == ["move"]
