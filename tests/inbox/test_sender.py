"""From raw bytes to a level: the tricks on e-mail authentication reach no level above 0 with a wrong unit."""

import hashlib
from datetime import date
from pathlib import Path

import pytest
from builders import some_rules
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.core.mail import Level, Mail, Proof
from mailbot.core.rules import Role, Unit, UnitAddress, UnitId
from mailbot.core.senders.auth_results import Dialect
from mailbot.core.senders.sender import Trust, prove
from mailbot.inbox.parse import parse

UNIT = Unit(
    id=UnitId("xa-dong-y"),
    name="Xã Đông Y",
    group="communes",
    head="Chủ tịch",
    addresses=(
        UnitAddress(email="xa@dongy.gov.vn", role=Role.OFFICIAL),
        UnitAddress(email="xa@chung.gov.vn", role=Role.CLERK),
    ),
    domains=("dongy.gov.vn",),
)
RULES = some_rules(units=(UNIT,))
TRUST = Trust(authserv_ids=frozenset({"mx.tinh.gov.vn"}), boundary=frozenset({"mx.tinh.gov.vn"}))
OURS = b"Received: from out.example by mx.tinh.gov.vn; Tue, 25 Jun 2013 08:00:00 +0700\r\n"
PASSED = b"Authentication-Results: mx.tinh.gov.vn; dmarc=pass header.from=dongy.gov.vn\r\n"
REST = b"To: baocao@tinh.gov.vn\r\nSubject: Bao cao\r\nDate: Tue, 25 Jun 2013 07:00:00 +0700\r\n\r\nx\r\n"
FROM = b"From: xa@dongy.gov.vn\r\n"


def read(raw: bytes, folder: Path) -> Mail:
    path = folder / "mail"
    path.write_bytes(raw)
    return parse(path, sha256=hashlib.sha256(raw).hexdigest(), size=len(raw))


def proof(raw: bytes, folder: Path, trust: Trust = TRUST, signed: frozenset[str] = frozenset()) -> Proof:
    return prove(read(raw, folder), RULES, date(2013, 6, 25), trust, signed)


def level(raw: bytes, folder: Path, trust: Trust = TRUST, signed: frozenset[str] = frozenset()) -> Level:
    return proof(raw, folder, trust, signed).level


def results(text: str) -> bytes:
    return b"Authentication-Results: " + text.encode() + b"\r\n"


WELL = {
    "a passed dmarc of a domain of its own": (PASSED + OURS + FROM, Level.DOMAIN),
    "below our Received, as Gmail puts it": (OURS + PASSED + FROM, Level.DOMAIN),
    "in another case": (PASSED.replace(b"mx.tinh", b"MX.Tinh") + OURS + FROM, Level.DOMAIN),
    "folded": (PASSED.replace(b"; ", b";\r\n\t") + OURS + FROM, Level.DOMAIN),
    "with a name": (PASSED + OURS + b'From: "Xa Dong Y (VP)" <xa@dongy.gov.vn>\r\n', Level.DOMAIN),
    "with an encoded name": (
        PASSED + OURS + b"From: =?utf-8?b?WMOjIMSQw7RuZyBZ?= <xa@dongy.gov.vn>\r\n",
        Level.DOMAIN,
    ),
    "a dkim of the very domain": (
        results("mx.tinh.gov.vn; dkim=pass header.d=dongy.gov.vn") + OURS + FROM,
        Level.DOMAIN,
    ),
    "the user logged in": (
        results("mx.tinh.gov.vn; auth=pass smtp.auth=xa@chung.gov.vn") + OURS + b"From: xa@chung.gov.vn\r\n",
        Level.USER,
    ),
    "a shared domain": (
        PASSED.replace(b"dongy", b"chung") + OURS + b"From: xa@chung.gov.vn\r\n",
        Level.KNOWN,
    ),
    "nobody says anything": (OURS + FROM, Level.KNOWN),
    "nothing was found": (results("mx.tinh.gov.vn; none") + OURS + FROM, Level.KNOWN),
    "no answer from DNS": (
        results("mx.tinh.gov.vn; dmarc=temperror header.from=dongy.gov.vn") + OURS + FROM,
        Level.KNOWN,
    ),
    "spf alone": (
        results("mx.tinh.gov.vn; spf=pass smtp.mailfrom=xa@dongy.gov.vn") + OURS + FROM,
        Level.KNOWN,
    ),
    "a stranger": (
        results("mx.tinh.gov.vn; dmarc=pass header.from=la.example") + OURS + b"From: a@la.example\r\n",
        Level.UNKNOWN,
    ),
}


