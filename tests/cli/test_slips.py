"""Slips at the command line are told, and none ends in an empty list or a fact that cannot be."""

import json
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from builders import a_unit, at, some_rules
from cli.test_contract import FINANCE, Shell
from click.testing import CliRunner

from mailbot.cli import cli
from mailbot.cli.called import unit_asked_for
from mailbot.core.period import Period
from mailbot.core.rules import Span


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """An office with a report of the finance department and its receipt; nothing here changes either."""
    folder = tmp_path_factory.mktemp("slips") / "office"
    assert CliRunner().invoke(cli, ["init", str(folder), "--go-live", "2026-06-01"]).exit_code == 0
    shell = Shell(folder)
    mail = str(shell.mail("Báo cáo tháng 6 năm 2026", FINANCE))
    shell.run("ingest", "--post", "--arrived-at", "2026-06-10T09:00", mail)
    shell.run("tick", "--now", "2026-06-10T09:05")
    return shell


@pytest.mark.parametrize("list_of", [("status", "--period", "2026-06"), ("arrivals",), ("outbox", "list")])
@pytest.mark.parametrize("called", ["so-tai-chinh", "Sở Tài chính", "so tai chinh", "STC", "SỞ TC"])
def test_a_list_is_narrowed_to_a_unit_however_it_is_called(
    office: Shell, list_of: tuple[str, ...], called: str
) -> None:
    rows = office.json(*list_of, "--unit", called)["rows"]
    assert {row["unit"] for row in rows} == {"so-tai-chinh"}


@pytest.mark.parametrize("list_of", [("status",), ("arrivals",), ("outbox", "list"), ("task", "list")])
def test_a_unit_that_nobody_knows_is_no_unit_without_anything(
    office: Shell, list_of: tuple[str, ...]
) -> None:
    result = office.run(*list_of, "--unit", "so-tai-chin", expect=2)
    assert "there is no unit 'so-tai-chin'" in result.output


def test_a_report_that_nobody_asks_for_is_told(office: Shell) -> None:
    result = office.run("status", "--report", "thang", expect=2)
    assert "there is no report 'thang'; there are bc-thang" in " ".join(result.output.split())


def test_a_unit_that_is_known_and_has_nothing_has_an_empty_list(office: Shell) -> None:
    assert office.json("arrivals", "--unit", "Sở Y tế")["rows"] == []
    assert office.json("outbox", "list", "--unit", "so-y-te", "--state", "held")["rows"] == []
    assert office.json("task", "list", "--unit", "so-y-te")["rows"] == []


def test_a_paper_copy_of_next_month_is_refused_and_one_of_this_evening_is_not(office: Shell) -> None:
    stamp = ("stamp", "Sở Y tế", "bc-thang", "2026-06", "--no", "812", "--now", "2026-06-20T08:00", "--at")
    result = office.run(*stamp, "2026-07-20T16:00", expect=2)
    assert "is still to come" in result.output
    assert "so-y-te/bc-thang/2026-06: stamped 812" in office.run(*stamp, "2026-06-20T16:00").output


def test_a_ruling_without_a_reason_is_refused(office: Shell) -> None:
    result = office.run("settle", "1", "--ignore", "--why", "  ", expect=2)
    assert "it is empty" in result.output
    assert office.json("arrivals")["rows"][0]["kind"] == "filed"


@pytest.mark.parametrize("deed", ["hold", "release", "drop"])
@pytest.mark.parametrize("choice", [("--kind", "receipt"), ("--batch", "1"), ("1",)])
def test_all_letters_are_not_taken_where_some_were_named(
    office: Shell, deed: str, choice: tuple[str, ...]
) -> None:
    result = office.run("outbox", deed, "--all", *choice, expect=2)
    assert "--all is every letter" in " ".join(result.output.split())


