"""What the provider's filter takes for junk, on the real Dovecot: no report is lost, and nothing changes."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from servers.dovecot import Dovecot
from servers.loop import PASSWORD, REPORT, STAFF, MailHome

from daemon.office import UNIT, Office, a_report
from mailbot.config import load_config
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import UnitId
from mailbot.core.senders.junk import was_in_junk
from mailbot.core.verdict import Filed, Question, Unclear
from mailbot.daemon.audit import audit
from mailbot.daemon.backup import reconcile
from mailbot.daemon.house import House, opened
from mailbot.daemon.intake import Intake
from mailbot.daemon.junk import Junk
from mailbot.daemon.planning import plan_round
from mailbot.errors import LoginRefused, Unavailable
from mailbot.inbox.imap import ImapInbox, ImapSettings
from mailbot.inbox.source import Inbox

pytestmark = pytest.mark.servers
YEAR = 2026
TITLE = f"Báo cáo quý III năm {YEAR}"
# Our own server's word on the sender, as it stands in mails that reach the mailbox.
OURS = "mx.thainguyen.example"
PROVED = f"""
[authentication]
authserv_ids = ["{OURS}"]
from_enforced = ["thainguyen.example"]
"""


@pytest.fixture
def office(tmp_path: Path, mail_home: MailHome) -> Office:
    found = Office(tmp_path / "office", go_live=f"{YEAR}-01-01")
    found.rest()
    found.join(mail_home, inbox=f'boundary = ["{OURS}"]\n')
    return found


def house_of(office: Office) -> Iterator[House]:
    with opened(load_config(office.config)) as found:
        yield found


@pytest.fixture
def house(office: Office) -> Iterator[House]:
    yield from house_of(office)


class Desk:
    """One session of the intake with inbox and junk, as the daemon has it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.inbox: Inbox = house.inbox()
        self.inbox.connect()
        self.junk: Junk | None = house.junk(self.inbox)
        self.intake: Intake = house.intake()

    def reads(self) -> list[int]:
        """One round, and the plan after it; the numbers of new arrivals."""
        numbers = self.intake.round(self.inbox, junk=self.junk)
        plan_round(self.house.ledger, self.house.desk, self.house.clock(), self.house.config.go_live)
        return numbers

    def close(self) -> None:
        """End both connections."""
        self.inbox.close()
        if self.junk is not None:
            self.junk.close()


@pytest.fixture
def desk(mail_home: MailHome, house: House) -> Iterator[Desk]:
    with mail_home.dovecot.session(REPORT) as client:
        client.create_folder("Junk")
    found = Desk(house)
    yield found
    found.close()


def proved(mail: EmailMessage) -> bytes:
    """As our server hands it on, having proved the sender."""
    trace = f"Received: from x by {OURS}; Thu, 1 Oct 2026 08:00:00 +0700\r\n"
    results = f"Authentication-Results: {OURS}; dmarc=pass header.from=thainguyen.example\r\n"
    return (results + trace).encode() + mail.as_bytes()


def an_advertisement(number: int) -> bytes:
    head = f"From: Shop {number} <shop{number}@spam.example>\r\nTo: {REPORT}\r\nSubject: Giảm giá\r\n"
    return (head + f"Message-ID: <{number}@spam.example>\r\n\r\nMua ngay.\r\n").encode()


def letters(house: House) -> list[NoticeKind]:
    return [row.letter.kind for row in house.ledger.letters()]


def all_is_well(house: House) -> None:
    assert [finding for finding in audit(house, house.clock()) if not finding.well] == []


def untouched(home: MailHome, count: int, folder: str = "Junk") -> None:
    """So many mails lie in the folder, and no flag tells that anybody has looked."""
    with home.dovecot.session(REPORT) as client:
        client.select_folder(folder, readonly=True)
        uids = client.search("ALL")
        assert len(uids) == count
        assert all(not flags - {b"\\Recent"} for flags in map(set, client.get_flags(uids).values()))


