"""The copy of each letter in our own mailbox, with a real Postfix: it proves, and settles what was lost."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from builders import at
from servers.loop import REPORT, MailHome
from servers.sink import Reply, SmtpSink

from daemon.office import UNIT, Office, a_report
from daemon.test_closed_loop import LIVE, SUBJECT
from daemon.test_delivery import NO_FIRST_WEEKS, Bench, states
from mailbot.config import load_config
from mailbot.core.machine.alarm import Condition
from mailbot.core.posting import Accepted, Letter, Lost, Outcome
from mailbot.daemon.delivery import delivery_round
from mailbot.daemon.health import examine
from mailbot.daemon.house import opened
from mailbot.daemon.planning import plan_round
from mailbot.errors import Unavailable
from mailbot.post.door import AtDot, Post

pytestmark = [pytest.mark.servers, pytest.mark.timeout(600)]


@pytest.fixture
def office(tmp_path: Path, mail_home: MailHome) -> Office:
    found = Office(tmp_path / "office", go_live=LIVE)
    found.join(mail_home)
    with found.config.open("a", encoding="utf-8") as config:
        config.write("[delivery]\nreceipt_copy = true\n")
    return found


class Deaf:
    """The real door, whose answer to the final dot is lost on its way back."""

    def __init__(self, door: Post) -> None:
        self.door = door
        self.check, self.close, self.abreast = door.check, door.close, door.abreast

    async def send(self, letter: Letter, at_dot: AtDot) -> Outcome:
        outcome = await self.door.send(letter, at_dot)
        assert isinstance(outcome, Accepted), outcome
        return Lost("no answer to the final dot", copied=True)


def is_receipt(mail: EmailMessage) -> bool:
    return mail["X-Mailbot-Notice"] == "receipt"


def the_receipt(office: Office) -> dict[str, object]:
    (row,) = [row for row in office.json("outbox", "list")["rows"] if row["kind"] == "receipt"]
    found: dict[str, object] = office.json("outbox", "show", str(row["letter"]))
    return found


def test_the_copy_comes_home_is_known_as_our_own_and_answered_by_nobody(
    mail_home: MailHome, office: Office
) -> None:
    office.run("tick")
    mail_home.send(UNIT, REPORT, a_report(SUBJECT))
    mail_home.wait_for(REPORT, 1)
    office.run("tick")
    (receipt,) = mail_home.wait_for(UNIT, is_receipt)
    (copy,) = mail_home.wait_for(REPORT, is_receipt)
    assert copy["Message-ID"] == receipt["Message-ID"]
    # The unit sees only its own address.
    assert REPORT not in str(receipt["To"]) + str(receipt["Cc"] or "")
    office.run("tick")
    office.run("tick")
    told = the_receipt(office)
    assert told["state"] == "sent"
    later = (datetime.now(UTC) + timedelta(hours=2)).isoformat(timespec="seconds")
    health = office.json("health", "--now", later, expect=None)["rows"]
    assert [row["well"] for row in health if row["what"] == "copies"] == [True]
    assert "copied" in [echo["action"] for echo in told["echoes"]]  # type: ignore[attr-defined]
    arrivals = office.json("arrivals")["rows"]
    assert {row["reason"] for row in arrivals if row["kind"] == "ignored"} == {"own"}
    assert len([mail for mail in mail_home.inbox(UNIT) if is_receipt(mail)]) == 1
    assert mail_home.inbox(REPORT) == []
    assert office.run("verify")


def test_a_letter_whose_answer_was_lost_is_settled_by_its_copy_and_not_sent_again(
    mail_home: MailHome, office: Office
) -> None:
    office.run("tick")
    mail_home.send(UNIT, REPORT, a_report(SUBJECT))
    mail_home.wait_for(REPORT, 1)
    office.run("outbox", "hold", "--why", "chờ")
    office.run("tick")
    office.run("outbox", "release")
    config = load_config(office.config)
    with opened(config) as house:
        plan_round(house.ledger, house.desk, house.clock(), config.go_live)

        async def once() -> None:
            door = house.post()
            try:
                with pytest.raises(Unavailable, match="did not say whether it took a letter"):
                    await delivery_round(house.ledger, Deaf(door), house.rules, house.delivery, house.clock)
            finally:
                await door.close()

        asyncio.run(once())
    assert the_receipt(office)["state"] == "waiting"
    mail_home.wait_for(REPORT, is_receipt)
    later = (datetime.now(UTC) + timedelta(minutes=20)).isoformat(timespec="seconds")
    office.run("tick", "--now", later)
    office.run("tick", "--now", later)
    mail_home.settle()
    told = the_receipt(office)
    assert told["state"] == "sent"
    assert len([mail for mail in mail_home.inbox(UNIT) if is_receipt(mail)]) == 1


def test_a_relay_that_takes_letters_and_drops_them_is_told_after_an_hour(
    tmp_path: Path, smtp_sink: SmtpSink
) -> None:
    more = f"{NO_FIRST_WEEKS}\n[delivery]\nreceipt_copy = true\n"
    bench = Bench(tmp_path / "office", smtp_sink, more)
    with bench.opened() as house:
        bench.plan(house)
        bench.post(house)
        assert "sent" in states(house)

    def copies(minutes: int) -> Condition:
        conditions = examine(bench.config, bench.now + timedelta(minutes=minutes))
        return next(found for found in conditions if found.what == "copies")

    assert copies(59).well
    assert not copies(61).well
    assert "the relay drops letters" in copies(61).says


def test_a_digest_that_reaches_nobody_of_the_staff_is_told_on_the_other_channel(
    tmp_path: Path, smtp_sink: SmtpSink
) -> None:
    bench = Bench(tmp_path / "office", smtp_sink, NO_FIRST_WEEKS)
    office = bench.config.rules / "office.toml"
    office.write_text(
        office.read_text("utf-8").replace("digest_at = 23:00:00", "digest_at = 07:30:00"), "utf-8"
    )

    def told() -> list[Condition]:
        return [one for one in examine(bench.config, bench.now) if one.what == "digest"]

    bench.now = at("2026-06-15 09:00")
    smtp_sink.answer("RCPT", Reply(550, "5.1.1 no such user"), times=None)
    with bench.opened() as house:
        bench.plan(house)
        assert told() == []
        bench.post(house)
        (lost,) = told()
        assert not lost.well
        assert "2026-06-15 reached nobody" in lost.says
        assert "5.1.1 no such user" in lost.says
    bench.now = at("2026-06-16 09:00")
    smtp_sink.answer("RCPT", Reply(250, "2.1.5 Ok"), times=None)
    with bench.opened() as house:
        bench.plan(house)
        bench.post(house)
    assert told() == []
