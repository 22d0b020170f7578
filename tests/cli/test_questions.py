"""Citizens' questions and journeys on a given clock."""

from pathlib import Path

import pytest
from cli.test_contract import Shell, shell

__all__ = ["shell"]

PORTAL = "hoidap@cong.example"
ROLE = f"""
[[staff]]
name = "Cổng thông tin điện tử"
email = "{PORTAL}"
roles = ["portal"]
"""


@pytest.fixture
def desk(shell: Shell) -> Shell:
    office = next(shell.folder.glob("rules/*/office.toml"))
    office.write_text(office.read_text(encoding="utf-8") + ROLE, encoding="utf-8")
    return shell


def a_question(desk: Shell, number: int = 1, subject: str = "Hồ sơ đất đai quá hạn") -> Path:
    return desk.mail(subject, sender=PORTAL, name="", number=number)


def test_a_question_is_passed_on_chased_answered_late_and_counted(desk: Shell) -> None:
    desk.run("tick", "--now", "2026-06-02T09:00")
    desk.run("ingest", str(a_question(desk)), "--post", "--arrived-at", "2026-06-02T10:00")
    (arrival,) = desk.json("arrivals")["rows"]
    assert arrival["question"] == "citizen"
    assert desk.json("question", "list")["waiting"][0]["arrival"] == 1
    asked = ("question", "pass", "1", "--to", "so-tai-chinh", "--now", "2026-06-02T14:00")
    told = desk.json(*asked, "--due", "2026-06-10")
    assert (told["code"], told["due_at"]) == ("CH-000001", "2026-06-10T23:59:59+07:00")
    assert "passed on already" in desk.run(*asked, "--due", "2026-06-10", expect=2).output
    assert desk.json("question", "list")["waiting"] == []
    plan = desk.json("plan", "--now", "2026-06-02T14:05")["rows"]
    assert [row["keys"] for row in plan if row["kind"] == "assigned"] == [["assigned/1/so-tai-chinh"]]
    (row,) = desk.json("question", "list", "--now", "2026-06-12T09:00")["rows"]
    assert (row["state"], row["overdue"], row["working_days"]) == ("not_done", True, 2)
    assert "Hồ sơ đất đai quá hạn" in row["text"]
    answer = desk.mail("Re: [CH-000001] Kết quả trả lời câu hỏi của công dân", number=9)
    desk.run("ingest", str(answer), "--post", "--arrived-at", "2026-06-15T09:00")
    (row,) = desk.json("question", "list", "--now", "2026-06-16T09:00")["rows"]
    assert (row["state"], row["late"], row["done_at"]) == ("done", True, "2026-06-15T09:00:00+07:00")
    (counted,) = desk.json(
        "question", "report", "--from", "2026-06-01", "--to", "2026-06-30", "--now", "2026-07-01T08:00"
    )["rows"]
    assert counted == {
        "unit": "so-tai-chinh", "passed": 1, "in_time": 0, "late": 1, "open": 0, "overdue": 0, "invalid": 0,
    }  # fmt: skip


def test_an_invalid_question_is_closed_with_its_reason_and_chases_nobody(desk: Shell) -> None:
    words = ("--text", "Câu hỏi không rõ nội dung", "--to", "so-tai-chinh", "--due", "2026-06-10")
    desk.run("question", "pass", *words, "--now", "2026-06-02T09:00")
    desk.run("question", "close", "1", "--state", "invalid", expect=2)
    invalid = ("--state", "invalid", "--why", "không rõ nội dung", "--now", "2026-06-03T09:00")
    assert desk.json("question", "close", "1", *invalid)["state"] == "ended"
    (row,) = desk.json("status", "--report", "ch-1", "--now", "2026-06-20T09:00")["rows"]
    assert row["standing"] == "excused"


def test_a_secret_question_or_an_unknown_unit_is_refused(desk: Shell) -> None:
    due = ("--due", "2026-06-10")
    secret = desk.run("question", "pass", "--text", "Văn bản (Mật)", "--to", "so-tai-chinh", *due, expect=2)
    assert "secrecy" in secret.output
    desk.run("question", "pass", "--text", "x", "--to", "so-khong-co", *due, expect=2)
    desk.run("question", "pass", "7", "--to", "so-tai-chinh", *due, expect=2)
    assert desk.json("question", "list")["rows"] == []


def test_a_journey_that_begins_without_consent_is_warned_of_once(shell: Shell) -> None:
    shell.run("tick", "--now", "2026-06-02T09:00")
    unit = ("--unit", "so-tai-chinh", "--who", "Giám đốc", "--now", "2026-06-02T09:00")
    abroad = (*unit, "--to", "Nhật Bản", "--abroad", "--from", "2026-06-08", "--until", "2026-06-09")
    assert shell.json("travel", "add", *abroad)["rows"][0]["needs_consent"]
    short = (*unit, "--to", "Hà Nội", "--from", "2026-06-08", "--until", "2026-06-09")
    assert not shell.json("travel", "add", *short)["rows"][0]["needs_consent"]
    plan = shell.json("plan", "--now", "2026-06-08T08:00")["rows"]
    assert [row["keys"] for row in plan if row["kind"] == "travel"] == [["travel/1"]]
    rows = shell.json("travel", "list", "--now", "2026-06-08T08:00")["rows"]
    assert [(row["consent"], row["warning"]) for row in rows] == [("missing", True), ("not needed", False)]
    shell.run("travel", "consent", "1", expect=2)
    shell.run("travel", "consent", "1", "--why", "Phó Chủ tịch, văn bản số 9", "--now", "2026-06-05T09:00")
    assert not shell.json("travel", "list", "--now", "2026-06-08T08:00")["rows"][0]["warning"]
    after = shell.json("plan", "--now", "2026-06-08T08:00")["rows"]
    assert [row for row in after if row["kind"] == "travel"] == []
