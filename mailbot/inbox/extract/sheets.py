"""Words of spreadsheets: the first rows of the first sheets, a row a line.

Calamine reads .xlsx, .xlsm, .xlsb, .xls and .ods. It takes what memory a sheet asks for, which the
child's limit ends.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import islice
from typing import Any

import python_calamine as calamine

from mailbot.core.mail import Nature
from mailbot.core.seals.secrecy import in_document, in_name
from mailbot.inbox.extract.opening import CannotRead, Found, Opening

_MOST_SHEETS = 10
# A report's heading stands in the first rows; the rest are its figures.
_MOST_ROWS, _MOST_COLUMNS = 200, 50
# A stamp, too. To have it, calamine reads the whole sheet: those of a larger workbook may take too much.
_STAMPED_ROWS = 30
_MOST_LOOKED_AT_BYTES = 2 << 20


def read(
    octets: bytes,
    opening: Opening,
    *,
    beside: Callable[[], bool],
    drawn: str = "",
    instead: Callable[[], str] | None = None,
) -> Found:
    """What a workbook says.

    Args:
        octets: of the workbook.
        opening: of the file.
        beside: whether there may be anything beside its cells; asked where they are all empty.
        drawn: words in its drawings, where stamps stand.
        instead: its words found in another way, for workbooks that calamine refuses.
    """
    try:
        workbook = calamine.load_workbook(BytesIO(octets))
        text, filled = _text(workbook, opening, large=len(octets) > _MOST_LOOKED_AT_BYTES)
        filled = filled or _has_cells(workbook)
    except calamine.PasswordError as error:
        raise CannotRead(Nature.ENCRYPTED) from error
    except calamine.CalamineError as error:
        text = instead() if instead else ""
        if not text.strip():
            raise CannotRead(Nature.BROKEN) from error
        filled = True
    if not (filled or drawn.strip() or beside()):
        raise opening.blank()
    if drawn.strip():
        opening.look(in_document(text))
        text = f"{drawn}\n{text}"
    return Found.of(text)


def _text(workbook: calamine.CalamineWorkbook, opening: Opening, *, large: bool) -> tuple[str, bool]:
    """What the sheets say that are seen, and whether cells do; a stamp may stand on a hidden one, too."""
    sheets = workbook.sheets_metadata
    if not all(map(_shown, sheets)):
        opening.note(f"hidden sheet in {opening.name}")
    opening.look(any(in_name(sheet.name) for sheet in sheets))
    said: list[str] = []
    room, filled = opening.chars, False
    for sheet in sheets[:_MOST_SHEETS]:
        if sheet.typ is not calamine.SheetTypeEnum.WorkSheet:
            continue
        # What nobody sees decides nothing: hidden sheets often are those of last month.
        if _shown(sheet) and room > 0:
            lines = list(_lines(workbook, sheet.name))
            # The first is looked at with whatever the text begins with.
            opening.look(bool(said) and in_document("".join(lines[:_STAMPED_ROWS])))
            said += [f"{sheet.name}\n", *lines, "\n"]
            room -= sum(map(len, lines))
            filled = filled or bool(lines)
        elif not large and opening.may_look_on:
            with suppress(calamine.CalamineError):
                opening.look(in_document("".join(islice(_lines(workbook, sheet.name), _STAMPED_ROWS))))
        else:
            opening.note(f"not all of {opening.name} was looked at for marks")
    return "".join(said), filled


def _has_cells(workbook: calamine.CalamineWorkbook) -> bool:
    """Whether a cell of any sheet, also of a hidden one, holds anything, or a sheet is a chart."""
    return any(
        sheet.typ is not calamine.SheetTypeEnum.WorkSheet
        or workbook.get_sheet_by_name(sheet.name).start is not None
        for sheet in workbook.sheets_metadata
    )


def _lines(workbook: calamine.CalamineWorkbook, sheet: str) -> Iterator[str]:
    for row in islice(workbook.get_sheet_by_name(sheet).iter_rows(), _MOST_ROWS):
        cells = [said for cell in row[:_MOST_COLUMNS] if (said := _cell(cell))]
        if cells:
            # A mere space would join "tháng 5" and a figure beside it.
            yield " | ".join(cells) + "\n"


def _shown(sheet: calamine.SheetMetadata) -> bool:
    return sheet.visible is calamine.SheetVisibleEnum.Visible


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, timedelta):
        return ""
    return " ".join(str(value).split())
