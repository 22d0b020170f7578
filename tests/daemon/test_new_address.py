"""A slip in the register: the first letter to an address that nothing speaks for waits for a person."""

from pathlib import Path
from typing import Any

import pytest
from builders import at
from servers.loop import REPORT
from servers.sink import SmtpSink

from daemon.office import UNIT, Office, copy_rules
from daemon.test_delivery import Bench, states
from mailbot.core.mail import Address, ArrivalClock, Clocks, Mail
from mailbot.core.verdict import Findings, Ignored, Reason
from mailbot.ledger import Entry

SLIP = "sotaichin@thainguyen.example"
ASKED = "[approval]\nfirst_days = 0\n"


@pytest.fixture
def office(tmp_path: Path, sink: SmtpSink) -> Office:
    found = Office(tmp_path / "office", go_live="2026-06-01")
    door = f'kind = "smtp"\nhost = "127.0.0.1"\nport = {sink.port}\ntls = "none"\n'
    found.configure("", door, ASKED)
    return found


def letters(office: Office, kind: str, state: str) -> list[dict[str, Any]]:
    rows = office.json("outbox", "list", "--state", state)["rows"]
    return [row for row in rows if row["kind"] == kind]


def received(sink: SmtpSink, email: str) -> list[str]:
    return [str(mail.message["X-Mailbot-Notice"]) for mail in sink.accepted if email in mail.recipients]


def test_a_slip_in_the_register_is_asked_about_once_and_what_is_known_goes_on(
    office: Office, sink: SmtpSink, tmp_path: Path
) -> None:
    office.run("tick", "--now", "2026-06-15T09:00")
    first = letters(office, "reminder", "held")
    assert {row["held_why"].partition(",")[0] for row in first} == {"lần đầu gửi đến địa chỉ mới"}
    office.run("outbox", "release", "--kind", "reminder", "--now", "2026-06-15T09:05")
    office.run("tick", "--now", "2026-06-15T09:10")
    assert received(sink, UNIT) == ["reminder"]

    # Everybody is known by now. Then an address is mistyped.
    entry = f'{{ email = "{UNIT}", role = "official" }}'
    moved = entry.replace(" }", ", valid_to = 2026-06-17 }") + f", {entry.replace(UNIT, SLIP)}"
    copy_rules(office, lambda units: units.replace(entry, moved), "units.toml")
    office.run("tick", "--now", "2026-06-18T09:00")
    (asked,) = letters(office, "reminder", "held")
    assert (asked["recipients"], asked["held_why"].endswith(f": {SLIP}")) == ([SLIP], True)
    assert received(sink, SLIP) == []
    assert len(letters(office, "reminder", "sent")) == len(first) + 1, "the other unit was reminded"
    office.run("papers", "digest", "--out", str(tmp_path), "--now", "2026-06-19T08:00")
    (digest,) = (file.read_text("utf-8") for file in tmp_path.glob("*.txt"))
    assert f"địa chỉ mới: {SLIP}" in digest
    assert "Thời hạn báo cáo gần nhất liên quan: " in digest

    # It was no slip, says a person: from now on it is an address like any other.
    office.run("outbox", "release", str(asked["letter"]), "--now", "2026-06-18T10:00")
    office.run("tick", "--now", "2026-06-18T10:05")
    office.run("tick", "--now", "2026-06-23T09:00")
    assert received(sink, SLIP) == ["reminder", "late"]
    assert received(sink, REPORT) == []
    assert office.run("verify")


def test_a_mail_from_the_address_answers_the_question(tmp_path: Path, sink: SmtpSink) -> None:
    bench = Bench(tmp_path / "office", sink, ASKED)
    with bench.opened() as house:
        bench.plan(house)
        assert states(house) == ["held", "held"]
        wrote = Mail(sha256="a" * 64, identity="b" * 64, size=1, sender=Address(UNIT))
        entry = Entry(
            mail=wrote,
            verdict=Ignored(reason=Reason.NOT_A_REPORT, findings=Findings()),
            arrived_at=bench.now,
            clock=ArrivalClock.SERVER,
            clocks=Clocks(seen_at=bench.now),
            rules="r",
        )
        house.ledger.record([entry], bench.now)
        bench.plan(house)
        bench.post(house)
        (unit,) = [row for row in house.ledger.letters() if UNIT in row.letter.recipients]
        assert (str(unit.posting.state), states(house).count("held")) == ("sent", 1)


def test_whom_a_person_let_one_letter_go_to_is_not_asked_about_for_the_next(
    tmp_path: Path, sink: SmtpSink
) -> None:
    bench = Bench(tmp_path / "office", sink, ASKED)
    with bench.opened() as house:
        bench.plan(house)
        first, _ = reversed(house.ledger.letters())
        house.ledger.release_letters([first.number], bench.now)
        # It has not left when the next reminder takes its place.
        bench.now = at("2026-06-18 09:00")
        bench.plan(house)
        fresh = {row.letter.recipients: str(row.posting.state) for row in house.ledger.letters()[:2]}
        assert fresh.pop(first.letter.recipients) == "waiting"
        assert list(fresh.values()) == ["held"]


def test_what_a_person_sets_aside_stays_there_however_well_its_address_is_known(
    tmp_path: Path, sink: SmtpSink
) -> None:
    bench = Bench(tmp_path / "office", sink, ASKED)
    with bench.opened() as house:
        bench.plan(house)
        numbers = [row.number for row in house.ledger.letters()]
        house.ledger.release_letters(numbers, bench.now)
        house.ledger.hold_letters(numbers)
        bench.plan(house)
        assert states(house) == ["held", "held"]


def test_a_held_letter_whose_address_was_corrected_goes_to_the_right_one_alone(
    office: Office, sink: SmtpSink
) -> None:
    copy_rules(office, lambda units: units.replace(UNIT, SLIP), "units.toml")
    office.run("tick", "--now", "2026-06-15T09:00")
    held = letters(office, "reminder", "held")
    copy_rules(office, lambda units: units.replace(SLIP, UNIT), "units.toml")
    # The correction may come between the plan and the release, or even between the release and the post.
    wrong = [str(row["letter"]) for row in held if row["recipients"] == [SLIP]]
    office.run("outbox", "release", *wrong, "--now", "2026-06-15T09:05")
    office.run("tick", "--now", "2026-06-15T09:10")
    office.run("tick", "--now", "2026-06-15T09:11")
    assert (received(sink, SLIP), received(sink, UNIT)) == ([], ["reminder"])
    assert office.run("verify")