def test_a_proved_report_in_junk_counts_and_advertisements_leave_no_trace(
    mail_home: MailHome, office: Office
) -> None:
    with office.config.open("a", encoding="utf-8") as config:
        config.write(PROVED)
    for number in range(5):
        mail_home.dovecot.append(REPORT, "Junk", an_advertisement(number))
    mail_home.dovecot.append(REPORT, "Junk", proved(a_report(TITLE)))
    for found in house_of(office):
        desk = Desk(found)
        assert desk.reads() == [1]
        (arrival,) = found.ledger.book().arrivals
        assert isinstance(arrival.verdict, Filed)
        assert was_in_junk(arrival.verdict)
        assert letters(found) == [NoticeKind.RECEIPT]
        assert len(list(found.archive.names())) == 1
        assert desk.reads() == []
        desk.close()
        all_is_well(found)
    untouched(mail_home, 6)


def test_a_report_that_nothing_proves_waits_for_a_person_and_is_one_arrival_when_it_is_moved(
    mail_home: MailHome, desk: Desk
) -> None:
    mail_home.dovecot.append(REPORT, "Junk", a_report(TITLE).as_bytes())
    assert desk.reads() == [1]
    house = desk.house
    (arrival,) = house.ledger.book().arrivals
    assert isinstance(arrival.verdict, Unclear)
    assert arrival.verdict.question is Question.UNVERIFIED
    assert UnitId("so-tai-chinh") in house.ledger.book().undecided
    untouched(mail_home, 1)
    with mail_home.dovecot.session(REPORT) as client:
        client.select_folder("Junk")
        client.move(client.search("ALL"), "INBOX")
    assert desk.reads() == []
    assert len(house.ledger.book().arrivals) == 1
    # It is on record, so in the inbox it is filed away like any other.
    assert mail_home.inbox(REPORT) == []
    assert len(mail_home.inbox(REPORT, "Da-ghi-nhan")) == 1
    all_is_well(house)


def test_a_mail_of_the_inbox_that_somebody_calls_junk_is_one_arrival(mail_home: MailHome, desk: Desk) -> None:
    mail_home.dovecot.deliver(REPORT, a_report(TITLE).as_bytes(), UNIT)
    assert desk.reads() == [1]
    with mail_home.dovecot.session(REPORT) as client:
        client.select_folder("Da-ghi-nhan")
        client.move(client.search("ALL"), "Junk")
    assert desk.reads() == []
    assert isinstance(desk.house.ledger.book().arrivals[0].verdict, Filed)
    all_is_well(desk.house)


def test_a_flood_in_a_units_name_is_answered_to_nobody(mail_home: MailHome, desk: Desk) -> None:
    for number in range(20):
        mail = an_advertisement(number).replace(
            f"shop{number}@spam.example>".encode(), f"{UNIT}>".encode(), 1
        )
        mail_home.dovecot.append(REPORT, "Junk", mail)
    assert len(desk.reads()) == 20
    assert letters(desk.house) == []
    assert desk.house.ledger.book().undecided == {}


def test_after_a_restore_what_lies_in_junk_is_taken_in_and_not_answered_again(
    mail_home: MailHome, house: House
) -> None:
    mail_home.dovecot.append(REPORT, "Junk", a_report(TITLE).as_bytes())
    mail_home.dovecot.append(REPORT, "Da-ghi-nhan", a_report(f"Báo cáo quý II năm {YEAR}", 2).as_bytes())
    house.ledger.hold("restored", house.clock())
    assert reconcile(house, house.clock()).recovered == (1, 2)
    assert letters(house) == []


def test_the_staffs_command_in_junk_is_heard(mail_home: MailHome, desk: Desk) -> None:
    command = EmailMessage()
    command["From"], command["To"], command["Subject"] = STAFF, REPORT, "TRO GIUP"
    command.set_content("TRO GIUP\n")
    mail_home.dovecot.append(REPORT, "Junk", command.as_bytes())
    assert desk.reads() == [1]


def test_a_sender_who_is_registered_later_is_found_then(mail_home: MailHome, desk: Desk) -> None:
    mail_home.dovecot.append(REPORT, "Junk", a_report(TITLE, sender="moi@thainguyen.example").as_bytes())
    assert desk.reads() == []
    office = desk.house.config.rules / "units.toml"
    text = office.read_text(encoding="utf-8")
    office.write_text(text.replace(UNIT, "moi@thainguyen.example"), encoding="utf-8")
    desk.house.reload()
    desk.intake.rules = desk.house.rules
    assert desk.reads() == [1]


