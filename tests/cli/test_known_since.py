"""Mails that waited because nobody had registered their sender's address, once somebody has."""

import re
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from cli.test_contract import Shell, shell

__all__ = ["shell"]

NEW, STAFF = "thuky@mail.example", "tonghop@vpubnd.thainguyen.example"
UNIT = "so-xay-dung"
OFFICIAL = '{ email = "soxaydung@thainguyen.example", role = "official" },'
JUNE = ("--report", "bc-thang", "--period", "2026-06", "--unit", UNIT)


@pytest.fixture
def waits(shell: Shell) -> Shell:
    """An office where five mails of an unknown address wait since before June's report was due."""
    for number, (subject, day, name) in enumerate(
        (
            ("Báo cáo tháng 6 năm 2026", 10, "bc.pdf"),
            ("Báo cáo quý II năm 2026", 11, "bc.pdf"),
            ("Gửi tài liệu theo yêu cầu", 12, "tl.pdf"),
            ("Báo cáo nhanh tình hình mưa lũ sáng nay", 13, "bc.pdf"),
            ("KHÔNG PHÁT SINH", 14, ""),
        ),
        1,
    ):
        path = shell.mail(subject, NEW, name, number)
        shell.run("ingest", str(path), "--post", "--arrived-at", f"2026-06-{day}T09:00")
    shell.run("tick", "--now", "2026-06-16T08:30")
    return shell


def register(shell: Shell, more: str = ", valid_from = 2026-06-16") -> None:
    """Enter the address in the register, as from that day on."""
    (units,) = (shell.folder / "rules").glob("*/units.toml")
    text = units.read_text(encoding="utf-8")
    entry = f'{{ email = "{NEW}", role = "personal"{more} }},'
    assert OFFICIAL in text
    units.write_text(text.replace(OFFICIAL, f"{OFFICIAL}\n    {entry}"), encoding="utf-8")


def kinds(shell: Shell) -> dict[int, tuple[str, str | None]]:
    rows = shell.json("arrivals")["rows"]
    return {row["arrival"]: (row["kind"], row["unit"]) for row in rows if row["kind"] != "command"}


def standing(shell: Shell, now: str) -> str:
    (row,) = shell.json("status", *JUNE, "--now", now)["rows"]
    return str(row["standing"])


def texts(shell: Shell, address: str, kind: str) -> list[str]:
    """What letters of a kind to an address say, the oldest first."""
    paths = sorted(shell.letters(address), key=lambda path: path.stat().st_mtime_ns)
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]
    bodies = [mail.get_body(("plain",)) for mail in found if mail["X-Mailbot-Notice"] == kind]
    return [" ".join(body.get_content().split()) for body in bodies if body is not None]


def order(shell: Shell, link: str, number: int, now: str) -> None:
    """A member of the staff sends the mail that a link of the digest opens."""
    path = shell.mail(link, STAFF, "", number)
    shell.run("ingest", str(path), "--post", "--arrived-at", now)
    shell.run("tick", "--now", now)


def link_in(text: str) -> str:
    (found,) = re.findall(r"LENH DOC-LAI MA \w+", text)
    return str(found)


SETTLED = {
    1: ("filed", UNIT),
    2: ("filed", UNIT),
    # It is asked about as a mail that comes today would be.
    3: ("unclear", UNIT),
    # Neither an alert nor a command follows from a ruling: these stay a person's.
    4: ("unclear", UNIT),
    5: ("unclear", UNIT),
}


def test_one_command_settles_what_waited_for_an_address_that_the_register_has_by_now(waits: Shell) -> None:
    assert set(kinds(waits).values()) == {("unclear", None)}
    register(waits)
    done = waits.json("retry", "--registered", "--by", "Lan", "--now", "2026-06-16T09:00")["rows"]
    assert [(row["arrival"], row["kind"], row["unit"]) for row in done] == [
        (number, *SETTLED[number]) for number in SETTLED
    ]
    assert kinds(waits) == SETTLED
    (ruling,) = waits.json("show", "1")["rulings"]
    assert ruling["by"] == "Lan"
    assert ruling["why"] == f"đọc lại thư: địa chỉ {NEW} đã được đăng ký của Sở Xây dựng sau khi thư đến"
    # What stays a person's is not read again and again, and nothing is ruled on twice.
    assert waits.json("retry", "--registered", "--now", "2026-06-16T09:05")["rows"] == []
    waits.run("tick", "--now", "2026-06-16T09:10")
    assert (len(texts(waits, NEW, "receipt")), len(texts(waits, NEW, "query"))) == (2, 1)


