"""Our own pages as PDF: headings, paragraphs and tables of two columns, in a font that carries Vietnamese.

It reads nothing but what our templates write; anything else in a page is left out. The text of other people
has been escaped by the template and is escaped again for the writer.
"""

import io
from collections.abc import Sequence
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle

_FONTS = Path(__file__).parent / "fonts"
_PLAIN, _BOLD = "DejaVuSerifCondensed", "DejaVuSerifCondensed-Bold"
_MARGIN, _LABEL = 18 * mm, 48 * mm
_LINE, _GROUND, _INK = HexColor("#9aa3b2"), HexColor("#f0f2f5"), HexColor("#1a1a1a")
_SIZES = {"h1": 15, "h2": 12.5, "h3": 11}
# No cell may be taller than a page: the writer would give up on it. This many letters fill half of one.
_LONGEST_CELL = 2_500
_SHOWN = frozenset(_SIZES) | {"p", "th", "td", "li"}


def pdf_of(pages: Sequence[str], *, title: str, author: str, made_at: datetime) -> bytes:
    """The pages (HTML, as our templates write it) one after the other, as a PDF; same input, same bytes."""
    _register()
    kept = io.BytesIO()
    document = SimpleDocTemplate(
        kept,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=title,
        author=author,
        lang="vi-VN",
        invariant=True,
    )
    story: list[Any] = []
    for ordinal, page in enumerate(pages):
        reader = _Reader()
        reader.feed(page)
        reader.close()
        story += [PageBreak(), *reader.story] if ordinal else reader.story
    footer = _Footer(f"{author}, {made_at:%d/%m/%Y}")
    document.build(story, onFirstPage=footer, onLaterPages=footer)
    return kept.getvalue()


def _register() -> None:
    # The writer knows fonts by name for as long as the process lives.
    rl_config.invariant = 1
    for name in (_PLAIN, _BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(_FONTS / f"{name}.ttf")))


class _Footer:
    """What stands below every page."""

    def __init__(self, says: str) -> None:
        self._says = says

    def __call__(self, canvas: Any, document: Any) -> None:
        canvas.setFont(_PLAIN, 8)
        canvas.drawString(_MARGIN, 10 * mm, self._says)
        canvas.drawRightString(A4[0] - _MARGIN, 10 * mm, f"Trang {document.page}")


class _Reader(HTMLParser):
    """Turns one page into what the writer lays out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.story: list[Any] = []
        self._rows: list[list[str]] = []
        self._words: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the parser gives them
        if tag in _SHOWN:
            self._words = []
        elif tag == "tr":
            self._rows.append([])
        elif tag == "table":
            self._rows = []
        elif tag == "br" and self._words is not None:
            self._words.append("\n")

    def handle_data(self, data: str) -> None:
        if self._words is not None:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.story.append(_table(self._rows))
        if tag not in _SHOWN or self._words is None:
            return
        words, self._words = "".join(self._words).strip(), None
        if tag in {"th", "td"}:
            self._rows[-1].append(words)
        elif words:
            self.story.append(_paragraph(f"- {words}" if tag == "li" else words, _style(tag)))


def _style(tag: str) -> ParagraphStyle:
    size = _SIZES.get(tag, 10)
    return ParagraphStyle(
        tag,
        fontName=_BOLD if tag in _SIZES or tag == "th" else _PLAIN,
        fontSize=9 if tag in {"th", "td"} else size,
        leading=1.35 * (9 if tag in {"th", "td"} else size),
        spaceBefore=8 if tag in _SIZES else 2,
        spaceAfter=4,
        alignment=TA_LEFT,
        textColor=_INK,
        keepWithNext=tag in _SIZES,
        # SHA-256 and addresses have no spaces to break at.
        splitLongWords=True,
    )


def _paragraph(words: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(words).replace("\n", "<br/>"), style)


def _table(rows: Sequence[Sequence[str]]) -> Table:
    """Facts in two columns; a long cell goes on in further rows."""
    head, body = _style("th"), _style("td")
    cells = [
        [_paragraph(row[0] if part == 0 else "", head), _paragraph(words, body)]
        for row in rows
        if len(row) == 2  # noqa: PLR2004 - a fact: its name and what it is
        for part, words in enumerate(_parts(row[1]))
    ]
    table = Table(cells or [["", ""]], colWidths=[_LABEL, A4[0] - 2 * _MARGIN - _LABEL], hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, _LINE),
                ("BACKGROUND", (0, 0), (0, -1), _GROUND),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _parts(words: str) -> list[str]:
    return [words[at : at + _LONGEST_CELL] for at in range(0, len(words), _LONGEST_CELL)] or [""]
