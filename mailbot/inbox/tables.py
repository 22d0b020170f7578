"""Tables that the office's staff hand in, from XLSX or CSV: a heading, and rows of values with their places.

These come from our own people by command, so they are read here and not in the child; but a limit holds
for whatever was saved under the wrong name.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import python_calamine as calamine

from mailbot.core.language.text import fold, nfc
from mailbot.errors import Fault, Misconfigured

# A year of a province's tasks or papers is some thousands of rows; more is another file.
_MOST_BYTES = 20 * 1024 * 1024
_MOST_ROWS = 20_000
# The heading stands below a title and an empty line or two.
_HEADING_WITHIN = 15
# Below a heading the forms of the State number their columns: (1), (2), (3).
_COLUMN_NUMBER = re.compile(r"\(?\d{1,2}\)?")
# Excel in Vietnamese writes semicolons, for the comma is the decimal mark; its "Unicode Text" has tabs.
_DELIMITERS = ";,\t"
Cell = str | date | datetime


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row by its columns; `line` counts from 1 as the spreadsheet does. Empty cells are left out.

    The lines of a text are kept apart, for people list things one below the other in a cell.
    """

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

    Where several of a column's headings are there, the first of them counts.

    Raises:
        Misconfigured: if it cannot be read, is too big, or has no row with at least two of the headings.
    """
    known = {
        fold(heading): (column, rank)
        for column, headings in names.items()
        for rank, heading in enumerate((column, *headings))
    }
    for rows in _readings(file):
        found = [(line, _columns(row, known)) for line, row in rows[:_HEADING_WITHIN]]
        for (line, columns), (_, lower) in pairwise([*found, (0, {})]):
            # Of a heading in two rows the lower one names as many or more: what spans both stands in either.
            if len(columns) > max(1, len(lower)):
                below = [(number, cells) for number, cells in rows if number > line]
                if below and _numbers_columns(below[0][1]):
                    del below[0]
                return Table(file, line, frozenset(columns.values()), tuple(_below(below, columns)))
    asked = "; ".join(headings[0] for headings in names.values())
    raise Misconfigured([Fault(file, f"no heading was found; the columns are: {asked}")])


def _columns(row: Sequence[Cell], known: dict[str, tuple[str, int]]) -> dict[int, str]:
    """Which column stands at which place of the row, if it is a heading."""
    found: dict[str, tuple[int, int]] = {}
    for index, cell in enumerate(row):
        column, rank = known.get(fold(str(cell)), ("", 0))
        if column and (column not in found or rank < found[column][0]):
            found[column] = rank, index
    return {index: column for column, (_, index) in found.items()}


def _numbers_columns(row: Sequence[Cell]) -> bool:
    written = [str(cell) for cell in row if str(cell).strip()]
    return len(written) > 1 and all(_COLUMN_NUMBER.fullmatch(cell) for cell in written)


def _below(rows: Sequence[tuple[int, Sequence[Cell]]], columns: dict[int, str]) -> Iterator[TableRow]:
    for line, row in rows:
        cells = {
            column: row[index]
            for index, column in columns.items()
            if index < len(row) and str(row[index]).strip()
        }
        if cells:
            yield TableRow(line, cells)


def _readings(file: Path) -> Iterator[list[tuple[int, list[Cell]]]]:
    """The rows with their lines: of a workbook as they are, of a text as each delimiter parts them."""
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise Misconfigured([Fault(file, f"is larger than {_MOST_BYTES // 1024 // 1024} MB")])
        if file.suffix.lower() not in {".csv", ".txt"}:
            yield _counted(file, _xlsx(file))
            return
        text = _text(file)
        head = text.partition("\n")[0]
        # A title in the first line may have none of them, or another.
        for delimiter in sorted(_DELIMITERS, key=head.count, reverse=True):
            yield _counted(file, _csv(text, delimiter))
    except (OSError, UnicodeDecodeError, csv.Error, calamine.CalamineError) as error:
        raise Misconfigured([Fault(file, f"cannot be read: {error}")]) from error


def _counted(file: Path, found: Iterator[list[Cell]]) -> list[tuple[int, list[Cell]]]:
    rows = []
    for line, row in enumerate(found, 1):
        if line > _MOST_ROWS:
            raise Misconfigured([Fault(file, f"has more than {_MOST_ROWS} rows", line)])
        rows.append((line, row))
    return rows


def _xlsx(file: Path) -> Iterator[list[Cell]]:
    workbook = calamine.load_workbook(str(file))
    sheet = workbook.get_sheet_by_index(0)
    # From the very first row, so that lines are counted as people see them.
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    _fill_down(rows, sheet.merged_cell_ranges or ())
    yield from rows


def _fill_down(rows: list[list[Cell]], merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Give each row what a merged cell says of it: a file keeps it in the uppermost row alone.

    A row that has nothing of its own is the lower half of a tall one. Across columns nothing is given.
    """
    own = [any(str(cell).strip() for cell in row) for row in rows]
    for (top, column), (bottom, _) in merged:
        for line in range(top + 1, min(bottom + 1, len(rows))):
            if own[line] and column < len(rows[line]):
                rows[line][column] = rows[top][column]


def _text(file: Path) -> str:
    octets = file.read_bytes()
    # Excel saves "Unicode Text (*.txt)" so.
    wide = octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return octets.decode("utf-16" if wide else "utf-8-sig")


def _csv(text: str, delimiter: str) -> Iterator[list[Cell]]:
    # Not by lines of the text: a cell may have several.
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        yield [_cell(value) for value in row]


def _cell(value: object) -> Cell:
    if isinstance(value, datetime | date):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    lines = (" ".join(line.split()) for line in nfc(str(value)).splitlines())
    return "\n".join(line for line in lines if line)
