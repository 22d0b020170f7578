"""A PDF file without its pictures says all that it says with them."""

import base64
import zlib
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from extract.papers import one, real, scanned_pdf, with_words
from extract.test_scans import WORDS
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.mail import Nature
from mailbot.inbox.extract import Reader, scans
from mailbot.inbox.extract.undrawn import Undrawn
from mailbot.inbox.transfer import OpenBase64

LARGE = 100_000
HEAD = b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray "


def held(content: bytes) -> OpenBase64:
    coded = base64.encodebytes(content)
    return OpenBase64(coded, 0, len(coded))


def drawn(picture: bytes) -> bytes:
    """A page with a picture, whose whole object is given; object 7 is a length that it may name."""
    return with_words(picture, b"%d" % LARGE)


def shown(file: OpenBase64 | Undrawn) -> str:
    """The words on the first page."""
    with pdfium.PdfDocument(file) as document:
        assert len(list(document[0].get_objects())) == 2
        return str(document[0].get_textpage().get_text_range())


PICTURES = {
    "plain": HEAD + b"/Length 100000 >>\nstream\n%s\nendstream",
    "its length said elsewhere": HEAD + b"/Length 7 0 R>>stream\r\n%s\r\nendstream",
    "its length said first": b"<</Length 100000/Subtype/Image/Width 1/Height 1>>\r\nstream\r\n%s\nendstream",
}


@pytest.mark.parametrize("how", PICTURES)
def test_a_large_picture_is_empty_and_the_page_says_the_same(how: str) -> None:
    content = drawn(PICTURES[how] % (b"\xfe" * LARGE))
    without = Undrawn(held(content)).readall()
    assert len(without) == len(content)
    assert shown(Undrawn(held(content))) == shown(held(content)) == "Bao cao thang 6 nam 2013"
    with pdfium.PdfDocument(Undrawn(held(content))) as document:
        assert sum(len(each.get_data()) for each in document[0].get_objects([3])) == 0


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(HEAD + b"/Length 9 >>\nstream\n%s\nendstream" % (b"\xfe" * 9), id="a small picture"),
        pytest.param(b"<< /Length 100000 >>\nstream\n%s\nendstream" % bytes(LARGE), id="no picture"),
        pytest.param(HEAD + b">>\nstream\n%s\nendstream" % bytes(LARGE), id="no length"),
        pytest.param(HEAD + b"/Length 100000 >>\nstream\n%s" % bytes(LARGE), id="no end"),
        pytest.param(b"(a stream of /Subtype /Image) endstream %s endstream" % bytes(LARGE), id="only words"),
    ],
)
def test_all_else_stays_as_it_is(kept: bytes) -> None:
    content = drawn(kept)
    assert Undrawn(held(content)).readall() == content


CONTENT = drawn(PICTURES["plain"] % (b"\xfe" * LARGE))
PLACE = st.one_of(
    st.integers(0, len(CONTENT) + 9), st.integers(-40, 40).map(lambda off: CONTENT.index(b"\xfe") + off)
)


@given(at=PLACE, most=st.integers(0, 300))
def test_it_is_the_same_wherever_one_begins_to_read(at: int, most: int) -> None:
    whole = Undrawn(held(CONTENT)).readall()
    file = Undrawn(held(CONTENT))
    file.seek(at)
    assert file.read(most) == whole[at : at + most]
    assert file.tell() == max(at, min(at + most, len(whole)))


@given(content=st.binary(max_size=60), pieces=st.lists(st.sampled_from([b">>stream\n", b"endstream", HEAD])))
def test_any_octets_keep_their_number(content: bytes, pieces: list[bytes]) -> None:
    odd = content.join([b"", *pieces, b"/Length 3 "])
    assert len(Undrawn(held(odd)).readall()) == len(odd)


@pytest.fixture(scope="module")
def clerk() -> Iterator[Reader]:
    assert scans.installed(), "tests/servers/install.sh installs Tesseract and its Vietnamese"
    with Reader() as reader:
        yield reader


def test_a_scan_of_many_megabytes_is_recognised(clerk: Reader, tmp_path: Path) -> None:
    scan = scanned_pdf(real("scan.png"))
    begin, end = scan.rindex(b"stream\n", 0, scan.rindex(b"endstream")) + 7, scan.rindex(b"\nendstream")
    # The same picture without packing.
    picture = zlib.compress(zlib.decompress(scan[begin:end]), 0)
    large = scan[:begin].replace(b"/Length %d" % (end - begin), b"/Length %d" % len(picture)) + picture
    # What stands behind the last object makes the mail one of those that are not held.
    large += scan[end:].replace(b"xref", b"%%%s\nxref" % bytes(8 << 20), 1)
    read = one(clerk, tmp_path, "scan.pdf", large)
    assert read.nature is Nature.READ
    assert WORDS in read.text.lower()
