"""The reading of a title, a mail's subject or a file's name: which period, which type of document.

Titles are written freely; this reading never guesses: what the words leave out stays None, for the
caller to infer openly (`resolve`) or to ask about. It takes any `str`, never raises, and its time
does not grow with what a stranger may append.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from mailbot.core.language.lost_letters import restored
from mailbot.core.language.old_fonts import from_old_font
from mailbot.core.language.symbol import symbols
from mailbot.core.language.text import nfc
from mailbot.core.language.viqr import without_viqr
from mailbot.core.language.words import Line, Phrases, Word
from mailbot.core.period import Cadence, Period
from mailbot.core.reading.document_type import (
    FILE_NAME_CODES,
    DocumentType,
    document_type,
    own_symbol,
    says_report,
)
from mailbot.core.reading.month_part import part_of_month
from mailbot.core.reading.period_words import sightings
from mailbot.core.reading.plan_part import reported
from mailbot.core.reading.sighting import Sighting
from mailbot.core.reading.year_sharing import shared

__all__ = ["DocumentType", "PeriodMention", "TitleReading", "read_title", "resolve"]

# The longest official abstracts have some 600 characters; a hostile subject may have a million.
_READ_AT_MOST = 2_000
_EXTENSIONS = re.compile(
    r"(?:\s*\.(?:docx?|docm|pdf|xlsx?|xlsm|xlsb|csv|ods|odt|rtf|pptx?|rar|zip|7z|jpe?g|png|tiff?|html?|txt|eml|msg"
    r"|signed|kydauden|kyso))$",
    re.IGNORECASE,
)
_SHEETS = (".xls", ".xlsx", ".xlsm", ".xlsb", ".csv", ".ods")
# What browsers and desktops append to a second download of the same file.
_COPY = re.compile(r"\s*(?:\(\d{1,2}\)|- Copy|- Sao chép)$", re.IGNORECASE)
_MOST_SUFFIXES = 6

_ADHOC = Phrases("nhanh", "đột xuất", "khẩn", "hỏa tốc", "hoả tốc", "vụ việc", "sự cố")
_ASKING = Phrases(
    "yêu cầu", "đề nghị", "đôn đốc", "nhắc", "chấn chỉnh", "hướng dẫn", "hạn nộp", "thời hạn", "nộp",
    "đề cương", "chế độ", "chuẩn bị", "xây dựng", "thời gian báo cáo", "thời gian gửi",
)  # fmt: skip
# A report, and what goes with one; every other type may ask for a report but is none.
_GIVING = (None, DocumentType.BC, DocumentType.PL, DocumentType.KH, DocumentType.TTR)


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A period (kỳ báo cáo) as a title names it; what the title leaves out is None.

    `cadence` is None for an urgent report on an event (đột xuất), which has no period.
    """

    cadence: Cadence | None
    year: int | None
    ordinal: int | None
    text: str


@dataclass(frozen=True, slots=True)
class TitleReading:
    """What one title says: the periods reported, without those planned, and the type of document.

    `part` are the words that make it a part of a month only, "kỳ 1", "10 ngày đầu tháng".
    """

    periods: tuple[PeriodMention, ...]
    document_type: DocumentType | None
    adhoc: bool
    version: int | None
    symbol: str
    asks: bool
    part: str = ""


def read_title(title: str) -> TitleReading:
    """Read one title, mail subject or file name."""
    return _reading(title[:_READ_AT_MOST])


# A subject stands again at the head of its document and in the letter, and many units write the same.
@lru_cache(maxsize=512)
def _reading(title: str) -> TitleReading:
    text, spreadsheet = _without_suffixes(nfc(from_old_font(without_viqr(restored(title)))))
    line = Line(text, symbols(text, FILE_NAME_CODES))
    own = own_symbol(line)
    seen = sightings(line)
    kind = document_type(line, own, spreadsheet=spreadsheet, period=bool(seen))
    told = reported(line, seen, plans=kind in {DocumentType.KH, DocumentType.CTR, DocumentType.CV})
    periods = tuple(_mention(line, sighting) for sighting in shared(line, seen, told))
    event = None if periods else _event(line)
    return TitleReading(
        periods=(event,) if event else periods,
        document_type=kind or (DocumentType.BC if event else None),
        adhoc=event is not None,
        version=_version(line),
        symbol=own.text if own else "",
        asks=_asks(line, own, kind),
        part=part_of_month(line),
    )


def resolve(mention: PeriodMention, arrived_on: date) -> Period | None:
    """The period that `mention` means in a mail of `arrived_on`; None where it stays open.

    Without a year it is the latest one whose reporting has begun: reports come from the last three
    months of their period on, so "tháng 12" and "năm" on 5 January are last year's.
    """
    if mention.cadence is None or mention.ordinal is None:
        return None
    if mention.year is not None:
        return _period(mention.year, mention.cadence, mention.ordinal)
    # Week 53 comes round after at most seven years.
    for year in range(arrived_on.year + 1, arrived_on.year - 8, -1):
        period = _period(year, mention.cadence, mention.ordinal)
        if period is not None and _reporting_from(period) <= arrived_on:
            return period
    return None


def _period(year: int, cadence: Cadence, ordinal: int) -> Period | None:
    try:
        return Period(year, cadence, ordinal)
    except ValueError:
        return None


def _reporting_from(period: Period) -> date:
    if period.cadence in {Cadence.MONTH, Cadence.WEEK}:
        return period.first_on
    return period.last_on.replace(month=period.last_on.month - 2, day=1)


def _without_suffixes(text: str) -> tuple[str, bool]:
    text, spreadsheet = text.strip(), False
    for _ in range(_MOST_SUFFIXES):
        suffix = _EXTENSIONS.search(text, max(0, len(text) - 40)) or _COPY.search(
            text, max(0, len(text) - 40)
        )
        if suffix is None:
            break
        spreadsheet = spreadsheet or suffix[0].strip().lower() in _SHEETS
        text = text[: suffix.start()]
    return text, spreadsheet


def _mention(line: Line, sighting: Sighting) -> PeriodMention:
    written = line.written(sighting.first, sighting.last)
    return PeriodMention(sighting.cadence, sighting.year, sighting.ordinal, written)


def _event(line: Line) -> PeriodMention | None:
    if _ADHOC.absent(line):
        return None
    for at in range(len(line)):
        length = 2 if line.says(at, "báo cáo") else 1 if line[at].folded == "bc" else 0
        urgent = _ADHOC.at(line, at + length) if length else 0
        if urgent:
            return PeriodMention(None, None, None, line.written(at, at + length + urgent))
    return None


def _version(line: Line) -> int | None:
    for at, word in enumerate(line.words[1:], start=1):
        if word.number is None or not 1 <= word.number <= 20:  # noqa: PLR2004
            continue
        before = line[at - 1]
        counted = before.spells("lần") or (line.says(at - 2, "lần thứ"))
        tied = before.lower in {"v", "ver", "bản"} and (word.gap in {"", "."} or before.lower != "v")
        closing = at + 1 >= len(line) or line[at - 1].breaks or line[at + 1].breaks
        if closing and (counted or tied):
            return word.number
    return None


def _asks(line: Line, own: Word | None, kind: DocumentType | None) -> bool:
    if kind in _GIVING or not says_report(line):
        return False
    by_symbol = own is not None and kind is DocumentType.CV
    return by_symbol or _ASKING.within(line, range(len(line)))