def test_the_unit_is_not_called_late_meanwhile_and_is_on_time_by_the_day_on_which_it_sent(
    waits: Shell,
) -> None:
    waits.run("tick", "--now", "2026-07-06T08:30")
    assert standing(waits, "2026-07-06T08:31") == "not_judged"
    register(waits)
    waits.run("tick", "--now", "2026-07-07T08:30")
    assert standing(waits, "2026-07-07T08:31") == "not_judged"
    waits.run("retry", "--registered", "--now", "2026-07-07T09:00")
    waits.run("tick", "--now", "2026-07-07T09:05")
    assert standing(waits, "2026-07-07T09:06") == "on_time"
    assert texts(waits, "soxaydung@thainguyen.example", "late") == []


def test_the_digest_says_that_the_address_is_registered_and_one_link_settles_the_mails(waits: Shell) -> None:
    assert "DOC-LAI" not in texts(waits, STAFF, "digest")[-1]
    register(waits)
    waits.run("tick", "--now", "2026-06-17T08:30")
    digest = texts(waits, STAFF, "digest")[-1]
    assert "chưa xác định được đơn vị gửi; nay địa chỉ gửi đã được đăng ký của Sở Xây dựng" in digest
    order(waits, link_in(digest), 6, "2026-06-17T09:00")
    assert kinds(waits) == SETTLED
    (ruling,) = waits.json("show", "2")["rulings"]
    assert ruling["by"] == STAFF
    (result,) = texts(waits, STAFF, "result")
    assert "đã đọc lại 05 thư: ghi nhận thư số 1, 2; hỏi lại đơn vị về thư số 3" in result
    assert "thư số 4, 5 vẫn chờ cán bộ xử lý" in result
    # What a person must decide is not offered once more, and what it is stands beside it.
    waits.run("tick", "--now", "2026-06-18T08:30")
    digest = texts(waits, STAFF, "digest")[-1]
    assert "DOC-LAI" not in digest
    assert "đã đọc lại: thư có dấu hiệu là báo cáo đột xuất" in digest
    assert "đã đọc lại: thư là lệnh trả lời của đơn vị" in digest


def test_confirming_a_proposal_leaves_the_same_step_for_the_mails_before(waits: Shell) -> None:
    for number, period in ((1, "2026-06"), (2, "2026-Q2")):
        words = ("--unit", UNIT, "--period", period, "--why", "đã gọi điện")
        waits.run("settle", str(number), *words, "--now", "2026-06-16T09:00")
    waits.run("proposals", "confirm", NEW, "--by", "Lan", "--now", "2026-06-16T09:10")
    assert kinds(waits)[3] == ("unclear", None)
    waits.run("tick", "--now", "2026-06-17T08:30")
    order(waits, link_in(texts(waits, STAFF, "digest")[-1]), 6, "2026-06-17T09:00")
    assert kinds(waits) == SETTLED
    says = [found["says"] for found in waits.json("show", "3")["rulings"][0]["evidence"]]
    assert "địa chỉ của Sở Xây dựng, do Lan xác nhận ngày 16/6/2026" in says


def test_a_mail_that_something_contradicts_stays_a_person_s(shell: Shell) -> None:
    path = shell.mail("Báo cáo tháng 6 năm 2026 của Sở Y tế", NEW)
    shell.run("ingest", str(path), "--post", "--arrived-at", "2026-06-10T09:00")
    register(shell)
    shell.run("retry", "--registered", "--now", "2026-06-16T09:00")
    assert kinds(shell) == {1: ("unclear", UNIT)}
    assert shell.json("show", "1")["question"] == "unit"
    shell.run("tick", "--now", "2026-06-16T09:05")
    assert shell.letters(NEW) == []


