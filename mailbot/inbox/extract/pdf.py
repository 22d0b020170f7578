"""Text of PDF files, and the pictures of pages that have none, for recognition.

pdfium does both; the build that we use runs no scripts. Without text a page is a scan.
"""

import re
from collections.abc import Iterator

import pypdfium2 as pdfium
from pypdfium2 import raw

from mailbot.core.mail import Nature
from mailbot.inbox.extract import asides, reading_order, scans
from mailbot.inbox.extract.opening import CannotRead, Found, Opening
from mailbot.inbox.extract.undrawn import Undrawn
from mailbot.inbox.transfer import File, head, whole

_HEADER, _HEADER_WITHIN = b"%PDF-", 64 << 10
# Text of that many pages is far more than is kept; it bounds files of empty pages.
_MOST_PAGES = 30
# What a document is, and whether it is secret, stands at its head: there the letters' order is made sure of.
_PAGES_IN_ORDER, _MOST_IN_ORDER = 2, 8_000
# Letterhead, stamps and title are within these characters of the document.
_CLOSELY = 1_500
# The words that a signing program prints on a scan are fewer than these; a first page has a thousand.
_FEWEST_LETTERS = 120
_DPI, _POINTS = 200, 72
# A page of A2 at 200 dots an inch; larger ones are drawn smaller.
_MOST_PIXELS = 16_000_000
# A form that nobody filled in, printed without a word, is a page or two and small; what is smaller still
# counts as no file.
_MOST_BLANK_PAGES, _BLANK_BYTES = 3, range(512, 256 << 10)
_PICTURE = re.compile(rb"/Image\b")
# What pdfium puts for a hyphen at the end of a line.
_LINE_HYPHENS = str.maketrans(dict.fromkeys("\x02\ufffe"))


def read(file: File, opening: Opening) -> Found:
    """What the first pages say; where they hold pictures only, what those were recognised to say."""
    begin = head(file, _HEADER_WITHIN).find(_HEADER)
    pages = whole(file)[begin:] if begin else file
    with _opened(pages if isinstance(pages, bytes) else Undrawn(pages)) as document:
        asides.of_pdf(document, opening)
        text = _text(document, opening)
    if not text.strip() and _is_blank(pages):
        raise opening.blank()
    # Codes of a font that does not say which letters they are do not count either.
    if sum(map(str.isalnum, text)) >= _FEWEST_LETTERS or opening.ocr is None:
        return Found.of(text)
    with _opened(pages) as document:
        seen = scans.recognise(_pictures(document, opening.limits.ocr_pages), opening)
    return Found.of(f"{text}\n{seen}")


def _opened(pages: File | Undrawn) -> pdfium.PdfDocument:
    # pdfium keeps its last error, and not every failure sets one: a broken file would be called locked
    # because the one before it was.
    raw.FPDF_LoadMemDocument(b"", 0, None)
    try:
        return pdfium.PdfDocument(pages)
    except pdfium.PdfiumError as error:
        locked = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise CannotRead(Nature.ENCRYPTED if locked else Nature.BROKEN) from error


def _is_blank(pages: File) -> bool:
    """Whether a file without text shows nothing at all, and so is not a scan that nobody could read.

    A picture that pdfium cannot draw is one all the same; and what is noted on a page need not be drawn.
    """
    octets = head(pages, _BLANK_BYTES.stop)
    if len(octets) not in _BLANK_BYTES or _PICTURE.search(octets):
        return False
    with _opened(octets) as document:
        if len(document) > _MOST_BLANK_PAGES or document.count_attachments():
            return False
        shown = list(_pictures(document, _MOST_BLANK_PAGES))
        if not shown or len(shown) < len(document):
            return False
        white = all(not page.partition(b" 255\n")[2].strip(b"\xff") for page in shown)
        return white and not any(raw.FPDFPage_GetAnnotCount(page) for page in document)


def _text(document: pdfium.PdfDocument, opening: Opening) -> str:
    """The text of the first pages; each is opened once, for what stands on it and for what is noted on it."""
    said: list[str] = []
    room = opening.chars
    for number in range(min(len(document), _MOST_PAGES)):
        if room <= 0 and number >= asides.MOST_PAGES:
            break
        try:
            page = document[number]
            asides.of_page(page, number, opening)
            if room > 0:
                closely = max(0, _CLOSELY - opening.chars + room)
                said.append(_said(page, number, closely).translate(_LINE_HYPHENS) + "\n")
                room -= len(said[-1])
            page.close()
        except pdfium.PdfiumError:
            # One damaged page; the others may be sound.
            continue
    return "".join(said)


def _said(page: pdfium.PdfPage, number: int, closely: int) -> str:
    shown = page.get_textpage()
    if number < _PAGES_IN_ORDER:
        return reading_order.text_of(shown, _MOST_IN_ORDER, closely)
    text: str = shown.get_text_range()
    return text


def _pictures(document: pdfium.PdfDocument, most: int) -> Iterator[bytes]:
    """The first pages as grey pictures (netpbm's PGM)."""
    for number in range(min(len(document), most)):
        try:
            page = document[number]
            width, height = page.get_size()
            scale = min(_DPI / _POINTS, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
            drawn = page.render(scale=scale, grayscale=True)
            page.close()
        except pdfium.PdfiumError:
            continue
        grey = memoryview(drawn.buffer)
        rows = (bytes(grey[row * drawn.stride :][: drawn.width]) for row in range(drawn.height))
        yield b"P5 %d %d 255\n" % (drawn.width, drawn.height) + b"".join(rows)
