"""Files that were made to exhaust or to break whoever opens them (threats TH10 and TH11)."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from extract.papers import WORD, docx, one, overlapped_zip, paragraph, pdf, real, whole, zipped

from mailbot.core.mail import Nature
from mailbot.inbox.extract import Reader

HONEST = b"bao cao thang 6"
MIB = 1 << 20
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def survived(reader: Reader, folder: Path, name: str, octets: bytes) -> Nature:
    """The nature of a hostile file; the honest ones around it must be read all the same."""
    mail = whole(reader, folder, {"truoc.txt": HONEST, name: octets, "sau.txt": HONEST})
    before, hostile, after = mail.attachments
    assert (before.text, after.text) == (HONEST.decode(), HONEST.decode())
    return hostile.nature


def test_a_bomb_of_zeros_is_over_the_limit(reader: Reader, tmp_path: Path) -> None:
    assert survived(reader, tmp_path, "a.zip", zipped({"0.txt": bytes(200 * MIB)})) is Nature.OVER_LIMIT


def test_a_bomb_in_a_document_is_over_the_limit(reader: Reader, tmp_path: Path) -> None:
    assert survived(reader, tmp_path, "a.docx", docx(" " * 100 * MIB)) is Nature.OVER_LIMIT


def test_zips_in_zips_are_followed_three_deep(reader: Reader, tmp_path: Path) -> None:
    octets, levels = b"sau", []
    for level in range(6):
        octets = zipped({f"{level}.zip" if level else "0.txt": octets})
        levels.append(octets)
    read = [one(reader, tmp_path, "a.zip", octets) for octets in levels]
    assert [attachment.nature for attachment in read] == [*[Nature.READ] * 3, *[Nature.OVER_LIMIT] * 3]
    assert read[2].text.endswith("a.zip/2.zip/1.zip/0.txt\nsau")


def test_a_bomb_that_unfolds_at_every_level_is_over_the_limit(reader: Reader, tmp_path: Path) -> None:
    # As 42.zip: sixteen of the same at each of its levels, and gigabytes at the last.
    octets = zipped({"0": bytes(100 * MIB)})
    for _ in range(2):
        octets = zipped({f"{number}.zip": octets for number in range(16)})
    assert survived(reader, tmp_path, "42.zip", octets) is Nature.OVER_LIMIT


def test_a_bomb_of_overlapped_entries_is_over_the_limit(reader: Reader, tmp_path: Path) -> None:
    assert survived(reader, tmp_path, "a.zip", overlapped_zip(60_000, 2 * MIB)) is Nature.OVER_LIMIT


def test_an_archive_of_more_files_than_people_pack_is_over_the_limit(reader: Reader, tmp_path: Path) -> None:
    many = zipped({f"{number}.txt": "x" for number in range(1_000)})
    assert survived(reader, tmp_path, "a.zip", many) is Nature.OVER_LIMIT


def test_a_directory_of_many_megabytes_is_not_read(reader: Reader, tmp_path: Path) -> None:
    octets = bytearray(zipped({"a.txt": "x"}))
    at = octets.rfind(b"PK\x05\x06")
    octets[at + 12 : at + 16] = struct.pack("<I", 500 * MIB)
    assert survived(reader, tmp_path, "a.zip", bytes(octets)) is Nature.OVER_LIMIT


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY a{n} "{"&a" + str(n - 1 or "") + ";" * 1}">' for n in range(1, 9)),
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;',
    ],
)
def test_a_document_that_declares_entities_is_refused(reader: Reader, tmp_path: Path, declared: str) -> None:
    document = (
        f'<?xml version="1.0"?><!DOCTYPE x [{declared}]>'
        f'<w:document xmlns:w="{WORD}"><w:body>{paragraph("&x;&a8;")}</w:body></w:document>'
    )
    octets = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document})
    assert survived(reader, tmp_path, "a.docx", octets) is Nature.BROKEN


def test_elements_nested_beyond_all_documents_are_over_the_limit(reader: Reader, tmp_path: Path) -> None:
    assert survived(reader, tmp_path, "a.docx", docx("<w:p>" * 200_000)) is Nature.OVER_LIMIT


def test_a_sheet_of_a_million_rows_by_sixteen_thousand_is_over_the_limit(
    strict: Reader, tmp_path: Path
) -> None:
    with zipfile.ZipFile(io.BytesIO(real("table.xlsx"))) as package:
        parts: dict[str, bytes | str] = {name: package.read(name) for name in package.namelist()}
    parts["xl/worksheets/sheet1.xml"] = (
        f'<worksheet xmlns="{SHEET}"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert survived(strict, tmp_path, "a.xlsx", zipped(parts)) is Nature.OVER_LIMIT


def test_a_pdf_that_computes_for_ever_is_ended(strict: Reader, tmp_path: Path) -> None:
    # A million text operators on a page that thirty pages share.
    drawn = zlib.compress(b"BT /F 1 Tf (a) Tj ET\n" * 3_000_000)
    pages = 30
    kids = b" ".join(b"%d 0 R" % (5 + number) for number in range(pages))
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 3 0 R"
        b" /Resources << /Font << /F 4 0 R >> >> >>"
    )
    octets = pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *[page] * pages,
    )
    assert survived(strict, tmp_path, "a.pdf", octets) is Nature.OVER_LIMIT


def test_a_pdf_with_a_script_says_only_its_text(reader: Reader, tmp_path: Path) -> None:
    octets = real("report.pdf").replace(
        b"/Type/Catalog", b"/Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"
    )
    assert one(reader, tmp_path, "a.pdf", octets).nature in {Nature.READ, Nature.BROKEN}


def test_deep_rtf_and_long_lines_cost_no_more_than_their_size(reader: Reader, tmp_path: Path) -> None:
    mail = whole(
        reader,
        tmp_path,
        {
            "a.rtf": b"{\\rtf1" + b"{" * 300_000 + b"x",
            "b.rtf": b"{\\rtf1 " + b"\\'e1" * 500_000,
            "c.txt": b"thang " * 2_000_000,
            "d.html": b"<html>" + b"<div>" * 200_000 + b"<!--" * 50_000,
            "e.rtf": b"{\\rtf1\\uc99999999 \\u1\\bin99999999999 {\\*\\fonttbl" + b"\\f1" * 100_000,
        },
    )
    assert {read.nature for read in mail.attachments} <= {Nature.READ, Nature.EMPTY, Nature.BROKEN}


def test_mails_within_mails_are_followed_three_deep(reader: Reader, tmp_path: Path) -> None:
    raw = b"Subject: day\r\n\r\nday"
    for level in range(50):
        raw = b"Subject: %d\r\nContent-Type: message/rfc822\r\n\r\n%s" % (level, raw)
    read = one(reader, tmp_path, "a.eml", raw)
    assert read.text.startswith("49\n")
    assert "/46" not in read.text


def test_a_compound_file_that_points_at_itself_ends(reader: Reader, tmp_path: Path) -> None:
    octets = bytearray(real("report.doc"))
    # The allocation table begins in the sector after the header: every sector follows itself.
    sector = int.from_bytes(octets[0x4C:0x50], "little")
    at = (sector + 1) * 512
    for number in range(128):
        octets[at + 4 * number : at + 4 * number + 4] = number.to_bytes(4, "little")
    assert survived(reader, tmp_path, "a.doc", bytes(octets)) in {Nature.BROKEN, Nature.OVER_LIMIT}


@pytest.mark.parametrize(
    "name",
    [
        "report.pdf",
        "report.docx",
        "report.doc",
        "report.odt",
        "report.rtf",
        "table.xls",
        "table.xlsx",
        "open.7z",
    ],
)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_file_cut_short_is_read_or_broken(reader: Reader, tmp_path: Path, name: str, part: float) -> None:
    octets = real(name)
    nature = survived(reader, tmp_path, name, octets[: int(len(octets) * part)])
    assert nature in {Nature.READ, Nature.BROKEN, Nature.EMPTY}


@pytest.mark.parametrize(
    "wrapped", [b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x00", b"BZh9", b"PK\x03\x04"]
)
def test_an_archive_in_name_only_is_broken(reader: Reader, tmp_path: Path, wrapped: bytes) -> None:
    assert survived(reader, tmp_path, "a.zip", wrapped + b"khong phai" * 50) is Nature.BROKEN


def test_hundreds_of_attachments_are_all_answered(reader: Reader, tmp_path: Path) -> None:
    mail = whole(reader, tmp_path, {f"{number}.txt": b"x" for number in range(300)})
    assert [read.nature for read in mail.attachments] == [Nature.READ] * 300