def test_an_address_that_was_entered_wrongly_and_taken_out_again_settles_nothing(waits: Shell) -> None:
    register(waits)
    waits.run("tick", "--now", "2026-06-17T08:30")
    link = link_in(texts(waits, STAFF, "digest")[-1])
    (units,) = (waits.folder / "rules").glob("*/units.toml")
    text = units.read_text(encoding="utf-8")
    units.write_text("\n".join(line for line in text.splitlines() if NEW not in line), encoding="utf-8")
    order(waits, link, 6, "2026-06-17T09:00")
    assert set(kinds(waits).values()) == {("unclear", None)}
    (result,) = texts(waits, STAFF, "result")
    assert "nội dung này đã được xử lý hoặc thay đổi sau khi gửi bản tổng hợp" in result


def test_retry_of_one_mail_knows_the_address_too(waits: Shell) -> None:
    register(waits)
    told: dict[str, Any] = waits.json("retry", "1", "--now", "2026-06-16T09:00")
    assert (told["kind"], told["unit"]) == ("filed", UNIT)


@pytest.mark.parametrize("words", [(), ("1", "--registered")])
def test_retry_wants_a_number_or_the_word(waits: Shell, words: tuple[str, ...]) -> None:
    said = waits.run("retry", *words, expect=2)
    assert "--registered" in said.output


def test_a_mail_whose_bytes_are_gone_waits_and_the_others_do_not(waits: Shell) -> None:
    gone = Path(waits.json("show", "1")["files"][0]["sha256"])
    register(waits)
    (archive,) = (path for path in waits.folder.rglob("archive") if path.is_dir())
    first = (waits.folder / "1.eml").read_bytes()
    for path in archive.rglob("*"):
        if path.is_file() and path.read_bytes() == first:
            path.unlink()
    assert gone
    waits.run("retry", "--registered", "--now", "2026-06-16T09:00")
    assert kinds(waits)[1] == ("unclear", None)
    assert kinds(waits)[2] == ("filed", UNIT)


def test_a_unit_is_not_called_late_while_a_mail_of_its_new_address_waits_to_be_read_again(
    shell: Shell,
) -> None:
    """Of a mail that names neither unit nor period nobody knows whose it is, until the register does."""
    path = shell.mail("Gửi tài liệu theo yêu cầu", NEW, "tl.pdf")
    shell.run("ingest", str(path), "--post", "--arrived-at", "2026-06-12T09:00")
    shell.run("tick", "--now", "2026-06-26T08:30")
    assert standing(shell, "2026-06-26T08:31") == "overdue"
    register(shell)
    for day in ("2026-06-29", "2026-06-30", "2026-07-01"):
        shell.run("tick", "--now", f"{day}T08:30")
        assert standing(shell, f"{day}T08:31") == "not_judged"
    assert texts(shell, "soxaydung@thainguyen.example", "late") == []
    assert "chưa xử lý thư này thì chưa kết luận, chưa nhắc chậm được" in texts(shell, STAFF, "digest")[-1]
    others = [row["standing"] for row in shell.json("status", *JUNE[:4], "--now", "2026-07-01T08:31")["rows"]]
    assert others.count("not_judged") == 1


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (4, "đã đọc lại: thư có dấu hiệu là báo cáo đột xuất"),
        (5, "đã đọc lại: thư là lệnh trả lời của đơn vị"),
    ],
)
def test_what_turns_out_to_be_urgent_or_a_command_is_not_lost_by_reading_it_again(
    waits: Shell, number: int, says: str
) -> None:
    register(waits, "")
    waits.run("retry", str(number), "--now", "2026-06-16T09:00")
    assert kinds(waits)[number] == ("unclear", UNIT)
    waits.run("tick", "--now", "2026-06-17T08:30")
    assert says in texts(waits, STAFF, "digest")[-1]
    assert texts(waits, NEW, "incident") == []
