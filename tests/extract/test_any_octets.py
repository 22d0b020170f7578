"""Whatever the octets are, opening them gives a value; these files never raise."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from extract.papers import FILES, a_mail, docx, kept, one, paragraph, winmail, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.mail import Nature
from mailbot.inbox.extract import Limits, Reader
from mailbot.inbox.extract.opening import Opening

SMALL = Limits(expanded_bytes=8 << 20, text_chars=5_000)
# Without recognition: that a program outside survives odd pictures is its own affair.
MADE = {
    "a.docx": docx(paragraph("tháng 6") * 3),
    "a.zip": zipped({"a.txt": "x", "b.zip": zipped({"c.txt": "y"})}),
    "winmail.dat": winmail(("a.txt", b"x")),
    "a.eml": b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n",
}


@cache
def originals() -> dict[str, bytes]:
    return MADE | {
        file.name: file.read_bytes() for file in sorted(FILES.iterdir()) if file.stat().st_size < 20_000
    }


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A real file in which some octets are others, gone or doubled."""
    name = draw(st.sampled_from(sorted(originals())))
    octets = bytearray(originals()[name])
    for _ in range(draw(st.integers(1, 12))):
        at = draw(st.integers(0, max(0, len(octets) - 1)))
        match draw(st.sampled_from("scdi")):
            case "s":
                octets[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case "c":
                del octets[at : at + draw(st.integers(1, 64))]
            case "d":
                octets[at:at] = octets[at : at + draw(st.integers(1, 64))]
            case _:
                octets[at:at] = draw(st.binary(max_size=8))
    return name, bytes(octets)


def opened(name: str, octets: bytes) -> Nature:
    found = Opening.begin(name, SMALL, ocr=False).read(octets)
    assert len(found.text) <= SMALL.text_chars
    assert found.text == found.text.encode("utf-8").decode()
    return found.nature


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_damaged_files_never_raise(file: tuple[str, bytes]) -> None:
    # In this very program, so that what a reader raises is seen; native libraries are tried below.
    name, octets = file
    if not name.endswith((".pdf", ".xls", ".xlsx", ".ods", ".7z")):
        opened(name, octets)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=2_000), st.sampled_from(["", "a.txt", "a.pdf", "a.doc", "a.zip", "a.eml", "a.html"])
)
def test_any_octets_under_any_name_never_raise(octets: bytes, name: str) -> None:
    opened(name, octets)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damaged())
def test_damaged_files_never_end_the_reader(
    reader: Reader, tmp_path_factory: pytest.TempPathFactory, file: tuple[str, bytes]
) -> None:
    name, octets = file
    folder: Path = tmp_path_factory.getbasetemp()
    assert one(reader, folder, name, octets).nature is not Nature.UNREAD


@pytest.mark.parametrize(
    "eml", sorted((FILES.parent.parent / "mails").glob("*.eml")), ids=lambda eml: eml.stem
)
def test_child_and_parser_agree_on_every_mail_of_the_museum(
    reader: Reader, eml: Path, tmp_path: Path
) -> None:
    path, mail = kept(tmp_path, eml.read_bytes())
    read = reader.read(path, mail)
    unread = [replace(each, text="", nature=Nature.UNREAD, within=()) for each in read.attachments]
    assert unread == [*mail.attachments]
    assert Nature.UNREAD not in {attachment.nature for attachment in read.attachments}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_child_and_parser_agree_on_damaged_mails(
    reader: Reader, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name, octets = data.draw(damaged())
    path, _ = a_mail(tmp_path_factory.getbasetemp(), {name: octets[:300], "b.txt": b"hai"})
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    damaged_path, mail = kept(tmp_path_factory.getbasetemp(), bytes(raw))
    read = reader.read(damaged_path, mail)
    assert Nature.UNREAD not in {attachment.nature for attachment in read.attachments}
