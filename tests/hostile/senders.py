"""The corpus's forged results and signatures: what a stranger would like to be believed, and the level it reaches.

They are judged for a unit that alone owns its domain: there a result that is believed would prove it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from inbox.test_sender import FROM, OURS, PASSED, REST, RULES, TRUST, results
from inbox.test_signatures import MAIL, SHOWN, ask, signed

from mailbot.core.mail import Level, Mail, Proof
from mailbot.core.senders.sender import Trust, prove
from mailbot.inbox.signatures import signed_by

DOMAIN = "dongy.gov.vn"
DAY = date(2013, 6, 25)
UNPROVED = (Level.KNOWN, Level.FAILED)


@dataclass(frozen=True, kw_only=True)
class Forged:
    """One mail and the levels that it may reach; `keys` is what DNS says of signing keys."""

    id: str
    about: str
    raw: Callable[[], bytes]
    levels: tuple[Level, ...] = UNPROVED
    trust: Trust = TRUST
    keys: dict[bytes, bytes] = field(default_factory=dict)
    alarming: bool = False


def claimed(*above: bytes, below: bytes = b"", sender: bytes = FROM) -> Callable[[], bytes]:
    return lambda: b"".join([*above, OURS, below, sender, REST])


QUOTED = 'mx.tinh.gov.vn; spf=none smtp.mailfrom="x; dmarc=pass header.from=dongy.gov.vn;"@evil.example'
NOWHERE = "mx.tinh.gov.vn; spf=none smtp.mailfrom=a@nowhere.dongy.gov.vn; dmarc=none"
FAILS = results("mx.tinh.gov.vn; dmarc=fail header.from=dongy.gov.vn")
OTHER_FROM = results("mx.tinh.gov.vn; dmarc=pass header.from=evil.example")
FOREIGN_HOP = b"Received: by out.example; Tue, 25 Jun 2013 07:00:00 +0700\r\n"

FORGED = [
    Forged(
        id="H20c", about="an honest result of our own server", raw=claimed(PASSED), levels=(Level.DOMAIN,)
    ),
    Forged(
        id="H21",
        about="a result below the boundary, under our server's name",
        raw=claimed(below=FOREIGN_HOP + PASSED),
    ),
    Forged(
        id="H22",
        about="a result on top, where no server of ours stands above it",
        raw=lambda: PASSED + FROM + REST,
    ),
    Forged(
        id="H23b",
        about="a result by way of a bare CR in Subject",
        raw=claimed(b"Subject: x\r" + PASSED),
        levels=(Level.FAILED,),
    ),
    Forged(
        id="H24",
        about="our server's name in another case, which is ours still",
        raw=claimed(PASSED.replace(b"mx.tinh", b"MX.Tinh")),
        levels=(Level.DOMAIN,),
    ),
    Forged(id="H24b", about="in version 2", raw=claimed(PASSED.replace(b"vn;", b"vn 2;", 1))),
    Forged(
        id="H24c",
        about="our server's name with a comment, which is ours still",
        raw=claimed(PASSED.replace(b"vn;", b"vn (may chu);", 1)),
        levels=(Level.DOMAIN, *UNPROVED),
    ),
    Forged(
        id="H25",
        about="a result within a comment",
        raw=claimed(results("mx.tinh.gov.vn; spf=none (dmarc=pass header.from=dongy.gov.vn)")),
    ),
    Forged(id="H26", about="a result within a quoted address", raw=claimed(results(QUOTED))),
    Forged(
        id="H27",
        about="two results that disagree: the worse counts",
        raw=claimed(PASSED, FAILS),
        levels=(Level.FAILED,),
    ),
    Forged(
        id="H28",
        about="d= with a quote",
        raw=claimed(results("mx.tinh.gov.vn; dkim=pass header.d=dongy.gov.vn'a.evil.example")),
    ),
    Forged(
        id="H29",
        about="dmarc=pass of another From than the one read here",
        raw=claimed(OTHER_FROM),
        levels=(Level.FAILED,),
        alarming=True,
    ),
    Forged(id="H30", about="a sub-domain that does not exist", raw=claimed(results(NOWHERE))),
]


def dkim(id: str, about: str, raw: Callable[[], bytes], *levels: Level, **more: object) -> Forged:  # noqa: A002
    asked = {"keys": ask(), **more}
    return Forged(id=id, about=about, raw=raw, levels=levels or UNPROVED, trust=Trust(), **asked)  # type: ignore[arg-type]


def expired() -> bytes:
    return re.sub(rb"(v=1; )", rb"\1x=1000000000; ", signed(), count=1)


SIGNED = [
    dkim("H30x", "an honest signature", signed, Level.DOMAIN),
    dkim("H30a", "l= and a part added behind it", lambda: signed(length=True) + b"them\r\n"),
    dkim("H30b", "a second Subject that nobody signed", lambda: b"Subject: Huy\r\n" + signed()),
    dkim(
        "H30c",
        "a Content-Type that nobody signed, changed",
        lambda: signed(include_headers=SHOWN[:-1]).replace(b"text/plain", b"text/html"),
    ),
    dkim("H30d", "NUL in the selector", lambda: signed().replace(b"s=k1", b"s=k1\x00")),
    dkim("H30e", "an expired signature", expired),
    dkim("H30h", "a key that is not there any more", signed, keys={}),
    dkim("H30i", "no signature", lambda: MAIL),
]
EVERY = [*FORGED, *SIGNED]


def judged(entry: Forged, mail: Mail) -> Proof:
    """The proof of a mail as intake finds it: by servers' results, and by our own look at its signature."""
    raw = entry.raw()
    found = frozenset({DOMAIN}) if entry.keys and signed_by(raw, DOMAIN, entry.keys.get) else frozenset()
    return prove(mail, RULES, DAY, entry.trust, found)
