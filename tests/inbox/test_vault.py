"""Sealed mails that are kept: encrypted for a key that is elsewhere, by the real OpenSSL."""

import subprocess
from pathlib import Path

import pytest

from mailbot.errors import Unavailable
from mailbot.inbox.archive import Archive
from mailbot.inbox.vault import Vault

CANARY = "Tài liệu này không được ở lại đây".encode()


def key_and_certificate(folder: Path) -> tuple[Path, Path]:
    key, certificate = folder / "desk.key", folder / "desk.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=x"]
    subprocess.run(
        [*made, "-keyout", str(key), "-out", str(certificate)], check=True, stderr=subprocess.DEVNULL
    )
    return key, certificate


def test_a_sealed_mail_is_readable_only_with_the_key(tmp_path: Path) -> None:
    key, certificate = key_and_certificate(tmp_path)
    archive = Archive(tmp_path / "state" / "archive", Vault(tmp_path / "state" / "sealed", certificate))
    raw = CANARY * 100_000
    sha256 = archive.keep(raw)
    archive.seal(sha256)
    archive.seal(sha256)
    (kept,) = (path for path in (tmp_path / "state").rglob("*") if path.is_file())
    assert kept.name == f"{sha256}.cms"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert CANARY not in kept.read_bytes()
    opening = ["openssl", "cms", "-decrypt", "-inform", "DER", "-in", str(kept)]
    opened = subprocess.run(
        [*opening, "-inkey", str(key), "-recip", str(certificate)], check=True, capture_output=True
    )
    assert opened.stdout == raw


def test_what_cannot_be_encrypted_stays_and_is_tried_again(tmp_path: Path) -> None:
    key, certificate = key_and_certificate(tmp_path)
    sound = certificate.read_bytes()
    certificate.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "ascii")
    archive = Archive(tmp_path / "archive", Vault(tmp_path / "sealed", certificate))
    sha256 = archive.keep(CANARY)
    with pytest.raises(Unavailable, match="cannot be encrypted"):
        archive.seal(sha256)
    assert archive.read(sha256) == CANARY
    certificate.write_bytes(sound)
    archive.seal(sha256)
    assert not archive.holds(sha256)
    assert [path.suffix for path in (tmp_path / "sealed").iterdir() if path.suffix != ".new"] == [".cms"]
    assert key.exists()
