"""What servers and people do to a mailbox between two readings, on the real Dovecot.

Mails stay where they are here (`filing = "none"`): nothing but their bytes tells a known one from a new one.
"""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from servers.loop import REPORT, MailHome

from daemon.office import UNIT, Office, a_report
from mailbot.config import load_config
from mailbot.core.calendar import local
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.mail import ArrivalClock, Place
from mailbot.core.posting import NoticeKind
from mailbot.core.standing import Doubt, Standing, judge
from mailbot.core.verdict import Filed
from mailbot.daemon.audit import audit
from mailbot.daemon.health import examine
from mailbot.daemon.house import House, opened
from mailbot.daemon.planning import plan_round
from mailbot.errors import Unavailable
from mailbot.inbox.imap import ImapInbox
from mailbot.inbox.source import Inbox

pytestmark = pytest.mark.servers
YEAR = 2026


@pytest.fixture
def office(tmp_path: Path, mail_home: MailHome) -> Office:
    found = Office(tmp_path / "office", go_live=f"{YEAR}-01-01")
    found.join(mail_home, inbox='filing = "none"\n')
    return found


@pytest.fixture
def house(office: Office) -> Iterator[House]:
    with opened(load_config(office.config)) as found:
        yield found


def raw(number: int) -> bytes:
    return a_report(f"Báo cáo quý I năm {YEAR} - bản {number}", number).as_bytes()


def read(house: House, inbox: Inbox | None = None) -> list[int]:
    """Read the mailbox in a new session and plan; the numbers of new arrivals."""
    inbox = inbox or house.inbox()
    inbox.connect()
    numbers = house.intake().round(inbox)
    inbox.close()
    plan_round(house.ledger, house.desk, house.clock(), house.config.go_live)
    return numbers


def receipts(house: House) -> int:
    return sum(row.letter.kind is NoticeKind.RECEIPT for row in house.ledger.letters())


def all_is_well(house: House, arrivals: int) -> None:
    """So many arrivals, each with one receipt, and nothing that `mailbot verify` would find."""
    assert len(house.ledger.book().arrivals) == receipts(house) == arrivals
    assert [finding for finding in audit(house, house.clock()) if not finding.well] == []


def three(house: House, home: MailHome) -> None:
    for number in range(3):
        home.dovecot.deliver(REPORT, raw(number), UNIT)
    assert read(house) == [1, 2, 3]


def files(home: MailHome) -> list[Path]:
    """The mails in the inbox in the order in which Dovecot delivered them."""
    folder = home.dovecot.maildir(REPORT)
    return sorted((path for name in ("new", "cur") for path in (folder / name).iterdir()), key=_delivered)


def _delivered(path: Path) -> tuple[int, int]:
    # "1764269160.M98765P4711.mail": the microseconds have no leading noughts, so names do not sort by them.
    seconds, fraction, *_ = path.name.split(".")
    return int(seconds), int(fraction.removeprefix("M").partition("P")[0])


def test_other_mails_under_old_uids_are_new_and_the_known_ones_known(
    mail_home: MailHome, house: House
) -> None:
    three(house, mail_home)
    inbox = house.inbox()
    inbox.connect()
    before = inbox.scan()
    inbox.close()
    # UIDs count from one again, and the first now names what was the second.
    files(mail_home)[0].unlink()
    mail_home.dovecot.reset_uidvalidity(REPORT)
    mail_home.dovecot.deliver(REPORT, raw(7), UNIT)
    assert read(house) == [4]
    inbox.connect()
    after = inbox.scan()
    inbox.close()
    assert [place.name for place in after] == [place.name for place in before]
    assert {place.validity for place in after}.isdisjoint(place.validity for place in before)
    all_is_well(house, 4)


def test_a_mailbox_that_is_emptied_and_put_back_brings_nothing_new(
    mail_home: MailHome, house: House, tmp_path: Path
) -> None:
    three(house, mail_home)
    folder = mail_home.dovecot.maildir(REPORT)
    kept = tmp_path / "kept"
    shutil.copytree(folder, kept)
    for path in files(mail_home):
        path.unlink()
    assert read(house) == []
    all_is_well(house, 3)
    for path in (kept / "new", kept / "cur"):
        for mail in path.iterdir():
            shutil.copy2(mail, folder / path.name)
    shutil.chown(folder, *_owner(folder))
    for path in files(mail_home):
        shutil.chown(path, *_owner(folder))
    mail_home.dovecot.reset_uidvalidity(REPORT)
    assert read(house) == []
    all_is_well(house, 3)


