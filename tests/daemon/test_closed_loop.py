"""The main job on real servers: Postfix in, Dovecot, mailbot, Postfix out, the unit's own mailbox."""

import signal
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from servers.loop import REPORT, STAFF, UNITS, MailHome

from daemon.office import UNIT, Office, a_report, copy_rules

pytestmark = pytest.mark.servers
YEAR = 2026
LIVE = f"{YEAR}-01-01"
SUBJECT = f"Báo cáo quý I năm {YEAR}"


@pytest.fixture
def office(tmp_path: Path, mail_home: MailHome) -> Office:
    found = Office(tmp_path / "office", go_live=LIVE)
    found.join(mail_home)
    return found


def is_receipt(mail: EmailMessage) -> bool:
    return mail["X-Mailbot-Notice"] == "receipt"


def test_a_report_is_answered_within_seconds_through_idle(mail_home: MailHome, office: Office) -> None:
    with office.daemon():
        office.until(lambda: office.json("health", expect=None)["well"])
        sent = a_report(SUBJECT)
        mail_home.send(UNIT, REPORT, sent)
        # The poll is due every 60 s: what comes within ten was announced by IDLE.
        (receipt,) = mail_home.wait_for(UNIT, is_receipt, within=10)
        assert receipt["In-Reply-To"] == sent["Message-ID"]
        assert receipt["Auto-Submitted"] == "auto-replied"
        assert "Sở Tài chính" in receipt["Subject"]
        text = receipt.get_body(("plain",)).get_content()
        assert f"quý I năm {YEAR}" in text
    (row,) = office.json("arrivals")["rows"]
    assert (row["kind"], row["unit"], row["clock"]) == ("filed", "so-tai-chinh", "server")
    # Recorded mails lie in the filed folder, and nobody has "read" them.
    assert mail_home.inbox(REPORT) == []
    assert len(mail_home.inbox(REPORT, "Da-ghi-nhan")) == 1


@pytest.mark.parametrize("how", ["idle = false\n", ""])
def test_where_idle_is_dead_the_poll_finds_the_mail(tmp_path: Path, how: str) -> None:
    lacking: tuple[str, ...] = () if how else ("IDLE",)
    with MailHome(dovecot={"lacking": lacking}) as home:
        office = Office(tmp_path / "office", go_live=LIVE)
        office.join(home, inbox=f"poll_seconds = 2\n{how}")
        with office.daemon():
            home.send(UNIT, REPORT, a_report(SUBJECT))
            home.wait_for(UNIT, is_receipt, within=10)


def chases(home: MailHome) -> list[EmailMessage]:
    return [mail for mail in home.inbox(UNIT) if mail["X-Mailbot-Notice"] in {"reminder", "late"}]


def test_reminder_and_late_notice_reach_the_unit_and_stop_when_the_report_is_in(
    mail_home: MailHome, office: Office
) -> None:
    office.run("tick", "--now", "2026-06-18T09:00")
    mail_home.wait_for(UNIT, lambda mail: mail["X-Mailbot-Notice"] == "reminder")
    office.run("tick", "--now", "2026-06-23T09:00")
    mail_home.wait_for(UNIT, lambda mail: mail["X-Mailbot-Notice"] == "late")
    # From the second time on a person must let it go.
    office.run("tick", "--now", "2026-06-25T09:00")
    assert [row["kind"] for row in office.json("outbox", "list", "--state", "held")["rows"]] == [
        "late",
        "late",
    ]
    office.run("outbox", "release", "--kind", "late", "--now", "2026-06-25T09:05")
    office.run("tick", "--now", "2026-06-25T09:10")
    mail_home.settle()
    late = [mail for mail in mail_home.inbox(UNIT) if mail["X-Mailbot-Notice"] == "late"]
    assert [mail["Cc"] is not None for mail in late] == [False, True]
    assert any(STAFF in str(mail["Cc"]) for mail in late)
    before = len(chases(mail_home))
    for number, title in enumerate(("tháng 6", "quý II", "6 tháng đầu năm"), start=1):
        raw = a_report(f"Báo cáo {title} năm {YEAR}", number).as_bytes()
        path = office.folder / f"{number}.eml"
        path.write_bytes(raw)
        office.run("ingest", str(path), "--arrived-at", "2026-06-25T10:00")
    told = office.json("tick", "--now", "2026-07-02T09:00")
    mail_home.settle()
    assert told["troubles"] == []
    assert len(chases(mail_home)) == before


def test_machines_and_strangers_are_recorded_and_never_answered(mail_home: MailHome, office: Office) -> None:
    vacation = EmailMessage()
    vacation["From"], vacation["To"], vacation["Message-ID"] = UNIT, REPORT, "<vacation@thainguyen.example>"
    vacation["Subject"] = f"Trả lời tự động: {SUBJECT}"
    vacation["Auto-Submitted"] = "auto-replied"
    vacation.set_content("Tôi đang nghỉ phép, xin liên hệ văn thư.\n")
    mail_home.send(UNIT, REPORT, vacation)
    mail_home.send(UNITS[2], REPORT, a_report(SUBJECT, 2, sender=UNITS[2]))
    mail_home.wait_for(REPORT, 2)
    with office.daemon():
        office.until(lambda: office.log.read_text(encoding="utf-8").count("mail recorded") == 2)
        time.sleep(3.0)
    mail_home.settle()
    assert not [mail for address in UNITS for mail in mail_home.inbox(address) if is_receipt(mail)]
    kinds = sorted(row["kind"] for row in office.json("arrivals")["rows"])
    assert kinds == ["auto_reply", "unclear"]


