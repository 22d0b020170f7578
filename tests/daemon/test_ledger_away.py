"""While the ledger is damaged or out of reach mails wait in the mailbox untouched, and count by their day."""

import shutil
from pathlib import Path

import pytest
from servers.loop import REPORT, MailHome
from servers.postgresql import Postgresql

from daemon.office import UNIT, Office, a_report
from mailbot.config import Config, load_config
from mailbot.core.verdict import Filed
from mailbot.daemon.audit import audit
from mailbot.daemon.house import House, opened
from mailbot.daemon.planning import plan_round
from mailbot.errors import LedgerBroken, MailbotError, Unavailable

pytestmark = pytest.mark.servers
YEAR = 2026


def report(number: int) -> bytes:
    return a_report(f"Báo cáo quý I năm {YEAR} - bản {number}", number).as_bytes()


def read(house: House) -> list[int]:
    inbox = house.inbox()
    try:
        inbox.connect()
        return house.intake().round(inbox)
    finally:
        inbox.close()


def waiting(home: MailHome) -> list[tuple[bytes, tuple[bytes, ...], object]]:
    """The mails in the inbox as the server has them: bytes, flags, date."""
    with home.dovecot.session(REPORT) as client:
        client.select_folder("INBOX", readonly=True)
        found = client.fetch(client.search("ALL"), ["BODY.PEEK[]", "FLAGS", "INTERNALDATE"])
        return [
            (
                one[b"BODY[]"],
                tuple(flag for flag in one[b"FLAGS"] if flag != b"\\Recent"),
                one[b"INTERNALDATE"],
            )
            for _, one in sorted(found.items())
        ]


def counts_by_its_day(config: Config, home: MailHome, before: object) -> None:
    """What waited is recorded once, by the server's date, answered, and filed."""
    with opened(config) as house:
        assert read(house) == [2]
        arrival = house.ledger.book().by_number[2]
        assert isinstance(arrival.verdict, Filed)
        assert arrival.arrived_at == before
        plan_round(house.ledger, house.desk, house.clock(), house.config.go_live)
        assert [row.letter.answers for row in house.ledger.letters() if row.letter.answers] == [1, 2]
        assert [finding for finding in audit(house, house.clock()) if not finding.well] == []
    assert waiting(home) == []


def test_while_pages_of_the_ledger_are_damaged_mails_wait_untouched(
    mail_home: MailHome, tmp_path: Path
) -> None:
    office = Office(tmp_path / "office", go_live=f"{YEAR}-01-01")
    office.join(mail_home)
    config = load_config(office.config)
    mail_home.dovecot.deliver(REPORT, report(1), UNIT)
    with opened(config) as house:
        assert read(house) == [1]
    file = config.state / "ledger.db"
    sound = tmp_path / "sound"
    shutil.copy2(file, sound)
    pages = file.read_bytes()
    file.write_bytes(pages[:4096] + b"\xff" * (len(pages) - 4096))
    mail_home.dovecot.deliver(REPORT, report(2), UNIT)
    before = waiting(mail_home)
    for _ in range(2):
        with pytest.raises(LedgerBroken), opened(config) as house:
            read(house)
    assert waiting(mail_home) == before
    shutil.copy2(sound, file)
    counts_by_its_day(config, mail_home, before[0][2])


def test_while_the_database_is_out_of_reach_mails_wait_untouched(
    mail_home: MailHome, postgresql: Postgresql, postgresql_url: str, tmp_path: Path
) -> None:
    office = Office(tmp_path / "office", go_live=f"{YEAR}-01-01")
    office.join(mail_home, database=postgresql_url)
    config = load_config(office.config)
    mail_home.dovecot.deliver(REPORT, report(1), UNIT)
    with opened(config) as house:
        assert read(house) == [1]
        mail_home.dovecot.deliver(REPORT, report(2), UNIT)
        before = waiting(mail_home)
        postgresql.stop()
        try:
            for _ in range(2):
                with pytest.raises(Unavailable):
                    read(house)
            with pytest.raises(MailbotError), opened(config):
                pass
            assert waiting(mail_home) == before
        finally:
            postgresql.start()
    counts_by_its_day(config, mail_home, before[0][2])
