"""What each kind of file says, as clerks and their programs write them."""

import bz2
import gzip
import lzma
import struct
from collections.abc import Callable
from email.message import EmailMessage
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

import pytest
from extract.containers import compound, rar
from extract.papers import (
    TITLE,
    WORD,
    a_mail,
    docx,
    kept,
    one,
    paragraph,
    pdf,
    real,
    whole,
    winmail,
    zipped,
)

from mailbot.core.mail import Nature
from mailbot.core.members import is_document
from mailbot.inbox.extract import Limits, Reader

TONES = "\u0300\u0301\u0303\u0309\u0323"
SHEET_TITLE = "BÁO CÁO TÌNH HÌNH THU NGÂN SÁCH QUÝ II NĂM 2013"


def as_cp1258(text: str) -> bytes:
    """Windows-1258 has the letters of vowels, and the tones as signs of their own behind them."""
    apart = (normalize("NFD", letter) for letter in text)
    return "".join(
        normalize("NFC", "".join(c for c in signs if c not in TONES))
        + "".join(c for c in signs if c in TONES)
        for signs in apart
    ).encode("cp1258")


@pytest.mark.parametrize("kind", ["pdf", "docx", "doc", "odt", "rtf"])
def test_a_document_says_its_heading_number_margins_boxes_and_tables(
    reader: Reader, tmp_path: Path, kind: str
) -> None:
    read = one(reader, tmp_path, f"bao cao.{kind}", real(f"report.{kind}"))
    assert read.nature is Nature.READ
    said = " ".join(read.text.split())
    for words in (
        TITLE,
        "SỞ TÀI CHÍNH TỈNH THÁI NGUYÊN",
        "Số: 45/BC-STC",
        "DẤU ĐẾN TRONG KHUNG",
        "Đầu trang: Thái Nguyên",
        "Kết quả quý II",
    ):
        assert words in said


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_spreadsheet_says_its_rows_and_what_is_hidden_is_only_noted(
    reader: Reader, tmp_path: Path, kind: str
) -> None:
    mail = whole(reader, tmp_path, {f"so lieu.{kind}": real(f"table.{kind}")})
    read = mail.attachments[0]
    assert (read.nature, SHEET_TITLE in read.text, "Tổng thu | 1370" in read.text) == (
        Nature.READ,
        True,
        True,
    )
    assert "trang ẩn" not in read.text
    assert mail.defects == (f"hidden sheet in so lieu.{kind}",)


def test_an_old_font_outweighs_the_charset_of_a_vietnamese_machine(reader: Reader, tmp_path: Path) -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1258{\fonttbl{\f0\fnil\fcharset163 .VnTime;}}"
        rb"\f0 B\'b8o c\'b8o t\'d7nh h\'d7nh th\'b8ng 6 n\'a8m 2013\par}"
    )
    assert one(reader, tmp_path, "a.rtf", rtf).text == "Báo cáo tình hình tháng 6 năm 2013"


@pytest.mark.parametrize("kind", ["doc", "rtf"])
def test_a_document_in_a_font_of_before_unicode_is_read_in_unicode(
    reader: Reader, tmp_path: Path, kind: str
) -> None:
    read = one(reader, tmp_path, f"cu.{kind}", real(f"tcvn3.{kind}"))
    assert read.text == "Báo cáo tình hình thực hiện nhiệm vụ tháng 6 năm 2013"


def test_a_broken_pdf_is_not_called_locked_because_the_one_before_it_was(
    reader: Reader, tmp_path: Path
) -> None:
    pageless = pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>")
    mail = whole(reader, tmp_path, {"a.pdf": real("locked.pdf"), "b.pdf": pageless})
    assert [read.nature for read in mail.attachments] == [Nature.ENCRYPTED, Nature.BROKEN]


@pytest.mark.parametrize("name", ["locked.pdf", "locked.doc", "locked.odt", "locked.xls", "locked.ods"])
def test_what_a_password_closes_is_encrypted(reader: Reader, tmp_path: Path, name: str) -> None:
    assert one(reader, tmp_path, name, real(name)).nature is Nature.ENCRYPTED


def test_a_new_document_closed_by_a_password_is_encrypted(reader: Reader, tmp_path: Path) -> None:
    # Word and Excel put the encrypted package into a compound file.
    octets = compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y" * 600})
    assert one(reader, tmp_path, "bao cao.docx", octets).nature is Nature.ENCRYPTED