def test_a_full_mailbox_at_the_first_start_is_recorded_and_nobody_written_to(
    mail_home: MailHome, tmp_path: Path
) -> None:
    office = Office(tmp_path / "office", go_live="2099-01-01")
    office.join(mail_home)
    for number in range(120):
        mail_home.dovecot.deliver(REPORT, a_report(SUBJECT, number).as_bytes(), UNIT)
    with office.daemon():
        office.until(lambda: office.log.read_text(encoding="utf-8").count("mail recorded") == 120)
        time.sleep(2.5)
    mail_home.settle()
    assert mail_home.inbox(UNIT) == []
    assert office.json("outbox")["rows"] == []
    assert len(mail_home.inbox(REPORT, "Da-ghi-nhan")) == 120


def test_a_changed_uidvalidity_makes_no_second_arrival_and_no_second_receipt(
    mail_home: MailHome, tmp_path: Path
) -> None:
    office = Office(tmp_path / "office", go_live=LIVE)
    office.join(mail_home, inbox='filing = "none"\n')
    mail_home.send(UNIT, REPORT, a_report(SUBJECT))
    mail_home.wait_for(REPORT)
    office.run("tick")
    mail_home.wait_for(UNIT, is_receipt)
    before = mail_home.dovecot.uidvalidity(REPORT)
    mail_home.dovecot.reset_uidvalidity(REPORT)
    assert mail_home.dovecot.uidvalidity(REPORT) != before
    assert office.json("tick")["recorded"] == 0
    mail_home.settle()
    assert len([mail for mail in mail_home.inbox(UNIT) if is_receipt(mail)]) == 1
    assert len(office.json("arrivals")["rows"]) == 1


def test_servers_that_are_away_are_waited_for_and_health_says_so(mail_home: MailHome, office: Office) -> None:
    with office.daemon():
        mail_home.send(UNIT, REPORT, a_report(SUBJECT, 1))
        mail_home.wait_for(UNIT, is_receipt)
        mail_home.dovecot.kill()
        office.until(lambda: office.says("loop waits"))
        rows = {row["what"]: row for row in office.json("health", expect=1)["rows"]}
        assert not rows["intake"]["well"]
        mail_home.send(UNIT, REPORT, a_report(f"Báo cáo tháng 3 năm {YEAR}", 2))
        mail_home.start()
        # Postfix tries again by itself; mailbot after five seconds, then ten.
        office.until(lambda: len(office.json("arrivals")["rows"]) == 2, within=60)
        office.until(lambda: office.json("health", expect=None)["well"], within=30)


def test_a_refused_login_is_named_and_not_hammered(office: Office) -> None:
    (office.folder / "password").write_text("sai", encoding="utf-8")
    with office.daemon():
        office.until(lambda: office.says("loop waits"))
        time.sleep(4.0)
        told = office.json("health", expect=1)
    assert [row["well"] for row in told["rows"] if row["what"] == "intake"] == [False]
    assert office.log.read_text(encoding="utf-8").count("loop=intake") == 1
    assert "sai" not in office.log.read_text(encoding="utf-8").replace("sai số", "")


def test_a_second_daemon_on_one_ledger_is_refused_and_names_the_first(office: Office) -> None:
    with office.daemon() as first:
        second = office.start()
        assert second.wait(timeout=30) == 1
        assert office.says(f"process {first.pid}")


def test_sighup_takes_up_good_rules_and_leaves_bad_ones_alone(office: Office) -> None:
    with office.daemon() as running:
        running.send_signal(signal.SIGHUP)
        office.until(lambda: office.says("reloaded"))
        office.forget_log()
        copy_rules(office, lambda text: text.replace('kind = "late"', 'kind = "latte"', 1))
        running.send_signal(signal.SIGHUP)
        office.until(lambda: office.says("reload refused"))
        assert running.poll() is None
        assert "reload" in [row["what"] for row in office.json("health", expect=1)["rows"] if not row["well"]]
        copy_rules(office, lambda text: text.replace('kind = "latte"', 'kind = "late"', 1))
        running.send_signal(signal.SIGHUP)
        office.until(lambda: office.says("reloaded"))


def test_a_wrong_configuration_starts_nothing_and_names_every_fault(office: Office) -> None:
    copy_rules(office, lambda text: text.replace("working_days = 5", "working_days = 0", 1))
    (office.folder / "templates" / "vi" / "receipt.txt.j2").write_text("{{ nobody }}", encoding="utf-8")
    running = office.start()
    assert running.wait(timeout=30) == 2
    said = office.log.read_text(encoding="utf-8")
    assert "notices.toml:" in said
    assert "receipt.txt.j2" in said
    assert not (office.folder / "state").exists()


def test_nothing_leaves_while_the_file_hold_exists(mail_home: MailHome, office: Office) -> None:
    (office.folder / "state").mkdir(mode=0o700)
    hold = office.folder / "state" / "HOLD"
    hold.touch()
    mail_home.send(UNIT, REPORT, a_report(SUBJECT))
    mail_home.wait_for(REPORT)
    assert office.json("tick")["sent"] == 0
    hold.unlink()
    assert office.json("tick")["sent"] >= 1
    mail_home.wait_for(UNIT, is_receipt)