def test_mails_that_get_uids_of_others_after_a_restore_are_read_and_never_filed_unread(
    mail_home: MailHome, office: Office
) -> None:
    text = office.config.read_text(encoding="utf-8")
    office.config.write_text(text.replace('filing = "none"\n', ""), encoding="utf-8")
    folder = mail_home.dovecot.maildir(REPORT)
    mail_home.dovecot.deliver(REPORT, raw(0), UNIT)
    kept = office.folder / "kept"
    with opened(load_config(office.config)) as house:
        inbox = house.inbox()
        inbox.connect()
        (before,) = inbox.scan()
        inbox.close()
        shutil.copy2(folder / "dovecot-uidlist", kept)
        mail_home.dovecot.deliver(REPORT, raw(1), UNIT)
        assert read(house) == [1, 2]
        assert files(mail_home) == []
    # The provider puts back what the server knew of UIDs before the second mail came.
    mail_home.dovecot.stop()
    for path in folder.glob("dovecot*"):
        path.unlink()
    shutil.copy2(kept, folder / "dovecot-uidlist")
    shutil.chown(folder / "dovecot-uidlist", *_owner(folder))
    mail_home.dovecot.start()
    # Servers date mails by the second; in life days lie between.
    time.sleep(1.1)
    mail_home.dovecot.deliver(REPORT, raw(2), UNIT)
    with opened(load_config(office.config)) as house:
        inbox = house.inbox()
        inbox.connect()
        (after,) = inbox.scan()
        inbox.close()
        assert (after.validity, int(after.name)) == (before.validity, int(before.name) + 1)
        assert read(house) == [3]
        assert files(mail_home) == []
        all_is_well(house, 3)


def test_a_mail_that_vanished_unread_leaves_nobody_judged_until_a_person_vouches(
    mail_home: MailHome, house: House, office: Office
) -> None:
    three(house, mail_home)
    mail_home.dovecot.deliver(REPORT, raw(3), UNIT)
    inbox = house.inbox()
    scan = inbox.scan

    def scanned() -> tuple[Place, ...]:
        places = scan()
        files(mail_home)[-1].unlink()
        return places

    inbox.scan = scanned  # type: ignore[method-assign]
    assert read(house, inbox) == []
    (gap,) = house.ledger.book().outages
    assert gap.vanished
    (told,) = [row for row in office.json("health", expect=None)["rows"] if row["what"] == "mails"]
    assert not told["well"]
    (row,) = office.json("watch", "list")["rows"]
    assert row["what"] == "a mail vanished unread"
    # It is noted as a second at least, and nobody vouches for what is still to come.
    time.sleep(max(0.0, datetime.fromisoformat(row["until"]).timestamp() - time.time()))
    office.run(
        "watch", "vouch", "--from", row["since"], "--until", row["until"], "--by", "an", "--why", "hỏi"
    )
    assert house.ledger.book().outages == ()


def test_a_mail_that_was_listed_while_nothing_could_be_written_and_is_gone_then_is_noted_once(
    mail_home: MailHome, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path) -> None:
        raise Unavailable("the disk is full")

    three(house, mail_home)
    mail_home.dovecot.deliver(REPORT, raw(3), UNIT)
    mail_home.dovecot.deliver(REPORT, raw(4), UNIT)
    inbox = house.inbox()
    with monkeypatch.context() as patched, closing(inbox):
        patched.setattr("mailbot.daemon.intake.require_room", full)
        with pytest.raises(Unavailable):
            read(house, inbox)
    files(mail_home)[-2].unlink()
    assert read(house) == [4]
    (gap,) = house.ledger.book().outages
    assert gap.vanished
    # Those that were read and taken away since are on record.
    for path in files(mail_home):
        path.unlink()
    assert read(house) == []
    assert house.ledger.book().outages == (gap,)