def test_a_document_of_word_95_is_read(reader: Reader, tmp_path: Path) -> None:
    text = "B¸o c¸o t×nh h×nh th¸ng 6\r".encode("latin-1")
    block = bytearray(0x300)
    block[0:4] = struct.pack("<HH", 0xA5DC, 0x68)
    block[0x18:0x20] = struct.pack("<II", 0x300, 0x300 + len(text))
    read = one(reader, tmp_path, "cu.doc", compound({"WordDocument": bytes(block) + text}))
    assert read.text == "Báo cáo tình hình tháng 6"


def test_a_saved_outlook_mail_says_its_subject_text_and_attachments(reader: Reader, tmp_path: Path) -> None:
    saved = compound(
        {
            "__properties_version1.0": b"\x00" * 32,
            "__substg1.0_0037001F": "Báo cáo quý II".encode("utf-16-le"),
            "__substg1.0_1000001F": "Kính gửi văn phòng".encode("utf-16-le"),
            "__attach_version1.0_#00000000/__substg1.0_3707001F": "a.docx".encode("utf-16-le"),
            "__attach_version1.0_#00000000/__substg1.0_37010102": docx(paragraph(TITLE)),
        }
    )
    read = one(reader, tmp_path, "thu.msg", saved)
    assert read.text == f"Báo cáo quý II\nKính gửi văn phòng\n\nthu.msg/a.docx\n{TITLE}"


def test_macros_of_old_documents_are_noted(reader: Reader, tmp_path: Path) -> None:
    mail = whole(
        reader, tmp_path, {"a.xls": compound({"_VBA_PROJECT_CUR/dir": b"x", "Workbook": b"y" * 600})}
    )
    assert mail.defects == ("macros in a.xls",)
    assert mail.attachments[0].nature is Nature.BROKEN


def test_slides_are_read_when_new_and_foreign_when_old(reader: Reader, tmp_path: Path) -> None:
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    slide = f'<p:sld xmlns:p="p" xmlns:a="{drawing}"><a:p><a:r><a:t>{TITLE}</a:t></a:r></a:p></p:sld>'
    new = zipped({"[Content_Types].xml": "<Types/>", "ppt/slides/slide1.xml": slide})
    old = compound({"PowerPoint Document": b"x" * 600})
    mail = whole(reader, tmp_path, {"a.pptx": new, "a.ppt": old})
    assert [(read.nature, read.text) for read in mail.attachments] == [
        (Nature.READ, TITLE),
        (Nature.FOREIGN, ""),
    ]


@pytest.mark.parametrize("name", ["locked.zip", "locked.7z"])
def test_an_archive_closed_by_a_password_is_encrypted(reader: Reader, tmp_path: Path, name: str) -> None:
    assert one(reader, tmp_path, name, real(name)).nature is Nature.ENCRYPTED


def test_a_sealed_envelope_is_encrypted(reader: Reader, tmp_path: Path) -> None:
    enveloped = bytes.fromhex("3080" + "0609" + "2a864886f70d010703") + b"\xa0\x80\x30\x80"
    message = b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"
    mail = whole(
        reader, tmp_path, {"smime.p7m": enveloped, "x.asc": message, "y.gpg": b"\x85\x01\x0c\x03\x00"}
    )
    assert [read.nature for read in mail.attachments] == [Nature.ENCRYPTED] * 3


def test_the_content_decides_and_not_the_name(reader: Reader, tmp_path: Path) -> None:
    files = {
        "that ra la pdf.doc": real("report.pdf"),
        "that ra la docx.pdf": real("report.docx"),
        "that ra la doc": real("report.doc"),
        "that ra la rtf.doc": real("report.rtf"),
    }
    for read in whole(reader, tmp_path, files).attachments:
        assert (read.nature, TITLE in " ".join(read.text.split())) == (Nature.READ, True), read.name


def test_what_is_no_document_but_says_so_is_broken(reader: Reader, tmp_path: Path) -> None:
    program = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 200
    mail = whole(
        reader, tmp_path, {"bao cao.pdf": program, "bao cao.docx": b"\x00\x01\x02\x03" * 50, "x.exe": program}
    )
    assert [read.nature for read in mail.attachments] == [Nature.BROKEN, Nature.BROKEN, Nature.FOREIGN]
    assert mail.defects == ("a program named bao cao.pdf",)


