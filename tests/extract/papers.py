"""Attachments for the tests: made here, or real files of LibreOffice and 7-Zip under `files/`."""

import io
import struct
import zipfile
import zlib
from base64 import encodebytes
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from mailbot.core.mail import Attachment, Mail
from mailbot.inbox.extract import Reader
from mailbot.inbox.parse import parse

FILES = Path(__file__).parent / "files"
TITLE = "Tình hình thực hiện nhiệm vụ tháng 6 năm 2013"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def a_mail(folder: Path, files: Mapping[str, bytes], *, text: str = "Kính gửi") -> tuple[Path, Mail]:
    """A mail with these attachments, as the archive would hold it, and as parsed."""
    # By hand: for fifty megabytes the standard library takes seconds and half a gigabyte.
    parts = [f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()]
    for name, octets in files.items():
        named = f"Content-Disposition: attachment; filename*=utf-8''{quote(name, safe='')}\r\n"
        parts.append(named.encode() + b"Content-Transfer-Encoding: base64\r\n\r\n" + encodebytes(octets))
    head = b"From: vanthu@stc.example\r\nSubject: bao cao\r\nContent-Type: multipart/mixed; boundary=BIEN"
    body = b"".join(b"--BIEN\r\n" + part + b"\r\n" for part in parts)
    return kept(folder, head + b"\r\n\r\n" + body + b"--BIEN--\r\n")


def kept(folder: Path, raw: bytes) -> tuple[Path, Mail]:
    path = folder / sha256(raw).hexdigest()
    path.write_bytes(raw)
    return path, parse(path, sha256=path.name, size=len(raw))


def one(reader: Reader, folder: Path, name: str, octets: bytes) -> Attachment:
    """What the reader makes of a mail with one attachment."""
    return whole(reader, folder, {name: octets}).attachments[0]


def whole(reader: Reader, folder: Path, files: Mapping[str, bytes]) -> Mail:
    return reader.read(*a_mail(folder, files))


def real(name: str) -> bytes:
    return (FILES / name).read_bytes()


def zipped(files: Mapping[str, bytes | str], *, packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packed) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def docx(body: str, **parts: str) -> bytes:
    """A Word document with that body, and parts such as `header1` beside it."""
    document = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    others = {f"word/{name}.xml": content for name, content in parts.items()}
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **others})


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def scanned_pdf(png: bytes) -> bytes:
    """A page that is nothing but this picture: PDF takes the octets of a grey PNG as they are."""
    width, height = struct.unpack(">II", png[16:24])
    assert png[24:29] == b"\x08\x00\x00\x00\x00", "eight bits of grey, not interlaced"
    content, at = b"", 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            content += png[at + 8 : at + 8 + size]
        at += size + 12
    drawn = b"q 595 0 0 842 0 0 cm /I Do Q"
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceGray"
        b" /Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns %d >> /Length %d >>"
        b"\nstream\n%s\nendstream"
    ) % (width, height, width, len(content), content)
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /XObject << /I 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        picture,
    )


def with_words(picture: bytes, *more: bytes) -> bytes:
    """A page that shows a picture, the sixth object, and says of which month it reports."""
    said = b"q 400 0 0 300 50 50 cm /I Do Q BT /F 12 Tf 50 700 Td (Bao cao thang 6 nam 2013) Tj ET"
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> /XObject << /I 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(said), said),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        picture,
        *more,
    )


def pdf(*objects: bytes) -> bytes:
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


def winmail(*files: tuple[str, bytes]) -> bytes:
    """A winmail.dat with these attachments, each with a DOS name and its real one."""
    written = bytearray(struct.pack("<IH", 0x223E9F78, 1))

    def add(attribute: int, value: bytes) -> None:
        written.extend(struct.pack("<BII", 2, attribute, len(value)) + value)
        written.extend(struct.pack("<H", sum(value) & 0xFFFF))

    for name, octets in files:
        add(0x00069002, b"\x00" * 14)
        add(0x00018010, b"BAOCAO~1.DOC\x00")
        add(0x0006800F, octets)
        long_name = (name + "\x00").encode("utf-16-le")
        padding = b"\x00" * (-len(long_name) % 4)
        properties = struct.pack("<I", 2) + struct.pack("<HHI", 0x3, 0x3705, 1)
        properties += struct.pack("<HHII", 0x1F, 0x3707, 1, len(long_name)) + long_name + padding
        add(0x00069005, properties)
    return bytes(written)


def overlapped_zip(copies: int, kernel_bytes: int) -> bytes:
    """A zip whose every entry is the same packed kernel (the trick of the 42 kB bombs of 2019)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = packer.compress(b" " * kernel_bytes) + packer.flush()
    checksum = zlib.crc32(b" " * kernel_bytes)
    fields = struct.pack("<HHHHHIII", 20, 0, 8, 0, 33, checksum, len(kernel), kernel_bytes)
    local = b"PK\x03\x04" + fields + struct.pack("<HH", 5, 0) + b"a.txt" + kernel
    directory = b"".join(
        b"PK\x01\x02"
        + struct.pack("<H", 20)
        + fields
        + struct.pack("<HHHHHII", 5, 0, 0, 0, 0, 0, 0)
        + b"a.txt"
        for _ in range(copies)
    )
    end = struct.pack("<HHHHIIH", 0, 0, copies, copies, len(directory), len(local), 0)
    return local + directory + b"PK\x05\x06" + end
