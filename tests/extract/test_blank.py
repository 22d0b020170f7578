"""A file in which nothing stands is no report; one whose words nobody can read may be one."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from extract.containers import old_document
from extract.papers import one, pdf, real, scanned_pdf, whole

from mailbot.core.mail import Nature
from mailbot.inbox.extract import Reader


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "odt", "doc", "pdf"])
def test_a_file_of_an_office_program_with_nothing_in_it_is_no_scan(
    kind: str, reader: Reader, tmp_path: Path
) -> None:
    mail = whole(reader, tmp_path, {f"bc.{kind}": real(f"blank.{kind}")})
    assert (mail.attachments[0].nature, mail.defects) == (Nature.BROKEN, (f"a blank document: bc.{kind}",))


def a_workbook(fill: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], object]) -> bytes:
    octets = BytesIO()
    with xlsxwriter.Workbook(octets) as book:
        fill(book, book.add_worksheet("Biểu 1"))
    return octets.getvalue()


def beyond(book: xlsxwriter.Workbook, _: object) -> None:
    book.add_worksheet("Biểu 2").write(400, 60, 0)


def charted(book: xlsxwriter.Workbook, _: object) -> None:
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "='Biểu 1'!$A$1:$A$5"})
    book.add_chartsheet().set_chart(chart)


def hidden(book: xlsxwriter.Workbook, _: object) -> None:
    other = book.add_worksheet("Biểu 2")
    other.write(0, 0, 7)
    other.hide()


@pytest.mark.parametrize(
    "fill",
    [
        lambda _, sheet: sheet.write(3, 2, 0),
        lambda _, sheet: sheet.write(0, 0, timedelta(hours=8)),
        lambda _, sheet: sheet.insert_image(0, 0, "scan.png", {"image_data": BytesIO(real("scan.png"))}),
        lambda _, sheet: sheet.insert_textbox(0, 0, "Không phát sinh"),
        lambda _, sheet: sheet.write_comment(0, 0, "Không phát sinh"),
        charted,
        beyond,
        hidden,
    ],
)
def test_a_workbook_with_anything_in_it_is_not_blank(
    fill: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], object],
    reader: Reader,
    tmp_path: Path,
) -> None:
    assert one(reader, tmp_path, "bc.xlsx", a_workbook(lambda *_: None)).nature is Nature.BROKEN
    assert one(reader, tmp_path, "bc.xlsx", a_workbook(fill)).nature is not Nature.BROKEN


@pytest.mark.parametrize("kind", ["xls", "ods", "odt"])
def test_a_file_that_is_only_a_picture_is_not_blank(kind: str, reader: Reader, tmp_path: Path) -> None:
    assert one(reader, tmp_path, f"bc.{kind}", real(f"pasted.{kind}")).nature is not Nature.BROKEN


def test_an_old_document_with_a_picture_alone_may_be_a_scan(reader: Reader, tmp_path: Path) -> None:
    assert one(reader, tmp_path, "bc.doc", real("pasted.doc")).nature is Nature.EMPTY


def test_an_old_document_with_ends_of_paragraphs_and_cells_alone_is_blank(
    reader: Reader, tmp_path: Path
) -> None:
    lines = "\x03\r\x04\r"
    assert one(reader, tmp_path, "a.doc", old_document(" \r\x07\x07\x0c\r", lines)).nature is Nature.BROKEN
    for shown in ("\x01\r", "\x08\r", "\x13 MACROBUTTON x \x15\r", "\x02\r", "\r" * 1_500):
        assert one(reader, tmp_path, "a.doc", old_document(shown, lines)).nature is Nature.EMPTY


def a_page(drawn: bytes, page: bytes = b"", *more: bytes) -> bytes:
    """A PDF of one page; `more` are objects from number 5 on."""
    drawn += b" " * 512
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R" + page + b" >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        *more,
    )


def test_a_page_on_which_anything_shows_is_not_blank(reader: Reader, tmp_path: Path) -> None:
    font = (
        b" /Resources << /Font << /F 5 0 R >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    undrawable = (
        b" /Resources << /XObject << /I 5 0 R >> >>",
        b"<< /Subtype /Image /Width 9 /Height 9 /Filter /JPXDecode /Length 1 >>\nstream\nx\nendstream",
    )
    for blank in (
        a_page(b""),
        a_page(b"BT /F 12 Tf 50 700 Td ( ) Tj ET", *font),
        a_page(b"1 g 0 0 595 842 re f"),
    ):
        assert one(reader, tmp_path, "bc.pdf", blank).nature is Nature.BROKEN
    for shown in (
        # Letters made curves, a picture that cannot be drawn, a stamp that somebody put on it.
        a_page(b"50 50 m 60 70 l 55 50 l f"),
        a_page(b"q 595 0 0 842 0 0 cm /I Do Q", *undrawable),
        a_page(b"", b" /Annots [5 0 R]", b"<< /Type /Annot /Subtype /Stamp /Rect [9 9 99 99] >>"),
        scanned_pdf(real("scan.png")),
    ):
        assert one(reader, tmp_path, "bc.pdf", shown).nature in {Nature.EMPTY, Nature.READ}
