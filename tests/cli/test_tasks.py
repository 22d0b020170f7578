"""`mailbot task` on a given clock: a quarter of tasks, and spreadsheets good and bad."""

from pathlib import Path

import pytest
import xlsxwriter
from cli.test_contract import Shell, shell

__all__ = ["shell"]

HEADING = (
    "Tên văn bản", "Số, ký hiệu", "Trích yếu", "Ngày ban hành", "Người ký", "Nội dung nhiệm vụ",
    "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời hạn", "Độ mật",
)  # fmt: skip
GOOD = (
    "Công văn",
    "123/UBND-TH",
    "V/v dự án",
    "01/06/2026",
    "Nguyễn A",
    "Rà soát dự án",
    "STC",
    "Sở Xây dựng",
    "20/06/2026",
    "",
)
NOW = ("--now", "2026-06-02T09:00")


def sheet(path: Path, *rows: tuple[str, ...], heading: tuple[str, ...] = HEADING) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write(0, 0, "DANH MỤC NHIỆM VỤ")
        for number, row in enumerate((heading, *rows), 2):
            page.write_row(number, 0, row)
    return path


def semicolons(path: Path, *rows: tuple[str, ...]) -> Path:
    path.write_text(
        "\n".join(";".join(f'"{cell}"' for cell in row) for row in (HEADING, *rows)), encoding="utf-8-sig"
    )
    return path


def test_a_task_is_entered_once_and_listed(shell: Shell) -> None:
    asked = (
        "task", "add", "--no", "123/UBND-TH", "--date", "2026-06-01", "--signer", "A", "--content", "Rà soát",
        "--lead", "Sở Tài chính", "--due", "2026-06-20", *NOW,
    )  # fmt: skip
    assert shell.json(*asked)["rows"][0]["code"] == "NV-000001"
    assert "entered already" in shell.run(*asked, expect=2).output
    (row,) = shell.json("task", "list", "--now", "2026-06-23T09:00")["rows"]
    assert (row["state"], row["overdue"], row["working_days"]) == ("not_done", True, 2)
    (status,) = shell.json("status", "--report", "nv-1", "--now", "2026-06-10T09:00")["rows"]
    assert (status["standing"], status["period"]) == ("open", "2026-E1")
    out = ("--now", "2026-06-23T09:00", "--out", str(shell.folder / "out"))
    pack = shell.json("papers", "evidence", "so-tai-chinh", "nv-1", "2026-E1", *out)
    assert (pack["standing"], pack["mails"]) == ("not_judged", [])


@pytest.mark.parametrize("name", ["nv.xlsx", "nv.csv"])
def test_a_spreadsheet_is_entered_whole(shell: Shell, tmp_path: Path, name: str) -> None:
    other = (*GOOD[:1], "124/UBND-TH", *GOOD[2:8], "", "")
    path = (sheet if name.endswith("xlsx") else semicolons)(tmp_path / name, GOOD, other)
    rows = shell.json("task", "import", str(path), *NOW)["rows"]
    assert [(row["lead"], row["due_at"]) for row in rows] == [
        ("so-tai-chinh", "2026-06-20T23:59:59+07:00"),
        ("so-tai-chinh", None),
    ]
    (first, _) = shell.json("task", "list", *NOW)["rows"]
    assert (first["symbol"], first["supporting"]) == ("123/UBND-TH", ["so-xay-dung"])


def test_every_bad_row_is_named_and_nothing_is_entered(shell: Shell, tmp_path: Path) -> None:
    rows = (
        GOOD,
        (*GOOD[:3], "31/06/2026", *GOOD[4:]),
        (*GOOD[:6], "Sở Không Có", *GOOD[7:]),
        (*GOOD[:8], "sớm", ""),
        (*GOOD[:9], "Mật"),
        ("", "", "", "", "", "Chỉ có nội dung", "", "", "", ""),
        GOOD,
    )
    result = shell.run("task", "import", str(sheet(tmp_path / "nv.xlsx", *rows)), *NOW, expect=2)
    assert result.exception is not None
    said = str(result.exception)
    assert [line for line in range(1, 12) if f"nv.xlsx:{line}:" in said] == [5, 6, 7, 8, 9, 10]
    assert "'31/06/2026' is no day" in said
    assert "'Sở Không Có'" in said
    assert "secret tasks are not entered" in said
    assert said.count("nv.xlsx:9:") == 4
    assert shell.json("task", "list", *NOW)["rows"] == []


@pytest.mark.parametrize("name", ["nv.xlsx", "nv.csv"])
def test_cells_of_several_lines_are_read_as_they_are_seen(shell: Shell, tmp_path: Path, name: str) -> None:
    lines = (*GOOD[:5], "Rà soát\ndự án\x0bđầu tư", "STC", "Sở Xây dựng\nSở Y tế", *GOOD[8:])
    path = (sheet if name.endswith("xlsx") else semicolons)(tmp_path / name, lines)
    shell.run("task", "import", str(path), *NOW)
    (row,) = shell.json("task", "list", *NOW)["rows"]
    assert (row["content"], row["supporting"]) == ("Rà soát dự án đầu tư", ["so-xay-dung", "so-y-te"])


