"""Scans and photographs, recognised by the real Tesseract with Vietnamese; never skipped."""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from extract.papers import one, real, scanned_pdf, whole, zipped

from mailbot.core.language.text import fold
from mailbot.core.mail import Nature
from mailbot.inbox.extract import Limits, Reader, scans

WORDS = "tình hình thực hiện nhiệm vụ tháng 6 năm 2013"


@pytest.fixture(scope="module")
def clerk() -> Iterator[Reader]:
    assert scans.installed(), "tests/servers/install.sh installs Tesseract and its Vietnamese"
    with Reader() as reader:
        yield reader


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_a_scan_is_recognised(clerk: Reader, tmp_path: Path, kind: str) -> None:
    picture = real("scan.png")
    read = one(clerk, tmp_path, f"scan.{kind}", scanned_pdf(picture) if kind == "pdf" else picture)
    assert read.nature is Nature.READ
    assert WORDS in read.text.lower()
    assert "so tai chinh tinh thai nguyen" in fold(read.text)


def test_what_recognises_scans_is_begun_with_the_first_one_and_ends_with_the_child(tmp_path: Path) -> None:
    with Reader() as reader:
        one(reader, tmp_path, "a.txt", b"words")
        assert reader._child is not None
        assert reader._child.helper is None
        for name in ("scan.png", "again.png"):
            one(reader, tmp_path, name, real("scan.png"))
        helper = reader._child.helper
        assert helper is not None
        assert helper.poll() is None
    assert helper.returncode is not None


def test_a_scan_in_an_archive_is_recognised(clerk: Reader, tmp_path: Path) -> None:
    assert WORDS in one(clerk, tmp_path, "a.zip", zipped({"scan.png": real("scan.png")})).text.lower()


def test_a_scan_that_nobody_recognises_is_empty(reader: Reader, tmp_path: Path) -> None:
    assert one(reader, tmp_path, "scan.pdf", scanned_pdf(real("scan.png"))).nature is Nature.EMPTY


def test_a_document_with_text_is_not_recognised_anew(clerk: Reader, tmp_path: Path) -> None:
    assert one(clerk, tmp_path, "a.pdf", real("report.pdf")).text.count("BÁO CÁO") == 1


def png(width: int, height: int) -> bytes:
    picture = bytearray(real("scan.png"))
    picture[16:24] = struct.pack(">II", width, height)
    return bytes(picture)


def test_logos_are_left_alone_and_giants_refused(clerk: Reader, tmp_path: Path) -> None:
    files = {
        "logo.png": png(120, 60),
        "khong lo.png": png(60_000, 60_000),
        "gia.gif": b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + bytes(100),
        "gia.jpg": b"\xff\xd8\xff\xc0\x00\x11\x08" + struct.pack(">HH", 65_000, 65_000) + bytes(100),
        "hong.png": b"\x89PNG\r\n\x1a\n" + bytes(500),
    }
    natures = [read.nature for read in whole(clerk, tmp_path, files).attachments]
    assert natures == [Nature.FOREIGN, *[Nature.OVER_LIMIT] * 3, Nature.EMPTY]


def test_recognition_ends_when_its_time_is_up(tmp_path: Path) -> None:
    with Reader(Limits(ocr_seconds=0.01), ocr=True) as hasty:
        mail = whole(hasty, tmp_path, {"scan.png": real("scan.png"), "a.txt": b"x"})
    assert [read.nature for read in mail.attachments] == [Nature.EMPTY, Nature.READ]
