"""Small files as clerks attach them: a Word document, a table, a page of PDF. Same words, same bytes."""

import io
import zipfile
from dataclasses import dataclass
from xml.sax.saxutils import escape

from mailbot.rehearsal.titles import unaccented

_LONG_AGO = (2014, 1, 1, 0, 0, 0)
_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "doc": "application/msword",
    "pdf": "application/pdf",
}
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# Four grey dots over a whole page.
_PICTURE = b"q 595 0 0 842 0 0 cm BI /W 2 /H 2 /CS /G /BPC 8 ID \xee\xdd\xcc\xee EI Q"


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: its name, its type and its bytes."""

    name: str
    content_type: str
    octets: bytes


def enclosed(name: str, lines: tuple[str, ...]) -> File:
    """The file of that name, with those lines on its first page."""
    suffix = name.rpartition(".")[2].lower()
    if suffix == "pdf":
        # What came off the scanner is a picture of the paper, without a word in it.
        octets = _pdf(_PICTURE if name.startswith("scan") else _typed(lines))
    elif suffix == "xlsx":
        octets = _xlsx(lines[0])
    else:
        # What is named .doc is often enough a .docx; nobody notices.
        octets = _docx(lines)
    return File(name, _TYPES.get(suffix, "application/octet-stream"), octets)


def _docx(lines: tuple[str, ...]) -> bytes:
    paragraphs = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    document = f'<w:document xmlns:w="{_WORD}"><w:body>{paragraphs}</w:body></w:document>'
    return _package("word/document.xml", document, f"{_TYPES['docx']}.main+xml")


def _xlsx(heading: str) -> bytes:
    cell = f'<c r="A1" t="inlineStr"><is><t>{escape(heading)}</t></is></c>'
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n * 17}</v></c></row>' for n in range(2, 8))
    sheet = f'<worksheet xmlns="{_SHEET}"><sheetData><row r="1">{cell}</row>{rows}</sheetData></worksheet>'
    return _package("xl/worksheets/sheet1.xml", sheet, "application/xml")


def _package(part: str, content: str, content_type: str) -> bytes:
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>'
    )
    links = (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}" Target="{part}"/></Relationships>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in (("[Content_Types].xml", types), ("_rels/.rels", links), (part, content)):
            # Without a date of its own an entry would carry the hour of the rehearsal.
            entry = zipfile.ZipInfo(name, date_time=_LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return buffer.getvalue()


def _typed(lines: tuple[str, ...]) -> bytes:
    shown = [unaccented(line)[:90] for line in lines]
    safe = [line.replace("\\", "").replace("(", "[").replace(")", "]") for line in shown]
    drawn = "".join(f"({line}) Tj 0 -20 Td " for line in safe).encode("ascii", "replace")
    return b"BT /F1 12 Tf 60 780 Td " + drawn + b"ET"


def _pdf(stream: bytes) -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    written = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(written)
    written += b"xref\n0 7\n0000000000 65535 f \n" + table
    written += b"trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(written)
