"""Marks of secrecy deep within a file: behind many others, on a later sheet, in a mail that is a file."""

import struct
from collections.abc import Callable
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter
from extract.containers import compound, old_document
from extract.papers import WORD, docx, one, paragraph, whole, winmail, zipped

from mailbot.core.mail import Nature
from mailbot.inbox.extract import Limits, Reader

SECRET = docx(paragraph("CÔNG AN TỈNH") + paragraph("MẬT") + paragraph("BÁO CÁO"))
PUBLIC = docx(paragraph("BÁO CÁO") + paragraph("Tình hình thực hiện nhiệm vụ tháng 6. " * 10) * 30)
PROPERTIES = "__properties_version1.0"
SUBJECT, BODY, PAGE = "__substg1.0_0037001F", "__substg1.0_1000001F", "__substg1.0_10130102"
HEADER = "__substg1.0_007D001F"
LONG_NAME, SHORT_NAME = "__substg1.0_3707001F", "__substg1.0_3704001F"
FILE, WITHIN = "__substg1.0_37010102", "__substg1.0_3701000D"
ATTACHED = "__attach_version1.0_#00000000"
CONFIDENTIAL = struct.pack("<IIQ", 0x00360003, 6, 3)


def saved(subject: str = "Báo cáo", text: str = "Kính gửi", properties: bytes = b"", **more: bytes) -> bytes:
    """A mail saved by Outlook, with `more` streams."""
    return compound({PROPERTIES: bytes(32) + properties, **of_mail(subject, text), **more})


def of_mail(subject: str, text: str = "Kính gửi") -> dict[str, bytes]:
    return {SUBJECT: subject.encode("utf-16-le"), BODY: text.encode("utf-16-le")}