@pytest.mark.parametrize("deed", ["hold", "release", "drop"])
def test_a_kind_of_letter_that_nobody_writes_is_told(office: Shell, deed: str) -> None:
    result = office.run("outbox", deed, "--kind", "reminders", expect=2)
    assert "'reminders' is not one of" in result.output


def test_a_restored_backup_is_told_by_the_offices_clock(office: Shell, tmp_path: Path) -> None:
    office.run("backup", str(tmp_path / "copy"))
    manifest = tmp_path / "copy" / "backup.json"
    told = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps(told | {"made_at": "2026-06-10T23:15:27+00:00"}), encoding="utf-8")
    other = tmp_path / "other"
    assert CliRunner().invoke(cli, ["init", str(other), "--go-live", "2026-06-01"]).exit_code == 0
    said = Shell(other).run("restore", str(tmp_path / "copy")).output
    assert "restored 1 arrivals and 2 letters of 11/06/2026 06:15" in said


def test_a_report_is_settled_for_no_period_that_has_not_begun(office: Shell) -> None:
    settle = ("settle", "1", "--why", "x", "--now", "2026-06-20T08:00", "--period")
    says = " ".join(office.run(*settle, "2030-06", expect=2).output.split())
    assert "2030-06 begins on 01/06/2030: nothing was handed in for it by 20/06/2026" in says
    assert office.json("arrivals")["rows"][0]["periods"] == ["2026-06"]


def test_a_copy_is_stamped_for_no_period_that_had_not_begun_when_it_came(office: Shell) -> None:
    stamp = ("stamp", "Sở Y tế", "bc-thang", "--no", "813", "--now", "2026-06-20T08:00")
    assert (
        "2030-06 begins on 01/06/2030"
        in office.run(*stamp, "2030-06", "--at", "2026-06-20T07:00", expect=2).output
    )
    # The same slip in the year of the stamp.
    assert (
        "2026-06 begins on 01/06/2026"
        in office.run(*stamp, "2026-06", "--at", "2025-06-20T07:00", expect=2).output
    )


def test_last_years_period_must_be_meant_while_this_years_is_owed(tmp_path: Path) -> None:
    made = CliRunner().invoke(
        cli, ["init", str(tmp_path / "office"), "--profile", "thai-nguyen-2013", "--go-live", "2014-06-01"]
    )
    assert made.exit_code == 0
    shell, now = Shell(tmp_path / "office"), ("--now", "2014-06-20T08:00")
    shell.run("ingest", str(shell.mail("Báo cáo tháng", "soyte@thainguyen.example")), "--arrived-at", now[1])
    shell.run("tick", *now)
    settle = ("settle", "1", "--unit", "so-y-te", "--period", "2013-06", "--why", "x", *now)
    stamp = ("stamp", "so-noi-vu", "bc-thang", "2013-06", "--at", now[1], "--no", "814", *now)
    for arguments, unit in ((settle, "so-y-te"), (stamp, "so-noi-vu")):
        says = " ".join(shell.run(*arguments, expect=2).output.split())
        assert f"{unit} owes bc-thang for 2014-06 now, not for 2013-06; if the year is right, say" in says
        assert "2013-06" in shell.run(*arguments, "--old-year").output


NOW = ("--now", "2026-06-20T08:00")


@pytest.mark.parametrize(
    "paper", [("monthly", "--period"), ("emulation", "--period"), ("approve",)], ids=lambda words: words[0]
)
@pytest.mark.parametrize(
    ("period", "says"),
    [
        ("2030-06", "begins on 01/06/2030; there is nothing to tell of it"),
        ("2020-06", "was over before go_live, 01/06/2026; nothing is known of it"),
        ("2025-E3", "is no stretch of days"),
    ],
)
def test_no_paper_tells_of_what_nobody_can_know(
    office: Shell, tmp_path: Path, paper: tuple[str, ...], period: str, says: str
) -> None:
    if (paper, period) == (("approve",), "2030-06"):
        says = "is not over; it can be approved after 2030-06-30"
    out = () if paper == ("approve",) else ("--out", str(tmp_path / "papers"))
    said = office.run("papers", *paper, period, *out, *NOW, expect=2).output
    assert f"{period} {says}" in " ".join(said.split())
    assert not (tmp_path / "papers").exists()


