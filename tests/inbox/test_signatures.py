"""DKIM by ourselves: real signatures, keys from a table, not from DNS, and tricks that libraries let pass."""

import base64
import re
from functools import cache

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from dns.resolver import NXDOMAIN, NoAnswer, NoNameservers

from mailbot.inbox import signatures
from mailbot.inbox.signatures import Resolver, signed_by

DOMAIN = "dongy.gov.vn"
MAIL = (
    b"From: xa@dongy.gov.vn\r\nTo: baocao@tinh.gov.vn\r\nSubject: Bao cao\r\n"
    b"Date: Tue, 25 Jun 2013 07:00:00 +0700\r\nMessage-ID: <m1@dongy.gov.vn>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain\r\n\r\nKinh gui.\r\n"
)
SHOWN = [b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type"]


@cache
def key(bits: int = 2048) -> tuple[bytes, bytes]:
    """A private key in PEM, and the TXT record with its public half."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = made.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def signed(mail: bytes = MAIL, domain: bytes = b"dongy.gov.vn", bits: int = 2048, **how: object) -> bytes:
    how = {"include_headers": SHOWN, **how}
    return bytes(dkim.sign(mail, b"k1", domain, key(bits)[0], **how)) + mail


def ask(bits: int = 2048, domain: bytes = b"dongy.gov.vn") -> dict[bytes, bytes]:
    return {b"k1._domainkey." + domain + b".": key(bits)[1]}


def holds(mail: bytes, keys: dict[bytes, bytes] | None = None) -> bool:
    return signed_by(mail, DOMAIN, (ask() if keys is None else keys).get)


def test_a_signature_over_all_that_is_shown_proves_the_domain() -> None:
    assert holds(signed())
    assert holds(signed().replace(b"\r\n", b"\n"))
    assert holds(b"Received: by mx; Tue, 25 Jun 2013 08:00:00 +0700\r\n" + signed())
    oversigned = [*SHOWN, b"from", b"cc", b"reply-to"]
    assert holds(signed(include_headers=oversigned))


def test_a_second_signature_may_be_the_one_that_counts() -> None:
    mail = signed()
    assert holds(signed(mail, b"danh-sach.vn"))


TRICKS = {
    "nothing is signed": MAIL,
    "a word of the body is changed": signed().replace(b"Kinh gui", b"Kinh bao"),
    "the subject is changed": signed().replace(b"Subject: Bao cao", b"Subject: Huy"),
    "only a part of the body is signed": signed(length=True) + b"them\r\n",
    "the whole body is signed, but by its length": signed(length=True),
    "a second subject on top": b"Subject: Huy\r\n" + signed(),
    "a second From below": signed().replace(b"MIME-Version", b"From: a@evil.example\r\nMIME-Version"),
    "an unsigned type": signed(include_headers=SHOWN[:-1]),
    "an unsigned subject": signed(include_headers=[b"from", b"to", b"date"]),
    "a bare CR": signed().replace(b"Bao cao", b"Bao\rcao"),
    "the domain above": signed(domain=b"gov.vn"),
    "another domain": signed(domain=b"evil.example"),
    "SHA-1": signed().replace(b"rsa-sha256", b"rsa-sha1"),
    "an expired signature": re.sub(rb"(v=1; )", rb"\1x=1000000000; ", signed(), count=1),
    "NUL in the selector": signed().replace(b"s=k1", b"s=k1\x00"),
    "a quote in the domain": signed().replace(b"d=dongy.gov.vn", b"d=dongy.gov.vn'a.evil.example"),
    "a tag given twice": signed().replace(b"s=k1;", b"s=k1; s=k1;"),
}


@pytest.mark.parametrize("name", TRICKS)
def test_no_trick_makes_a_signature(name: str) -> None:
    everything = ask() | ask(domain=b"gov.vn") | ask(domain=b"evil.example")
    assert not holds(TRICKS[name], everything)


def test_a_key_below_the_limit_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = signed(bits=1024)
    assert holds(mail, ask(1024))
    # Shorter keys can no longer be made here, so the limit is raised.
    monkeypatch.setattr(signatures, "_LEAST_KEY_BITS", 2048)
    assert not holds(mail, ask(1024))


def test_a_resolver_that_says_nothing_or_nonsense_proves_nothing() -> None:
    assert not holds(signed(), {})
    for record in (b"", b"v=DKIM1; p=", b"v=DKIM1; p=!!!", b"v=DKIM1; k=ed25519; p=AAAA", b"\xff"):
        assert not holds(signed(), {b"k1._domainkey.dongy.gov.vn.": record})

    def breaks(_: bytes) -> bytes:
        raise OSError("no network")

    assert not signed_by(signed(), DOMAIN, breaks)


def test_a_resolver_that_is_down_is_not_asked_for_every_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = Resolver("127.0.0.1")
    asked = []

    def silent(*_: object) -> None:
        asked.append(1)
        raise OSError("nobody there")

    monkeypatch.setattr(resolver._resolver, "resolve", silent)
    assert [resolver(b"k1._domainkey.dongy.gov.vn.") for _ in range(3)] == [None, None, None]
    assert len(asked) == 1


def test_why_a_resolver_cannot_be_asked_is_told_and_that_it_knows_no_such_name_is_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolver = Resolver("127.0.0.1")

    def says(error: Exception) -> str:
        def resolve(*_: object) -> None:
            raise error

        monkeypatch.setattr(resolver._resolver, "resolve", resolve)
        return resolver.trouble("dongy.gov.vn")

    assert says(NXDOMAIN()) == ""
    assert says(NoAnswer()) == ""
    assert "refused" in says(OSError("Connection refused"))
    assert says(NoNameservers())
