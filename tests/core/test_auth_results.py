"""Authentication-Results, read to the letter or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.senders.auth_results import Dialect, Result, read_results, server_of

GMAIL = (
    "mx.google.com; dkim=pass header.i=@dongy.gov.vn header.s=k1 header.b=aB+/0==; "
    "spf=pass (google.com: domain of a@dongy.gov.vn designates 192.0.2.1 as permitted sender) "
    "smtp.mailfrom=bounce+a=b@dongy.gov.vn; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=dongy.gov.vn"
)
EXCHANGE = (
    "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=dongy.gov.vn; dkim=pass (signature was verified) "
    "header.d=dongy.gov.vn;dmarc=pass action=none header.from=dongy.gov.vn;compauth=pass reason=100"
)


def properties(read: tuple[Result, ...], method: str) -> dict[str, str]:
    (result,) = (result for result in read if result.method == method)
    return {"": result.result, **dict(result.properties)}


def test_what_gmail_writes_is_read() -> None:
    read = read_results(GMAIL)
    assert server_of(GMAIL) == "mx.google.com"
    assert properties(read, "dkim")["header.b"] == "aB+/0=="
    assert properties(read, "spf") == {"": "pass", "smtp.mailfrom": "bounce+a=b@dongy.gov.vn"}
    assert properties(read, "dmarc") == {"": "pass", "header.from": "dongy.gov.vn"}


def test_what_exchange_writes_is_read_in_its_own_dialect_only() -> None:
    assert properties(read_results(EXCHANGE, Dialect.MICROSOFT), "dmarc")["header.from"] == "dongy.gov.vn"
    with pytest.raises(ValueError, match="no server"):
        read_results(EXCHANGE)


@pytest.mark.parametrize(
    ("text", "methods"),
    [
        ("mx.vn; none", []),
        ("mx.vn 1; none", []),
        ("MX.vn (comment) 1 ; spf=pass", ["spf"]),
        ("mx.vn; (a (nested; dmarc=pass) comment) spf=fail;", ["spf"]),
        ("mx.vn; auth=pass (login) smtp.auth=xa@dongy.gov.vn", ["auth"]),
        ('mx.vn; spf=pass smtp.mailfrom="a; dmarc=pass"@x.vn', ["spf"]),
        ("mx.vn; dkim/1=pass header.d=a.vn; dkim=fail header.d=b.vn", ["dkim", "dkim"]),
        ('mx.vn; dkim=fail reason="bad (really)" header.d=a.vn', ["dkim"]),
    ],
)
def test_what_the_standard_allows_is_read(text: str, methods: list[str]) -> None:
    assert [result.method for result in read_results(text)] == methods


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mx.vn",
        "mx.vn;",
        "mx.vn 2; spf=pass",
        "mx.vn; spf",
        "mx.vn; spf=pass dmarc=pass header.from=a.vn",  # Zoho leaves the separators out
        "mx.vn; spf=pass smtp.mailfrom=a b@x.vn",
        "mx.vn; dmarc=pass header.from=a.vn; dmarc=pass header.from=b.vn",
        "mx.vn; dmarc=pass header.from=a.vn header.from=b.vn",
        "mx.vn; spf=pass smtp.mailfrom=a;dmarc=pass header.from=a.vn@evil.example",
        "mx.vn; (dmarc=pass",
        'mx.vn; "dmarc=pass"',
        'mx.vn; dmarc"="pass',
        "mx.vn; dmarc=pass) header.from=a.vn",
        "mx.vn; dmarc\\=pass",
        "mx.vn; dmarc=pass\x00",
        "mx.vn; dmarc=pass header.from=a.vn\u202egro",
        "mx.vn; ; dmarc=pass",
        "mx.vn; none; dmarc=pass",
        "mx.vn; " + "(" * 50 + "x" + ")" * 50 + " dmarc=pass",
        "mx.vn; dmarc=pass " + "x" * 9_000,
    ],
)
def test_what_is_not_to_the_letter_says_nothing(text: str) -> None:
    try:
        read = read_results(text)
    except ValueError:
        return
    # The one line of these that can be read names another domain, and is weighed as a forgery.
    assert [result.get("header.from") for result in read if result.method == "dmarc"] == ["a.vn@evil.example"]


@given(st.text(alphabet='mx.v ;=()"\\dmarc=pass@/1\t', max_size=60) | st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    server_of(text)
    for dialect in Dialect:
        try:
            read_results(text, dialect)
        except ValueError:
            continue


@given(st.text(alphabet='abc;=()"\\ @.\t', max_size=30))
def test_nothing_in_a_quoted_value_becomes_a_result(smuggled: str) -> None:
    quoted = '"' + smuggled.replace("\\", "\\\\").replace('"', '\\"') + '"'
    text = f"mx.vn; spf=pass smtp.mailfrom={quoted}@evil.example"
    try:
        read = read_results(text)
    except ValueError:
        return
    assert [result.method for result in read] == ["spf"]
