"""Tables that the office's staff hand in, from XLSX or CSV: a heading, and rows of values with their places.

These come from our own people by command, so they are read here and not in the child; but a limit holds
for whatever was saved under the wrong name.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import python_calamine as calamine

from mailbot.core.text import fold, nfc
from mailbot.errors import Fault, Misconfigured

# A year of a province's tasks or papers is some thousands of rows; more is another file.
_MOST_BYTES = 20 * 1024 * 1024
_MOST_ROWS = 20_000
# The heading stands below a title and an empty line or two.
_HEADING_WITHIN = 15
Cell = str | date | datetime


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row by its columns; `line` counts from 1 as the spreadsheet does. Empty cells are left out."""

    line: int
    cells: dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows below a heading; `columns` are those of the known names that were found."""

    file: Path
    heading_line: int
    columns: frozenset[str]
    rows: tuple[TableRow, ...]


def read_table(file: Path, names: dict[str, Sequence[str]]) -> Table:
    """The table in `file`; `names` says under which headings each column may stand, compared folded.

    Raises:
        Misconfigured: if it cannot be read, is too big, or has no row with at least two of the headings.
    """
    rows = list(_rows(file))
    known = {fold(heading): column for column, headings in names.items() for heading in (column, *headings)}
    for line, row in rows[:_HEADING_WITHIN]:
        columns = {
            index: known[folded] for index, cell in enumerate(row) if (folded := fold(str(cell))) in known
        }
        if len(columns) > 1:
            below = [(number, cells) for number, cells in rows if number > line]
            return Table(file, line, frozenset(columns.values()), tuple(_below(below, columns)))
    asked = "; ".join(headings[0] for headings in names.values())
    raise Misconfigured([Fault(file, f"no heading was found; the columns are: {asked}")])


def _below(rows: Sequence[tuple[int, Sequence[Cell]]], columns: dict[int, str]) -> Iterator[TableRow]:
    for line, row in rows:
        cells = {
            column: row[index]
            for index, column in columns.items()
            if index < len(row) and str(row[index]).strip()
        }
        if cells:
            yield TableRow(line, cells)


def _rows(file: Path) -> Iterator[tuple[int, list[Cell]]]:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise Misconfigured([Fault(file, f"is larger than {_MOST_BYTES // 1024 // 1024} MB")])
        found = _csv(file) if file.suffix.lower() in {".csv", ".txt"} else _xlsx(file)
        for line, row in enumerate(found, 1):
            if line > _MOST_ROWS:
                raise Misconfigured([Fault(file, f"has more than {_MOST_ROWS} rows", line)])
            yield line, row
    except (OSError, UnicodeDecodeError, csv.Error, calamine.CalamineError) as error:
        raise Misconfigured([Fault(file, f"cannot be read: {error}")]) from error


def _xlsx(file: Path) -> Iterator[list[Cell]]:
    workbook = calamine.load_workbook(str(file))
    sheet = workbook.get_sheet_by_index(0)
    # From the very first row, so that lines are counted as people see them.
    for row in sheet.to_python(skip_empty_area=False):
        yield [_cell(value) for value in row]


def _csv(file: Path) -> Iterator[list[Cell]]:
    text = file.read_text(encoding="utf-8-sig")
    head = text.partition("\n")[0]
    # Excel in Vietnamese writes semicolons, for the comma is the decimal mark.
    delimiter = max(";,\t", key=head.count)
    for row in csv.reader(text.splitlines(), delimiter=delimiter):
        yield [_cell(value) for value in row]


def _cell(value: object) -> Cell:
    if isinstance(value, datetime | date):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(nfc(str(value)).split())
