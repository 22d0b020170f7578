"""Real files of a wanted size: some pages of words, and a picture that fills them up and does not pack."""

import io
import random
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

from mailbot.rehearsal.enclosures import File
from mailbot.rehearsal.titles import unaccented

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENTS = "application/vnd.openxmlformats-officedocument"
_ROWS, _PAGES, _LINES_A_PAGE = 150, 4, 30
_NOISE = random.Random(9).randbytes(8 << 20)


def document(kind: str, lines: Sequence[str], size: int, drawn: random.Random) -> File:
    """A file of `kind` ("pdf", "docx" or "xlsx") and about `size` bytes that says these lines."""
    if kind == "pdf":
        return File("bao cao.pdf", "application/pdf", _pdf(lines, size, drawn))
    if kind == "docx":
        return _file("docx", f"{_DOCUMENTS}.wordprocessingml.document", _docx(lines), size, drawn)
    return _file("xlsx", f"{_DOCUMENTS}.spreadsheetml.sheet", _xlsx(lines), size, drawn)


def _file(kind: str, content_type: str, parts: dict[str, str], size: int, drawn: random.Random) -> File:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(_entry(name, zipfile.ZIP_DEFLATED), f'<?xml version="1.0"?>{text}')
        picture = _noise(max(size - buffer.tell(), 1), drawn)
        package.writestr(_entry("media/image1.jpeg", zipfile.ZIP_STORED), picture)
    return File(f"bao cao.{kind}", content_type, buffer.getvalue())


def _entry(name: str, packing: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=(2014, 1, 1, 0, 0, 0))
    entry.compress_type = packing
    return entry


def _docx(lines: Sequence[str]) -> dict[str, str]:
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    body = f'<w:document xmlns:w="{_WORD}"><w:body>{paragraphs}</w:body></w:document>'
    return _package("word/document.xml", body, f"{_DOCUMENTS}.wordprocessingml.document.main+xml")


def _xlsx(lines: Sequence[str]) -> dict[str, str]:
    head = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{escape(lines[0])}</t></is></c></row>'
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{escape(lines[n % len(lines)])}</t></is></c>'
        f'<c r="B{n}"><v>{n * 17}</v></c><c r="C{n}"><v>{n / 7}</v></c></row>'
        for n in range(2, _ROWS)
    )
    book = (
        f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets><sheet name="BC" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>"
    )
    sheet = f'<worksheet xmlns="{_SHEET}"><sheetData>{head}{rows}</sheetData></worksheet>'
    links = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/worksheet"'
        ' Target="worksheets/sheet1.xml"/></Relationships>'
    )
    parts = _package("xl/workbook.xml", book, f"{_DOCUMENTS}.spreadsheetml.sheet.main+xml")
    return {**parts, "xl/_rels/workbook.xml.rels": links, "xl/worksheets/sheet1.xml": sheet}


def _package(part: str, content: str, content_type: str) -> dict[str, str]:
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>'
    )
    links = (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="{part}"/></Relationships>'
    )
    return {"[Content_Types].xml": types, "_rels/.rels": links, part: content}


def _pdf(lines: Sequence[str], size: int, drawn: random.Random) -> bytes:
    """Some pages of text in a font that every reader has, and a picture behind the last one."""
    words = [unaccented(line).replace("(", "[").replace(")", "]")[:95] for line in lines]
    pages = [words[at : at + _LINES_A_PAGE] for at in range(0, _PAGES * _LINES_A_PAGE, _LINES_A_PAGE)]
    streams = [
        b"BT /F1 11 Tf 50 790 Td " + b"".join(b"(%s) Tj 0 -18 Td " % _latin(line) for line in page) + b"ET"
        for page in pages
    ]
    streams[-1] += b" q 400 0 0 300 50 50 cm /I1 Do Q"
    kids = b" ".join(b"%d 0 R" % (5 + 2 * n) for n in range(len(pages)))
    rows = max((size - sum(map(len, streams)) - 2_000) // 1_000, 1)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /XObject << /I1 4 0 R >> /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Courier >>>>>>",
        b"<< /Type /XObject /Subtype /Image /Width 1000 /Height %d /BitsPerComponent 8"
        b" /ColorSpace /DeviceGray /Length %d >>\nstream\n%s\nendstream"
        % (rows, rows * 1_000, _noise(rows * 1_000, drawn)),
    ]
    for number, stream in enumerate(streams):
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 3 0 R /Contents %d 0 R >>"
            % (6 + 2 * number),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    return _written(objects)


def _written(objects: Sequence[bytes]) -> bytes:
    written = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    written += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(written)


def _latin(line: str) -> bytes:
    return line.replace("\\", "").encode("ascii", "replace")


def _noise(size: int, drawn: random.Random) -> bytes:
    """So many bytes that do not pack, no two files alike."""
    at = drawn.randrange(len(_NOISE))
    once = _NOISE[at:] + _NOISE[:at]
    return (once * (size // len(once) + 1))[:size]