def attached(streams: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{ATTACHED}/{name}": content for name, content in streams.items()}


def forwarded(streams: dict[str, bytes]) -> dict[str, bytes]:
    """The streams of a mail that is attached to a saved one."""
    return attached({f"{WITHIN}/{name}": content for name, content in streams.items()})


def a_file(name: str, content: bytes, short: str = "") -> dict[str, bytes]:
    names = {LONG_NAME: name.encode("utf-16-le")} | ({SHORT_NAME: short.encode("utf-16-le")} if short else {})
    return {**names, FILE: content}


def a_mail(html: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "vanthu@stc.example", "Báo cáo"
    mail.set_content("Kính gửi")
    if html:
        mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def parts(header: str, before: str = "") -> bytes:
    """A mail with one file whose part has this header, and with words before its first part."""
    return (
        "From: a@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n"
        f"{before}\n--B\nContent-Type: text/plain\n\nx\n--B\n{header}\n\nxx\n--B--\n"
    ).encode()


def enclosing(part: str, content: bytes) -> bytes:
    """A document of Word with another file in it."""
    octets = BytesIO(docx(paragraph("Báo cáo")))
    with ZipFile(octets, "a") as package:
        package.writestr(part, content)
    return octets.getvalue()


def workbook(second: str, *, hidden: bool = False, first: str = "", boxes: int = 0) -> bytes:
    octets = BytesIO()
    book = xlsxwriter.Workbook(octets)
    long, sheet = book.add_worksheet("Biểu 1"), book.add_worksheet("Biểu 2")
    long.write(0, 0, first)
    for row in range(1, 60):
        long.write_row(row, 0, ["Chỉ tiêu của xã " * 30, row])
    for box in range(boxes):
        long.insert_textbox(box, 3, f"Ghi chú {box}")
    sheet.write_row(0, 0, ["CÔNG AN TỈNH", "", second])
    sheet.write_row(1, 0, ["Nội dung", 12])
    if hidden:
        sheet.hide()
    book.close()
    return octets.getvalue()


def wrapped(subject: bytes) -> bytes:
    told = struct.pack("<BII", 1, 0x00018004, len(subject)) + subject + b"\x00\x00"
    return winmail(("a.docx", docx(paragraph("Báo cáo")))) + told


MARKED: dict[str, Callable[[], bytes]] = {
    "behind-ten.zip": lambda: zipped({**{f"{n:02}.docx": PUBLIC for n in range(12)}, "x.docx": SECRET}),
    "behind-forty.zip": lambda: zipped({**{f"{n:02}.docx": PUBLIC for n in range(40)}, "x.docx": SECRET}),
    "enclosed.docx": lambda: enclosing("word/embeddings/Microsoft_Word_Document1.docx", SECRET),
    "enclosed-old.docx": lambda: enclosing("word/embeddings/oleObject1.bin", old_document("MẬT\rBC\r", "")),
    "below-headers.docx": lambda: docx(
        paragraph("CÔNG AN TỈNH") + paragraph("MẬT"),
        **{f"header{n}": f'<w:h xmlns:w="{WORD}">{paragraph("Phụ lục") * 3}</w:h>' for n in range(12)},
    ),
    "below-headers.doc": lambda: old_document("CÔNG AN TỈNH\rMẬT\rBÁO CÁO\r", "Phụ lục\r" * 40),
    "below-boxes.xlsx": lambda: workbook("x", first="TỐI MẬT", boxes=40),
    "later-sheet.xlsx": lambda: workbook("TỐI MẬT"),
    "hidden-sheet.xlsx": lambda: workbook("MẬT", hidden=True),
    "page.eml": lambda: a_mail("<p>MẬT</p><p>Báo cáo</p>"),
    "name.eml": lambda: parts(
        'Content-Type: x/y; name="BC MAT.bin"\nContent-Disposition: inline; filename=a.bin'
    ),
    "description.eml": lambda: parts("Content-Type: x/y; name=a.bin\nContent-Description: (Mat) bao cao"),
    "before.eml": lambda: parts("Content-Type: x/y; name=a.bin", "MẬT"),
    "subject.msg": lambda: saved("(Mật) Báo cáo quý II"),
    "last-word.msg": lambda: saved("Báo cáo tháng 6 mật"),
    "page.msg": lambda: saved(**{PAGE: "<html><p>MẬT</p><p>Báo cáo</p>".encode()}),
    "confidential.msg": lambda: saved(properties=CONFIDENTIAL),
    "header.msg": lambda: saved(**{HEADER: "Sensitivity: company-confidential\r\n".encode("utf-16-le")}),
    "short-name.msg": lambda: saved(**attached(a_file("bc.docx", PUBLIC[:99], "BC mat.docx"))),
    "forwarded.msg": lambda: saved(**forwarded(of_mail("(Mật) Báo cáo quý II"))),
    "forwarded-text.msg": lambda: saved(**forwarded(of_mail("Báo cáo", "CÔNG AN TỈNH\nTỐI MẬT\nBáo cáo"))),
    "forwarded-file.msg": lambda: saved(**forwarded(attached(a_file("a.docx", SECRET)))),
    "winmail.dat": lambda: wrapped(b"(Mat) Bao cao"),
}
PLAIN: dict[str, Callable[[], bytes]] = {
    "many.zip": lambda: zipped({f"{n:02}.docx": PUBLIC for n in range(40)}),
    "sheets.xlsx": lambda: workbook("Mật độ dân số"),
    "headers.doc": lambda: old_document("BÁO CÁO\rCông tác bảo mật\r", "Phụ lục\r" * 40),
    "enclosed.docx": lambda: enclosing("word/embeddings/Microsoft_Excel_Sheet1.xlsx", workbook("x")),
    "hidden.xlsx": lambda: workbook("Bảo mật", hidden=True),
    "page.eml": lambda: a_mail("<p>Bảo mật</p><p>Báo cáo</p>"),
    "parts.eml": lambda: parts("Content-Type: x/y; name=a.bin\nContent-Description: bao mat", "This is MIME"),
    "mail.msg": lambda: saved("Báo cáo công tác bảo mật", **forwarded(of_mail("Mật độ dân số"))),
    "private.msg": lambda: saved(properties=CONFIDENTIAL.replace(b"\x03\x00\x00\x00", b"\x02\x00\x00\x00")),
    "winmail.dat": lambda: wrapped(b"Bao cao bao mat"),
}


@pytest.mark.parametrize("name", MARKED)
def test_a_mark_deep_within_a_file_is_found(name: str, reader: Reader, tmp_path: Path) -> None:
    assert one(reader, tmp_path, name, MARKED[name]()).marked


@pytest.mark.parametrize("name", PLAIN)
def test_a_file_without_a_mark_is_read_as_before(name: str, reader: Reader, tmp_path: Path) -> None:
    found = one(reader, tmp_path, name, PLAIN[name]())
    assert (found.marked, found.nature) == (False, Nature.READ)


def test_a_report_in_a_mail_that_is_forwarded_in_a_saved_mail_is_read(reader: Reader, tmp_path: Path) -> None:
    octets = saved("FW", **forwarded(attached(a_file("a.docx", docx(paragraph("Báo cáo tháng 6"))))))
    assert one(reader, tmp_path, "thu.msg", octets).text == "FW\nKính gửi\n\nthu.msg/a.docx\nBáo cáo tháng 6"


def test_what_is_opened_for_marks_alone_costs_nothing_that_was_read(tmp_path: Path) -> None:
    files = {**{f"{n:02}.docx": PUBLIC for n in range(12)}, **{f"x{n}.txt": "x" for n in range(300)}}
    many, large = zipped(files), zipped({f"{n:02}.docx": PUBLIC for n in range(12)} | {"z": bytes(9 << 20)})
    with Reader(Limits(expanded_bytes=4 << 20), ocr=False) as strict:
        mail = whole(strict, tmp_path, {"a.zip": many, "b.zip": large})
    assert [file.nature for file in mail.attachments] == [Nature.READ] * 2
    assert mail.defects == tuple(
        f"not all of {name} was {done}"
        for name in ("a.zip", "b.zip")
        for done in ("read", "looked at for marks")
    )