@pytest.mark.parametrize("name", WELL)
def test_honest_mails_reach_the_level_that_is_proved(name: str, tmp_path: Path) -> None:
    head, expected = WELL[name]
    assert level(head + REST, tmp_path) is expected


def test_spf_counts_where_the_office_says_so(tmp_path: Path) -> None:
    trust = Trust(authserv_ids=TRUST.authserv_ids, boundary=TRUST.boundary, spf=True)
    head = results("mx.tinh.gov.vn; spf=pass smtp.mailfrom=xa@dongy.gov.vn") + OURS + FROM
    assert level(head + REST, tmp_path, trust) is Level.DOMAIN
    another = results("mx.tinh.gov.vn; spf=pass smtp.mailfrom=a@evil.example") + OURS + FROM
    assert level(another + REST, tmp_path, trust) is Level.KNOWN


def test_a_provider_that_lets_nobody_write_for_others_proves_the_user(tmp_path: Path) -> None:
    trust = Trust(
        authserv_ids=TRUST.authserv_ids,
        boundary=TRUST.boundary,
        enforced=frozenset({"chung.gov.vn"}),
    )
    raw = PASSED.replace(b"dongy", b"chung") + OURS + b"From: xa@chung.gov.vn\r\n" + REST
    assert level(raw, tmp_path, trust) is Level.USER


def test_exchange_is_believed_by_its_place_alone_and_only_where_it_is_switched_on(tmp_path: Path) -> None:
    claim = results("dmarc=pass action=none header.from=dongy.gov.vn;compauth=pass reason=100")
    exchange = Trust(boundary=TRUST.boundary, dialect=Dialect.MICROSOFT)
    assert level(claim + OURS + FROM + REST, tmp_path, exchange) is Level.DOMAIN
    assert level(claim + OURS + FROM + REST, tmp_path) is Level.KNOWN
    foreign = b"Received: by out.example; Tue, 25 Jun 2013 07:59:00 +0700\r\n"
    assert level(OURS + foreign + claim + FROM + REST, tmp_path, exchange) is Level.KNOWN


def test_a_signature_of_our_own_finding_helps_where_servers_say_nothing(tmp_path: Path) -> None:
    signed = frozenset({"dongy.gov.vn"})
    assert level(OURS + FROM + REST, tmp_path, Trust(), signed) is Level.DOMAIN
    failed = results("mx.tinh.gov.vn; dmarc=fail header.from=dongy.gov.vn")
    assert level(failed + OURS + FROM + REST, tmp_path, TRUST, signed) is Level.FAILED


