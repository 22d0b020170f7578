"""The head of a document: who issued it, its number and date, its type and abstract.

The layout is that of Decree 30/2020/NĐ-CP, Appendix I; the text is what extraction from PDF, DOCX or OCR
leaves of it. The reading never raises for any `str`, and looks only at the first page.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from mailbot.core.language.page import Page
from mailbot.core.language.text import fold
from mailbot.core.reading import landmarks, letterhead
from mailbot.core.reading.printed_title import PrintedTitle, body_start, matter, printed_title
from mailbot.core.reading.titles import DocumentType, TitleReading, read_title

_SENTENCE_END = re.compile(r"nhu\s+sau|,\s{0,3}cu\s+the|:\s{0,3}(?:\n|$)|\.\s")
_SAYS = ("bao cao", "ket qua", "tinh hinh")
_OPENING_WITHIN = 1_500
_LONGEST_SENTENCE = 500
_LONGEST_BARE = 300
_GIVING = (DocumentType.BC, DocumentType.PL, DocumentType.KH, DocumentType.TTR)
_NO_END = 1 << 30
# "tháng ... năm 2026", "quý …/2026", "tháng      năm 20...": where a number belongs stand dots or nothing.
_TO_BE_FILLED_IN = re.compile(r"\b(?:thang|quy)\s{0,9}(?:\.{2}|…|_{2}|/\s?(?:20)?\d\d\b|nam\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The head of an official document (phần đầu văn bản).

    Attributes:
        issuer: as printed, "SỞ TÀI CHÍNH"; "" if not found. The superior agency above it is left out,
            and so is a section of the committee of a commune or district below it.
        agencies: all that are named there, the superior one first.
        symbol: as printed, "45/BC-STC"; the number may be blank, "/BC-STC".
        dated_on: of the place-and-date line; None while day or month are blank.
        title: type and abstract, "BÁO CÁO Tình hình ... tháng 6"; of a letter "V/v ...".
        reading: what the title says, with the type by its printed name, else by the symbol.
        opening: what the first sentence of the body says, where it names a period; weaker than `reading`.
    """

    issuer: str
    symbol: str
    dated_on: date | None
    title: str
    reading: TitleReading
    opening: TitleReading | None = None
    agencies: tuple[str, ...] = ()

    @property
    def unfilled(self) -> bool:
        """Whether it is that of a form which nobody filled in: period and date are blank, nothing tells them.

        A title left blank above a report that is dated, or says below which month it reports, is a slip.
        """
        blank = bool(self.reading.periods) and all(m.ordinal is None for m in self.reading.periods)
        told = self.dated_on is not None or self.opening is not None or self.reading.adhoc
        return blank and not told and _TO_BE_FILLED_IN.search(fold(self.title)) is not None


def read_heading(text: str) -> Heading | None:
    """Read the head of the document that begins with `text`; None if nothing official stands there."""
    page = Page.of(text)
    motto = landmarks.mottoes(page)
    page = page.without(motto)
    rows = page.rows()
    first = printed_title(page, rows, 0)
    until = min(first.start if first else _NO_END, body_start(rows))
    symbol, dated = landmarks.own_symbol(page, until), landmarks.dated(page, until)
    spans = [(mark.start, mark.end) for mark in (symbol, dated) if mark is not None]
    page = page.without(spans)
    rows = page.rows()
    title = printed_title(page, rows, max((end for _, end in (*motto, *spans)), default=0))
    title = title or matter(page, rows)
    official = (
        bool(symbol and (motto or dated)) if title is None else bool(motto or symbol) or _is_title(title)
    )
    if not official:
        return None
    above = [row for row in rows if row.start < (title.start if title else body_start(rows))]
    number = symbol.text if symbol else ""
    agencies = letterhead.agencies(above)
    return Heading(
        issuer=letterhead.issuer(agencies),
        agencies=agencies,
        symbol=number,
        dated_on=dated.dated_on if dated else None,
        title=title.title if title else "",
        reading=_reading(title, number),
        opening=_opening(page, title.end) if title else None,
    )


def _is_title(title: PrintedTitle) -> bool:
    """Whether it is a title even without a head above it, and not the first sentence of an article."""
    if title.printed is None:
        return False
    return title.stands_out or not (title.title.endswith(".") or len(title.title) > _LONGEST_BARE)


def _reading(title: PrintedTitle | None, symbol: str) -> TitleReading:
    if title is None:
        return read_title(symbol)
    if title.printed is None or not title.stands_out:
        # An abstract may speak of a report where the symbol says that the document is a letter.
        return replace(read_title(f"{symbol} {title.title}"), symbol=symbol)
    reading = read_title(title.title)
    asks = reading.asks and title.printed not in _GIVING
    return replace(reading, document_type=title.printed, symbol=symbol, asks=asks)


def _opening(page: Page, start: int) -> TitleReading | None:
    """The first sentence below `start` in which the unit says what it reports, if it names a period."""
    folded = page.folded[start : start + _OPENING_WITHIN]
    for end in _SENTENCE_END.finditer(folded):
        said = max(folded.rfind(word, max(0, end.start() - _LONGEST_SENTENCE), end.start()) for word in _SAYS)
        if said < 0:
            continue
        reading = read_title(page.text[start + said : start + end.start()])
        if any(mention.ordinal is not None for mention in reading.periods):
            return reading
        if end[0].startswith(("nhu", ",")):
            return None
    return None
