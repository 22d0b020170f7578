"""The summary as a PDF: Vietnamese with every accent, other people's text as text, the same bytes."""

import subprocess
from pathlib import Path

import pytest
from builders import at

from mailbot.papers.pdf import pdf_of

WORDS = "Ủy ban nhân dân tỉnh Thái Nguyên: Đề nghị rà soát, đối chiếu, giải trình; quý cơ quan, đỗ, ưỡn, ặ, ỵ"
EVIL = "&lt;b onload=x&gt; &amp;amp; &lt;/para&gt; &lt;img src='http://x/'/&gt;"


def shown(folder: Path, pdf: bytes, *options: str) -> str:
    file = folder / "in.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(
        ["pdftotext", *options, str(file), "-"], check=True, capture_output=True, timeout=60
    )
    return told.stdout.decode()


def written(*pages: str) -> bytes:
    return pdf_of(pages, title="Hồ sơ", author="Văn phòng", made_at=at("2013-07-05 08:00"))


def test_vietnamese_reads_as_it_was_written(tmp_path: Path) -> None:
    table = f"<table><tr><th>Đơn vị</th><td>{WORDS}</td></tr></table>"
    page = f"<style>p {{}}</style><h1>{WORDS}</h1><p>{WORDS}</p>{table}"
    text = " ".join(shown(tmp_path, written(page)).split())
    assert text.count(WORDS) + text.replace(" ", "").count(WORDS.replace(" ", "")) >= 3
    assert "Đơn vị" in text
    assert "Trang 1" in text
    assert "p {}" not in text


def test_other_peoples_text_stays_text(tmp_path: Path) -> None:
    text = shown(tmp_path, written(f"<h1>{EVIL}</h1><table><tr><th>x</th><td>{EVIL}</td></tr></table>"))
    assert text.count("<b onload=x>") == 2
    assert text.count("http://x/") == 2


@pytest.mark.parametrize("words", ["x" * 20_000, "dài " * 5_000, "\u202e\u4e2d\u6587 ok", ""])
def test_nothing_in_a_cell_stops_the_file(tmp_path: Path, words: str) -> None:
    pdf = written(f"<table><tr><th>Tiêu đề</th><td>{words}</td></tr></table>", "<h1>hai</h1>")
    assert "hai" in shown(tmp_path, pdf)


def test_the_same_input_gives_the_same_file_with_its_font_inside(tmp_path: Path) -> None:
    pdf = written(f"<p>{WORDS}</p>")
    assert pdf == written(f"<p>{WORDS}</p>")
    file = tmp_path / "in.pdf"
    file.write_bytes(pdf)
    fonts = subprocess.run(
        ["pdffonts", str(file)], check=True, capture_output=True, timeout=60
    ).stdout.decode()
    [row] = [line for line in fonts.splitlines() if "DejaVu" in line]
    assert row.split()[-5:-2] == ["yes", "yes", "yes"], "embedded, a subset, and readable as text"