def test_a_mail_that_came_and_went_between_two_looks_is_known_by_its_number(
    mail_home: MailHome, house: House, office: Office
) -> None:
    """A mail program beside mailbot fetches and deletes."""
    inbox, intake = house.inbox(), house.intake()
    with mail_home.dovecot.session(REPORT) as client:
        client.multiappend("INBOX", [raw(number) for number in range(60)])
    inbox.connect()
    assert len(intake.round(inbox)) == 60
    mail_home.dovecot.deliver(REPORT, raw(60), UNIT)
    with mail_home.dovecot.session(REPORT) as client:
        client.select_folder("INBOX")
        client.delete_messages([max(client.search("ALL"))])
        client.expunge()
    assert intake.round(inbox) == []
    assert house.ledger.book().outages == ()
    mail_home.dovecot.deliver(REPORT, raw(61), UNIT)
    assert intake.round(inbox) == [61]
    (gap,) = house.ledger.book().outages
    assert gap.vanished
    (told,) = [row for row in office.json("health", expect=None)["rows"] if row["what"] == "mails"]
    assert not told["well"]
    assert intake.census.warning(house.clock()) == ""
    assert intake.round(inbox) == []
    assert len(house.ledger.book().outages) == 1
    inbox.close()


def test_of_a_server_that_skips_numbers_a_gap_is_a_warning_and_no_doubt(
    mail_home: MailHome, house: House
) -> None:
    three(house, mail_home)
    inbox, intake = house.inbox(), house.intake()
    inbox.connect()
    intake.round(inbox)
    for number in (3, 4):
        mail_home.dovecot.deliver(REPORT, raw(number), UNIT)
    files(mail_home)[-2].unlink()
    assert intake.round(inbox) == [4]
    assert house.ledger.book().outages == ()
    now = house.clock()
    assert "the numbers 4:4 to mails that were gone" in intake.census.warning(now)
    assert intake.census.warning(now + timedelta(days=1)) == ""
    inbox.close()


def test_a_folder_that_empties_at_once_is_told_and_a_few_mails_are_not(
    mail_home: MailHome, house: House
) -> None:
    inbox, intake = house.inbox(), house.intake()
    with mail_home.dovecot.session(REPORT) as client:
        client.multiappend("INBOX", [raw(number) for number in range(30)])
    inbox.connect()
    intake.round(inbox)
    for path in files(mail_home)[:5]:
        path.unlink()
    intake.round(inbox)
    assert intake.census.warning(house.clock()) == ""
    for path in files(mail_home):
        path.unlink()
    intake.round(inbox)
    assert "25 of 25 mails have left" in intake.census.warning(house.clock())
    inbox.close()


def test_a_mail_that_is_put_in_with_an_old_date_waits_for_a_person_where_the_date_decides(
    mail_home: MailHome, house: House, office: Office
) -> None:
    due = local(house.clock()) - timedelta(days=20)
    three(house, mail_home)
    title = f"Báo cáo quý III năm {YEAR}"
    old = due - timedelta(days=30)
    mail_home.dovecot.append(REPORT, "INBOX", a_report(title, 9).as_bytes(), old.replace(microsecond=0))
    assert read(house) == [4]
    arrival = house.ledger.book().by_number[4]
    assert arrival.arrived_at == old.replace(microsecond=0)
    assert arrival.clocks.absent_at is not None
    assert isinstance(arrival.verdict, Filed)
    (filing,) = arrival.verdict.filings
    key = DutyKey(arrival.verdict.unit, filing.report, filing.period)
    duty = Duty(key=key, opens_at=old, due_at=due, basis="", derivation="")

    def stands() -> tuple[Standing, Doubt | None]:
        found = judge(duty, house.ledger.book(), house.clock())
        return found.standing, found.doubt

    assert stands() == (Standing.NOT_JUDGED, Doubt.DATE)
    office.run("settle", "4", "--period", f"{YEAR}-Q3", "--by", "an", "--why", "thư chuyển từ hộp thư khác")
    assert stands() == (Standing.ON_TIME, None)


def test_a_mail_whose_date_lies_ahead_has_arrived_when_it_was_read(mail_home: MailHome, house: House) -> None:
    three(house, mail_home)
    # As where a mail program puts it in with the sender's own date, and his machine is years ahead.
    ahead = dated_ahead(mail_home, house, 9, timedelta(days=800))
    assert read(house) == [4]
    arrival = house.ledger.book().by_number[4]
    assert arrival.clocks.server_at == ahead
    assert (arrival.arrived_at, arrival.clock) == (arrival.clocks.seen_at, ArrivalClock.SEEN)
    all_is_well(house, 4)