def test_as_long_as_junk_cannot_be_read_the_mailbox_does_not_count_as_read(
    mail_home: MailHome, desk: Desk
) -> None:
    assert desk.reads() == []
    junk, before = desk.junk, desk.house.ledger.last_scan()
    assert junk is not None
    assert before is not None
    with mail_home.dovecot.session(REPORT) as client:
        client.rename_folder("Junk", "Khac")
    junk.close()
    mail_home.dovecot.deliver(REPORT, a_report(TITLE).as_bytes(), UNIT)
    # The inbox is read all the same.
    assert desk.reads() == [1]
    assert "opening the folder" in junk.trouble
    assert desk.house.ledger.last_scan() == before
    with mail_home.dovecot.session(REPORT) as client:
        client.rename_folder("Khac", "Junk")
    while junk.trouble:
        assert desk.reads() == []
    after = desk.house.ledger.last_scan()
    assert after is not None
    assert after > before


def test_between_two_tries_some_rounds_pass_and_a_refused_login_is_for_the_intake(house: House) -> None:
    class Broken:
        """A folder that does not open."""

        mailbox = "Junk"
        not_filing_because = "it is switched off"
        error: type[Exception] = Unavailable
        tries = 0

        def connect(self) -> None:
            self.tries += 1
            raise self.error("no")

        def close(self) -> None:
            pass

    broken = Broken()
    junk = Junk(broken, house.archive, house.ledger)  # type: ignore[arg-type]
    tried = []
    for _ in range(51):
        before = broken.tries
        assert list(junk.batches(house.rules, datetime.now(UTC).date())) == []
        tried.append(broken.tries > before)
    assert [at for at, was in enumerate(tried) if was] == [0, 2, 5, 10, 19, 35]
    broken.error = LoginRefused
    with pytest.raises(LoginRefused):
        list(junk.batches(house.rules, datetime.now(UTC).date()))


@pytest.mark.parametrize(
    ("extra", "made", "found"),
    [
        ("", ["Linh tinh", "Spam"], "Spam"),
        ("", ["Công văn", "Đơn vị/Thư rác"], "Đơn vị/Thư rác"),
        ("", ["Linh tinh"], None),
        (
            "namespace inbox {\n mailbox Quang-cao {\n special_use = \\Junk\n }\n}",
            ["Spam", "Quang-cao"],
            "Quang-cao",
        ),
    ],
)
def test_the_folder_is_found_by_its_mark_or_its_name(
    dovecot_with: Callable[..., Dovecot], extra: str, made: list[str], found: str | None
) -> None:
    dovecot = dovecot_with(extra=extra)
    with dovecot.session(REPORT) as client:
        for name in made:
            client.create_folder(name)
    settings = ImapSettings(
        host="localhost", port=dovecot.imaps_port, user=REPORT, password=PASSWORD, ca_file=dovecot.ca_file
    )
    inbox = ImapInbox(settings)
    inbox.connect()
    assert inbox.junk_folder() == found
    inbox.close()


def test_the_office_may_name_the_folder_or_want_none(mail_home: MailHome, tmp_path: Path) -> None:
    mail_home.dovecot.append(REPORT, "Junk", a_report(TITLE).as_bytes())
    mail_home.dovecot.append(REPORT, "Linh tinh", a_report(f"Báo cáo quý II năm {YEAR}", 2).as_bytes())
    for junk, says, count in (("none", "switched off", 0), ("Linh tinh", "1 mails in Linh tinh", 1)):
        office = Office(tmp_path / junk, go_live=f"{YEAR}-01-01")
        office.join(mail_home, inbox=f'junk = "{junk}"\n')
        rows = {row["what"]: row for row in office.json("check")["rows"]}
        assert says in rows["junk"]["says"]
        assert office.json("tick")["recorded"] == count
    wrong = Office(tmp_path / "wrong", go_live=f"{YEAR}-01-01")
    wrong.join(mail_home, inbox='junk = "Khong co"\n')
    rows = {row["what"]: row for row in wrong.json("check", expect=1)["rows"]}
    assert [what for what, row in rows.items() if not row["well"]] == ["junk"]
    assert "no folder is called Khong co; there are INBOX, Junk, Linh tinh" in rows["junk"]["says"]
    assert "Xem lại `junk` ở [inbox]" in rows["junk"]["next"]
