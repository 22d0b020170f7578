"""The sheets of a workbook to which a unit adds one each period: no head tells which of them is handed in.

Extraction puts the sheets one after the other, with a blank line between them and none within. The first is
January's for the whole year.
"""

import re
from collections.abc import Iterator

from mailbot.core.reading.heading import read_heading
from mailbot.core.reading.titles import DocumentType, TitleReading

_WORKBOOK = re.compile(r"\.(?:xls[xmb]?|ods)$", re.IGNORECASE)
# A head stands in the first rows of a sheet; a year has no more months.
_HEAD_CHARS, _MOST_SHEETS = 1_500, 12


def periods_by_sheet(name: str, text: str) -> tuple[TitleReading, ...]:
    """What the heads of the sheets say, annexes aside, where not all name the same; else nothing."""
    if _WORKBOOK.search(name) is None or "\n\n" not in text:
        return ()
    heads = tuple(reading for reading in _heads(text) if reading.periods)
    reports = tuple(head for head in heads if head.document_type is DocumentType.BC) or heads
    named = {frozenset((m.cadence, m.year, m.ordinal) for m in head.periods) for head in reports}
    return reports if len(named) > 1 else ()


def _heads(text: str) -> Iterator[TitleReading]:
    for sheet in text.split("\n\n", _MOST_SHEETS)[:_MOST_SHEETS]:
        heading = read_heading(sheet[:_HEAD_CHARS])
        if heading is not None:
            yield heading.reading
