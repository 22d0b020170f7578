"""`rules diff` and `rules apply`: an edit of the rules seen from the command line and from the daemon."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mailbot import cli as commands
from mailbot.config import load_config
from mailbot.core.calendar import ZONE
from mailbot.daemon.house import opened
from mailbot.daemon.planning import plan_round
from mailbot.errors import Misconfigured

Run = Callable[..., Any]
SEPTEMBER, OCTOBER = "2013-09-10T10:00", "2013-10-03T10:00"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    arguments = ["init", str(folder), "--profile", "thai-nguyen-2013", "--go-live", "2013-06-11"]
    assert CliRunner().invoke(commands.cli, arguments).exit_code == 0
    return folder


@pytest.fixture
def run(office: Path) -> Run:
    def call(*arguments: str, expect: int = 0, stdin: str = "") -> Result:
        result = CliRunner().invoke(
            commands.cli, [*arguments, "--config", str(office / "config.toml")], input=stdin
        )
        status = 2 if isinstance(result.exception, Misconfigured) else result.exit_code
        assert status == expect, f"{result.output}\n{result.exception!r}"
        return result

    return call


def edit(office: Path, name: str, old: str, new: str, count: int = 1) -> None:
    path = office / "rules" / "thai-nguyen-2013" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def rows(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(result.stdout)["rows"]
    return found


def due(run: Run, period: str, now: str) -> set[tuple[str, str]]:
    told = rows(run("status", "--report", "bc-thang", "--period", period, "--now", now, "--json"))
    return {(row["due_at"], row["standing"]) for row in told}


def test_an_edit_is_shown_then_taken_up_and_the_past_stays(office: Path, run: Run) -> None:
    run("tick", "--now", SEPTEMBER)
    assert rows(run("rules", "diff", "--now", SEPTEMBER, "--json")) == []
    edit(office, "reports.toml", "due = { day = 25,", "due = { day = 27,")

    shown = rows(run("rules", "diff", "--now", SEPTEMBER, "--json"))
    assert {(row["period"], row["change"], row["past"]) for row in shown} == {
        ("2013-06", "moved", True),
        ("2013-07", "moved", True),
        ("2013-08", "moved", True),
        ("2013-09", "moved", False),
    }
    assert len(shown) == 4 * 29
    # People read each date once, with some of the units and how many more.
    lines = run("rules", "diff", "--now", SEPTEMBER).stdout.splitlines()
    assert len(lines) == 1 + 4
    assert all("and 26 more" in line for line in lines[1:])
    # Looking changes nothing; the next round takes up what is not due yet, and only that.
    assert {row["period"] for row in rows(run("rules", "diff", "--now", SEPTEMBER, "--json"))} == {
        row["period"] for row in shown
    }
    run("tick", "--now", SEPTEMBER)
    assert {moment for moment, _ in due(run, "2013-09", SEPTEMBER)} == {"2013-09-27T23:59:59+07:00"}
    assert {moment for moment, _ in due(run, "2013-08", SEPTEMBER)} == {"2013-08-26T23:59:59+07:00"}
    withheld = json.loads(run("plan", "--now", SEPTEMBER, "--json").stdout)["withheld"]
    assert len(withheld) == 3 * 29


def test_the_past_is_changed_by_a_person_with_a_reason_and_once(office: Path, run: Run) -> None:
    run("tick", "--now", OCTOBER)
    edit(office, "reports.toml", "due = { day = 25,", "due = { day = 27,")
    why = "Công văn số 52/UBND-TH ngày 01/10/2013"
    refused = run("rules", "apply", "--past", "--why", why, "--now", OCTOBER, "--json", expect=2)
    assert "--yes" in refused.output
    asked = run("rules", "apply", "--past", "--why", why, "--now", OCTOBER, expect=1, stdin="n\n")
    assert "2013-08" in asked.output
    assert {moment for moment, _ in due(run, "2013-08", OCTOBER)} == {"2013-08-26T23:59:59+07:00"}

    done = run("rules", "apply", "--past", "--yes", "--why", why, "--by", "an", "--now", OCTOBER, "--json")
    told = json.loads(done.stdout)
    assert told["edition"]["by"] == "an"
    assert told["edition"]["why"] == why
    assert all(row["reason"].endswith(why) for row in told["rows"])
    assert {moment for moment, _ in due(run, "2013-08", OCTOBER)} == {"2013-08-27T23:59:59+07:00"}
    assert rows(run("rules", "diff", "--now", OCTOBER, "--json")) == []
    again = run("rules", "apply", "--past", "--yes", "--why", why, "--now", OCTOBER, "--json")
    assert rows(again) == []


def test_without_past_only_what_is_not_due_is_applied(office: Path, run: Run) -> None:
    run("tick", "--now", SEPTEMBER)
    edit(office, "reports.toml", "due = { day = 25,", "due = { day = 27,")
    done = run("rules", "apply", "--why", "Quyết định số 1", "--now", SEPTEMBER)
    assert "87 changes of what is due already were not applied" in done.output
    assert {row["past"] for row in rows(run("rules", "diff", "--now", SEPTEMBER, "--json"))} == {True}


def test_broken_rules_are_refused_and_nothing_is_taken_up(office: Path, run: Run) -> None:
    run("tick", "--now", SEPTEMBER)
    edit(office, "reports.toml", "due = { day = 25,", "due = { day = 35,")
    run("rules", "diff", "--now", SEPTEMBER, expect=2)
    run("rules", "apply", "--why", "x", "--now", SEPTEMBER, expect=2)


def test_a_daemon_takes_up_at_reload_and_does_not_turn_back_what_a_person_applied(
    office: Path, run: Run
) -> None:
    now = datetime(2013, 9, 10, 10, tzinfo=ZONE)
    config = load_config(office / "config.toml")
    with opened(config, lambda: now.astimezone(UTC), alone=True) as house:

        def a_round() -> int:
            house.take_up()
            return len(plan_round(house.ledger, house.desk, now, config.go_live).announce)

        assert a_round() > 0
        assert a_round() == 0
        edit(office, "reports.toml", "due = { day = 25,", "due = { day = 27,")
        run("rules", "apply", "--why", "Quyết định số 1", "--now", SEPTEMBER, "--json")
        # The daemon still has the former rules; without a reload it leaves the new rows alone.
        assert a_round() == 0
        house.reload()
        assert a_round() == 0
        assert [edition.number for edition in house.ledger.editions()] == [1, 2]
        # An edit that nobody applied is taken up at the reload, as far as it is harmless.
        edit(office, "reports.toml", "due = { day = 27,", "due = { day = 30,")
        assert a_round() == 0
        house.reload()
        assert a_round() == 29
        # Broken rules at the reload: the former ones stay, whole.
        edit(office, "units.toml", 'group = "huyen"', 'group = "quan"')
        with pytest.raises(Misconfigured):
            house.reload()
        assert a_round() == 0


def test_the_reason_stays_with_the_duty(office: Path, run: Run) -> None:
    run("tick", "--now", SEPTEMBER)
    text = (office / "rules" / "thai-nguyen-2013" / "units.toml").read_text(encoding="utf-8")
    first = re.search(r'\[\[unit\]\]\nid = "([^"]+)"', text)
    assert first is not None
    edit(office, "units.toml", f'id = "{first[1]}"\n', f'id = "{first[1]}"\nvalid_to = 2013-09-12\n')
    shown = [r for r in rows(run("rules", "diff", "--now", SEPTEMBER, "--json")) if r["change"] == "released"]
    assert {row["unit"] for row in shown} == {first[1]}
    assert {row["period"] for row in shown} == {"2013-09", "2013-Q3", "2013"}
    assert all(row["reason"] == "đơn vị kết thúc hoạt động ngày 12/9/2013" for row in shown)
    assert all(row["excused"] and not row["past"] for row in shown)


def test_check_says_that_a_change_of_the_past_waits(office: Path, run: Run) -> None:
    """`check` has no --now: the office goes live seventy days before today, whenever that is."""
    today = datetime.now(ZONE).date()
    config = office / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("2013-06-11", str(today - timedelta(days=70))), encoding="utf-8")

    def ledger_says() -> str:
        (row,) = (r for r in rows(run("check", "--json")) if r["what"] == "ledger")
        return str(row["says"])

    run("tick")
    assert "rules diff" not in ledger_says()
    edit(office, "reports.toml", "due = { day = 25,", "due = { day = 28,")
    assert "duties that are due would change, see `mailbot rules diff`" in ledger_says()


def test_a_reason_with_a_mark_of_secrecy_is_not_taken(run: Run) -> None:
    run("tick", "--now", SEPTEMBER)
    told = run("rules", "apply", "--why", "Công văn số 5 (MẬT)", "--now", SEPTEMBER, expect=2)
    assert "mark of State secrecy" in told.output
    run("rules", "apply", "--why", "Công văn số 5 về bảo mật thông tin", "--now", SEPTEMBER)


def test_the_standings_call_nobody_overdue_by_an_edit_that_no_person_has_applied(
    office: Path, run: Run
) -> None:
    run("tick", "--now", SEPTEMBER)
    path = office / "rules" / "thai-nguyen-2013" / "units.toml"
    late = """
