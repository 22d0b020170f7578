"""Marks of State secrecy beside a document's text: whoever opens it sees them, so the mail is sealed."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from extract.papers import WORD, docx, one, paragraph, zipped

from mailbot.inbox.extract import Reader

CORE = (
    '<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>%s</dc:title><cp:keywords>%s</cp:keywords>'
    "</cp:coreProperties>"
)
CUSTOM = '<Properties><property fmtid="x" pid="2" name="%s"><vt:lpwstr>%s</vt:lpwstr></property></Properties>'
COMMENT = (
    f'<w:comments xmlns:w="{WORD}"><w:comment><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:comment></w:comments>'
)
SLIDE = "<p:sldMaster><a:p><a:r><a:t>%s</a:t></a:r></a:p></p:sldMaster>"
DRAWN = (
    f'<w:hdr xmlns:w="{WORD}" xmlns:v="urn:schemas-microsoft-com:vml"><w:p><w:r><w:pict><v:shape>'
    '<v:textpath style="font-size:1pt" string="%s"/></v:shape></w:pict></w:r></w:p></w:hdr>'
)
BOX = (
    '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><text:p>BÁO CÁO<frame><text-box>'
    "<text:p>MẬT</text:p></text-box></frame></text:p></o:document-content>"
)
ODT = zipped(
    {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": "<x/>",
        "meta.xml": '<m><meta:user-defined meta:name="Classification">TUYỆT MẬT</meta:user-defined></m>',
    }
)


def with_parts(**parts: str) -> Callable[[], bytes]:
    beside = {name.replace("__", "/") + ".xml": text for name, text in parts.items()}
    document = f'<w:document xmlns:w="{WORD}"><w:body>{paragraph("BÁO CÁO tháng 6")}</w:body></w:document>'
    return lambda: zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **beside})


def workbook(
    make: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], object],
) -> Callable[[], bytes]:
    def made() -> bytes:
        octets = io.BytesIO()
        book = xlsxwriter.Workbook(octets, {"in_memory": True})
        sheet = book.add_worksheet("Số liệu")
        sheet.write(0, 0, "BÁO CÁO tháng 6")
        make(book, sheet)
        book.close()
        return octets.getvalue()

    return made


def charted(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, title: str) -> None:
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "='Số liệu'!$A$1:$A$2"})
    chart.set_title({"name": title})
    sheet.insert_chart("D1", chart)


def rtf(group: str, words: str) -> bytes:
    said = "".join(char if char.isascii() else f"\\u{ord(char)}?" for char in words)
    return f"{{\\rtf1\\ansi{group % said}\\pard BC\\par}}".encode("ascii")


def hidden(book: xlsxwriter.Workbook, _: object) -> None:
    book.add_worksheet("TỐI MẬT").hide()


def slides(text: str) -> bytes:
    return zipped(
        {
            "[Content_Types].xml": "<x/>",
            "ppt/slides/slide1.xml": SLIDE % "BÁO CÁO",
            "ppt/slideMasters/slideMaster1.xml": SLIDE % text,
        }
    )


def pdf(catalog: bytes = b"", page: bytes = b"", info: bytes = b"", *more: bytes) -> bytes:
    """A PDF of one page with these entries; `more` are objects from number 6 on."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R" + page + b">>",
        b"<</Length 0>>stream\n\nendstream",
        b"<<" + info + b">>",
        *more,
    ]
    out, at = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        at.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(at) + 1) + b"".join(
        b"%010d 00000 n \n" % place for place in at
    )
    out += b"trailer<</Size %d/Root 1 0 R/Info 5 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(at) + 1, table)
    return bytes(out)


def text(words: str) -> bytes:
    return b"<FEFF" + words.encode("utf-16-be").hex().encode() + b">"


def embedded(name: str, content: bytes = b"x") -> bytes:
    return pdf(
        b"/Names<</EmbeddedFiles<</Names[" + text(name) + b" 6 0 R]>>>>",
        b"",
        b"",
        b"<</Type/Filespec/F" + text(name) + b"/UF" + text(name) + b"/EF<</F 7 0 R>>>>",
        b"<</Type/EmbeddedFile/Length %d>>stream\n%s\nendstream" % (len(content), content),
    )


