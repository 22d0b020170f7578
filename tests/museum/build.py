"""From an entry of the museum to the bytes of a mail, as the office's mail server would hand them over.

Written by hand and not by the email package: real mails are wrong in ways that it does not permit.
"""

import base64
import re
import struct
import tomllib
from collections.abc import Callable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

from extract.papers import docx, paragraph, pdf, real, scanned_pdf, winmail, zipped

MUSEUM = Path(__file__).parent
MAILBOX = "baocao@thainguyen.example"
MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
BOUNDARY = "=_vien-bao-tang"
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "doc": "application/msword",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "txt": "text/plain",
    "zip": "application/zip",
    "jpg": "image/jpeg",
    "dat": "application/ms-tnef",
    "eml": "message/rfc822",
}
TONES = "\u0300\u0301\u0303\u0309\u0323"

Entry = dict[str, Any]


def entries() -> list[Path]:
    return sorted(MUSEUM.glob("*.toml"))


def entry(path: Path) -> Entry:
    return tomllib.loads(path.read_text("utf-8"))


def raw_mail(entry: Mapping[str, Any]) -> bytes:
    """The mail that `entry` describes."""
    head = [b"Return-Path: <>" if "report" in entry else b"", b"From: " + _address(entry.get("from", ""))]
    head += [b"To: " + entry.get("to", MAILBOX).encode(), b"Subject: " + _subject(entry)]
    head += [f"{name}: {value}".encode() for name, value in entry.get("headers", {}).items()]
    parts = [*_body(entry), *map(_attachment, entry.get("attachments", []))]
    if "report" in entry:
        parts.append(_delivery_report(entry["report"]))
    mime = b"MIME-Version: 1.0"
    if len(parts) == 1 and not entry.get("attachments"):
        return b"\r\n".join([*filter(None, head), mime, parts[0]])
    kind = "report; report-type=delivery-status" if "report" in entry else "mixed"
    head += [mime, f'Content-Type: multipart/{kind}; boundary="{BOUNDARY}"'.encode()]
    fence = f"\r\n--{BOUNDARY}".encode()
    return (
        b"\r\n".join(filter(None, head))
        + b"\r\n"
        + b"".join(fence + b"\r\n" + part for part in parts)
        + fence
        + b"--\r\n"
    )


def _address(written: str) -> bytes:
    name, angle, email = written.rpartition("<")
    return (
        _words(name.strip().strip('"')) + b" <" if angle and name.strip() else angle.encode()
    ) + email.encode()


def _subject(entry: Mapping[str, Any]) -> bytes:
    if "subject_raw" in entry:
        return entry["subject_raw"].encode("latin-1")
    return _words(entry.get("subject", ""), entry.get("charset", "utf-8"))


def _words(text: str, charset: str = "utf-8") -> bytes:
    """`text` as encoded words (RFC 2047), or as it is where it needs none."""
    if text.isascii():
        return text.encode()
    pieces = [text[at : at + 14] for at in range(0, len(text), 14)]
    return b"\r\n ".join(
        b"=?%s?B?%s?=" % (charset.encode(), base64.b64encode(encoded(piece, charset))) for piece in pieces
    )


def encoded(text: str, charset: str) -> bytes:
    if charset.lower() not in {"windows-1258", "cp1258"}:
        return text.encode({"utf8": "utf-8", "unicode-1-1-utf-7": "utf-7"}.get(charset.lower(), charset))
    # It has the letters of vowels, and the tones as signs of their own behind them.
    apart = (normalize("NFD", letter) for letter in normalize("NFC", text))
    return "".join(
        normalize("NFC", "".join(c for c in signs if c not in TONES))
        + "".join(c for c in signs if c in TONES)
        for signs in apart
    ).encode("cp1258")


def _body(entry: Mapping[str, Any]) -> Iterator[bytes]:
    body, charset = entry.get("body", ""), entry.get("charset", "utf-8")
    kind = "html" if body.lstrip().startswith("<") else "plain"
    if "body_raw" in entry:
        octets, declared = entry["body_raw"].encode("latin-1"), ""
    else:
        octets, declared = encoded(body, charset), f"; charset={charset}"
    yield _part(f"text/{kind}{declared}", octets)


