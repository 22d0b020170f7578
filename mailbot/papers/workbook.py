"""XLSX files: tables that a clerk filters, sorts and prints.

Text stays text: nothing that somebody wrote becomes a formula or a link, whatever it begins with.
"""

import io
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

import xlsxwriter

from mailbot.core.calendar import local

Cell: TypeAlias = str | int | float | datetime | date | None
# What Excel takes in one cell, and as a sheet's name.
_LONGEST_TEXT = 32_767
_LONGEST_NAME = 31
# Points that a line of text takes, in a table and in a remark, and the most for a row: Excel takes 409.
_LINE, _REMARK_LINE, _TALLEST = 15, 13.5, 400
# A column's width is counted in figures of Excel's own font. Of Vietnamese in Times New Roman 1.17 letters
# take the place of one, measured; a capital takes one and a half.
_LETTERS, _CAPITAL = 1.1, 1.5
# Inches: what office printers still print.
_MARGIN = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: a title, remarks below it, and a table.

    Attributes:
        widths: in characters, one for each column.
        notes: what is long, below the table: heads stay on the screen, and must leave room for rows.
        printed: how many columns are printed; None for all.
    """

    name: str
    title: str
    columns: Sequence[str]
    widths: Sequence[int]
    rows: Iterable[Sequence[Cell]]
    remarks: Sequence[str] = field(default=())
    notes: Sequence[str] = field(default=())
    printed: int | None = None


def workbook(sheets: Sequence[Sheet], *, title: str, made_at: datetime) -> bytes:
    """The file; the same sheets give the same bytes."""
    kept = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": True,
        "default_date_format": "dd/mm/yyyy hh:mm",
    }
    book = xlsxwriter.Workbook(kept, options)
    book.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
    formats = _formats(book)
    for sheet in sheets:
        _fill(book.add_worksheet(sheet.name[:_LONGEST_NAME]), sheet, formats)
    book.close()
    return kept.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    remark = {"font_name": "Times New Roman", "font_size": 10, "italic": True}
    body = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "border": 1}
    return {
        "title": book.add_format({"font_name": "Times New Roman", "font_size": 14, "bold": True}),
        "short": book.add_format(remark),
        "remark": book.add_format({**remark, "text_wrap": True, "valign": "top"}),
        "head": book.add_format({
            **body, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter",
            "bg_color": "#E7EBF1",
        }),
        "text": book.add_format({**body, "text_wrap": True}),
        "whole": book.add_format({**body, "num_format": "#,##0"}),
        "share": book.add_format({**body, "num_format": "0.0"}),
        "moment": book.add_format({**body, "num_format": "dd/mm/yyyy hh:mm", "align": "left"}),
        "day": book.add_format({**body, "num_format": "dd/mm/yyyy", "align": "left"}),
    }  # fmt: skip


def _fill(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    page.write_string(0, 0, sheet.title, formats["title"])
    _remarks(page, 1, sheet, sheet.remarks, formats)
    top = len(sheet.remarks) + 2
    # Three lines: LibreOffice does not make room for a heading that is broken.
    page.set_row(top, 48)
    for column, (head, width) in enumerate(zip(sheet.columns, sheet.widths, strict=True)):
        page.write_string(top, column, head, formats["head"])
        page.set_column(column, column, width)
    last = top
    for last, row in enumerate(sheet.rows, top + 1):
        for column, cell in enumerate(row):
            _write(page, last, column, cell, formats)
        # Nor for a cell: what is broken would be written over the row below.
        lines = max(_lines(cell, width) for cell, width in zip(row, sheet.widths, strict=True))
        if lines > 1:
            page.set_row(last, min(lines * _LINE, _TALLEST))
    _remarks(page, last + 2, sheet, sheet.notes, formats)
    page.freeze_panes(top + 1, 2 if len(sheet.columns) > 2 else 0)  # noqa: PLR2004 - number and name stay
    if last > top:
        page.autofilter(top, 0, last, len(sheet.columns) - 1)
    _print(page, sheet, top, last + 1 + len(sheet.notes))


def _remarks(page: Any, first: int, sheet: Sheet, remarks: Sequence[str], formats: dict[str, Any]) -> None:
    """Remarks one below the other, no wider than what is printed."""
    printed = sheet.widths[: sheet.printed]
    for row, remark in enumerate(remarks, first):
        lines = _lines(remark, sum(printed))
        if lines > 1 and len(printed) > 1:
            page.merge_range(row, 0, row, len(printed) - 1, "", formats["remark"])
            page.set_row(row, min(lines * _REMARK_LINE, _TALLEST))
        page.write_string(row, 0, remark[:_LONGEST_TEXT], formats["remark" if lines > 1 else "short"])


def _print(page: Any, sheet: Sheet, top: int, last: int) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(left=_MARGIN, right=_MARGIN, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    page.set_footer("&C&P/&N")
    if sheet.printed is not None:
        page.print_area(0, 0, last, sheet.printed - 1)


def _lines(cell: Cell, width: int) -> int:
    """How many lines the cell takes in a column of that width."""
    if not isinstance(cell, str) or len(cell) * _CAPITAL <= width:
        return 1
    capitals = sum(map(str.isupper, cell))
    wide = (len(cell) - capitals) / _LETTERS + capitals * _CAPITAL
    return max(1, len(textwrap.wrap(cell, max(1, int(width * len(cell) / wide)))))


def _write(page: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    match cell:
        case None:
            page.write_blank(row, column, None, formats["text"])
        case str():
            page.write_string(row, column, cell[:_LONGEST_TEXT], formats["text"])
        case datetime():
            page.write_datetime(row, column, local(cell).replace(tzinfo=None), formats["moment"])
        case date():
            page.write_datetime(row, column, cell, formats["day"])
        case float():
            page.write_number(row, column, cell, formats["share"])
        case int():
            page.write_number(row, column, cell, formats["whole"])
