"""The museum of odd mails: each `NNNN-name.eml` has what is to be read from it beside it, in TOML."""

import hashlib
import time
import tomllib
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.mail import Mail
from mailbot.inbox.parse import parse

MUSEUM = Path(__file__).parents[1] / "mails"
EXHIBITS = sorted(MUSEUM.glob("*.eml"))
OWN = frozenset({"baocao@thainguyen.gov.vn"})


def read(path: Path) -> Mail:
    raw = path.read_bytes()
    return parse(path, sha256=hashlib.sha256(raw).hexdigest(), size=len(raw), own_addresses=OWN)


def read_raw(raw: bytes, folder: Path) -> Mail:
    path = folder / "mail"
    path.write_bytes(raw)
    return read(path)


# What a label writes otherwise than the mail holds it.
SHOWN: dict[str, Callable[[Mail], object]] = {
    "sender": lambda mail: mail.sender and mail.sender.email,
    "sender_name": lambda mail: mail.sender and mail.sender.name,
    "no_sender": lambda mail: mail.sender is None,
    "to": lambda mail: [address.email for address in mail.to],
    "to_count": lambda mail: len(mail.to),
    "cc": lambda mail: [address.email for address in mail.cc],
    "attachments": lambda mail: [attachment.name for attachment in mail.attachments],
    "content_types": lambda mail: [attachment.content_type for attachment in mail.attachments],
    "sizes": lambda mail: [attachment.size for attachment in mail.attachments],
    "dated_at": lambda mail: mail.dated_at.isoformat() if mail.dated_at else "",
    "received": lambda mail: [[hop.by, hop.at.isoformat() if hop.at else ""] for hop in mail.received],
    "automation": lambda mail: str(mail.automation or ""),
    "references": lambda mail: list(mail.references),
    "failed_recipients": lambda mail: list(mail.failed_recipients),
    "defects": lambda mail: list(mail.defects),
}


def shown(mail: Mail, field: str) -> object:
    """What `mail` holds, as the exhibit's label writes it."""
    return SHOWN[field](mail) if field in SHOWN else getattr(mail, field)


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda path: path.stem)
def test_an_exhibit_is_read_as_its_label_says(exhibit: Path) -> None:
    label = tomllib.loads(exhibit.with_suffix(".toml").read_text("utf-8"))
    assert label.pop("about")
    if label.pop("any_defects", False):
        label.pop("defects", None)
    mail = read(exhibit)
    assert {field: shown(mail, field) for field in label} == label


def test_the_museum_is_complete() -> None:
    assert len(EXHIBITS) >= 40
    assert {path.stem for path in EXHIBITS} == {path.stem for path in MUSEUM.glob("*.toml")}


def test_two_deliveries_of_one_mail_have_one_identity(tmp_path: Path) -> None:
    raw = (MUSEUM / "0002-one-file.eml").read_bytes()
    trace = b"Return-Path: <a@x>\r\nReceived: by mx; Tue, 25 Jun 2013 08:00:00 +0700\r\nX-Spam: 0\r\n"
    refolded = raw.replace(b"Subject: Bao cao", b"Subject: Bao\r\n cao")
    wanted = read_raw(raw, tmp_path).identity
    for same in (trace + raw, raw.replace(b"\r\n", b"\n"), refolded):
        assert read_raw(same, tmp_path).identity == wanted
    for other in (raw.replace(b"thang 6", b"thang 7"), raw.replace(b"<m1@", b"<m2@"), raw + b"x"):
        assert read_raw(other, tmp_path).identity != wanted


LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60), max_size=8)


@st.composite
def letters(draw: st.DrawFn) -> EmailMessage:
    """A sound mail with a text and some files, maybe with a nested mail."""
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "a@x.vn", "Báo cáo"
    letter.set_content(
        "\n".join(draw(LINES)), cte=draw(st.sampled_from(["base64", "quoted-printable", "8bit"]))
    )
    for number, content in enumerate(draw(st.lists(st.binary(max_size=3_000), max_size=4))):
        letter.add_attachment(content, maintype="application", subtype="pdf", filename=f"tệp {number}.pdf")
    if draw(st.booleans()):
        nested = EmailMessage()
        nested["Subject"] = "cũ"
        nested.set_content("cũ")
        nested.add_attachment(b"x", maintype="application", subtype="pdf", filename="cũ.pdf")
        letter.add_attachment(nested, filename="cũ.eml")
    return letter


