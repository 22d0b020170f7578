"""`mailbot explain` on the worst of mails: always a verdict with every promised field, and exit status 0."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mailbot.cli import cli

FIELDS = {
    "file", "kind", "unit", "filings", "periods", "document_type", "confidence", "evidence", "runner_up",
    "arrived_at", "defects", "subject", "attachments",
}  # fmt: skip
KINDS = {
    "filed", "unclear", "bounce", "delayed", "auto_reply", "command", "sealed", "duplicate", "ignored",
}  # fmt: skip
HEAD = b"From: sotaichinh@thainguyen.example\r\nTo: baocao@thainguyen.example\r\n"
NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(200)
)
WORST = {
    "nothing": b"",
    "a line end": b"\r\n",
    "no mail at all": bytes(range(256)) * 400,
    "NULs": HEAD + b"Subject: Bao cao\0 thang\0 6\r\n\r\n\0\0\0",
    "raw TCVN3": HEAD + b"Subject: B\xb8o c\xb8o th\xb8ng 6\r\n\r\nx",
    "half a letter": HEAD + b"Subject: =?utf-8?B?QsOhbyBjw6FvIHRow6E=?= =?utf-8?B?bmcgNg==?=\r\n\r\n\xc3",
    "an unknown charset": HEAD
    + b'Subject: =?x-nothing?Q?B=E1o?=\r\nContent-Type: text/plain; charset="\xff"\r\n\r\nx',
    "UTF-16": HEAD + b"Content-Type: text/plain; charset=utf-16\r\n\r\n" + "tháng 6".encode("utf-16"),
    "UTF-7": HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\n+AGE-+//8-",
    "a megabyte of months": HEAD + b"Subject: " + "tháng ".encode() * 150_000 + b"\r\n\r\nx",
    "a megabyte without a space": HEAD + b"Subject: " + b"thang" * 200_000 + b"\r\n\r\nx",
    "a megabyte of numbers": HEAD + b"Subject: " + b"6/2014-" * 150_000 + b"\r\n\r\nx",
    "five megabytes of body": HEAD
    + b"Subject: Bao cao thang 6\r\n\r\n" + b"bao cao thang 6 nam 2014\r\n" * 200_000,
    "nested without end": HEAD + NESTED,
    "no boundary": HEAD + b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nx",
    "three senders": b"From: a@b.example, c@d.example\r\nFrom: e@f.example\r\nSubject: x\r\n\r\nx",
    "ten thousand fields": HEAD + b"X: y\r\n" * 10_000 + b"\r\nx",
    "a broken file": HEAD + b'Content-Type: application/pdf; name="bc thang 6.pdf"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n!!!! not base64 \xff\xfe",
}  # fmt: skip


@pytest.mark.parametrize("what", WORST)
def test_the_worst_mail_gets_a_verdict(what: str, tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(WORST[what])
    for form in ((), ("--json",)):
        result = CliRunner().invoke(cli, ["explain", str(path), "--arrived-at", "2014-06-24T09:00", *form])
        assert result.exit_code == 0, (result.output[-500:], result.exception)
        assert result.stdout.strip()
    told = json.loads(result.stdout)
    assert told["kind"] in KINDS
    assert told.keys() >= (FIELDS if told["kind"] != "sealed" else FIELDS - {"subject", "attachments"})
    assert all(evidence.keys() == {"source", "says", "text"} for evidence in told["evidence"])
    assert all(filing.keys() >= {"report", "period"} for filing in told["filings"])
    assert 0 <= told["confidence"] <= 1


def test_nothing_of_a_sealed_mail_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(HEAD + "Subject: (MẬT) Báo cáo tháng 6\r\n\r\nx".encode())
    for form in ((), ("--json",)):
        result = CliRunner().invoke(cli, ["explain", str(path), *form])
        assert result.exit_code == 0
        assert "tháng 6" not in result.output
        assert "MẬT" not in result.output