def test_word_documents_are_read_where_programs_hide_text(reader: Reader, tmp_path: Path) -> None:
    box = "<w:r><w:pict><w:txbxContent>" + paragraph("HỎA TỐC") + "</w:txbxContent></w:pict></w:r>"
    body = (
        f"<w:p>{box}<w:ins><w:r><w:t>chèn thêm</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>đã xóa</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>dời đi</w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> hiện</w:t></w:r></w:p>'
        f"<w:sdt><w:sdtContent>{paragraph('trong ô điều khiển')}</w:sdtContent></w:sdt>"
        "<w:p><w:r><w:t>tháng</w:t><w:noBreakHyphen/><w:t>6</w:t><w:br/><w:t>năm 2013</w:t></w:r></w:p>"
    )
    header = f'<w:hdr xmlns:w="{WORD}">{paragraph("UBND HUYỆN PHÚ BÌNH")}</w:hdr>'
    read = one(reader, tmp_path, "a.docx", docx(body, header1=header))
    assert read.text.splitlines() == [
        "UBND HUYỆN PHÚ BÌNH",
        "",
        "HỎA TỐC",
        "chèn thêm hiện",
        "trong ô điều khiển",
        "tháng-6",
        "năm 2013",
    ]


def test_macros_are_noted(reader: Reader, tmp_path: Path) -> None:
    octets = zipped(
        {"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>", "word/vbaProject.bin": "x"}
    )
    assert whole(reader, tmp_path, {"bao cao.docm": octets}).defects == ("macros in bao cao.docm",)


def test_a_workbook_that_only_we_understand_still_says_its_words(reader: Reader, tmp_path: Path) -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>Báo cáo quý II năm 2013</t></is></c></row></sheetData></worksheet>'
    )
    octets = zipped({"[Content_Types].xml": "<Types/>", "xl/worksheets/sheet1.xml": sheet})
    assert one(reader, tmp_path, "a.xlsx", octets).text == "Báo cáo quý II năm 2013"


def test_each_file_of_an_archive_stands_under_its_name(reader: Reader, tmp_path: Path) -> None:
    inner = zipped({"sau.txt": "tháng 7"})
    octets = zipped(
        {
            "Thang 6/bao cao.docx": docx(paragraph(TITLE)),
            "../../ra ngoai.txt": "tháng 8",
            "trong.zip": inner,
            "__MACOSX/._bao cao.docx": "x",
            "~$bao cao.docx": "x",
            "hong.pdf": b"\x00\x01",
        }
    )
    mail = whole(reader, tmp_path, {"goi.zip": octets})
    assert mail.attachments[0].nature is Nature.READ
    assert mail.attachments[0].text.split("\n") == [
        "goi.zip/Thang 6/bao cao.docx",
        TITLE,
        "",
        "goi.zip/ra ngoai.txt",
        "tháng 8",
        "",
        "goi.zip/trong.zip",
        "goi.zip/trong.zip/sau.txt",
        "tháng 7",
        "",
        "goi.zip/hong.pdf",
    ]
    assert mail.defects == ("a name that leads out of goi.zip", "broken: goi.zip/hong.pdf")


def test_of_many_files_in_an_archive_each_has_its_say(reader: Reader, tmp_path: Path) -> None:
    files = {f"{number}.txt": f"báo cáo tháng {number}\n" + "nội dung " * 2_000 for number in range(1, 11)}
    mail = whole(reader, tmp_path, {"goi.zip": zipped(files)})
    assert all(f"báo cáo tháng {number}\n" in mail.attachments[0].text for number in range(1, 11))
    many = whole(
        reader,
        tmp_path,
        {"goi.zip": zipped({f"{number}{name}": text for number in range(9) for name, text in files.items()})},
    )
    assert many.defects == ("not all of goi.zip was read",)


@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress, lzma.compress])
def test_what_is_only_compressed_is_one_file(
    packed: Callable[[bytes], bytes], reader: Reader, tmp_path: Path
) -> None:
    read = one(reader, tmp_path, "bc.docx.gz", packed(docx(paragraph(TITLE))))
    assert (read.nature, read.text) == (Nature.READ, f"bc.docx.gz/bc.docx\n{TITLE}")
    assert one(reader, tmp_path, "bc.gz", packed(docx(paragraph("MẬT") + paragraph("BÁO CÁO")))).marked
    assert one(reader, tmp_path, "bc.gz", packed(b"x")[:20]).nature is Nature.BROKEN
    with Reader(Limits(expanded_bytes=1 << 20), ocr=False) as strict:
        assert one(strict, tmp_path, "bc.gz", packed(b"x" * (2 << 20))).nature is Nature.OVER_LIMIT


