"""`mailbot letter` as the office's staff uses it, on a given clock."""

from cli.test_contract import Shell, shell

__all__ = ["shell"]

DOCUMENT = ("--no", "2500/UBND-TH", "--date", "2026-06-10", "--issuer", "UBND tỉnh")
FINANCE = ("--unit", "so-tai-chinh", "--report", "bc-thang", "--period", "2026-06")
NOW = ("--now", "2026-06-10T09:00")


def test_the_effect_is_shown_first_and_recorded_only_when_told(shell: Shell) -> None:
    shell.run("tick", *NOW)
    asked = ("letter", "add", *DOCUMENT, *FINANCE, "--move-to", "2026-06-20", *NOW)
    shown = shell.json(*asked)
    assert (shown["recorded"], shown["effect"]) == (False, "move")
    assert [(r["was_due_at"], r["due_at"], r["announced"]) for r in shown["rows"]] == [
        ("2026-06-25T23:59:59+07:00", "2026-06-20T23:59:59+07:00", True)
    ]
    assert shell.json("letter", "list")["rows"] == []
    assert shell.json(*asked, "--yes")["recorded"]
    (row,) = shell.json("status", "--unit", "so-tai-chinh", "--report", "bc-thang", *NOW)["rows"]
    assert (row["due_at"], row["letter"]) == ("2026-06-20T23:59:59+07:00", "2500/UBND-TH ngày 10/6/2026")
    assert "2500/UBND-TH" in row["derivation"]
    duties = shell.json("duties", "--from", "2026-06-20", "--to", "2026-06-20")["rows"]
    assert [row["unit"] for row in duties] == ["so-tai-chinh"]


def test_the_unit_is_told_by_a_letter_that_cites_the_document(shell: Shell) -> None:
    shell.run("tick", *NOW)
    reason = ("--reason", "phục vụ Kỳ họp thứ 9 của HĐND tỉnh")
    shell.run("letter", "add", *DOCUMENT, *reason, *FINANCE, "--move-to", "2026-06-20", *NOW, "--yes")
    assert shell.json("tick", "--now", "2026-06-10T09:05")["sent"] == 1
    (path,) = shell.letters("sotaichinh@thainguyen.example")
    text = path.read_bytes()
    assert b"Subject:" in text
    (plan,) = [row for row in shell.json("outbox", "list")["rows"] if row["kind"] == "change"]
    assert (plan["unit"], plan["state"]) == ("so-tai-chinh", "sent")
    assert shell.json("tick", "--now", "2026-06-10T09:10")["posted"] == 0


def test_what_has_come_due_is_changed_only_with_consent(shell: Shell) -> None:
    later = ("--now", "2026-06-29T09:00")
    shell.run("tick", *later)
    asked = ("letter", "add", *DOCUMENT, *FINANCE, "--excuse", *later, "--yes")
    refused = shell.run(*asked, expect=1)
    assert "--past" in refused.output
    assert shell.json("letter", "list")["rows"] == []
    shell.run(*asked, "--past")
    (row,) = shell.json(
        "status", "--unit", "so-tai-chinh", "--report", "bc-thang", "--period", "2026-06", *later
    )["rows"]
    assert row["standing"] == "excused"


def test_what_nobody_knows_is_refused_all_at_once_and_without_a_document_nothing_goes(shell: Shell) -> None:
    scope = ("--unit", "so-khong-co", "--report", "bc-thang", "--period", "2026-Q2")
    refused = shell.run("letter", "add", *DOCUMENT, *scope, "--move-to", "2026-06-20", *NOW, expect=2)
    assert "no unit 'so-khong-co'" in refused.output
    assert "nothing is asked for the period 2026-Q2" in refused.output
    shell.run("letter", "add", *FINANCE, "--excuse", expect=2)


def test_a_wrong_letter_is_revoked_by_another_and_both_stay(shell: Shell) -> None:
    shell.run("tick", *NOW)
    shell.run("letter", "add", *DOCUMENT, *FINANCE, "--move-to", "2026-06-20", *NOW, "--yes")
    correction = ("--no", "2501/UBND-TH", "--date", "2026-06-11", "--issuer", "UBND tỉnh")
    shell.run("letter", "revoke", "1", *correction, "--now", "2026-06-11T09:00", "--yes")
    assert [row["state"] for row in shell.json("letter", "list")["rows"]] == ["not in effect", "revokes"]
    (row,) = shell.json("status", "--unit", "so-tai-chinh", "--report", "bc-thang", *NOW)["rows"]
    assert (row["due_at"], row["letter"]) == ("2026-06-25T23:59:59+07:00", None)
    assert len(shell.json("letter", "show", "1")["rows"]) == 1


def test_a_report_that_one_letter_asks_for_can_be_stamped_and_settled(shell: Shell) -> None:
    once = ("--announce", "2026-06-20T17:00", "--title", "Báo cáo tổng kết 5 năm", "--unit", "so-tai-chinh")
    shell.run("letter", "add", *DOCUMENT, *once, *NOW, "--yes")
    stamped = ("--at", "2026-06-19T09:00", "--no", "812", "--now", "2026-06-19T10:00")
    shell.run("stamp", "so-tai-chinh", "vb-1", "2026-E1", *stamped)
    (row,) = shell.json("status", "--report", "vb-1", "--now", "2026-06-22T09:00")["rows"]
    assert (row["standing"], row["stamp"]) == ("on_time", "812")


def test_a_day_off_moves_the_due_days_on_it(shell: Shell) -> None:
    shell.run("tick", *NOW)
    days = ("--day-off", "2026-06-25=ngày nghỉ do bão", "--worked", "2026-06-27")
    shown = shell.json("letter", "add", *DOCUMENT, *days, *NOW, "--yes")
    assert shown["recorded"]
    assert {row["due_at"] for row in shown["rows"]} == {"2026-06-26T23:59:59+07:00"}


def test_a_letter_about_a_period_to_come_shows_in_its_status_before_its_duties_are_announced(
    shell: Shell,
) -> None:
    july = ("--unit", "so-tai-chinh", "--report", "bc-thang", "--period", "2026-07")
    shell.run("letter", "add", *DOCUMENT, *july, "--move-to", "2026-07-20", *NOW, "--yes")
    (row,) = shell.json("status", *july, "--now", "2026-07-02T09:00")["rows"]
    assert (row["due_at"], row["standing"]) == ("2026-07-20T23:59:59+07:00", "open")