@settings(deadline=2_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(letter=letters(), line_end=st.sampled_from(["\n", "\r\n"]))
def test_of_sound_mails_the_standard_library_says_the_same(
    tmp_path: Path, letter: EmailMessage, line_end: str
) -> None:
    mail = read_raw(letter.as_bytes(policy=policy.SMTP.clone(linesep=line_end)), tmp_path)
    files = [part for part in letter.iter_attachments() if part.get_content_type() == "application/pdf"]
    names = [part.get_filename() for part in letter.iter_attachments()]
    assert [attachment.name for attachment in mail.attachments] == names
    assert [attachment.sha256 for attachment in mail.attachments][: len(files)] == [
        hashlib.sha256(part.get_content()).hexdigest() for part in files
    ]
    assert mail.defects == ()


def test_files_are_hashed_as_the_sender_had_them(tmp_path: Path) -> None:
    mail = read(MUSEUM / "0002-one-file.eml")
    assert mail.attachments[0].sha256 == hashlib.sha256(b"%PDF-1.4 noi dung\n").hexdigest()
    assert read_raw(b"", tmp_path).sha256 == hashlib.sha256(b"").hexdigest()


def test_a_missing_file_is_the_archives_failure(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        parse(tmp_path / "none", sha256="", size=0)


# Octets that mean something to some parser, more often than chance would have it.
TOKENS = st.sampled_from(
    b'\r|\n|\r\n|\0| |\t|--|--b1|=?|?=|=?utf-8?B?|\xff|"|(|<|>|;|,|:|*0*=|charset=|a@b|From: |Subject: '
    b"|Received: |Date: |Content-Type: |message/rfc822|Content-Type: multipart/mixed; boundary=b1\r\n"
    b"|Content-Transfer-Encoding: base64\r\n".split(b"|")
)


@settings(max_examples=300, deadline=2_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(TOKENS | st.binary(max_size=20), max_size=60))
def test_any_octets_become_a_mail(tmp_path: Path, pieces: list[bytes]) -> None:
    mail = read_raw(b"".join(pieces), tmp_path)
    assert mail.size == sum(map(len, pieces))
    repr(mail).encode()


@settings(max_examples=300, deadline=2_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    exhibit=st.sampled_from([path for path in EXHIBITS if path.stat().st_size < 20_000]),
    wounds=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 12), TOKENS | st.binary(max_size=4)), max_size=6
    ),
)
def test_a_wounded_exhibit_becomes_a_mail(
    tmp_path: Path, exhibit: Path, wounds: list[tuple[float, int, bytes]]
) -> None:
    raw = exhibit.read_bytes()
    for where, cut, piece in wounds:
        at = int(where * len(raw))
        raw = raw[:at] + piece + raw[at + cut :]
    mail = read_raw(raw, tmp_path)
    repr(mail).encode()


HOSTILE = {
    "recipients": b"To: " + b"a@b.vn, " * 12_000 + b"\n\nx",
    "comments": b"From: " + b"(" * 50_000 + b")" * 49_000 + b" a@b.vn\n\nx",
    "quotes": b'From: "' + b'\\"' * 40_000 + b"\n\nx",
    "words": b"Subject: " + b"=?utf-8?Q?a?= " * 7_000 + b"\n\nx",
    "words in From": b"From: " + b"=?utf-8?Q?a?= " * 7_000 + b"<a@b.vn>\n\nx",
    "half words": b"Subject: " + b"=?a?q?" * 16_000 + b"\n\nx",
    "parameters": b"Content-Type: text/plain" + b"; a=" * 25_000 + b"\n\nx",
    "semicolons": b"Content-Type: text/plain" + b";" * 90_000 + b"\n\nx",
    "spaces": b"Content-Type: text/plain;" + b" " * 90_000 + b"\n\nx",
    "angles": b"From: " + b"<a@b.vn>" * 12_000 + b"\n\nx",
    "references": b"References: " + b"<" * 99_000 + b"\n\nx",
    "auto-submitted": b"Auto-Submitted: " + b"(" * 90_000 + b"\n\nx",
    "received": b"Received: from a by b; x\n" * 950 + b"\nx",
    "received of parentheses": b"Received: from a (" * 2_000 + b"\n" + b"\nx",
    "names": b"".join(b"X%d: y\n" % n for n in range(20_000)) + b"\nx",
    "empty parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 100_000,
    "boundaries": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b" * 1_000_000,
    "newlines": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"\n" * 3_000_000,
    "cr only": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"\r" * 3_000_000,
    "html": b"Content-Type: text/html\n\n" + b"<div>" * 200_000,
    "html comments": b"Content-Type: text/html\n\n" + b"<!--" * 250_000,
    "html table": b"Content-Type: text/html\n\n" + b"<table><tr><td>" * 70_000,
    "blank text": b"Content-Type: text/plain\n\n" + b"\n \n" * 300_000,
    "quoted-printable": b"Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n"
    + b"=" * 1_000_000,
    "no header": b"x" * 5_000_000,
    "leading blanks": b" \t" * 2_000_000,
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_a_hostile_mail_costs_seconds_at_most(tmp_path: Path, attack: str) -> None:
    begun = time.process_time()
    read_raw(HOSTILE[attack], tmp_path)
    assert time.process_time() - begun < 4
