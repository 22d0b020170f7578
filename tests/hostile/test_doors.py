"""Entries of the corpus that need a real server or a file of the office: folders, dates, addresses."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from inbox.test_imap import archive, kept, mail, settings_for
from servers.loop import REPORT, MailHome

from mailbot.cli.new_office import write_office
from mailbot.config import load_config
from mailbot.core.mail import ArrivalClock, Clocks, arrival_time
from mailbot.errors import Misconfigured
from mailbot.inbox.archive import Archive
from mailbot.inbox.imap import ImapInbox
from mailbot.inbox.raw import RawMail
from mailbot.rulebook import load_rules

assert archive
PAST = datetime(2013, 6, 25, 10, 30, tzinfo=UTC)
SEEN = datetime(2013, 7, 1, tzinfo=UTC)
ENDS_A_SEARCH = b'<x" OR ALL {5}\r\n A1 DELETE INBOX\r\n "@x>'


@pytest.mark.servers
def test_an_appended_mail_has_the_mailboxs_date_and_the_register_says_so(
    mail_home: MailHome, archive: Archive
) -> None:
    # H35. Only who may log in to the office's mailbox can do it; a unit cannot.
    mail_home.dovecot.append(REPORT, "INBOX", mail("keo-tha"), PAST)
    inbox = ImapInbox(settings_for(mail_home.dovecot))
    inbox.connect()
    (found,) = inbox.fetch(inbox.scan(), archive)
    inbox.close()
    assert isinstance(found, RawMail)
    clocks = Clocks(seen_at=SEEN, server_at=found.server_at)
    assert arrival_time(clocks, frozenset({"mx.tinh.example"})) == (PAST, ArrivalClock.SERVER)


@pytest.mark.servers
@pytest.mark.parametrize("name", ['"Đã ghi" nhận', "a\\b", "Báo cáo & văn thư", "{5}", "* (x)", "x%y"])
def test_a_folder_with_any_name_is_that_folder_and_no_command(mail_home: MailHome, name: str) -> None:
    dovecot = mail_home.dovecot
    dovecot.deliver(REPORT, mail("mot"))
    inbox = ImapInbox(settings_for(dovecot, filed_folder=name))
    inbox.connect()
    places = inbox.scan()
    assert set(inbox.file_away(places)) == set(places)
    inbox.close()
    assert name in dovecot.folders(REPORT)
    assert len(dovecot.messages(REPORT, name)) == 1


@pytest.mark.servers
def test_what_a_mail_says_never_reaches_the_servers_commands(mail_home: MailHome, archive: Archive) -> None:
    dovecot = mail_home.dovecot
    for number, raw in enumerate((mail("mot"), mail("hai").replace(b"<hai@x>", ENDS_A_SEARCH))):
        dovecot.append(REPORT, "INBOX", raw, PAST.replace(hour=number))
    before = sorted(dovecot.messages(REPORT))
    inbox = ImapInbox(settings_for(dovecot))
    inbox.connect()
    assert sorted(kept(list(inbox.fetch(inbox.scan(), archive)), archive)) == before
    inbox.close()
    assert sorted(dovecot.messages(REPORT)) == before
    assert "INBOX" in dovecot.folders(REPORT)


@pytest.mark.parametrize("end", ["\\r\\nBcc: a@evil.example", "\\n", "\\u0000", " ", ">"])
def test_no_address_of_the_register_can_hold_a_line_break(tmp_path: Path, end: str) -> None:
    rules = write_office(tmp_path / "office", "thai-nguyen-2013", SEEN.date()).parent / "rules"
    (file,) = (path for path in rules.rglob("*.toml") if "sotaichinh@thainguyen.example" in path.read_text())
    written = file.read_text("utf-8")
    file.write_text(
        written.replace("sotaichinh@thainguyen.example", f"sotaichinh@thainguyen.example{end}"), "utf-8"
    )
    with pytest.raises(Misconfigured, match="address"):
        load_rules(rules)


def test_no_folder_of_the_settings_can_hold_a_line_break(tmp_path: Path) -> None:
    file = write_office(tmp_path / "office", "thai-nguyen-2013", SEEN.date())
    written = file.read_text("utf-8")
    assert "[inbox]\n" in written
    file.write_text(
        written.replace("[inbox]\n", '[inbox]\nfiled_folder = "a\\r\\nA1 DELETE INBOX"\n'), "utf-8"
    )
    with pytest.raises(Misconfigured, match="filed_folder"):
        load_config(file)
