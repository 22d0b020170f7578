"""XLSX files: tables that a clerk filters, sorts and prints.

Text stays text: nothing that somebody wrote becomes a formula or a link, whatever it begins with.
"""

import io
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: a title, remarks below it, and a table; `widths` in characters, one for each column."""

    name: str
    title: str
    columns: Sequence[str]
    widths: Sequence[int]
    rows: Iterable[Sequence[Cell]]
    remarks: Sequence[str] = field(default=())


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
    body = {"font_name": "Times New Roman", "font_size": 11, "valign": "top", "border": 1}
    return {
        "title": book.add_format({"font_name": "Times New Roman", "font_size": 14, "bold": True}),
        "remark": book.add_format({"font_name": "Times New Roman", "font_size": 10, "italic": True}),
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
    for ordinal, remark in enumerate(sheet.remarks, 1):
        page.write_string(ordinal, 0, remark[:_LONGEST_TEXT], formats["remark"])
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
    page.freeze_panes(top + 1, 2 if len(sheet.columns) > 2 else 0)  # noqa: PLR2004 - number and name stay
    if last > top:
        page.autofilter(top, 0, last, len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    page.set_footer("&C&P/&N")


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