def test_the_name_that_a_file_had_before_it_was_compressed_is_looked_at(
    reader: Reader, tmp_path: Path
) -> None:
    packed = BytesIO()
    with gzip.GzipFile("tuyet mat.txt", "wb", fileobj=packed) as file:
        file.write(b"x")
    assert one(reader, tmp_path, "a.gz", packed.getvalue()).marked
    assert (
        one(reader, tmp_path, "a.gz", packed.getvalue().replace(b"tuyet", b"thang")).text
        == "a.gz/thang mat.txt\nx"
    )


def test_names_in_an_archive_are_read_in_the_charset_of_their_time(reader: Reader, tmp_path: Path) -> None:
    octets = zipped({"b_o c_o.txt": "x"}).replace(b"b_o c_o.txt", "báo cáo.txt".encode("latin-1"))
    assert one(reader, tmp_path, "goi.zip", octets).text == "goi.zip/báo cáo.txt\nx"


def test_rar_is_read_where_libarchive_is(reader: Reader, tmp_path: Path) -> None:
    read = one(reader, tmp_path, "a.rar", rar({"Báo cáo.docx": docx(paragraph(TITLE)), "b.txt": b"hai"}))
    assert read.text == f"a.rar/Báo cáo.docx\n{TITLE}\n\na.rar/b.txt\nhai"


def test_seven_zip_is_read_where_libarchive_is(reader: Reader, tmp_path: Path) -> None:
    read = one(reader, tmp_path, "bao cao.7z", real("open.7z"))
    assert read.text.startswith("bao cao.7z/report.docx\n")
    assert TITLE in read.text


def test_files_within_files_are_known_by_their_hashes_and_emblems_are_not(
    reader: Reader, tmp_path: Path
) -> None:
    report, emblem = docx(paragraph(TITLE)), real("scan.png")[:4_000]
    packed = zipped(
        {"a/bc.docx": report, "trong.zip": zipped({"b.txt": "hai"}), "logo.png": emblem, "0": b""}
    )
    known = (sha256(report).hexdigest(), sha256(b"hai").hexdigest())
    mail = EmailMessage()
    mail.set_content("chuyển tiếp")
    mail.add_attachment(packed, maintype="application", subtype="zip", filename="goi.zip")
    files = {"goi.zip": packed, "thu.eml": mail.as_bytes(), "bc.docx": report}
    assert [read.within for read in whole(reader, tmp_path, files).attachments] == [known, known, ()]


def test_a_forwarded_mail_says_its_subject_text_and_attachments(reader: Reader, tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["From"] = "x@y.example"
    inner["Subject"] = "Báo cáo quý II"
    inner.set_content("Kính gửi văn phòng")
    inner.add_attachment(
        real("report.docx"), maintype="application", subtype="octet-stream", filename="a.docx"
    )
    outer = EmailMessage()
    outer["From"] = "z@y.example"
    outer.set_content("chuyển tiếp")
    outer.add_attachment(inner)
    read = reader.read(*kept(tmp_path, outer.as_bytes())).attachments[0]
    assert read.nature is Nature.READ
    for words in ("Báo cáo quý II\n", "Kính gửi văn phòng", "/a.docx\n", TITLE):
        assert words in read.text


def test_winmail_dat_is_unwrapped(reader: Reader, tmp_path: Path) -> None:
    octets = winmail(("báo cáo tháng 6.docx", docx(paragraph(TITLE))), ("b.txt", b"hai"))
    read = one(reader, tmp_path, "winmail.dat", octets)
    assert read.text == f"winmail.dat/báo cáo tháng 6.docx\n{TITLE}\n\nwinmail.dat/b.txt\nhai"


@pytest.mark.parametrize(("subject", "text"), [("bao cao thang 6", "bao cao thang 6"), ("", "winmail.dat")])
def test_winmail_dat_without_a_file_is_no_broken_one(
    reader: Reader, tmp_path: Path, subject: str, text: str
) -> None:
    told = struct.pack("<BII", 1, 0x00018004, len(subject)) + subject.encode() + b"\x00\x00"
    read = one(reader, tmp_path, "winmail.dat", winmail() + told)
    assert (read.nature, read.text) == (Nature.READ, text)
    assert not is_document(read)
    assert one(reader, tmp_path, "winmail.dat", winmail()).nature is Nature.BROKEN


@pytest.mark.parametrize(
    ("name", "octets"),
    [
        ("a.txt", TITLE.encode()),
        ("a.txt", b"\xef\xbb\xbf" + TITLE.encode()),
        ("a.txt", TITLE.encode("utf-16")),
        ("a.csv", as_cp1258(TITLE)),
        ("a.txt", "T×nh h×nh thùc hiÖn nhiÖm vô th¸ng 6 n¨m 2013".encode("latin-1")),
        ("a.html", f"<html><body><h1>{TITLE}</h1></body></html>".encode()),
        ("a.doc", f"<html><meta charset=utf-8><p>{TITLE}".encode()),
        ("a.doc", b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>" + TITLE.encode()),
        ("a.xml", f'<?xml version="1.0"?><w:d xmlns:w="{WORD}">{paragraph(TITLE)}</w:d>'.encode()),
    ],
)
def test_text_and_pages_are_read_in_any_charset(
    reader: Reader, tmp_path: Path, name: str, octets: bytes
) -> None:
    assert one(reader, tmp_path, name, octets).text == TITLE


def test_nothing_to_read_is_empty(reader: Reader, tmp_path: Path) -> None:
    line = b"50 50 m 300 60 l S"
    drawn = pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(line), line),
    )
    pasted = docx(paragraph("<w:drawing/>"))
    mail = whole(reader, tmp_path, {"a.pdf": drawn, "b.docx": pasted, "c.txt": b"", "d.zip": zipped({})})
    assert [read.nature for read in mail.attachments] == [Nature.EMPTY] * 4
    assert [is_document(read) for read in mail.attachments[2:]] == [False, False]


