"""The command line as scripts use it: on the embedded default, in one process, with JSON out."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from builders import at
from click.testing import CliRunner, Result

from mailbot import cli as commands
from mailbot.config import load_config
from mailbot.errors import MailbotError, Misconfigured
from mailbot.ledger import Ledger

FINANCE = "sotaichinh@thainguyen.example"
JUNE = "2026-06-22T09:00"
# More than SQLite can hold.
HUGE = "99999999999999999999"


class Shell:
    """Runs commands in a folder made by `mailbot init`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.toml"

    def run(self, *arguments: str, stdin: bytes = b"", expect: int = 0) -> Result:
        result = CliRunner().invoke(commands.cli, [*arguments, "--config", str(self.config)], input=stdin)
        said = f"{result.output}\n{result.exception!r}"
        status = 2 if isinstance(result.exception, Misconfigured) else result.exit_code
        assert status == expect, said
        assert isinstance(result.exception, SystemExit | MailbotError | type(None)), said
        return result

    def json(self, *arguments: str, stdin: bytes = b"", expect: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", stdin=stdin, expect=expect).stdout)

    def mail(self, subject: str, sender: str = FINANCE, name: str = "bao cao.pdf", number: int = 1) -> Path:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, "baocao@thainguyen.example", subject
        mail["Message-ID"] = f"<{number}@x.example>"
        mail.set_content("Kính gửi Văn phòng UBND tỉnh,\nĐơn vị xin gửi văn bản kèm theo.\n")
        if name:
            content = f"%PDF-1.4 {number}".encode()
            mail.add_attachment(content, maintype="application", subtype="pdf", filename=name)
        path = self.folder / f"{number}.eml"
        path.write_bytes(mail.as_bytes())
        return path

    def letters(self, address: str) -> list[Path]:
        return sorted((self.folder / "letters" / address / "new").glob("*"))


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    folder = tmp_path / "office"
    result = CliRunner().invoke(commands.cli, ["init", str(folder), "--go-live", "2026-06-01"])
    assert result.exit_code == 0, result.output
    return Shell(folder)


def test_init_writes_what_check_finds_well(shell: Shell) -> None:
    rows = shell.json("check")["rows"]
    assert {row["what"] for row in rows if row["well"]} == {
        "configuration",
        "rules",
        "templates",
        "permissions",
        "ledger",
        "inbox",
        "move",
        "post",
    }


def test_init_overwrites_nothing(shell: Shell) -> None:
    before = shell.config.read_text(encoding="utf-8")
    result = CliRunner().invoke(commands.cli, ["init", str(shell.folder)])
    assert result.exit_code == 1
    assert shell.config.read_text(encoding="utf-8") == before


def test_explain_prints_one_object_a_line_with_the_promised_names(shell: Shell) -> None:
    one, two = shell.mail("Báo cáo tháng 6 và 6 tháng đầu năm 2026"), shell.mail("Báo cáo (Mật)", number=2)
    result = shell.run("explain", "--json", "--arrived-at", JUNE, str(one), str(two))
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first["filings"] == [
        {"report": "bc-thang", "period": "2026-06"},
        {"report": "bc-6-thang", "period": "2026-H1"},
    ]
    assert (first["file"], first["kind"], first["unit"]) == (str(one), "filed", "so-tai-chinh")
    assert (first["periods"], first["document_type"]) == (["2026-06", "2026-H1"], "BC")
    assert (first["subject"], first["attachments"]) == (
        "Báo cáo tháng 6 và 6 tháng đầu năm 2026",
        ["bao cao.pdf"],
    )
    assert first["arrived_at"] == "2026-06-22T09:00:00+07:00"
    assert {"confidence", "evidence", "runner_up", "defects"} <= first.keys()
    assert second["kind"] == "sealed"
    assert not {"subject", "attachments"} & second.keys()
    assert "Mật)" not in result.stdout.splitlines()[1]


def test_explain_records_nothing_and_works_without_a_configuration(shell: Shell, tmp_path: Path) -> None:
    path = shell.mail("Báo cáo tháng 6 năm 2026")
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        result = CliRunner().invoke(commands.cli, ["explain", "--json", str(path)])
    finally:
        os.chdir(here)
    assert json.loads(result.stdout)["kind"] == "filed"
    assert shell.json("arrivals")["rows"] == []


def test_explain_names_the_recipient_that_a_bounce_is_about(shell: Shell) -> None:
    path = shell.folder / "bounce.eml"
    path.write_bytes(
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: baocao@thainguyen.example\r\n"
        b"Subject: Undelivered\r\nContent-Type: multipart/report; report-type=delivery-status;"
        b' boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nNo.\r\n--b\r\n'
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        b"Final-Recipient: rfc822; AI@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    told = shell.json("explain", str(path))
    assert (told["kind"], told["failed_recipients"]) == ("bounce", ["ai@x.example"])


def test_a_file_that_is_not_there_fails_and_the_others_are_explained(shell: Shell) -> None:
    path = shell.mail("Báo cáo tháng 6 năm 2026")
    result = shell.run("explain", "--json", str(shell.folder / "nowhere.eml"), str(path), expect=1)
    assert json.loads(result.stdout)["kind"] == "filed"


def test_ingest_of_the_same_files_twice_adds_nothing_the_second_time(shell: Shell) -> None:
    paths = [str(shell.mail(f"Báo cáo tháng {n} năm 2026", number=n)) for n in (5, 6)]
    assert len(shell.json("ingest", *paths)["rows"]) == 2
    assert shell.json("ingest", *paths)["rows"] == []
    assert shell.json("ingest", "-", stdin=Path(paths[0]).read_bytes())["rows"] == []
    assert len(shell.json("arrivals")["rows"]) == 2


def test_ingest_says_where_it_found_nothing(shell: Shell) -> None:
    folder = shell.folder / "xuất từ Outlook"
    (folder / "new").mkdir(parents=True)
    assert f"there is no mail in {folder}" in shell.run("ingest", str(folder)).stderr
    (folder / "new").rmdir()
    for deed in ("ingest", "explain"):
        assert "no file in it is called *.eml" in shell.run(deed, str(folder), expect=1).stderr
    mail = str(shell.mail("Báo cáo tháng 6 năm 2026"))
    assert "nothing was taken in" not in shell.run("ingest", mail).stderr
    assert "all 1 are on record already" in shell.run("ingest", mail).stderr


def test_ingest_is_muted_unless_told_to_post(shell: Shell) -> None:
    shell.run("ingest", str(shell.mail("Báo cáo tháng 6 năm 2026")), "--arrived-at", JUNE)
    shell.run("ingest", str(shell.mail("Báo cáo quý II năm 2026", number=2)), "--arrived-at", JUNE, "--post")
    rows = shell.json("plan", "--now", "2026-06-22T20:00")["rows"]
    assert [row["keys"] for row in rows] == [["receipt/2"]]


def test_a_tick_at_the_same_instant_posts_nothing_the_second_time(shell: Shell) -> None:
    first = shell.json("tick", "--now", JUNE)
    assert first["sent"] == first["posted"] > 0
    second = shell.json("tick", "--now", JUNE)
    assert (second["announced"], second["posted"], second["sent"]) == (0, 0, 0)


def test_after_a_week_off_each_duty_gets_at_most_one_letter(shell: Shell) -> None:
    shell.run("tick", "--now", "2026-06-12T09:00")
    seen = {row["letter"] for row in shell.json("outbox")["rows"]}
    shell.run("tick", "--now", "2026-06-29T09:00")
    keys = [
        key.rpartition("/")[0].partition("/")[2]
        for row in shell.json("outbox")["rows"]
        if row["letter"] not in seen and row["kind"] in {"reminder", "late"}
        for key in row["keys"]
    ]
    assert keys
    assert len(keys) == len(set(keys))


def test_status_follows_the_contract_and_its_filters(shell: Shell) -> None:
    shell.run("ingest", str(shell.mail("Báo cáo tháng 6 năm 2026")), "--arrived-at", "2026-06-26T09:00")
    shell.run("tick", "--now", "2026-06-29T09:00")
    told = shell.json("status", "--period", "2026-06", "--unit", "so-tai-chinh", "--now", "2026-06-29T10:00")
    assert told["now"] == "2026-06-29T10:00:00+07:00"
    (row,) = told["rows"]
    assert row == {
        "unit": "so-tai-chinh",
        "report": "bc-thang",
        "period": "2026-06",
        "due_at": "2026-06-25T23:59:59+07:00",
        "standing": "late",
        "arrived_at": "2026-06-26T09:00:00+07:00",
        "arrival": 1,
        "stamp": None,
        "doubt": None,
        "basis": row["basis"],
        "derivation": "chậm nhất 24 giờ 00 ngày 25/6/2026",
        "letter": None,
        "reason": None,
        "missing_copy": "paper",
        "missing": [],
    }
    assert "13/CT-UBND" in row["basis"]
    others = shell.json("status", "--report", "bc-thang", "--period", "2026-06", "--now", "2026-06-29T10:00")
    assert {row["standing"] for row in others["rows"] if row["unit"] != "so-tai-chinh"} == {"overdue"}
    assert len(others["rows"]) == 107


def test_settle_corrects_the_verdict_and_everything_follows(shell: Shell) -> None:
    shell.run("ingest", str(shell.mail("Gửi văn phòng", name="scan.pdf")), "--arrived-at", JUNE, "--post")
    shell.run("tick", "--now", "2026-06-22T09:05")
    assert [row["kind"] for row in shell.json("outbox")["rows"] if row["answers"] == 1] == ["query"]
    told = shell.json("settle", "1", "--period", "2026-06", "--why", "mở tệp xem", "--by", "an")
    assert (told["kind"], told["filings"]) == ("filed", [{"report": "bc-thang", "period": "2026-06"}])
    (row,) = shell.json("status", "--unit", "so-tai-chinh", "--period", "2026-06", "--now", JUNE)["rows"]
    assert row["standing"] == "on_time"
    shown = shell.json("show", "1")
    assert shown["judged_as"]["kind"] == "unclear"
    assert [ruling["by"] for ruling in shown["rulings"]] == ["an"]
    shell.run("tick", "--now", "2026-06-22T09:10")
    kinds = [row["kind"] for row in shell.json("outbox")["rows"] if row["answers"] == 1]
    assert sorted(kinds) == ["query", "receipt"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("settle", "9", "--period", "2026-06", "--why", "x"),
        ("settle", "1", "--why", "x"),
        ("settle", "1", "--period", "2026-W32", "--why", "x"),
        ("settle", "1", "--period", "2026-06", "--report", "bc-gi-do", "--why", "x"),
        ("settle", "1", "--period", "2026-06", "--unit", "nowhere", "--why", "x"),
        ("settle", "1", "--reject", "--ignore", "--why", "x"),
        ("settle", "1", "--period", "thang 6", "--why", "x"),
        ("stamp", "so-tai-chinh", "bc-6-thang", "2026-H2", "--at", JUNE, "--no", "12"),
        ("stamp", "nowhere", "bc-thang", "2026-06", "--at", JUNE, "--no", "12"),
        ("stamp", "so-tai-chinh", "bc-thang", "2026-06", "--at", JUNE, "--no", "12 (Mật)"),
        ("show", "9"),
        ("tick", "--now", "yesterday"),
        ("outbox", "show", "9"),
        ("outbox", "show", HUGE),
        ("outbox", "hold", HUGE),
        ("retry", HUGE),
        ("task", "note", HUGE, "--why", "x"),
    ],
)
def test_a_wrong_argument_is_told_and_changes_nothing(shell: Shell, arguments: tuple[str, ...]) -> None:
    shell.run("ingest", str(shell.mail("Gửi", name="scan.pdf")), "--arrived-at", JUNE)
    result = shell.run(*arguments, expect=2)
    assert "Error" in result.output
    assert shell.json("show", "1")["rulings"] == []


def test_a_stamped_paper_copy_counts(shell: Shell) -> None:
    stamped = ("--at", "2026-06-25T16:00", "--no", "812", "--now", "2026-06-25T16:30")
    arguments = ("stamp", "so-tai-chinh", "bc-thang", "2026-06", *stamped)
    first = shell.json(*arguments)
    assert shell.json(*arguments) == first
    (row,) = shell.json(
        "status", "--unit", "so-tai-chinh", "--period", "2026-06", "--now", "2026-06-26T09:00"
    )["rows"]
    assert (row["standing"], row["stamp"]) == ("on_time", "812")


def test_everything_can_be_held_even_while_the_rules_are_broken(shell: Shell) -> None:
    (shell.folder / "rules" / "thai-nguyen-2026" / "units.toml").write_text("broken", encoding="utf-8")
    shell.run("tick", "--now", JUNE, expect=2)
    assert shell.json("outbox", "hold", "--why", "xem lại")["held"] == "xem lại"
    assert shell.json("outbox")["held"] == "xem lại"
    assert not shell.json("health", "--now", JUNE, expect=1)["well"]


def test_nothing_leaves_while_everything_is_held(shell: Shell) -> None:
    shell.run("outbox", "hold")
    told = shell.json("tick", "--now", JUNE)
    assert told["posted"] > 0
    assert told["sent"] == 0
    shell.run("outbox", "release")
    assert shell.json("tick", "--now", JUNE)["sent"] == told["posted"]


def test_release_does_not_say_that_letters_go_out_where_they_do_not(shell: Shell) -> None:
    shell.run("outbox", "hold")
    shell.run("tick", "--now", JUNE)
    (shell.folder / "state" / "HOLD").touch()
    assert "will go out" not in shell.run("outbox", "release", expect=1).output
    assert "HOLD exists" in shell.json("outbox", "release", expect=1)["held"]
    (shell.folder / "state" / "HOLD").unlink()
    with shell.config.open("a", encoding="utf-8") as config:
        config.write("\n[approval]\nshadow = true\n")
    assert "letters that wait for `mailbot go-live`" in shell.run("outbox", "release", "--now", JUNE).output
    assert shell.json("tick", "--now", JUNE)["sent"] == 0


def test_what_the_switch_kept_back_for_a_day_says_what_is_true_when_it_leaves(shell: Shell) -> None:
    shell.run("outbox", "hold")
    shell.run("tick", "--now", JUNE)
    (old,) = [r["letter"] for r in shell.json("outbox")["rows"] if r["unit"] == "so-tai-chinh"]
    assert "Thời gian còn lại: 03 ngày làm việc" in shell.json("outbox", "show", str(old))["text"]
    tomorrow = "2026-06-23T09:00"
    assert "to be written anew" in shell.run("outbox", "release", "--now", tomorrow).stdout
    shell.run("tick", "--now", tomorrow)
    rows = [row for row in shell.json("outbox")["rows"] if row["unit"] == "so-tai-chinh"]
    reminders = {row["state"]: row["letter"] for row in rows if row["kind"] == "reminder"}
    assert reminders.keys() == {"withdrawn", "sent"}
    assert reminders["withdrawn"] == old
    sent = reminders["sent"]
    assert "Thời gian còn lại: 02 ngày làm việc" in shell.json("outbox", "show", str(sent))["text"]


def test_a_letter_can_be_held_shown_released_and_read(shell: Shell) -> None:
    shell.run("outbox", "hold")
    shell.run("tick", "--now", JUNE)
    (letter,) = [r["letter"] for r in shell.json("outbox")["rows"] if r["unit"] == "so-tai-chinh"]
    shell.run("outbox", "hold", str(letter))
    shell.run("outbox", "release")
    shell.run("tick", "--now", JUNE)
    shown = shell.json("outbox", "show", str(letter))
    assert (shown["state"], shown["attempts"]) == ("held", [])
    assert "Kính gửi: Sở Tài chính" in shown["text"]
    shell.run("outbox", "release", str(letter))
    shell.run("tick", "--now", JUNE)
    assert shell.json("outbox", "show", str(letter))["state"] == "sent"
    assert len(shell.letters(FINANCE)) == 1


def test_a_letter_that_was_named_and_stays_as_it_is_fails_with_the_reason(shell: Shell) -> None:
    shell.run("outbox", "hold")
    shell.run("tick", "--now", JUNE)
    first = shell.json("outbox")["rows"][0]["letter"]
    held = shell.run("outbox", "hold", str(first), "9999", expect=1)
    assert held.stderr == "mailbot: letter 9999: there is none\n"
    dropped = shell.run("outbox", "drop", str(first), "9999", expect=1)
    assert (f"dropped: {first}" in dropped.stdout, "letter 9999" in dropped.stderr) == (True, True)
    for action in ("drop", "release", "retry"):
        again = shell.run("outbox", action, str(first), expect=1)
        assert again.stderr == f"mailbot: letter {first}: it is dropped, and stays so\n"
    # A choice that fits none is an answer, and no slip.
    shell.run("outbox", "drop", "--kind", "escalation")


def test_units_and_duties_are_listed_with_addresses_and_derivation(shell: Shell) -> None:
    units = {row["unit"]: row for row in shell.json("units")["rows"]}
    assert FINANCE in units["so-tai-chinh"]["emails"]
    # 15 departments, 92 communes, and 20 units of before the reorganisation.
    assert (len(units), sum(unit["valid_to"] is None for unit in units.values())) == (127, 107)
    rows = shell.json("duties", "--from", "2026-06-01", "--to", "2026-06-30")["rows"]
    assert {(row["report"], row["due_at"][:10]) for row in rows} == {
        ("bc-quy", "2026-06-22"),
        ("bc-6-thang", "2026-06-22"),
        ("bc-thang", "2026-06-25"),
    }
    assert any("thứ Bảy" in row["derivation"] for row in rows)


def test_a_mail_that_nobody_can_parse_is_recorded_and_waits_for_a_person(shell: Shell) -> None:
    path = shell.folder / "junk.eml"
    path.write_bytes(bytes(range(256)) * 40)
    shell.run("ingest", str(path), str(shell.mail("Báo cáo tháng 6 năm 2026")), "--arrived-at", JUNE)
    kinds = [row["kind"] for row in shell.json("arrivals")["rows"]]
    assert kinds == ["unclear", "filed"]


def test_a_sealed_mail_leaves_no_trace_of_its_words_anywhere(shell: Shell) -> None:
    path = shell.mail("Báo cáo TUYỆT MẬT về Chim Én", name="Chim Én (Mật).pdf")
    shell.run("ingest", str(path), "--arrived-at", JUNE, "--post")
    path.unlink()
    shell.run("tick", "--now", JUNE)
    shell.run("tick", "--now", "2026-06-23T09:00")
    outputs = [shell.run(*words).output for words in (("arrivals",), ("show", "1"), ("outbox",))]
    written = [file.read_bytes() for file in shell.folder.rglob("*") if file.is_file()]
    for word in ("Chim Én", "TUYỆT MẬT về"):
        assert not any(word in output for output in outputs)
        assert not any(word.encode() in content for content in written)
    addresses = {
        a
        for row in shell.json("outbox")["rows"]
        if row["kind"] in {"sealed", "alert"}
        for a in row["recipients"]
    }
    assert FINANCE in addresses
    assert len(addresses) == 2


@pytest.mark.parametrize("command", list(commands._COMMANDS))
def test_every_command_has_help_and_the_overview_says_the_same(command: str) -> None:
    result = CliRunner().invoke(commands.cli, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output
    assert command in CliRunner().invoke(commands.cli, ["--help"]).output


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_whoever_closes_our_output_gets_the_exit_status_all_the_same(shell: Shell, closed: str) -> None:
    command = f'exec {sys.executable} -m mailbot arrivals --config "{shell.config}" {closed}'
    done = subprocess.run(["sh", "-c", command], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    with Ledger.open(load_config(shell.config).ledger_url):
        pass


@pytest.mark.parametrize("year", ["0001", "0206", "9999"])
@pytest.mark.parametrize("command", [("health", "--now"), ("status", "--now"), ("duties", "--to")])
def test_a_slip_in_the_year_is_a_wrong_argument(shell: Shell, command: tuple[str, str], year: str) -> None:
    assert "is not of a year from" in shell.run(*command, f"{year}-12-31", expect=2).output


# As any Vietnamese machine has it: its own C locale lets Python write what is no text.
STRICT = {"PYTHONIOENCODING": "utf-8:strict", "PYTHONUTF8": "1"}


def outside(*arguments: str | bytes) -> subprocess.CompletedProcess[str]:
    """Mailbot as a process of its own."""
    command: list[str | bytes] = [sys.executable, "-m", "mailbot", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=os.environ | STRICT)


def test_a_mail_in_a_file_whose_name_is_no_text_is_explained(shell: Shell, tmp_path: Path) -> None:
    named = os.fsencode(tmp_path) + b"/b\xe1o c\xe1o.eml"
    Path(os.fsdecode(named)).write_bytes(shell.mail("Báo cáo tháng 6 năm 2026").read_bytes())
    done = outside("explain", "--json", "--config", str(shell.config), named)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["file"].endswith("b\udce1o c\udce1o.eml")
    assert "b\\udce1o" in outside("explain", "--config", str(shell.config), named).stdout


def test_an_argument_that_is_no_text_is_a_wrong_one(shell: Shell) -> None:
    done = outside("outbox", "list", "--config", str(shell.config), "--unit", b"s\xf4-y-te")
    assert (done.returncode, done.stderr) == (2, "mailbot: an argument is no text in UTF-8\n")


def test_a_missing_configuration_is_a_misconfiguration(tmp_path: Path) -> None:
    Shell(tmp_path).run("status", expect=2)


def test_the_configuration_may_be_named_before_the_command_or_in_the_environment(shell: Shell) -> None:
    tries: list[Callable[[], Result]] = [
        lambda: CliRunner().invoke(commands.cli, ["--config", str(shell.config), "units", "--json"]),
        lambda: CliRunner().invoke(
            commands.cli, ["units", "--json"], env={"MAILBOT_CONFIG": str(shell.config)}
        ),
    ]
    for invoke in tries:
        assert len(json.loads(invoke().stdout)["rows"]) == 127


def test_the_monthly_report_is_written_with_its_workbook(shell: Shell) -> None:
    shell.run("ingest", "--arrived-at", JUNE, str(shell.mail("Báo cáo tháng 6 năm 2026")))
    shell.run("tick", "--now", "2026-06-30T09:00")
    out = shell.folder / "out"
    told = shell.json(
        "papers", "monthly", "--period", "2026-06", "--now", "2026-07-05T08:00", "--out", str(out)
    )
    assert [Path(file).name for file in told["files"]] == ["bao-cao-2026-06.docx", "bao-cao-2026-06.xlsx"]
    assert told["good"] + told["poor"] + told["not_rated"]
    assert told["owed"] == told["on_time"] + told["late"] + told["overdue"] + told["not_judged"]
    again = shell.json("papers", "monthly", "--now", "2026-07-05T08:00", "--out", str(out))
    assert again["checksum"] == told["checksum"]


def test_over_an_outage_nobody_is_judged_until_a_person_vouches(shell: Shell) -> None:
    shell.run("tick", "--now", "2026-06-24T09:00+07:00")
    url = load_config(shell.config).ledger_url
    began, ended = at("2026-06-25 08:00"), at("2026-06-26 08:00")
    with Ledger.open(url) as ledger:
        for moment, gap in ((began - timedelta(hours=9), 0), (began, 9), (ended, 0)):
            ledger.note_scan("x", started_at=moment, ended_at=moment, gap=timedelta(hours=gap))
    shell.run("tick", "--now", "2026-06-26T09:00+07:00")
    (row, *_) = shell.json("watch")["rows"]
    assert (row["since"], row["until"]) == ("2026-06-25T08:00:00+07:00", "2026-06-26T08:00:00+07:00")
    assert row["vouched_by"] is None
    asked = ("status", "--report", "bc-thang", "--period", "2026-06", "--now", "2026-06-26T09:00+07:00")
    assert {row["standing"] for row in shell.json(*asked)["rows"]} == {"not_judged"}
    said = ("--by", "an", "--why", "log", "--now", "2026-06-26T09:00+07:00")
    ahead = shell.run(
        "watch", "vouch", "--from", row["since"], "--until", "2026-06-26T18:00", *said, expect=2
    )
    assert "is still to come" in ahead.output
    shell.run("watch", "vouch", "--from", row["since"], "--until", row["until"], *said)
    assert {row["standing"] for row in shell.json(*asked)["rows"]} == {"overdue"}
    assert [row["vouched_by"] for row in shell.json("watch", "list")["rows"]] == ["an"]
    shell.run("watch", "vouch", "--from", "2026-06-25", "--until", "2026-06-25", *said, expect=2)


def test_a_ruling_teaches_an_address_only_once_a_person_confirms_it(shell: Shell) -> None:
    home = "vanthu.stc@mail.example"
    for number, month in ((1, 4), (2, 5)):
        subject = f"Báo cáo tháng {month} năm 2026"
        shell.json(
            "ingest", str(shell.mail(subject, home, number=number)), "--arrived-at", "2026-06-20T09:00"
        )
        arguments = ("--unit", "so-tai-chinh", "--period", f"2026-0{month}", "--why", "đã gọi điện")
        shell.json("settle", str(number), *arguments, "--now", "2026-06-20T10:00")
    (row,) = shell.json("proposals", "list", "--now", JUNE)["rows"]
    assert (row["state"], row["teaches"], row["words"]) == ("open", "address", home)
    assert (row["of"], row["arrivals"]) == ("so-tai-chinh", [1, 2])
    assert row["proposal"] in shell.run("proposals").output

    june = shell.mail("Báo cáo tháng 6 năm 2026", home, number=3)
    (unknown,) = shell.json("ingest", str(june), "--arrived-at", JUNE)["rows"]
    assert (unknown["kind"], unknown["unit"]) == ("unclear", None)
    told = shell.json("proposals", "confirm", row["proposal"], "--by", "Lan", "--why", "đúng", "--now", JUNE)
    assert (told["state"], told["by"], told["why"]) == ("confirmed", "Lan", "đúng")
    again = shell.json("proposals", "confirm", home, "--now", JUNE)
    assert again["decided_at"] == told["decided_at"]
    assert shell.json("proposals", "list", "--now", JUNE)["rows"] == []
    assert shell.json("proposals", "list", "--all", "--now", JUNE)["rows"] == [told]

    later = shell.mail("Báo cáo tháng 6 năm 2026 (lần 2)", home, number=4)
    (filed,) = shell.json("ingest", str(later), "--post", "--arrived-at", "2026-06-22T10:00")["rows"]
    assert (filed["kind"], filed["unit"]) == ("filed", "so-tai-chinh")
    assert any(e["source"] == "ruling" and "Lan" in e["says"] for e in filed["evidence"])
    shell.json("tick", "--now", "2026-06-22T10:05")
    assert len(shell.letters(home)) == 1


def test_what_is_declined_is_not_proposed_again_and_can_still_be_confirmed(shell: Shell) -> None:
    for number in (1, 2):
        mail = shell.mail(f"Báo cáo tháng {number + 3} năm 2026", "x@mail.example", number=number)
        shell.json("ingest", str(mail), "--arrived-at", "2026-06-20T09:00")
        arguments = ("--unit", "so-tai-chinh", "--period", f"2026-0{number + 3}", "--why", "x")
        shell.json("settle", str(number), *arguments, "--now", "2026-06-20T10:00")
    assert shell.json("proposals", "decline", "x@mail.example", "--now", JUNE)["state"] == "declined"
    assert shell.json("proposals", "list", "--now", JUNE)["rows"] == []
    assert shell.json("proposals", "confirm", "x@mail.example", "--now", JUNE)["state"] == "confirmed"
    assert "there is no proposal" in shell.run("proposals", "confirm", "nobody", expect=2).output


def test_a_month_is_frozen_and_a_late_ruling_shows_as_an_amendment(shell: Shell) -> None:
    shell.run("ingest", "--arrived-at", JUNE, str(shell.mail("Báo cáo tháng 6 năm 2026")))
    shell.run("ingest", "--arrived-at", "2026-06-22T10:00", str(shell.mail("Báo cáo", name="", number=2)))
    shell.run("tick", "--now", "2026-07-01T09:00")
    june = ("2026-06", "--by", "lanhdao")
    early = shell.run("papers", "approve", *june, "--now", "2026-06-30T17:00", expect=2).output
    assert "2026-06 is not over" in early
    frozen = shell.json("papers", "approve", *june, "--now", "2026-07-08T08:00")
    assert frozen["amendments"] == []
    out = shell.folder / "portal"
    assert shell.json("papers", "board", "--out", str(out))["months"] == ["2026-06"]
    before = (out / "index.html").read_text(encoding="utf-8")
    assert "Đính chính" not in before

    shell.run("settle", "1", "--reject", "--why", "tệp trống", "--now", "2026-07-09T08:00")
    board = ("papers", "board", "--out", str(out), "--now", "2026-07-09T09:00")
    [change] = shell.json(*board)["unapproved"]["2026-06"]
    assert "từ “đúng hạn” thành" in change
    told = shell.run(*board).output
    assert "mailbot papers approve 2026-06 --why" in told, "whoever publishes it hears that it is outdated"
    assert (out / "index.html").read_text(encoding="utf-8") == before, (
        "nothing is public that nobody approved"
    )
    told = shell.json(
        "papers", "monthly", "--period", "2026-06", "--now", "2026-07-10T08:00", "--out", str(out)
    )
    assert told["checksum"] == frozen["checksum"]
    assert [says.partition(":")[0] for says in told["amendments"]] == ["Chưa được duyệt"]

    shell.run("papers", "approve", *june, "--now", "2026-07-10T09:00", expect=2)
    secret = ("--now", "2026-07-10T09:00", "--why", "văn bản (MẬT) số 5")
    assert "State secrecy" in shell.run("papers", "approve", *june, *secret, expect=2).output
    again = shell.json("papers", "approve", *june, "--now", "2026-07-10T09:00", "--why", "tệp trống")
    assert len(again["amendments"]) == 1
    assert shell.json(*board[:-1], "2026-07-10T10:00")["unapproved"] == {}
    after = (out / "index.html").read_text(encoding="utf-8")
    assert "Đính chính" in after
    assert "lý do: tệp trống" in after
    replayed = shell.json("replay")["rows"]
    assert [(row["same"], row["checksum"]) for row in replayed] == [
        (True, frozen["checksum"]),
        (True, again["checksum"]),
    ]


def test_a_reply_to_a_reminder_is_asked_about_with_the_duty_that_it_answers(shell: Shell) -> None:
    shell.run("tick", "--now", "2026-06-22T09:00")
    (letter,) = shell.letters(FINANCE)
    reminder = message_from_bytes(letter.read_bytes())
    reply = shell.mail("Gửi văn phòng", name="scan.pdf")
    reply.write_bytes(f"In-Reply-To: {reminder['Message-ID']}\r\n".encode() + reply.read_bytes())
    (row,) = shell.json("ingest", str(reply), "--arrived-at", "2026-06-23T09:00")["rows"]
    assert row["kind"] == "unclear"
    (hint,) = [e["says"] for e in row["evidence"] if e["source"] == "thread"]
    assert "trả lời thư nhắc" in hint


def test_an_evidence_pack_holds_mails_clocks_letters_and_rules_and_nothing_sealed(shell: Shell) -> None:
    shell.run("ingest", "--arrived-at", JUNE, str(shell.mail("Báo cáo tháng 6 năm 2026")))
    shell.run("ingest", "--arrived-at", JUNE, str(shell.mail("(MẬT) Báo cáo tháng 6 năm 2026", number=2)))
    shell.run("tick", "--now", "2026-06-22T10:00")
    out = shell.folder / "out"
    what = ("papers", "evidence", "so-tai-chinh", "bc-thang", "2026-06", "--out", str(out))
    told = shell.json(*what, "--now", "2026-06-30T08:00")
    assert (told["standing"], told["mails"]) == ("on_time", [1, 2])
    with zipfile.ZipFile(told["files"][0]) as package:
        names = package.namelist()
        assert "thu-den/BC-000001.eml" in names
        assert "thu-den/BC-000002.eml" not in names
        assert "quy-tac/units.toml" in names
        sums = package.read("SHA256SUMS").decode().splitlines()
        for line in sums:
            digest, name = line.split("  ")
            assert hashlib.sha256(package.read(name)).hexdigest() == digest
        page = package.read("tom-tat.html").decode()
        everything = b"".join(package.read(name) for name in names)
    assert "MẬT" not in everything.decode(errors="replace").replace("MẬT KHẨU", "")
    assert "09:00:00 ngày 22/6/2026" in page
    assert "không dùng để tính" in page
    first = Path(told["files"][0]).read_bytes()
    shell.json(*what, "--now", "2026-06-30T08:00")
    assert Path(told["files"][0]).read_bytes() == first
    shell.run("papers", "evidence", "so-tai-chinh", "bc-thang", "2031-06", expect=2)


def test_papers_are_written_into_no_folder_that_mailbot_works_in(shell: Shell) -> None:
    shell.run("status")
    office = shell.config.parent
    before = sorted(office.rglob("*"))
    for folder in ("state", "state/archive/x", "templates", "rules/thai-nguyen-2026", "inbox"):
        told = shell.run("register", "export", str(office / folder / "so.xlsx"), expect=2)
        assert "is where mailbot itself works" in told.output
    told = shell.run("papers", "board", "--out", str(office / "state"), expect=2)
    assert "is where mailbot itself works" in told.output
    assert sorted(office.rglob("*")) == before


def test_the_register_is_exported_over_a_workbook_and_over_nothing_else(shell: Shell) -> None:
    said = shell.run("register", "export", str(shell.config), expect=2).output
    assert "is no workbook" in said
    assert "go_live" in shell.config.read_text("utf-8")
    for wrong in ("so.txt", "so"):
        assert "ends in .xlsx" in shell.run("register", "export", str(shell.folder / wrong), expect=2).output
        assert not (shell.folder / wrong).exists()
    for _ in range(2):
        shell.run("register", "export", str(shell.folder / "so.xlsx"))


def test_every_paper_is_written_by_a_command(shell: Shell) -> None:
    shell.run("tick", "--now", "2026-06-22T10:00")
    out = ("--now", "2026-06-22T10:00", "--out", str(shell.folder / "out"))
    assert len(shell.json("papers", "emulation", "--period", "2026-H1", *out)["files"]) == 2
    assert len(shell.json("papers", "deadlines", *out)["files"]) > 10
    assert len(shell.json("papers", "deadlines", "--unit", "so-tai-chinh", *out)["files"]) == 1
    assert len(shell.json("papers", "digest", *out)["files"]) == 2


def test_the_draft_goes_to_the_approver_and_his_reply_freezes_what_it_showed(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "office-2013")
    init = ["init", str(shell.folder), "--go-live", "2026-06-01", "--profile", "thai-nguyen-2013"]
    assert CliRunner().invoke(commands.cli, init).exit_code == 0
    shell.run("ingest", "--arrived-at", JUNE, str(shell.mail("Báo cáo tháng 6 năm 2026")))
    shell.run("tick", "--now", "2026-06-30T09:00")
    shell.run("tick", "--now", "2026-07-08T08:00")
    approver = "lanhdao@vpubnd.thainguyen.example"
    [path] = shell.letters(approver)
    draft = message_from_bytes(path.read_bytes(), policy=policy.default)
    files = [part.get_filename() for part in draft.iter_attachments()]
    assert files == ["du-thao-bao-cao-2026-06.docx", "du-thao-bao-cao-2026-06.xlsx"]
    text = draft.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    [command] = [line.strip() for line in text.splitlines() if line.strip().startswith("LENH ")]

    for number, sender in ((8, approver), (9, FINANCE), (10, approver)):
        reply = shell.mail(command, sender=sender, name="", number=number)
        shell.run("ingest", "--post", "--arrived-at", f"2026-07-08T09:{number:02}", str(reply))
        shell.run("tick", "--now", f"2026-07-08T10:{number:02}")
        closings = shell.json("replay")["rows"]
        assert len(closings) == 1
    assert (closings[0]["by"], closings[0]["same"]) == (approver, True)
    assert closings[0]["period"] == "2026-06"
    out = ("--period", "2026-06", "--now", "2026-07-09T08:00", "--out", str(shell.folder / "out"))
    assert shell.json("papers", "monthly", *out)["checksum"] in text, "what is signed is what is kept"
    assert shell.json("papers", "board", "--out", str(shell.folder / "portal"))["months"] == ["2026-06"]