def test_a_cell_that_spans_several_tasks_is_said_of_each(shell: Shell, tmp_path: Path) -> None:
    second = ("", *("",) * 4, "Rà soát chợ", "Sở Y tế", "", "", "")
    path = tmp_path / "nv.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for number, row in enumerate((HEADING, GOOD, second, ("",) * 10)):
            page.write_row(number, 0, row)
        for column in (*range(5), 8):
            page.merge_range(1, column, 3, column, GOOD[column])
    entered = shell.json("task", "import", str(path), *NOW)["rows"]
    assert [(row["lead"], row["due_at"][:10]) for row in entered] == [
        ("so-tai-chinh", "2026-06-20"),
        ("so-y-te", "2026-06-20"),
    ]
    listed = shell.json("task", "list", *NOW)["rows"]
    assert [row["symbol"] for row in listed] == ["123/UBND-TH"] * 2


def test_a_heading_of_two_rows_is_read(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "nv.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(1, 0, HEADING)
        page.write_row(2, 0, GOOD)
        page.merge_range(0, 0, 0, 4, "Văn bản giao nhiệm vụ")
        for column in range(5, 10):
            page.merge_range(0, column, 1, column, HEADING[column])
    entered = shell.json("task", "import", str(path), *NOW)["rows"]
    assert [(row["lead"], row["due_at"][:10]) for row in entered] == [("so-tai-chinh", "2026-06-20")]


def test_a_deadline_in_a_year_that_can_only_be_a_slip_is_refused(shell: Shell, tmp_path: Path) -> None:
    rows = ((*GOOD[:8], "31/12/9999", ""), (*GOOD[:3], "01/06/0026", *GOOD[4:]))
    said = str(shell.run("task", "import", str(sheet(tmp_path / "nv.xlsx", *rows)), *NOW, expect=2).exception)
    assert "nv.xlsx:4: Thời hạn: '31/12/9999' is not of a year" in said
    assert "nv.xlsx:5: Ngày ban hành: '01/06/0026' is not of a year" in said


def test_wrong_columns_are_named(shell: Shell, tmp_path: Path) -> None:
    path = sheet(tmp_path / "nv.xlsx", GOOD[:4], heading=("STT", "Số, ký hiệu", "Trích yếu", "Ghi chú"))
    said = str(shell.run("task", "import", str(path), *NOW, expect=2).exception)
    assert (
        "these columns are missing: Ngày ban hành; Người ký; Nội dung giao nhiệm vụ; Đơn vị chủ trì" in said
    )
    nothing = sheet(tmp_path / "x.xlsx", heading=("a", "b"))
    assert "no heading was found" in str(shell.run("task", "import", str(nothing), expect=2).exception)


def test_a_file_that_is_no_spreadsheet_is_told_so(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "nv.xlsx"
    path.write_bytes(b"%PDF-1.4")
    assert "cannot be read" in str(shell.run("task", "import", str(path), expect=2).exception)


def test_a_quarter_of_tasks_ends_in_the_lists_of_its_report(shell: Shell, tmp_path: Path) -> None:
    rows = [(*GOOD[:1], f"{n}/UBND-TH", *GOOD[2:5], f"Việc {n}", *GOOD[6:]) for n in range(201, 206)]
    shell.run("task", "import", str(sheet(tmp_path / "nv.xlsx", *rows)), *NOW)
    shell.run("tick", "--now", "2026-06-02T09:05")
    mails = [
        ("[NV-000001] Báo cáo kết quả thực hiện nhiệm vụ", "2026-06-19T09:00"),
        ("[NV-000002] Báo cáo kết quả thực hiện nhiệm vụ", "2026-06-24T09:00"),
    ]
    for number, (subject, moment) in enumerate(mails, 1):
        path = str(shell.mail(subject, number=number))
        shell.run("ingest", path, "--post", "--arrived-at", moment)
    shell.run(
        "task", "note", "3", "--why", "chờ kinh phí", "--channel", "telephone", "--now", "2026-06-18T09:00"
    )
    shell.run("task", "close", "4", "--state", "returned", expect=2)
    shell.run(
        "task",
        "close",
        "4",
        "--state",
        "returned",
        "--why",
        "không thuộc chức năng",
        "--now",
        "2026-06-10T09:00",
    )
    told = shell.json(
        "task", "report", "--from", "2026-04-01", "--to", "2026-06-30", "--now", "2026-07-01T09:00"
    )
    assert {row["task"]: row["class"] for row in told["rows"]} == {
        1: "done_in_time",
        2: "done_late",
        3: "overdue",
        4: "ended",
        5: "overdue",
    }
    third = next(row for row in told["rows"] if row["task"] == 3)
    assert (third["state"], third["reason"]) == ("in_progress", "chờ kinh phí")
    (returned,) = shell.json("status", "--report", "nv-4", "--now", "2026-07-01T09:00")["rows"]
    assert returned["standing"] == "excused"
    shown = shell.json("task", "show", "2", "--now", "2026-07-01T09:00")
    assert [(event["word"], event["arrival"]) for event in shown["events"]] == [("done", 2)]


def test_who_enters_a_task_that_was_due_already_is_told_what_follows(shell: Shell) -> None:
    asked = (
        "task", "add", "--no", "12/UBND-TH", "--date", "2026-05-20", "--signer", "A", "--content", "Rà soát",
        "--lead", "Sở Y tế", "--due", "2026-06-01", *NOW,
    )  # fmt: skip
    says = " ".join(shell.run(*asked).output.split())
    assert "NV-000001: due before it was entered: told to its units, and nobody is chased" in says
    (status,) = shell.json("status", "--report", "nv-1", "--now", "2026-06-10T09:00")["rows"]
    assert status["standing"] == "not_judged"


def test_a_deadline_of_a_task_is_moved_by_an_official_letter(shell: Shell) -> None:
    shell.run(
        "task", "add", "--no", "123/UBND-TH", "--date", "2026-06-01", "--signer", "A", "--content", "Rà soát",
        "--lead", "STC", "--due", "2026-06-20", *NOW,
    )  # fmt: skip
    shell.run(
        "letter", "add", "--no", "300/UBND-TH", "--date", "2026-06-15", "--issuer", "UBND tỉnh", "--report",
        "nv-1", "--period", "2026-E1", "--move-to", "2026-06-30", "--now", "2026-06-15T09:00", "--yes",
    )  # fmt: skip
    (row,) = shell.json("task", "list", "--now", "2026-06-25T09:00")["rows"]
    assert (row["due_at"], row["overdue"]) == ("2026-06-30T23:59:59+07:00", False)


def test_news_of_a_task_that_a_letter_excuses_does_not_bring_it_back(shell: Shell) -> None:
    shell.run(
        "task", "add", "--no", "123/UBND-TH", "--date", "2026-06-01", "--signer", "A", "--content", "Rà soát",
        "--lead", "Sở Tài chính", "--due", "2026-06-20", *NOW,
    )  # fmt: skip
    shell.run(
        "letter", "add", "--no", "9/VP", "--date", "2026-06-03", "--issuer", "UBND tỉnh", "--reason", "lũ",
        "--unit", "so-tai-chinh", "--report", "nv-1", "--period", "2026-E1", "--excuse", "--yes",
        "--now", "2026-06-03T09:00",
    )  # fmt: skip
    shell.run("task", "note", "1", "--why", "đơn vị vẫn làm", "--now", "2026-06-04T09:00")
    (row,) = shell.json("status", "--report", "nv-1", "--now", "2026-07-01T09:00")["rows"]
    assert row["standing"] == "excused"


def test_what_bears_a_mark_of_secrecy_is_demanded_of_nobody_by_mail(shell: Shell) -> None:
    asked = ("incident", "demand", "so-tai-chinh", "--by-when", "2026-06-03T09:00", *NOW)
    assert "State secrecy" in shell.run(*asked, "--about", "Vụ việc tại xã A (MẬT)", expect=2).output
    assert shell.json("incident", "list", "--all")["rows"] == []


def test_news_of_a_task_that_is_done_reopens_it_only_if_that_is_meant(shell: Shell) -> None:
    shell.run(
        "task", "add", "--no", "123/UBND-TH", "--date", "2026-06-01", "--signer", "A", "--content", "Rà soát",
        "--lead", "Sở Tài chính", "--due", "2026-06-20", *NOW,
    )  # fmt: skip
    shell.run("task", "close", "1", "--now", "2026-06-10T09:00")
    news = ("task", "note", "1", "--why", "lãnh đạo đã xem", "--now", "2026-06-24T09:00")
    assert "NV-000001 is done" in shell.run(*news, expect=2).output
    (row,) = shell.json("task", "list", "--now", "2026-06-25T09:00")["rows"]
    assert (row["state"], row["overdue"]) == ("done", False)
    assert shell.json(*news, "--state", "in_progress")["state"] == "in_progress"


def test_a_successors_answer_is_settled_for_the_task_of_the_unit_that_it_carries_on(shell: Shell) -> None:
    shell.run(
        "task", "add", "--no", "123/UBND-TH", "--date", "2026-06-01", "--signer", "A", "--content", "Rà soát",
        "--lead", "so-y-te", "--due", "2026-06-20", *NOW,
    )  # fmt: skip
    (register,) = shell.folder.glob("rules/*/units.toml")
    ends = 'id = "so-y-te"\nvalid_to = 2026-06-05\nsuccessors = ["so-tai-chinh"]'
    register.write_text(register.read_text("utf-8").replace('id = "so-y-te"', ends, 1), encoding="utf-8")
    mail = str(shell.mail("Về NV-000001"))
    shell.run("ingest", mail, "--arrived-at", "2026-06-10T09:00")
    shell.run(
        "settle",
        "1",
        "--report",
        "nv-1",
        "--period",
        "2026-E1",
        "--why",
        "đã xem",
        "--now",
        "2026-06-10T10:00",
    )
    (row,) = shell.json("task", "list", "--now", "2026-06-25T09:00")["rows"]
    assert (row["state"], row["overdue"]) == ("done", False)
