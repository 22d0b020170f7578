"""Mails whose subject says nothing and whose document says all: real files, as offices send them.

Each document is typed in Word's format in the layout of Decree 30/2020/NĐ-CP (two columns above the title)
and turned by LibreOffice into the other formats; the scans are those pages as pictures, with no word of text.
"""

import io
import shutil
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pypdfium2
import xlsxwriter
from cases import SENDER, Case, Row, arrival, of_mail, rows
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from extract.papers import a_mail, scanned_pdf
from museum.judge import rules

from mailbot.core.classify import classify
from mailbot.core.period import Period
from mailbot.inbox.extract import Reader

# Every so many of the titles, so that a format has some sixty documents and a scan some twenty.
_EVERY, _EVERY_SCAN = 6, 18
_TURNED = ("pdf", "odt", "rtf", "doc")
_DOTS_PER_POINT = 200 / 72
_LEFT = "ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN\nSỞ TÀI CHÍNH\n\nSố:        /BC-STC"
_RIGHT = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
    "Thái Nguyên, ngày      tháng      năm {year}"
)
_BODY = (
    "Thực hiện chế độ thông tin, báo cáo, Sở Tài chính báo cáo kết quả như sau:",
    "I. KẾT QUẢ THỰC HIỆN",
    "Thu ngân sách đạt 1.370,39 tỷ đồng, bằng 85,7% dự toán, tăng 12% so với cùng kỳ năm trước.",
    "II. PHƯƠNG HƯỚNG, NHIỆM VỤ THỜI GIAN TỚI",
    "Nơi nhận:\n- Văn phòng UBND tỉnh;\n- Lưu: VT, TH.",
)


def of_documents() -> Iterator[Case]:
    """The cases, in each format that this machine can make; none without LibreOffice."""
    if shutil.which("soffice") is None:
        return
    chosen = list(_chosen())
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        for number, row in enumerate(chosen):
            _docx(row, made / f"{number}.docx")
            _xlsx(row, made / f"{number}.xlsx")
        for form in _TURNED:
            _turn(sorted(made.glob("*.docx")), form)
        with Reader() as reader:
            for number, row in enumerate(chosen):
                for path in sorted(made.glob(f"{number}.*")):
                    yield _judged(row, path.suffix[1:], path.read_bytes(), reader, made)
                if number % (_EVERY_SCAN // _EVERY) == 0 and shutil.which("tesseract"):
                    scan = scanned_pdf(_picture(made / f"{number}.pdf"))
                    yield _judged(row, "scan", scan, reader, made)


def _chosen() -> Iterator[Row]:
    found = [
        row
        for table in ("titles_open", "titles_blind", "titles_made")
        for row in rows(table)
        if row.document_type == "BC" and row.periods and " " in row.title and "." not in row.title[-6:]
        # A printed abstract is neither a slug nor a subject with its number or its "Fwd:" in front.
        if row.title[0].isupper()
        and "/" not in row.title.split(" ", maxsplit=1)[0]
        and "wd:" not in row.title
        if row.title.lower().startswith("báo cáo ") and not row.title.startswith("Báo cáo số")
    ]
    return iter(found[::_EVERY])


def _matter(row: Row) -> str:
    matter = row.title[len("Báo cáo ") :]
    return matter[:1].upper() + matter[1:]


def _year(periods: frozenset[Period] | None) -> int:
    return max(period.year for period in periods or ())


def _docx(row: Row, path: Path) -> None:
    document = Document()
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = "Times New Roman", Pt(13)
    head = document.add_table(1, 2).rows[0].cells
    head[0].text, head[1].text = _LEFT, _RIGHT.format(year=_year(row.periods))
    for text in ("", "BÁO CÁO", _matter(row)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(text).bold = True
    for text in _BODY:
        document.add_paragraph(text)
    document.save(str(path))


def _xlsx(row: Row, path: Path) -> None:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("BC")
    for at, text in enumerate(
        ("SỞ TÀI CHÍNH", "", f"BÁO CÁO {_matter(row).upper()}", "", "Đơn vị: triệu đồng")
    ):
        sheet.write(at, 0, text)
    sheet.write_row(6, 0, ("STT", "Chỉ tiêu", "Kế hoạch", "Thực hiện", "%"))
    sheet.write_row(7, 0, (1, "Thu nội địa", 1_370.39, 1_174.4, 85.7))
    book.close()


def _turn(documents: Sequence[Path], form: str) -> None:
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", form]
        folder = documents[0].parent
        subprocess.run(
            [*command, "--outdir", str(folder), *map(str, documents)], check=True, capture_output=True
        )


def _picture(page: Path) -> bytes:
    """The first page as a grey PNG of 200 dots an inch, as copiers scan."""
    document = pypdfium2.PdfDocument(page)
    bitmap = document[0].render(scale=_DOTS_PER_POINT, grayscale=True)
    width, height, stride = bitmap.width, bitmap.height, bitmap.stride
    grey = bytes(bitmap.buffer)
    document.close()
    lines = b"".join(b"\0" + grey[at * stride : at * stride + width] for at in range(height))
    png = io.BytesIO(b"")
    png.write(b"\x89PNG\r\n\x1a\n")
    for name, content in (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines)),
        (b"IEND", b""),
    ):
        crc = struct.pack(">I", zlib.crc32(name + content))
        png.write(struct.pack(">I", len(content)) + name + content + crc)
    return png.getvalue()


def _judged(row: Row, form: str, octets: bytes, reader: Reader, folder: Path) -> Case:
    name = f"vb.{'pdf' if form == 'scan' else form}"
    path, mail = a_mail(folder, {name: octets}, text="Kính gửi Văn phòng.")
    mail = replace(reader.read(path, mail), sender=SENDER, subject="Gửi văn phòng")
    verdict = classify(mail, rules(), arrival(row.periods or ()))
    return replace(of_mail("document alone", row, verdict), kind=form, name=f"{form}: {row.title}")
