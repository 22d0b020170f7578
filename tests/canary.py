"""A canary: a word that stands everywhere in a secret mail, and the search for it in whatever was written."""

import base64
import binascii
import gzip
import io
import os
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pypdfium2
from extract.papers import docx, paragraph, zipped

from mailbot.config import Config

CANARY = "zxHoangYenqv"
UNIT = "congantinh@thainguyen.example"
REPORT = docx(paragraph(f"BÁO CÁO tháng 6 năm 2014 {CANARY}"))
STAMPED = docx(paragraph("MẬT") + paragraph(f"BÁO CÁO {CANARY}"))


def a_mail(subject: str, text: str = "Kính gửi", **files: bytes) -> EmailMessage:
    """A mail of a unit with the canary in every place where words can stand."""
    mail = EmailMessage()
    mail["From"] = f"{CANARY} <{UNIT}>"
    mail["To"] = "baocao@thainguyen.example"
    mail["Subject"] = f"{subject} {CANARY}"
    mail["Message-ID"] = f"<{CANARY}.{binascii.crc32(subject.encode())}@x.example>"
    mail["Thread-Topic"] = CANARY
    mail.set_content(f"{text}\n{CANARY}\n")
    for name, octets in files.items():
        file = f"{CANARY} {name.replace('_', '.')}"
        mail.add_attachment(octets, maintype="application", subtype="octet-stream", filename=file)
    return mail


def inner(subject: str, text: str) -> bytes:
    """Such a mail as another one's attachment."""
    return a_mail(subject, text).as_bytes()


def secret_mails() -> Iterator[EmailMessage]:
    """Mails that bear a mark, each in another place."""
    yield a_mail("(Mật) Báo cáo tháng 6 năm 2014", bc_docx=REPORT)
    yield a_mail("M Ậ T - Báo cáo tháng 5 năm 2014", bc_docx=REPORT)
    yield a_mail("Báo cáo quý II năm 2014", "TỐI MẬT", bc_docx=REPORT)
    yield a_mail("Báo cáo 6 tháng đầu năm 2014", bc_docx=STAMPED)
    yield a_mail("Báo cáo tháng 4 năm 2014", bc_zip=zipped({f"{CANARY}/bc.docx": STAMPED}))
    yield a_mail("Báo cáo tháng 3 năm 2014", bc_zip=zipped({f"{CANARY} TUYỆT MẬT.docx": REPORT}))
    yield a_mail("Báo cáo tháng 2 năm 2014", chuyen_eml=inner("(MẬT) báo cáo", CANARY))
    yield a_mail("Báo cáo tháng 1 năm 2014", MẬT_docx=REPORT)
    headed = a_mail("Báo cáo tuần")
    headed["Sensitivity"] = "Company-Confidential"
    yield headed
    returned = a_mail("Undelivered Mail Returned to Sender", chuyen_eml=inner("Độ mật: Mật", CANARY))
    returned.replace_header("From", "MAILER-DAEMON@mx.example")
    yield returned


def deliver(config: Config, name: str, mail: EmailMessage, at: datetime) -> None:
    """Put a mail into the office's Maildir, as a server would have at that moment."""
    path = config.inbox.path / "new" / name
    path.write_bytes(mail.as_bytes())
    os.utime(path, (at.timestamp(), at.timestamp()))


def holds(octets: bytes) -> bool:
    """Whether the canary is in there, as it is or encoded."""
    word = CANARY.encode()
    shapes = [word.lower(), CANARY.lower().encode("utf-16-le"), word.hex().encode()]
    # Lines that mail or a program broke: base64 and quoted-printable.
    closed = octets.replace(b"=\r\n", b"").replace(b"=\n", b"").replace(b"\r", b"").replace(b"\n", b"")
    small = (octets.lower(), closed.lower())
    if any(shape in text for shape in shapes for text in small):
        return True
    coded = [base64.b64encode(bytes(shift) + word)[4 * (shift > 0) : -4] for shift in range(3)]
    return any(code in text for code in coded for text in (octets, closed))


def unfolded(octets: bytes) -> Iterator[bytes]:
    """The octets, and whatever is packed into them: archives, mails, documents, databases."""
    yield octets
    opened = next((opened for magic, opened in _PACKED.items() if octets.startswith(magic)), None)
    if opened is None and b":" in octets[:200]:
        opened = _mail
    for inside in opened(octets) if opened else ():
        if inside != octets:
            yield from unfolded(inside)


def _package(octets: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(octets)) as package:
        for name in package.namelist():
            yield from (name.encode(), package.read(name))


def _gzip(octets: bytes) -> Iterator[bytes]:
    yield gzip.decompress(octets)


def _pdf(octets: bytes) -> Iterator[bytes]:
    with pypdfium2.PdfDocument(octets) as document:
        for page in document:
            yield "".join(page.get_textpage().get_text_range().split()).encode()
        yield repr(document.get_metadata_dict()).encode()


def _database(octets: bytes) -> Iterator[bytes]:
    # As if it had no write-ahead log: that is a file beside it, and read for itself.
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(octets[:18] + b"\1\1" + octets[20:])
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f"SELECT * FROM {table}"):
                yield from (value if isinstance(value, bytes) else str(value).encode() for value in row)


def _mail(octets: bytes) -> Iterator[bytes]:
    for part in message_from_bytes(octets).walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield payload


_PACKED: dict[bytes, Callable[[bytes], Iterator[bytes]]] = {
    b"PK": _package,
    b"\x1f\x8b": _gzip,
    b"%PDF": _pdf,
    b"SQLite format 3": _database,
}


def tells(octets: bytes) -> bool:
    """Whether the canary is anywhere in there."""
    return any(map(holds, unfolded(octets)))


def telling_files(folder: Path, *, but: frozenset[Path]) -> list[Path]:
    """The files below `folder` that hold the canary, in name or content; not those in or below `but`."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path in but or but.intersection(path.parents):
            continue
        if holds(path.name.encode()) or (
            path.is_file() and not path.is_symlink() and tells(path.read_bytes())
        ):
            found.append(path)
    return found
