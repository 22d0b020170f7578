"""Attachments of many megabytes are read as small ones are, but never held."""

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from extract.papers import one, real, with_words, zipped

from mailbot.core.mail import Nature
from mailbot.inbox.extract import Reader

MIB = 1 << 20
PICTURE = random.Random("a photograph").randbytes(30 * MIB)


def with_picture(package: bytes, name: str) -> bytes:
    """A document or an archive with a photograph in it, which no packing makes smaller."""
    buffer = io.BytesIO(package)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, PICTURE)
    return buffer.getvalue()


def drawn(picture: bytes) -> bytes:
    return with_words(
        b"<< /Type /XObject /Subtype /Image /Width 1000 /Height 1000 /BitsPerComponent 8 /ColorSpace"
        b" /DeviceGray /Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream" % (len(picture), picture)
    )


@pytest.fixture
def fresh() -> Iterator[Reader]:
    with Reader(ocr=False) as reader:
        yield reader


def peak(reader: Reader) -> int:
    """The most memory that the reader's child ever took, in bytes; proc(5)."""
    assert reader._child is not None
    status = Path(f"/proc/{reader._child.pid}/status").read_text("ascii")
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


@pytest.mark.parametrize(
    ("name", "small", "large"),
    [
        ("a.docx", real("report.docx"), lambda: with_picture(real("report.docx"), "word/media/image1.jpeg")),
        ("a.odt", real("report.odt"), lambda: with_picture(real("report.odt"), "Pictures/1.jpeg")),
        ("a.xlsx", real("table.xlsx"), lambda: with_picture(real("table.xlsx"), "xl/media/image1.jpeg")),
        ("a.pdf", drawn(b""), lambda: drawn(PICTURE)),
    ],
)
def test_a_document_with_a_photograph_of_thirty_megabytes_costs_no_more_memory(
    fresh: Reader, tmp_path: Path, name: str, small: bytes, large: object
) -> None:
    expected = one(fresh, tmp_path, name, small)
    assert expected.text
    before = peak(fresh)
    read = one(fresh, tmp_path, name, large())  # type: ignore[operator]
    assert (read.text, read.nature) == (expected.text, Nature.READ)
    # Slices of a megabyte, letters and what they decode to, and four of them kept.
    assert peak(fresh) - before < 16 * MIB


def test_an_archive_with_a_photograph_beside_the_report_is_read(fresh: Reader, tmp_path: Path) -> None:
    archive = with_picture(zipped({"bao cao.docx": real("report.docx")}), "anh.jpg")
    expected = one(fresh, tmp_path, "a.zip", zipped({"bao cao.docx": real("report.docx")}))
    read = one(fresh, tmp_path, "a.zip", archive)
    assert read.nature is Nature.READ
    # What nobody can read of it is named at the end.
    assert read.text.startswith(expected.text)


def test_a_workbook_with_a_large_damaged_part_is_left_to_its_own_reader(
    fresh: Reader, tmp_path: Path
) -> None:
    damaged = with_picture(real("table.xlsx"), "xl/theme/theme9.xml")
    at = damaged.rindex(PICTURE[:100])
    damaged = damaged[:at] + bytes(100) + damaged[at + 100 :]
    read = one(fresh, tmp_path, "a.xlsx", damaged)
    assert read.text == one(fresh, tmp_path, "a.xlsx", real("table.xlsx")).text
