"""A mailbox that runs full, on a real Dovecot with a quota: reading goes on, and nobody is judged."""

import smtplib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient
from servers.dovecot import CAPABILITIES, Dovecot
from servers.loop import PASSWORD, REPORT

from daemon.office import UNIT, Office, a_report
from daemon.test_supervisor import receipts, until, work
from mailbot.config import load_config
from mailbot.daemon.audit import audit
from mailbot.daemon.health import examine
from mailbot.daemon.house import House, opened

pytestmark = pytest.mark.servers
YEAR = 2026
KIB = 1024
LIMITED = """
mail_plugins = quota
protocol imap {
  mail_plugins = quota imap_quota
}
plugin {
  quota = maildir:Hop thu
  quota_rule = *:storage=1M
  quota_grace = 0
}
"""
# Dovecot moves within one quota whatever it holds; a copy needs room for both.
WITHOUT_MOVE = " ".join(word for word in (*CAPABILITIES.split(), "QUOTA") if word != "MOVE")


@pytest.fixture
def dovecot(dovecot_with: Callable[..., Dovecot]) -> Dovecot:
    return dovecot_with(capability=WITHOUT_MOVE, extra=LIMITED)


@pytest.fixture
def office(tmp_path: Path, dovecot: Dovecot) -> Office:
    found = Office(tmp_path / "office", go_live=f"{YEAR}-01-01")
    secret = found.folder / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    secret.chmod(0o600)
    found.configure(
        f'kind = "imap"\nhost = "localhost"\nport = {dovecot.imaps_port}\nuser = "{REPORT}"\n'
        f'password_file = "password"\nca_file = "{dovecot.ca_file}"\npoll_seconds = 1\n',
        'kind = "maildir"\npath = "letters"\n',
        "[planning]\ntick_seconds = 1\n",
    )
    return found


@pytest.fixture
def house(office: Office) -> Iterator[House]:
    with opened(load_config(office.config)) as found:
        yield found


def report(number: int, kib: int = 0) -> bytes:
    mail = a_report(f"Báo cáo quý I năm {YEAR} - bản {number}", number)
    mail.add_attachment(b"%PDF-1.4 " + b"x" * (kib * KIB * 3 // 4), maintype="application", subtype="pdf")
    return mail.as_bytes()


def filed(dovecot: Dovecot) -> int:
    return len(dovecot.messages(REPORT, "Da-ghi-nhan"))


def fill(dovecot: Dovecot, kib: int) -> None:
    line = b"x" * 62 + b"\r\n"
    dovecot.append(REPORT, "Cu", b"Subject: cu\r\n\r\n" + line * (kib * KIB // len(line)))


def make_room(dovecot: Dovecot) -> None:
    with dovecot.session(REPORT) as client:
        client.select_folder("Cu")
        client.delete_messages(client.search("ALL"))
        client.expunge()


def test_while_the_server_refuses_to_file_for_lack_of_room_mails_are_read_and_answered(
    dovecot: Dovecot, house: House
) -> None:
    fill(dovecot, 850)
    dovecot.deliver(REPORT, report(1, kib=100), UNIT)

    def trouble(what: str) -> str:
        found = examine(house.config, house.clock())
        return next((one.says for one in found if one.what == what and not one.well), "")

    async def story() -> None:
        await until(lambda: trouble("filing"))
        assert "uota" in trouble("filing")
        assert "the server refuses the units' mails" in trouble("quota")
        # What comes while the first cannot be moved is read all the same.
        dovecot.deliver(REPORT, report(2), UNIT)
        await until(lambda: receipts(house) == 2)
        # The small one finds room, the first does not.
        assert len(dovecot.messages(REPORT)) >= 1
        make_room(dovecot)
        await until(lambda: filed(dovecot) == 2)
        await until(lambda: not trouble("filing") + trouble("quota"))
        assert dovecot.messages(REPORT) == []

    work(house, story)
    assert len(house.ledger.book().arrivals) == 2
    assert [finding for finding in audit(house, house.clock()) if not finding.well] == []


def test_from_a_mailbox_that_turns_reports_away_nobody_is_judged_until_there_is_room(
    office: Office, dovecot: Dovecot, house: House
) -> None:
    fill(dovecot, 1022)
    inbox, intake = house.inbox(), house.intake()
    inbox.connect()
    with pytest.raises(smtplib.SMTPException, match="uota"):
        dovecot.deliver(REPORT, report(1, kib=100), UNIT)
    assert intake.round(inbox) == []
    # The report was never in the mailbox, and mailbot does not claim to have been watching.
    assert house.ledger.last_scan() is None
    (check,) = [row for row in office.json("check", expect=None)["rows"] if row["what"] == "quota"]
    assert "nearly full" in check["says"]
    make_room(dovecot)
    intake.round(inbox)
    assert house.ledger.last_scan() is not None
    dovecot.deliver(REPORT, report(1, kib=100), UNIT)
    assert intake.round(inbox) == [1]
    inbox.close()


def test_a_folder_of_filed_mails_that_staff_took_away_is_made_anew(dovecot: Dovecot, house: House) -> None:
    inbox, intake = house.inbox(), house.intake()
    inbox.connect()
    dovecot.deliver(REPORT, report(1), UNIT)
    assert intake.round(inbox) == [1]
    with dovecot.session(REPORT) as client:
        client.delete_folder("Da-ghi-nhan")
    dovecot.deliver(REPORT, report(2), UNIT)
    assert intake.round(inbox) == [2]
    assert intake.not_filed
    assert house.ledger.last_scan() is not None
    assert intake.round(inbox) == []
    assert not intake.not_filed
    assert filed(dovecot) == 1
    inbox.close()


@pytest.mark.parametrize(
    "answer",
    [
        IMAPClient.Error("GETQUOTAROOT failed: no"),
        ValueError("too many values"),
        IndexError("list index out of range"),
    ],
)
def test_a_server_that_tells_its_quota_in_riddles_is_read_all_the_same(
    dovecot: Dovecot, house: House, answer: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def riddle(*_: Any) -> None:
        raise answer

    monkeypatch.setattr(IMAPClient, "get_quota_root", riddle)
    inbox = house.inbox()
    inbox.connect()
    dovecot.deliver(REPORT, report(1), UNIT)
    assert inbox.quotas() == ()
    assert house.intake().round(inbox) == [1]
    inbox.close()