def test_a_server_that_dates_mails_after_they_were_read_is_told(mail_home: MailHome, house: House) -> None:
    def told() -> list[str]:
        found = examine(house.config, house.clock())
        return [condition.says for condition in found if condition.what == "server clock"]

    three(house, mail_home)
    dated_ahead(mail_home, house, 3, timedelta(hours=3))
    assert read(house) == [4]
    # One mail may have been put in with a date that its sender chose.
    assert told() == []
    for number in (4, 5):
        dated_ahead(mail_home, house, number, timedelta(hours=3))
    assert len(read(house)) == 2
    (says,) = told()
    assert re.search(r"up to 1(79|80) minutes after they were read", says)
    for number in (6, 7, 8):
        mail_home.dovecot.deliver(REPORT, raw(number), UNIT)
    assert len(read(house)) == 3
    assert told() == []


def test_a_server_whose_clock_is_hours_slow_is_told(mail_home: MailHome, house: House) -> None:
    def told() -> list[str]:
        found = examine(house.config, house.clock())
        return [condition.says for condition in found if condition.what == "server clock"]

    three(house, mail_home)
    # A person who moves mails in from another folder does not date them all alike.
    for number, hours in ((4, 5), (5, 20), (6, 30)):
        dated_ahead(mail_home, house, number, -timedelta(hours=hours))
    assert len(read(house)) == 3
    assert told() == []
    for number in range(10, 20):
        dated_ahead(mail_home, house, number, -timedelta(hours=3))
    assert len(read(house)) == 10
    (says,) = told()
    assert "dated 180 minutes before they came" in says


def dated_ahead(home: MailHome, house: House, number: int, ahead: timedelta) -> datetime:
    """Put a mail into the mailbox that came now, and that the server dates ahead by so much."""
    at = (local(house.clock()) + ahead).replace(microsecond=0)
    path = home.dovecot.maildir(REPORT) / "new" / str(number)
    trace = f"Received: by mx.example; {house.clock():%a, %d %b %Y %H:%M:%S} +0000\r\n"
    path.write_bytes(trace.encode() + raw(number))
    os.chown(path, *_owner(path.parent))
    os.utime(path, (at.timestamp(), at.timestamp()))
    return at


def _owner(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_uid, found.st_gid


def test_a_mail_that_is_moved_out_and_back_is_no_second_arrival(mail_home: MailHome, house: House) -> None:
    three(house, mail_home)
    with mail_home.dovecot.session(REPORT) as client:
        client.select_folder("INBOX")
        moved = client.search("ALL")[1]
        client.create_folder("Xong")
        client.move([moved], "Xong")
    assert read(house) == []
    with mail_home.dovecot.session(REPORT) as client:
        client.select_folder("Xong")
        client.move(client.search("ALL"), "INBOX")
        client.select_folder("INBOX")
        assert moved not in client.search("ALL")
    assert read(house) == []
    all_is_well(house, 3)


def test_a_mail_that_goes_between_listing_and_fetching_is_no_empty_arrival(
    mail_home: MailHome, house: House
) -> None:
    class Late(ImapInbox):
        """Somebody deletes the first mail as soon as it is listed."""

        def scan(self) -> tuple[Place, ...]:
            places = super().scan()
            with mail_home.dovecot.session(REPORT) as client:
                client.select_folder("INBOX")
                client.delete_messages([int(places[0].name)])
                client.expunge()
            return places

    for number in range(3):
        mail_home.dovecot.deliver(REPORT, raw(number), UNIT)
    inbox = house.inbox()
    assert isinstance(inbox, ImapInbox)
    assert read(house, Late(inbox._settings)) == [1, 2]
    assert house.ledger.last_scan() is not None
    all_is_well(house, 2)


def test_a_folder_that_is_deleted_is_waited_for_and_never_counts_as_read(
    mail_home: MailHome, tmp_path: Path
) -> None:
    office = Office(tmp_path / "office", go_live=f"{YEAR}-01-01")
    office.join(mail_home, inbox='filing = "none"\nfolder = "Bao cao"\n')
    with opened(load_config(office.config)) as house:
        with pytest.raises(Unavailable, match="opening the folder"):
            read(house)
        assert house.ledger.last_scan() is None
        mail_home.dovecot.append(REPORT, "Bao cao", raw(1))
        assert read(house) == [1]
        with mail_home.dovecot.session(REPORT) as client:
            client.delete_folder("Bao cao")
        before = house.ledger.last_scan()
        with pytest.raises(Unavailable, match="opening the folder"):
            read(house)
        assert house.ledger.last_scan() == before