NOTE = b"/Annots[<</Type/Annot/Subtype/FreeText/Rect[0 0 90 20]/Contents%s>>]"
MARK = b"/Outlines 6 0 R"
MARKED = {
    "title.docx": with_parts(docProps__core=CORE % ("MẬT", "")),
    "keywords.docx": with_parts(docProps__core=CORE % ("Báo cáo", "Tối mật")),
    "label.docx": with_parts(docProps__custom=CUSTOM % ("MSIP_Label_1_Name", "Mật")),
    "classification.docx": with_parts(docProps__custom=CUSTOM % ("Classification", "Secret")),
    "comment.docx": with_parts(word__comments=COMMENT % "TUYỆT MẬT"),
    "footnote.docx": with_parts(word__footnotes=COMMENT % "Độ mật: Mật"),
    "header.docx": with_parts(word__header1=COMMENT % "MẬT"),
    # As Word draws a watermark, and WordArt.
    "footer.docx": lambda: docx(paragraph("Kết quả") * 60, footer1=COMMENT % "MẬT"),
    "footer-of-an-old-font.docx": lambda: docx(paragraph("Kết quả") * 3_000, footer2=COMMENT % "TèI MËT"),
    "watermark.docx": with_parts(word__header1=DRAWN % "MẬT"),
    "wordart.docx": with_parts(word__footer1=DRAWN % "TỐI MẬT"),
    "picture.docx": with_parts(word__header1='<h><wp:docPr id="1" name="Picture 1" descr="MẬT"/></h>'),
    "smartart.docx": with_parts(word__diagrams__data1=SLIDE % "MẬT"),
    "chart.xlsx": workbook(lambda book, sheet: charted(book, sheet, "(MẬT)")),
    "box.xlsx": workbook(lambda _, sheet: sheet.insert_textbox("A1", "MẬT")),
    "box.odt": lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": BOX}),
    "info.rtf": lambda: rtf("{\\info{\\title %s}}", "MẬT"),
    "header.rtf": lambda: rtf("{\\header\\pard %s\\par}", "MẬT"),
    "box.rtf": lambda: rtf("{\\shp{\\*\\shpinst{\\shptxt\\pard %s\\par}}}", "MẬT"),
    "wordart.rtf": lambda: rtf("{\\shp{\\*\\shpinst{\\sp{\\sn gtextUNICODE}{\\sv %s}}}}", "MẬT"),
    "title.xlsx": workbook(lambda book, _: book.set_properties({"title": "MẬT"})),
    "own.xlsx": workbook(lambda book, _: book.set_custom_property("Độ mật", "Tối mật")),
    "margin.xlsx": workbook(lambda _, sheet: sheet.set_header('&C&"Arial,Bold"&14MẬT')),
    "comment.xlsx": workbook(lambda _, sheet: sheet.write_comment("A1", "MẬT")),
    "hidden.xlsx": workbook(hidden),
    "sheet.xlsx": workbook(lambda book, _: book.add_worksheet("(MẬT) phụ lục")),
    "master.pptx": lambda: slides("MẬT"),
    "meta.odt": lambda: ODT,
    "title.pdf": lambda: pdf(info=b"/Title" + text("MẬT")),
    "keywords.pdf": lambda: pdf(info=b"/Keywords" + text("Tối mật")),
    "note.pdf": lambda: pdf(page=NOTE % text("MẬT")),
    "bookmark.pdf": lambda: pdf(
        MARK,
        b"",
        b"",
        b"<</First 7 0 R/Last 7 0 R/Count 1>>",
        b"<</Title" + text("(MẬT) Phụ lục") + b"/Parent 6 0 R/Dest[3 0 R/Fit]>>",
    ),
    "file.pdf": lambda: embedded("Báo cáo (MẬT).docx"),
    "within.pdf": lambda: embedded("bao cao.docx", docx(paragraph("MẬT") + paragraph("BÁO CÁO"))),
}
FRIENDS = {
    "title.docx": with_parts(
        docProps__core=CORE % ("Quản lý tài liệu mật", "bảo mật; mật khẩu; mật độ dân số")
    ),
    "label.docx": with_parts(docProps__custom=CUSTOM % ("Độ mật", "Thường")),
    "classification.docx": with_parts(docProps__custom=CUSTOM % ("Classification", "Public")),
    "comment.docx": with_parts(word__comments=COMMENT % "Đề nghị bảo mật số điện thoại của dân"),
    "footer.docx": lambda: docx(paragraph("Kết quả") * 60, footer1=COMMENT % "Lưu: VT, bảo mật. Trang 1"),
    "watermark.docx": with_parts(word__header1=DRAWN % "BẢN NHÁP"),
    "chart.xlsx": workbook(lambda book, sheet: charted(book, sheet, "Mật độ dân số")),
    "info.rtf": lambda: rtf("{\\info{\\title %s}}", "Quản lý tài liệu mật"),
    "margin.xlsx": workbook(lambda _, sheet: sheet.set_footer("&LMật độ dân số&RTrang &P")),
    "sheet.xlsx": workbook(lambda book, _: book.add_worksheet("Mật độ dân số")),
    "note.pdf": lambda: pdf(page=NOTE % text("Xem lại mật độ xây dựng")),
    "title.pdf": lambda: pdf(info=b"/Title" + text("Sản lượng mật ong")),
    "file.pdf": lambda: embedded("Bảo mật thông tin.docx"),
}


@pytest.mark.parametrize("name", MARKED)
def test_a_mark_beside_the_text_is_found(name: str, reader: Reader, tmp_path: Path) -> None:
    assert one(reader, tmp_path, name, MARKED[name]()).marked


@pytest.mark.parametrize("name", FRIENDS)
def test_what_only_sounds_like_one_is_none(name: str, reader: Reader, tmp_path: Path) -> None:
    found = one(reader, tmp_path, name, FRIENDS[name]())
    assert not found.marked
    # A page without a word is blank, whatever its properties say.
    assert found.nature == "broken" if name == "title.pdf" else found.nature in {"read", "empty"}


def test_nothing_beside_the_text_becomes_text(reader: Reader, tmp_path: Path) -> None:
    octets = with_parts(docProps__core=CORE % ("tháng 5 năm 1999", ""), word__comments=COMMENT % "quý III")()
    assert one(reader, tmp_path, "bc.docx", octets).text == "BÁO CÁO tháng 6"


def test_damaged_asides_do_not_hide_the_text(reader: Reader, tmp_path: Path) -> None:
    octets = bytearray(with_parts(docProps__core=CORE % ("x" * 3000, ""))())
    at = octets.find(b"docProps/core.xml") + 40
    octets[at : at + 10] = bytes(10)
    assert "BÁO CÁO" in one(reader, tmp_path, "bc.docx", bytes(octets)).text