# H1 to H20 of the house's list, after the attacks of espoofer and others: every one would like to be
# taken for xa@dongy.gov.vn, and the server has passed what it understood of the mail.
STRUCTURES = {
    "two From, evil first": b"From: a@evil.example\r\n" + FROM,
    "two From, evil second": FROM + b"From: a@evil.example\r\n",
    "a From behind a space": b"Subject: x\r\n From: a@evil.example\r\n" + FROM,
    "a first line that goes on": b" From: a@evil.example\r\n" + FROM,
    "a space before the colon": b"From : a@evil.example\r\n" + FROM,
    "a colon on the next line": b"From\r\n : xa@dongy.gov.vn\r\n",
    "no From, a Sender": b"Sender: xa@dongy.gov.vn\r\n",
    "no From, a Resent-From": b"Resent-From: xa@dongy.gov.vn\r\n",
    "two addresses": b"From: xa@dongy.gov.vn, a@evil.example\r\n",
    "an encoded address": b"From: =?utf-8?b?eGFAZG9uZ3kuZ292LnZu?=\r\n",
    "a word before two": b"From: =?utf-8?q?xa=40dongy?= <xa@dongy.gov.vn>, <a@evil.example>\r\n",
    "a route": b"From: <@evil.example:xa@dongy.gov.vn>\r\n",
    "a quoted comma": b"From: <xa@dongy.gov.vn\\,a@evil.example>\r\n",
    "an address, then one in brackets": b"From: xa@dongy.gov.vn,<a@evil.example>\r\n",
    "one without comma": b"From: xa@dongy.gov.vn <a@evil.example>\r\n",
    "one in brackets, then another": b"From: <xa@dongy.gov.vn>a@evil.example\r\n",
    "a group": b"From: xa@dongy.gov.vn:a@evil.example;\r\n",
    "a comment with an address": b"From: xa@dongy.gov.vn(a@evil.example)\r\n",
    "a comment that closes too early": b"From: xa@dongy.gov.vn)a@evil.example(\r\n",
    "NUL": b"From: xa@dongy.gov.vn\x00@evil.example\r\n",
    "NUL in a name": b"Subj\x00ect: x\r\n" + FROM,
    "another control character": b"From: xa@dongy.gov.vn\x0b\r\n",
    "a bare CR before From": b"Subject: x\rFrom: xa@dongy.gov.vn\r\nFrom: a@evil.example\r\n",
    "a bare CR behind": FROM + b"X-A: x\rAuthentication-Results: mx.tinh.gov.vn; dmarc=pass\r\n",
    "a quoted local part": b'From: "xa"@dongy.gov.vn\r\n',
    "a dot too many": b"From: xa.@dongy.gov.vn\r\n",
    "two Subjects": b"Subject: a\r\nSubject: b\r\n" + FROM,
    "two Reply-To": b"Reply-To: a@evil.example\r\nReply-To: b@evil.example\r\n" + FROM,
    "a domain with a quote": b"From: xa@dongy.gov.vn'a.evil.example\r\n",
    "a header name beyond ASCII": "Fröm: a@evil.example\r\n".encode() + FROM,
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_header_that_programs_read_differently_proves_nothing(name: str, tmp_path: Path) -> None:
    tail = REST.replace(b"Subject: Bao cao\r\n", b"")
    assert level(PASSED + OURS + STRUCTURES[name] + tail, tmp_path) is Level.FAILED


STRANGERS = {
    "an address in the name of another": b'From: "xa@dongy.gov.vn" <a@evil.example>\r\n',
    "an encoded address in the name": b"From: =?utf-8?b?eGFAZG9uZ3kuZ292LnZu?= <a@evil.example>\r\n",
    "a look-alike domain": "From: xa@dоngy.gov.vn\r\n".encode(),
    "an IDNA look-alike": b"From: xa@xn--dngy-55d.gov.vn\r\n",
    "a domain below": b"From: xa@dongy.gov.vn.evil.example\r\n",
    "a zero-width space": "From: xa\u200b@dongy.gov.vn\r\n".encode(),
}


@pytest.mark.parametrize("name", STRANGERS)
def test_a_look_alike_is_no_unit(name: str, tmp_path: Path) -> None:
    found = level(PASSED + OURS + STRANGERS[name] + REST, tmp_path)
    assert found in {Level.UNKNOWN, Level.FAILED}


FORGED = {
    # H21 to H30: what is said of a@evil.example, or by nobody whose word counts.
    "below the boundary": OURS + b"Received: by out.example; x\r\n" + PASSED + FROM,
    "under another name": PASSED.replace(b"mx.tinh.gov.vn", b"mx.evil.example") + OURS + FROM,
    "under a name that begins alike": PASSED.replace(b"mx.tinh.gov.vn", b"mx.tinh.gov.vn.evil") + OURS + FROM,
    "without any server of ours": PASSED + FROM,
    "in a version that nobody knows": PASSED.replace(b"vn;", b"vn 2;", 1) + OURS + FROM,
    "within a comment": results("mx.tinh.gov.vn; spf=none (dmarc=pass header.from=dongy.gov.vn)")
    + OURS
    + FROM,
    "within a quoted value": results(
        'mx.tinh.gov.vn; spf=none smtp.mailfrom="x; dmarc=pass header.from=dongy.gov.vn;"@evil.example'
    )
    + OURS
    + FROM,
    "smuggled by a semicolon": results(
        "mx.tinh.gov.vn; spf=pass smtp.mailfrom=x;dmarc=pass header.from=dongy.gov.vn;x=y z.a=b@evil.example"
        "; dmarc=none header.from=dongy.gov.vn"
    )
    + OURS
    + FROM,
    "under the name of ARC": PASSED.replace(b"Authentication", b"ARC-Authentication") + OURS + FROM,
    "under the name of the original": PASSED.replace(b"Results", b"Results-Original") + OURS + FROM,
    "a dkim of evil": results("mx.tinh.gov.vn; dkim=pass header.d=evil.example") + OURS + FROM,
    "a dkim with a quote": results("mx.tinh.gov.vn; dkim=pass header.d=dongy.gov.vn'a.evil.example")
    + OURS
    + FROM,
    "a dkim of the domain above": results("mx.tinh.gov.vn; dkim=pass header.d=gov.vn") + OURS + FROM,
    "a user logged in as another": results("mx.tinh.gov.vn; auth=pass smtp.auth=b@dongy.gov.vn")
    + OURS
    + FROM,
    "a sub-domain that does not exist": results(
        "mx.tinh.gov.vn; spf=none smtp.mailfrom=a@nowhere.dongy.gov.vn; dmarc=none"
    )
    + OURS
    + FROM,
    "two that disagree": PASSED
    + results("mx.tinh.gov.vn; dmarc=none header.from=dongy.gov.vn")
    + OURS
    + FROM,
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_result_proves_nothing(name: str, tmp_path: Path) -> None:
    assert level(FORGED[name] + REST, tmp_path) in {Level.KNOWN, Level.FAILED}


@pytest.mark.parametrize(
    "claim",
    [
        results("mx.tinh.gov.vn; dmarc=pass header.from=evil.example"),
        results("mx.tinh.gov.vn; dmarc=fail header.from=dongy.gov.vn"),
        PASSED + results("mx.tinh.gov.vn; dmarc=fail header.from=dongy.gov.vn"),
    ],
)
def test_what_speaks_against_a_sender_outweighs_all(claim: bytes, tmp_path: Path) -> None:
    assert level(claim + OURS + FROM + REST, tmp_path) is Level.FAILED


def test_a_server_that_saw_another_from_raises_an_alarm(tmp_path: Path) -> None:
    raw = results("mx.tinh.gov.vn; dmarc=pass header.from=evil.example") + OURS + FROM + REST
    assert proof(raw, tmp_path).alarming
    odd = results("mx.tinh.gov.vn; dmarc=pass dmarc=pass") + OURS + FROM + REST
    assert proof(odd, tmp_path).alarming
    assert not proof(PASSED + OURS + FROM + REST, tmp_path).alarming


def test_a_known_number_of_hops_keeps_a_forged_trace_out(tmp_path: Path) -> None:
    forged = OURS + b"Received: by mx.tinh.gov.vn; Tue, 25 Jun 2013 07:00:00 +0700\r\n" + PASSED + FROM + REST
    exact = Trust(authserv_ids=TRUST.authserv_ids, boundary=TRUST.boundary, hops=1)
    assert level(forged, tmp_path, exact) is Level.KNOWN
    assert level(PASSED + OURS + FROM + REST, tmp_path, exact) is Level.DOMAIN
    # Without the number it is the provider that must take such lines away, which the canary looks at.
    assert level(forged, tmp_path) is Level.DOMAIN


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                b"xa@dongy.gov.vn",
                b"a@evil.example",
                b"<",
                b">",
                b'"',
                b",",
                b";",
                b":",
                b"(",
                b")",
                b" ",
                b"\\",
                b"@",
                b"\r\n ",
                b"\r",
                b"\x00",
                b"From: ",
                b"\r\n",
                b"=?utf-8?q?xa=40dongy.gov.vn?=",
                b".",
            ]
        ),
        max_size=9,
    )
)
def test_no_from_of_two_addresses_is_ever_believed(tmp_path: Path, pieces: list[bytes]) -> None:
    written = b"".join(pieces)
    mail = read(PASSED + OURS + b"From: " + written + b"\r\n" + REST, tmp_path)
    if prove(mail, RULES, date(2013, 6, 25), TRUST).level in {Level.USER, Level.DOMAIN, Level.KNOWN}:
        assert mail.sender is not None
        assert mail.sender.email == "xa@dongy.gov.vn"
        bare = written.split(b'"')[-1]
        assert b"evil.example" not in bare