[[unit]]
id = "ban-moi"
name = "Ban mới"
group = "so-ban-nganh"
head = "Trưởng ban"
addresses = [{ email = "banmoi@thainguyen.example", role = "official" }]
"""
    path.write_text(path.read_text(encoding="utf-8") + late, encoding="utf-8")

    def standings(*more: str) -> dict[str, str]:
        told = rows(run("status", "--unit", "ban-moi", "--now", SEPTEMBER, *more, "--json"))
        return {f"{row['report']} {row['period']}": row["standing"] for row in told}

    to_come = {"bc-thang 2013-09": "open", "bc-quy 2013-Q3": "open", "bc-nam 2013": "open"}
    # Nor does it once the rules are taken up: what is past waits for a person, or for ever.
    for _ in range(2):
        assert standings() == to_come
        assert standings("--period", "2013-08") == {}
        run("tick", "--now", SEPTEMBER)
    run("rules", "apply", "--past", "--yes", "--why", "Quyết định số 1", "--now", SEPTEMBER)
    assert standings("--period", "2013-08") == {"bc-thang 2013-08": "overdue"}


def test_the_staffs_digest_says_what_waits_for_the_administrator_and_only_while_it_does(
    office: Path, run: Run, tmp_path: Path
) -> None:
    run("tick", "--now", SEPTEMBER)

    def digest(now: str) -> str:
        out = tmp_path / "papers"
        run("papers", "digest", "--now", now, "--out", str(out))
        (page,) = out.glob(f"tong-hop-{now[:10]}.txt")
        return " ".join(page.read_text(encoding="utf-8").split())

    assert "rules diff" not in digest(SEPTEMBER)
    edit(office, "reports.toml", "due = { day = 25,", "due = { day = 27,")
    run("tick", "--now", "2013-09-11T08:00")
    (letter,) = (
        row["letter"]
        for row in rows(run("outbox", "list", "--json"))
        if row["kind"] == "digest" and row["queued_at"].startswith("2013-09-11")
    )
    sent = " ".join(run("outbox", "show", str(letter)).stdout.split())
    for told in (sent, digest("2013-09-11T08:00")):
        assert "có 87 nghĩa vụ báo cáo đã đến hạn sẽ được thêm, bỏ hoặc đổi thời hạn" in told
        assert "tháng 8 năm 2013 (29 đơn vị)" in told
        assert "mailbot rules diff" in told
        assert 'mailbot rules apply --past --why "' in told

    run("rules", "apply", "--past", "--yes", "--why", "Quyết định số 1", "--now", "2013-09-11T09:00")
    run("tick", "--now", "2013-09-12T08:00")
    assert "rules diff" not in digest("2013-09-12T08:00")


def test_what_a_unit_entered_late_would_owe_of_before_waits_in_the_digest_until_its_first_day_is_entered(
    office: Path, run: Run, tmp_path: Path
) -> None:
    run("tick", "--now", SEPTEMBER)
    path = office / "rules" / "thai-nguyen-2013" / "units.toml"
    before = path.read_text(encoding="utf-8")
    unit = '\n[[unit]]\nid = "ban-moi"\nname = "Ban mới"\ngroup = "so-ban-nganh"\nhead = "Trưởng ban"\n'
    unit += 'addresses = [{ email = "banmoi@thainguyen.example", role = "official" }]\n'

    def digest() -> str:
        run("tick", "--now", SEPTEMBER)
        run("papers", "digest", "--now", SEPTEMBER, "--out", str(tmp_path / "papers"))
        (page,) = (tmp_path / "papers").glob("tong-hop-*.txt")
        return " ".join(page.read_text(encoding="utf-8").split())

    path.write_text(before + unit, encoding="utf-8")
    told = digest()
    assert "có 05 nghĩa vụ báo cáo đã đến hạn sẽ được thêm, bỏ hoặc đổi thời hạn" in told
    assert "tháng 8 năm 2013 (01 đơn vị)" in told
    path.write_text(before + unit + "valid_from = 2013-09-01\n", encoding="utf-8")
    assert "rules diff" not in digest()