def _part(content_type: str, octets: bytes, *fields: bytes) -> bytes:
    head = [b"Content-Type: " + content_type.encode(), b"Content-Transfer-Encoding: base64", *fields]
    return b"\r\n".join(head) + b"\r\n\r\n" + base64.encodebytes(octets).replace(b"\n", b"\r\n")


def _attachment(attachment: Mapping[str, Any]) -> bytes:
    name = attachment.get("name", "")
    content_type = attachment.get("type") or TYPES.get(
        name.rpartition(".")[2].lower(), "application/octet-stream"
    )
    if attachment.get("kind") == "mail":
        # With boundaries of its own: one that ended both mails would leave two readings.
        inner = raw_mail(attachment).replace(BOUNDARY.encode(), b"=_ben-trong")
        return b"Content-Type: message/rfc822\r\n\r\n" + inner
    if "name_raw" in attachment:
        parameter = attachment["name_raw"].encode("latin-1")
    elif name.isascii():
        parameter = f'filename="{name}"'.encode()
    else:
        parameter = f"filename*=utf-8''{quote(name)}".encode()
    return _part(content_type, octets_of(attachment), b"Content-Disposition: attachment;\r\n " + parameter)


def _delivery_report(report: Mapping[str, str]) -> bytes:
    lines = (
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.thainguyen.example",
        "",
        f"Final-Recipient: rfc822; {report['recipient']}",
        f"Action: {report['action']}",
        f"Status: {report['status']}",
        "",
    )
    return "\r\n".join(lines).encode()


def octets_of(attachment: Mapping[str, Any]) -> bytes:
    """The file that an entry describes: by its `kind`, which is that of its name if it is not given."""
    kind = attachment.get("kind") or attachment["name"].rpartition(".")[2].lower()
    if "file" in attachment:
        return real(attachment["file"])
    if kind in {"zip", "winmail"}:
        files = [(inner["name"], octets_of(inner)) for inner in attachment["files"]]
        return (
            winmail(*files) if kind == "winmail" else _zip(dict(files), attachment.get("names_in", "utf-8"))
        )
    if kind == "locked":
        return _locked(attachment["name"])
    return _MAKERS[kind](text_of(attachment))


def text_of(attachment: Mapping[str, Any]) -> str:
    """What the document says: its `text`, or the official head made of `issuer`, `symbol`, `title`."""
    if "title" not in attachment:
        return attachment.get("text", "").strip("\n")
    issuer = attachment.get("issuer", "")
    above = (
        ()
        if issuer.startswith(("ỦY BAN", "UỶ BAN", "UBND", "CÔNG AN"))
        else ("ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN",)
    )
    printed = attachment.get("type_name", "BÁO CÁO")
    dated = attachment.get("dated", "ngày      tháng      năm 2014")
    lines = [*above, issuer, MOTTO, f"Số: {attachment.get('symbol', '')}"]
    # A letter has its abstract under the number; a document with a name of type below the date.
    place = f"Thái Nguyên, {dated}"
    lines += [place, printed, attachment["title"]] if printed else [attachment["title"], place]
    return "\n".join([*lines, "", attachment.get("text", "").strip("\n")])


def _docx(text: str) -> bytes:
    return docx("".join(paragraph(escape(line)) for line in text.splitlines()))


def _pdf(text: str) -> bytes:
    """A page of text in a font whose codes are Unicode, with the table that says so."""
    letters = sorted({letter for letter in text if letter != "\n"})
    table = "".join(f"<{ord(c):04X}> <{ord(c):04X}>\n" for c in letters)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{table}endbfchar endcmap end end"
    ).encode()
    lines = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in text.splitlines())
    drawn = f"BT /F1 12 Tf 60 800 Td 15 TL\n{lines}ET".encode()
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Times /Encoding /Identity-H /DescendantFonts [6 0 R]"
        b" /ToUnicode 7 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Times /DW 500"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        b" /FontDescriptor 8 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap),
        b"<< /Type /FontDescriptor /FontName /Times /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0"
        b" /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
    )


