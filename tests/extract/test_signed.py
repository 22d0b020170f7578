"""Mails and documents that are signed in one piece with their signature, by the real OpenSSL."""

import subprocess
from email.message import EmailMessage
from pathlib import Path

import pytest
from extract.papers import TITLE, docx, kept, one, paragraph, real

from mailbot.core.mail import Attachment, Nature
from mailbot.core.members import is_document
from mailbot.inbox.extract import Reader

HEAD = b"From: vanthu@stc.example\r\nSubject: bao cao\r\n"
DOCUMENT = docx(paragraph(TITLE))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("key")
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
    ]
    names = ["-keyout", str(folder / "k.pem"), "-out", str(folder / "c.pem")]
    subprocess.run([*made, "30", "-subj", "/CN=x", *names], check=True, stderr=subprocess.DEVNULL)
    return ["-signer", str(folder / "c.pem"), "-inkey", str(folder / "k.pem")]


def signed(key: list[str], content: bytes, *options: str) -> bytes:
    command = ["openssl", "cms", "-sign", *key, *options]
    return subprocess.run(command, input=content, check=True, capture_output=True).stdout


def a_mail(file: bytes = b"", text: str = "Kính gửi") -> bytes:
    """What is signed of a mail: its parts, without the header that servers and people see."""
    mail = EmailMessage()
    mail.set_content(text)
    if file:
        mail.add_attachment(file, maintype="application", subtype="octet-stream", filename="bc.docx")
    return mail.as_bytes()


def arrived(reader: Reader, folder: Path, raw: bytes) -> Attachment:
    return reader.read(*kept(folder, HEAD + raw)).attachments[0]


@pytest.mark.parametrize("streamed", [(), ("-stream",)], ids=["in one piece", "streamed"])
def test_a_mail_that_is_signed_as_a_whole_is_read(
    key: list[str], streamed: tuple[str, ...], reader: Reader, tmp_path: Path
) -> None:
    read = arrived(reader, tmp_path, signed(key, a_mail(DOCUMENT), "-nodetach", *streamed))
    assert (read.nature, read.text) == (Nature.READ, f"Kính gửi\n\nsmime.p7m/bc.docx\n{TITLE}")
    assert is_document(read)
    words = arrived(reader, tmp_path, signed(key, a_mail(), "-nodetach", *streamed))
    assert (words.text, is_document(words)) == ("Kính gửi", False)


def test_a_mark_of_secrecy_in_it_is_found(key: list[str], reader: Reader, tmp_path: Path) -> None:
    for secret in (a_mail(docx(paragraph("MẬT") + paragraph("BÁO CÁO"))), a_mail(text="TỐI MẬT\nBáo cáo")):
        assert arrived(reader, tmp_path, signed(key, secret, "-nodetach")).marked


@pytest.mark.parametrize("streamed", [(), ("-stream",)], ids=["in one piece", "streamed"])
def test_a_document_that_is_signed_in_one_piece_is_read(
    key: list[str], streamed: tuple[str, ...], reader: Reader, tmp_path: Path
) -> None:
    for name, octets in (("bc.docx", DOCUMENT), ("bc.pdf", real("report.pdf"))):
        file = signed(key, octets, "-nodetach", "-binary", "-outform", "DER", *streamed)
        read = one(reader, tmp_path, f"{name}.p7m", file)
        assert read.nature is Nature.READ
        assert read.text.startswith(f"{name}.p7m/{name}\n")
        assert TITLE in " ".join(read.text.split())


@pytest.mark.parametrize("kind", ["pkcs7-signature", "x-pkcs7-signature", "octet-stream"])
def test_a_file_in_its_signature_is_a_document_and_a_signature_apart_is_none(
    key: list[str], kind: str, reader: Reader, tmp_path: Path
) -> None:
    der = ("-binary", "-outform", "DER")
    files = (signed(key, DOCUMENT, "-nodetach", *der), signed(key, DOCUMENT, *der))
    mail = EmailMessage()
    mail.set_content("Kính gửi")
    for name, octets in zip(("BC.docx.p7s", "smime.p7s"), files, strict=True):
        mail.add_attachment(octets, maintype="application", subtype=kind, filename=name)
    whole, apart = reader.read(*kept(tmp_path, HEAD + mail.as_bytes())).attachments
    assert whole.text == f"BC.docx.p7s/BC.docx\n{TITLE}"
    assert (is_document(whole), is_document(apart)) == (True, False)


def test_a_signature_apart_and_what_is_cut_short_are_told_from_what_is_locked(
    key: list[str], reader: Reader, tmp_path: Path
) -> None:
    apart = signed(key, DOCUMENT, "-binary", "-outform", "DER")
    assert one(reader, tmp_path, "bc.docx.p7s", apart).nature is Nature.FOREIGN
    whole = signed(key, DOCUMENT, "-nodetach", "-binary", "-outform", "DER")
    streamed = signed(key, DOCUMENT, "-nodetach", "-binary", "-outform", "DER", "-stream")
    for octets in (whole, streamed):
        for length in (*range(1, 120), len(octets) // 4):
            assert one(reader, tmp_path, "bc.docx.p7m", octets[:length]).nature is not Nature.UNREAD
    endless = whole[:15] + b"\x30\x80" * 100_000
    assert one(reader, tmp_path, "bc.docx.p7m", endless).nature is Nature.BROKEN