@pytest.mark.parametrize(
    "listed", [("duties",), ("register", "export", "den.xlsx"), ("task", "report"), ("question", "report")]
)
def test_a_stretch_of_days_that_ends_before_it_begins_is_told(office: Shell, listed: tuple[str, ...]) -> None:
    said = office.run(*listed, "--from", "2026-12-31", "--to", "2026-01-01", expect=2).output
    assert "01/01/2026 is before 31/12/2026" in " ".join(said.split())


@pytest.mark.parametrize("called", ["so-y-te", "Sở Y tế"])
def test_papers_know_a_unit_however_it_is_called(office: Shell, tmp_path: Path, called: str) -> None:
    out = ("--out", str(tmp_path), *NOW)
    office.run("papers", "evidence", called, "bc-thang", "2026-06", *out)
    office.run("papers", "deadlines", "--year", "2026", "--unit", called, *out)
    written = sorted(path.name for path in tmp_path.rglob("*.*"))
    assert written == ["chung-cu-so-y-te-bc-thang-2026-06.zip", "so-y-te-2026.ics"]


def test_an_earlier_go_live_announces_nothing_that_was_due_before_mailbot_began(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    assert CliRunner().invoke(cli, ["init", str(folder), "--go-live", "2026-06-01"]).exit_code == 0
    shell, now = Shell(folder), ("--now", "2026-06-11T09:05")
    shell.run("tick", "--now", "2026-06-01T09:05")
    shell.run("tick", "--now", "2026-06-10T09:05")
    written = shell.config.read_text(encoding="utf-8")
    shell.config.write_text(written.replace("go_live = 2026-06-01", "go_live = 2026-05-01"), encoding="utf-8")
    told = shell.run("check").output
    assert "duties that are due would change, see `mailbot rules diff`" in " ".join(told.split())
    assert {row["kind"] for row in shell.json("plan", *now)["rows"]} <= {"digest", "month"}
    assert shell.json("tick", *now)["announced"] == 0
    assert {row["period"] for row in shell.json("status", *now)["rows"]}.isdisjoint({"2026-05"})
    assert shell.json("status", "--period", "2026-05", *now)["rows"] == []
    assert all(row["past"] for row in shell.json("rules", "diff", *now)["rows"])
    # A person who means it says so.
    shell.run("rules", "apply", "--past", "--why", "tiếp nhận từ tháng 5", *now, stdin=b"y\n")
    assert shell.json("status", "--period", "2026-05", *now)["rows"]


JOURNEY = ("travel", "add", "--unit", "so-y-te", "--from", "2026-06-21", "--until", "2026-06-22")


@pytest.mark.parametrize(
    "words",
    [
        ("settle", "1", "--ignore", "--why", "x", "--by", ""),
        ("stamp", "so-y-te", "bc-thang", "2026-06", "--at", "2026-06-20T07:00", "--no", "  "),
        (*JOURNEY, "--who", "", "--to", "Hà Nội"),
        (*JOURNEY, "--who", "Giám đốc", "--to", " "),
        ("incident", "demand", "so-y-te", "--about", " ", "--by-when", "2026-06-22T10:00"),
        ("papers", "approve", "2026-06", "--by", " ", "--now", "2026-07-02T08:00"),
    ],
    ids=lambda words: words[0],
)
def test_who_and_what_are_never_nothing(office: Shell, words: tuple[str, ...]) -> None:
    now = () if "--now" in words else NOW
    assert "it is empty" in office.run(*words, *now, expect=2).output


def test_no_receipt_calls_late_what_was_due_before_mailbot_began(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    assert CliRunner().invoke(cli, ["init", str(folder), "--go-live", "2026-06-01"]).exit_code == 0
    shell = Shell(folder)
    mail = str(shell.mail("Báo cáo tháng 5 năm 2026", FINANCE))
    shell.run("ingest", "--post", "--arrived-at", "2026-06-03T09:00", mail)
    shell.run("tick", "--now", "2026-06-03T09:05")
    [receipt] = shell.letters(FINANCE)
    told = message_from_bytes(receipt.read_bytes(), policy=policy.default)
    body = told.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "Chưa kết luận (thời hạn trước ngày hệ thống bắt đầu theo dõi báo cáo này)" in text
    assert "Chậm" not in text


@pytest.mark.parametrize("deed", ["ingest", "explain"])
def test_a_path_that_is_empty_is_no_folder_of_mails(
    office: Shell, deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(office.folder)
    assert "'': it names no file" in office.run(deed, "", expect=1).output
    assert len(office.json("arrivals")["rows"]) == 1


@pytest.mark.parametrize("narrowed", [("status", "--report", ""), ("outbox", "list", "--unit", "")])
def test_an_empty_name_narrows_no_list_without_a_word(office: Shell, narrowed: tuple[str, ...]) -> None:
    assert "there is no" in office.run(*narrowed, expect=2).output


ABROAD = ("travel", "add", "--unit", "so-y-te", "--who", "Giám đốc", "--to", "Lào")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("incident", "demand", "so-y-te", "--about", "cháy chợ", "--by-when", "2199-01-01T00:00"),
            "--by-when 01/01/2199 lies a year or more after 20/06/2026",
        ),
        (("incident", "demand", "so-y-te", "--about", "cháy", "--by-when", "2027-06-20T16:00"), "20/06/2027"),
        ((*ABROAD, "--from", "2026-06-21", "--until", "2196-06-22"), "a year or more after 21/06/2026"),
        ((*ABROAD, "--from", "2027-06-21", "--until", "2027-06-22"), "--from 21/06/2027"),
        (("question", "pass", "--text", "Bao giờ?", "--to", "so-y-te", "--due", "2027-06-30"), "--due"),
    ],
    ids=["demand", "demand of next year", "journey", "journey of next year", "question"],
)
def test_what_lies_a_year_ahead_or_lasts_a_year_is_likely_a_slip(
    office: Shell, words: tuple[str, ...], says: str
) -> None:
    assert says in " ".join(office.run(*words, *NOW, expect=2).output.split())


