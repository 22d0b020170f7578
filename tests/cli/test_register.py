"""Paper copies from spreadsheets, and the register of incoming documents there and back."""

from pathlib import Path

import python_calamine as calamine
import xlsxwriter
from cli.test_contract import FINANCE, Shell, shell

__all__ = ["FINANCE", "shell"]

HEADING = ("Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu", "Tên loại và trích yếu nội dung")
NOW = ("--now", "2026-07-01T09:00")
JUNE = ("24/06/2026 16:30", "812", "Sở Tài chính", "45/BC-STC", "Báo cáo tháng 6 năm 2026")


def sheet(path: Path, *rows: tuple[str, ...]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for number, row in enumerate((HEADING, *rows)):
            page.write_row(number, 0, row)
    return path


def test_papers_of_a_spreadsheet_are_stamped_and_the_missing_copy_is_a_remark(
    shell: Shell, tmp_path: Path
) -> None:
    path = str(sheet(tmp_path / "so.xlsx", JUNE))
    (row,) = shell.json("stamp", "--import", path, *NOW)["rows"]
    assert row["duty"] == "so-tai-chinh/bc-thang/2026-06"
    assert shell.json("stamp", "--import", path, *NOW)["rows"] == [row]
    shell.run("tick", *NOW)
    (june,) = shell.json(
        "status", "--unit", "so-tai-chinh", "--report", "bc-thang", "--period", "2026-06", *NOW
    )["rows"]
    assert (june["standing"], june["stamp"], june["missing_copy"]) == ("on_time", "812", "electronic")
    shell.run("ingest", str(shell.mail("Báo cáo tháng 6 năm 2026")), "--arrived-at", "2026-06-27T09:00")
    (june,) = shell.json(
        "status", "--unit", "so-tai-chinh", "--report", "bc-thang", "--period", "2026-06", *NOW
    )["rows"]
    assert (june["standing"], june["missing_copy"]) == ("on_time", None)


def test_bad_rows_are_named_and_nothing_is_stamped(shell: Shell, tmp_path: Path) -> None:
    rows = (
        JUNE,
        ("31/06/2026", *JUNE[1:]),
        ("02/08/2026", *JUNE[1:]),
        (JUNE[0], "", *JUNE[2:]),
        (*JUNE[:2], "Sở Không Có", *JUNE[3:]),
        (*JUNE[:4], "Giấy mời họp"),
        (*JUNE[:4], "Báo cáo tháng 6 năm 2026 (Mật)"),
    )
    said = str(
        shell.run("stamp", "--import", str(sheet(tmp_path / "so.xlsx", *rows)), *NOW, expect=2).exception
    )
    assert [line for line in range(1, 10) if f"so.xlsx:{line}:" in said] == [3, 4, 5, 6, 7, 8]
    assert "Mật" not in said
    shell.run("tick", *NOW)
    (june,) = shell.json(
        "status", "--unit", "so-tai-chinh", "--report", "bc-thang", "--period", "2026-06", *NOW
    )["rows"]
    assert june["stamp"] is None


def test_the_register_goes_out_in_the_columns_of_the_decree_and_comes_back(
    shell: Shell, tmp_path: Path
) -> None:
    other = ("25/06/2026", "813", "Bộ Tài chính", "9/BTC", "Công văn về dự toán")
    path = str(sheet(tmp_path / "so.xlsx", JUNE, other))
    assert shell.json("register", "import", path, *NOW)["left_out"] == 1
    shell.run("ingest", str(shell.mail("=cmd|Báo cáo quý II năm 2026")), "--arrived-at", "2026-06-19T09:00")
    shell.run("ingest", str(shell.mail("Báo cáo (Mật)", number=2)), "--arrived-at", "2026-06-19T10:00")
    out = tmp_path / "van-ban-den.xlsx"
    shell.run("register", "export", str(out), "--from", "2026-06-01", "--to", "2026-06-30", *NOW)
    rows = calamine.load_workbook(str(out)).get_sheet_by_index(0).to_python()
    heading = next(number for number, row in enumerate(rows) if row[0] == "Ngày đến")
    assert rows[heading][:3] == ["Ngày đến", "Số đến", "Tác giả"]
    assert [(row[1], row[2], row[-1]) for row in rows[heading + 1 :] if row[0]] == [
        ("", "Sở Tài chính", "Thư điện tử, mã BC-000001"),
        ("812", "Sở Tài chính", "Bản giấy"),
    ]
    assert "Mật" not in str(rows)
