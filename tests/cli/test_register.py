"""Paper copies from spreadsheets, and the register of incoming documents there and back."""

from pathlib import Path

import pytest
import python_calamine as calamine
import xlsxwriter
from cli.test_contract import FINANCE, Shell, shell

__all__ = ["FINANCE", "shell"]

HEADING = ("Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu", "Tên loại và trích yếu nội dung")
NOW = ("--now", "2026-07-01T09:00")
JUNE = ("24/06/2026 16:30", "812", "Sở Tài chính", "45/BC-STC", "Báo cáo tháng 6 năm 2026")


def sheet(path: Path, *rows: tuple[str, ...], heading: tuple[str, ...] = HEADING) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for number, row in enumerate((heading, *rows)):
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


def test_the_form_of_the_decree_comes_in_with_its_numbered_columns_and_receiving_departments(
    shell: Shell, tmp_path: Path
) -> None:
    heading = (*HEADING, "Đơn vị", "Ghi chú")
    numbers = tuple(f"({number})" for number in range(1, 8))
    path = sheet(tmp_path / "so.xlsx", numbers, (*JUNE, "Phòng Tổng hợp", ""), heading=heading)
    told = shell.json("register", "import", str(path), *NOW)
    assert [row["duty"] for row in told["rows"]] == ["so-tai-chinh/bc-thang/2026-06"]
    assert told["left_out"] == 0


@pytest.mark.parametrize(
    ("name", "lines", "encoding"),
    [
        ("so.txt", "\t".join(HEADING) + "\r\n" + "\t".join(JUNE), "utf-16"),
        (
            "so.csv",
            "Sổ đăng ký văn bản đến\n" + ",".join(f'"{c}"' for c in HEADING) + "\n" + ",".join(JUNE),
            "utf-8",
        ),
        ("so.csv", ";".join(HEADING) + "\n24/06/2026 16:30:59;" + ";".join(JUNE[1:]), "utf-8-sig"),
    ],
    ids=["Excel's Unicode Text", "a title without delimiters", "seconds"],
)
def test_papers_of_a_text_file_are_stamped(
    shell: Shell, tmp_path: Path, name: str, lines: str, encoding: str
) -> None:
    path = tmp_path / name
    path.write_text(lines, encoding, newline="")
    (row,) = shell.json("stamp", "--import", str(path), *NOW)["rows"]
    assert row["duty"] == "so-tai-chinh/bc-thang/2026-06"
    assert row["at"].startswith("2026-06-24T16:30:")


@pytest.mark.parametrize("year", ["0026", "0001", "1926"])
def test_a_slip_in_the_year_makes_no_report_timely(shell: Shell, tmp_path: Path, year: str) -> None:
    path = sheet(tmp_path / "so.xlsx", (f"30/06/{year}", *JUNE[1:]))
    said = str(shell.run("stamp", "--import", str(path), *NOW, expect=2).exception)
    assert f"so.xlsx:2: Ngày đến: '30/06/{year}' is not of a year from 1990 to 2200" in said


def test_a_paper_of_today_is_stamped_before_seven_in_the_morning_too(shell: Shell, tmp_path: Path) -> None:
    path = sheet(tmp_path / "so.xlsx", ("01/07/2026", *JUNE[1:]))
    # Half past six of 1 July in the office, and still June by the machine's clock.
    (row,) = shell.json("stamp", "--import", str(path), "--now", "2026-06-30T23:30+00:00")["rows"]
    assert row["at"] == "2026-07-01T12:00:00+07:00"


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