def test_a_report_that_was_due_before_mailbot_began_is_called_late_by_no_list(office: Shell) -> None:
    mail = str(office.mail("Báo cáo tháng 5 năm 2026", "soyte@thainguyen.example"))
    office.run("ingest", "--arrived-at", "2026-06-11T09:00", mail)
    (row,) = office.json("status", "--period", "2026-05", "--now", "2026-06-12T09:00")["rows"]
    assert (row["unit"], row["standing"], row["doubt"]) == ("so-y-te", "not_judged", "unannounced")


@pytest.mark.parametrize(
    ("period", "meant"), [("2013-06", "xa-cu"), ("2013-07", "xa-moi"), ("2013", "xa-moi"), (None, "xa-moi")]
)
def test_of_two_units_of_one_name_the_one_of_the_period_is_asked_for(period: str | None, meant: str) -> None:
    before, after = Span(None, date(2013, 6, 30)), Span(date(2013, 7, 1), None)
    rules = some_rules(
        units=tuple(
            replace(a_unit(unit, valid=valid), name="UBND xã La Bằng")
            for unit, valid in (("xa-cu", before), ("xa-moi", after))
        )
    )
    asked = None if period is None else Period.parse(period)
    found = unit_asked_for("UBND xã La Bằng", (), lambda: rules, at("2013-12-05 08:00"), asked)
    assert found == meant