@pytest.mark.parametrize("parts", [{}, {"styles": "<w/>", "theme/theme1": "<a/>"}])
def test_a_document_of_word_with_nothing_in_it_is_no_scan(
    parts: dict[str, str], reader: Reader, tmp_path: Path
) -> None:
    mail = whole(reader, tmp_path, {"bc.docx": docx(paragraph(" "), **parts)})
    assert (mail.attachments[0].nature, mail.defects) == (Nature.BROKEN, ("a blank document: bc.docx",))
    beside = docx(paragraph(""), **parts, **{"media/image1": "x"})
    assert one(reader, tmp_path, "bc.docx", beside).nature is Nature.EMPTY


def test_a_picture_is_foreign_where_nothing_recognises_it(reader: Reader, tmp_path: Path) -> None:
    assert one(reader, tmp_path, "scan.png", real("scan.png")).nature is Nature.FOREIGN


def test_junk_before_a_pdf_is_passed_over(reader: Reader, tmp_path: Path) -> None:
    assert "SỞ TÀI CHÍNH" in one(reader, tmp_path, "a.pdf", b"x\r\n" * 1_000 + real("report.pdf")).text


def test_a_mail_without_attachments_begins_no_child(tmp_path: Path) -> None:
    with Reader() as reader:
        path, mail = a_mail(tmp_path, {})
        assert reader.read(path, mail) is mail
        assert reader._child is None


def test_text_is_cut_for_each_attachment_and_for_the_mail(tmp_path: Path) -> None:
    limits = Limits(text_chars=1_000, mail_chars=1_500)
    with Reader(limits, ocr=False) as reader:
        mail = whole(reader, tmp_path, {f"{n}.txt": b"mot hai ba " * 1_000 for n in range(3)})
    assert [len(read.text) for read in mail.attachments] == [1_000, 500, 0]
    assert [read.nature for read in mail.attachments] == [Nature.READ] * 3


def test_letters_that_a_pdf_draws_after_the_rest_of_their_line_are_read_where_they_stand(
    reader: Reader, tmp_path: Path
) -> None:
    text = one(reader, tmp_path, "a.pdf", real("jumbled.pdf")).text
    for line in ("Độc lập - Tự do - Hạnh phúc", "6 tháng cuối năm 2013", "I. KẾT QUẢ THỰC HIỆN"):
        assert line in text.splitlines()
    assert "bằng 85,7% dự toán, tăng 12% so với cùng" in text


def test_more_letters_on_a_page_than_are_put_in_order_are_read_all_the_same(
    reader: Reader, tmp_path: Path
) -> None:
    lines = "".join(f"(dong thu {number:04} cua trang nay) Tj T*\n" for number in range(700))
    drawn = f"BT /F1 1 Tf 10 830 Td 1 TL\n{lines}ET".encode()
    page = pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    text = one(reader, tmp_path, "a.pdf", page).text
    assert all(f"dong thu {number:04}" in text for number in (0, 299, 300, 301, 699))