def _xlsx(text: str) -> bytes:
    """A sheet with one row for each line; cells are parted by ` | `."""
    names = "http://schemas.openxmlformats.org"
    cells = (line.split(" | ") for line in text.splitlines())
    rows = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in cells)
    main, office = f"{names}/spreadsheetml/2006/main", f"{names}/officeDocument/2006/relationships"
    return zipped({
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}">'
        '<sheets><sheet name="Biểu 1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{names}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
    })  # fmt: skip


def _cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def _rtf(text: str) -> bytes:
    written = "".join(
        letter if letter.isascii() else f"\\u{ord(letter)}?" for letter in text.replace("\n", "\\par\n")
    )
    return f"{{\\rtf1\\ansi {written}}}".encode()


def _zip(files: Mapping[str, bytes], charset: str) -> bytes:
    if charset == "utf-8":
        return zipped(files)
    # Names in the code page of the machine that packed them: stand-ins of the same length, put right after.
    names = {name: encoded(name, charset) for name in files}
    stand_ins = {f"{at:03}".ljust(len(octets), "_"): name for at, (name, octets) in enumerate(names.items())}
    packed = zipped({stand_in: files[name] for stand_in, name in stand_ins.items()})
    for stand_in, name in stand_ins.items():
        packed = packed.replace(stand_in.encode(), names[name])
    return packed


def _locked(name: str) -> bytes:
    extension = name.rpartition(".")[2].lower()
    if extension in {"docx", "xlsx"}:
        # Word and Excel put the encrypted package into a compound file, as a stream of this name.
        return real("report.doc").replace(_stream("WordDocument"), _stream("EncryptedPackage"))
    return real(f"locked.{extension}")


def _stream(name: str) -> bytes:
    """A name as the directory of a compound file holds it."""
    return name.encode("utf-16-le").ljust(64, b"\x00") + struct.pack("<H", 2 * len(name) + 2)


_MAKERS: dict[str, Callable[[str], bytes]] = {
    "docx": _docx,
    "pdf": _pdf,
    "xlsx": _xlsx,
    "rtf": _rtf,
    "txt": str.encode,
    "csv": str.encode,
    "html": lambda text: f"<html><body><p>{escape(text)}</p></body></html>".replace("\n", "<br>").encode(),
    "scan": lambda _: scanned_pdf(real("scan.png")),
    "photo": lambda _: real("scan.png"),
    "broken": lambda _: b"\x00\x01\x02\x03" * 5_000,
    # What Word leaves beside an open document: who has it open, in 162 octets.
    "lock": lambda _: b"\x07Van thu".ljust(55, b"\x00") + "Van thu".encode("utf-16-le").ljust(107, b"\x00"),
    "program": lambda _: b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 20_000,
    "empty": lambda _: b"",
}

# The same words, written otherwise: what must give the same verdict.

_TCVN3 = dict(
    zip(
        "àáảãạăằắẳẵặâầấẩẫậđĐèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯ",
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®§ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢£¤¥¦",
        strict=True,
    )
)
FORMS: dict[str, Callable[[str], str]] = {
    "NFC": lambda text: normalize("NFC", text),
    "NFD": lambda text: normalize("NFD", text),
    "plain": lambda text: re.sub(
        "[\u0300-\u036f]", "", normalize("NFD", text).translate({ord("đ"): "d", ord("Đ"): "D"})
    ),
    "capitals": str.upper,
    # The font .VnTimeH shows capitals; what is stored are small letters.
    "TCVN3": lambda text: "".join(_TCVN3.get(c) or _TCVN3.get(c.lower(), c) for c in normalize("NFC", text)),
}


def rewritten(entry: Entry, form: str) -> Entry:
    """The mail of `entry` with all that its sender wrote in another form."""
    write = FORMS[form]
    changed = dict(entry)
    for key in ("subject", "body"):
        if key in entry:
            changed[key] = write(entry[key])
    changed["attachments"] = [
        attachment
        | {"name": _renamed(attachment["name"], write)}
        | ({"text": write(text_of(attachment))} if "title" in attachment or "text" in attachment else {})
        for attachment in entry.get("attachments", [])
    ]
    for attachment in changed["attachments"]:
        attachment.pop("title", None)
    return changed


def _renamed(name: str, write: Callable[[str], str]) -> str:
    stem, dot, extension = name.rpartition(".")
    return f"{write(stem)}{dot}{extension}"
