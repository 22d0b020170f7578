"""The corpus's entries that take more than one mail: what becomes of each, in the office on the embedded default."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from hostile.corpus import TEXT, UNIT, file, mail, parts

ARRIVED = datetime(2014, 6, 23, 3, tzinfo=UTC)
ID = b"Message-ID: <m1@thainguyen.example>"
TRACE = b"Received: by mx.example; Mon, 23 Jun 2014 08:00:00 +0700\r\n"


@dataclass(frozen=True, kw_only=True)
class Story:
    """Mails in the order of their coming, the kind of verdict of each, and how many letters the unit gets."""

    id: str
    about: str
    mails: tuple[bytes, ...]
    kinds: tuple[str, ...]
    letters: int
    says: str = field(default="")


def report(
    *head: bytes, octets: bytes = b"%PDF-1.4 mot", subject: bytes = b"Bao cao thang 6 nam 2014"
) -> bytes:
    made = parts(TEXT, file(octets), subject=subject)
    return b"".join(line + b"\r\n" for line in head) + made


FIRST = report(ID)
STORIES = [
    Story(
        id="H30g",
        about="last month's mail, sent again a month later by somebody else's server",
        mails=(FIRST, TRACE + FIRST),
        kinds=("filed", "duplicate"),
        letters=1,
    ),
    Story(
        id="H31",
        about="the Message-ID of another mail, with other content: it suppresses nothing",
        mails=(
            mail(ID, subject=b"Bao cao thang 5 nam 2014", body=b"khong co gi"),
            report(ID, subject=b"Bao cao thang 6 nam 2014"),
        ),
        kinds=("unclear", "filed"),
        letters=2,
    ),
    Story(
        id="H34",
        about="an older Received, forged below",
        mails=(b"Received: by mx.thainguyen.example; Sun, 01 Jun 2014 08:00:00 +0700\r\n" + FIRST,),
        kinds=("filed",),
        letters=1,
        says="arrived 2014-06-23",
    ),
    Story(
        id="H37",
        about="the same octets twice",
        mails=(FIRST, FIRST),
        kinds=("filed",),
        letters=1,
        says="one arrival",
    ),
    Story(
        id="H38",
        about="the same mail by another way",
        mails=(FIRST, TRACE + FIRST, b"X-Spam-Status: No\r\n" + TRACE + FIRST),
        kinds=("filed", "duplicate", "duplicate"),
        letters=1,
    ),
    Story(
        id="H39",
        about="the same mail with another file: a new version",
        mails=(FIRST, report(b"Message-ID: <m2@thainguyen.example>", octets=b"%PDF-1.4 hai")),
        kinds=("filed", "filed"),
        letters=2,
    ),
    Story(
        id="H40",
        about="a report for a year to come",
        mails=(report(ID, subject=b"Bao cao thang 6 nam 2019"),),
        kinds=("unclear",),
        letters=1,
    ),
    Story(
        id="H40b",
        about="a report for a period long closed",
        mails=(report(ID, subject=b"Bao cao thang 6 nam 1999"),),
        kinds=("unclear",),
        letters=1,
    ),
    Story(
        id="H40c",
        about="a report for a period that there is not",
        mails=(report(ID, subject=b"Bao cao thang 13 nam 2014"),),
        kinds=("unclear",),
        letters=1,
    ),
]
assert UNIT
