"""What a document says beside its text: properties, comments, notes, bookmarks, the margins of sheets.

Nothing of it becomes text of the attachment, for it does not say which report it is; but a mark of State
secrecy may stand there, and whoever opens the document sees it. Odd and damaged asides say nothing.
"""

import ctypes
import html
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

import pypdfium2 as pdfium
from pypdfium2 import raw

from mailbot.core.seals.secrecy import in_document, in_header, in_name, marked
from mailbot.inbox.extract.opening import Member, Opening

# Properties are lines and comments are sentences; what is longer, or more, is no place for a stamp.
_MOST_BYTES, _MOST_PARTS = 256 << 10, 20
_MOST_LETTERS, _MOST_SAYINGS = 2_000, 200
MOST_PAGES, _MOST_NOTES, _MOST_FILES = 10, 50, 10
# What stands below a sheet's cells: its margins among it.
_SHEET_BYTES, _TAIL_BYTES = 16 << 20, 16 << 10
_BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
_PROPERTIES = ("docprops/core.xml", "meta.xml")
_OWN_PROPERTIES = "docprops/custom.xml"
_NOTES = (
    "word/comments", "word/footnotes", "word/endnotes", "xl/comments", "xl/threadedcomments/",
    "ppt/notesslides/", "ppt/comments/", "ppt/slidemasters/", "ppt/slidelayouts/",
    *(f"{folder}/{part}" for folder in ("word", "xl", "ppt") for part in ("diagrams/data", "charts/chart")),
)  # fmt: skip
_ELEMENT = re.compile(
    r"<(?:\w+:)?(title|subject|keywords?|description|category|contentStatus|comments)\b[^>]*>([^<]+)<"
)
_OWN = re.compile(
    r"<(?:\w+:)?(?:property|user-defined)\b[^>]*\bname=\"([^\"]*)\"[^>]*>\s*(?:<[^>]+>)?([^<]+)<"
)
# A watermark and WordArt are pictures of words, which stand in an attribute; so does what a picture shows.
_DRAWN_IN = ("word/document.xml", "word/header", "word/footer", "xl/drawings/", "ppt/slides/slide")
_DRAWN = re.compile(r"<(?:\w+:)?(?:textpath|docPr|cNvPr)\b[^>]*?\b(?:string|descr|title)=\"([^\"]+)\"")
_PARAGRAPH_END = re.compile(r"</(?:\w+:)?(?:p|v|si|comment|text|annotation)>|<(?:\w+:)?br\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_ANNOTATION = re.compile(r"<office:annotation\b.*?</office:annotation>", re.DOTALL)
_MARGIN = re.compile(r"<(?:odd|even|first)(?:Header|Footer)>([^<]*)<")
# Where it stands, its font, size and colour: "&C&\"Arial,Bold\"&14MẬT".
_MARGIN_CODE = re.compile(r"&(?:\"[^\"]*\"|K[0-9A-Fa-f]{6}|\d+|[A-Z])")
_PDF_PROPERTIES = ("Title", "Subject", "Keywords")
_OF_AN_ANNOTATION = (b"Contents", b"Subj")


def of_package(package: ZipFile, parts: dict[str, ZipInfo], opening: Opening) -> None:
    """Look at what stands beside the text of a document of an office program."""
    for name in _PROPERTIES:
        properties = _part(package, parts.get(name))
        _look(opening, _ELEMENT.findall(properties))
        _look(opening, _OWN.findall(properties))
    _look(opening, _OWN.findall(_part(package, parts.get(_OWN_PROPERTIES))))
    notes = [entry for name, entry in parts.items() if name.startswith(_NOTES) and name.endswith(".xml")]
    said = [_lines(_part(package, entry)) for entry in notes[:_MOST_PARTS]]
    said += [_lines(note) for note in _ANNOTATION.findall(_part(package, parts.get("content.xml")))]
    opening.look(any(map(in_document, said)))
    drawn = [entry for name, entry in parts.items() if name.startswith(_DRAWN_IN) and name.endswith(".xml")]
    for entry in drawn[:_MOST_PARTS]:
        _look(opening, (("", words) for words in _DRAWN.findall(_part(package, entry))))
    sheets = [entry for name, entry in parts.items() if name.startswith("xl/worksheets/sheet")]
    for entry in sheets[:_MOST_PARTS]:
        margins = _MARGIN.findall(_tail(package, entry))
        _look(opening, (("", _MARGIN_CODE.sub("\n", html.unescape(margin))) for margin in margins))


def of_pdf(document: pdfium.PdfDocument, opening: Opening) -> None:
    """Look at what stands beside the pages of a PDF: properties, bookmarks, files within it."""
    with suppress(pdfium.PdfiumError, *_BROKEN):
        _look(opening, ((name, document.get_metadata_value(name)) for name in _PDF_PROPERTIES))
        bookmarks = islice(document.get_toc(max_depth=4), _MOST_SAYINGS)
        _look(opening, (("", bookmark.get_title()) for bookmark in bookmarks))
    with suppress(pdfium.PdfiumError, *_BROKEN):
        opening.gather(_files(document, opening))


def of_page(page: pdfium.PdfPage, number: int, opening: Opening) -> None:
    """Look at the annotations of a page, if it is one of the first."""
    if number < MOST_PAGES:
        with suppress(pdfium.PdfiumError, *_BROKEN):
            _look(opening, (("", words) for words in _annotations(page)))


def of_compound(compound: Any, opening: Opening) -> None:
    """Look at the properties of a document of Office before 2007."""
    with suppress(*_BROKEN, TypeError, IndexError, KeyError):
        found = compound.get_metadata()
        codec = f"cp{found.codepage}" if found.codepage in range(874, 1259) else "utf-8"
        named = ("title", "subject", "keywords", "comments", "category", "content_status")
        told = ((name, getattr(found, name, None)) for name in named)
        _look(opening, ((n, v.decode(codec, "replace")) for n, v in told if isinstance(v, bytes)))


def _look(opening: Opening, sayings: Iterable[tuple[str, str]]) -> None:
    """Remember a mark in any of these; a saying's name counts where it is one of secrecy."""
    for name, words in islice(sayings, _MOST_SAYINGS):
        said = html.unescape(words)[:_MOST_LETTERS]
        opening.look(marked(said) or in_header(html.unescape(name).lower(), said))


def _lines(xml: str) -> str:
    return html.unescape(_TAG.sub("", _PARAGRAPH_END.sub("\n", xml)))


def _part(package: ZipFile, entry: ZipInfo | None) -> str:
    if entry is None:
        return ""
    with suppress(*_BROKEN), package.open(entry) as stream:
        return stream.read(_MOST_BYTES).decode("utf-8", "replace")
    return ""


def _tail(package: ZipFile, entry: ZipInfo) -> str:
    """The end of a part, however long what stands before it."""
    tail, left = b"", _SHEET_BYTES
    with suppress(*_BROKEN), package.open(entry) as stream:
        while left > 0 and (piece := stream.read(_MOST_BYTES)):
            left -= len(piece)
            tail = (tail + piece)[-_TAIL_BYTES:]
    return tail.decode("utf-8", "replace")


def _annotations(page: pdfium.PdfPage) -> Iterator[str]:
    """What the annotations of a page say: comments, and stamps put upon it."""
    count = min(raw.FPDFPage_GetAnnotCount(page), _MOST_NOTES)
    shown = page.get_textpage() if count else None
    for number in range(count):
        if not (annotation := raw.FPDFPage_GetAnnot(page, number)):
            continue
        for key in _OF_AN_ANNOTATION:
            yield _said(partial(raw.FPDFAnnot_GetStringValue, annotation, key))
        for at in range(min(max(raw.FPDFAnnot_GetObjectCount(annotation), 0), _MOST_NOTES)):
            drawn = raw.FPDFAnnot_GetObject(annotation, at)
            if drawn and raw.FPDFPageObj_GetType(drawn) == raw.FPDF_PAGEOBJ_TEXT:
                yield _said(partial(raw.FPDFTextObj_GetText, drawn, shown))
        raw.FPDFPage_CloseAnnot(annotation)


def _said(ask: Any) -> str:
    """A string that pdfium writes into a buffer, in UTF-16; it says first how many octets it needs."""
    size = min(int(ask(None, 0)), 4 * _MOST_LETTERS)
    if size <= 2:  # noqa: PLR2004 - the two octets that end every string
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    ask(buffer, size)
    return bytes(buffer)[:size].decode("utf-16-le", "replace").rstrip("\x00")


def _files(document: pdfium.PdfDocument, opening: Opening) -> Iterator[Member]:
    for number in range(min(document.count_attachments(), _MOST_FILES)):
        file = document.get_attachment(number)
        name = file.get_name()
        opening.look(in_name(name))

        def octets(file: Any = file) -> bytes:
            content = bytes(file.get_data())
            opening.spend(len(content))
            return content

        yield Member(name or "unnamed", octets)
