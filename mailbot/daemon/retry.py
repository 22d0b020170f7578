"""Reading a mail once more: it was set aside, could not be read, or its sender is registered only since.

The arrival stays as it was recorded; what is read now becomes a ruling, as if a person had found it out.
"""

from collections.abc import Iterator
from datetime import datetime

import structlog

from mailbot.core.arrival import Arrival
from mailbot.core.book import Ruling
from mailbot.core.calendar import local
from mailbot.core.changes.taught import taught
from mailbot.core.senders.known_since import as_ruled, known_since, tells_whose, why_again
from mailbot.core.verdict import Sealed, Verdict
from mailbot.daemon.house import House
from mailbot.errors import Unavailable

log = structlog.get_logger()

WHY = "đọc lại thư"


def retry(house: House, arrival: Arrival, *, by: str, now: datetime) -> Ruling:
    """Read and judge the mail of `arrival` once more, and record the verdict as a ruling.

    Raises:
        Unavailable: its bytes are not kept, or cannot be read.
    """
    sha256 = arrival.mail.sha256
    if not house.archive.holds(sha256):
        raise Unavailable(f"the bytes of arrival {arrival.number} are not kept; use `mailbot settle`")
    verdict = as_ruled(house.intake().judge_again(arrival))
    ruling = house.ledger.rule(arrival.number, verdict, by=by, why=WHY, now=now)
    if isinstance(verdict, Sealed):
        house.archive.seal(sha256)
        if house.ledger.is_shared:
            house.ledger.forget_copy(sha256)
    return ruling


def retry_registered(house: House, *, by: str, now: datetime) -> Iterator[Ruling]:
    """Read once more what waits as nobody's although its sender is registered by `now`; rule on it."""
    book = house.ledger.book()
    for number, unit in known_since(taught(house.rules, book.lessons), book, local(now).date()):
        arrival = book.by_number[number]
        verdict = read_again(house, arrival)
        if verdict is not None:
            why = why_again(arrival.sender, unit)
            yield house.ledger.rule(number, verdict, by=by, why=why, now=now)


def read_again(house: House, arrival: Arrival) -> Verdict | None:
    """The verdict on such a mail, to be ruled; None if its bytes are gone or it stays nobody's."""
    try:
        house.raw(arrival.mail.sha256)
        verdict = as_ruled(house.intake().judge_again(arrival))
    except Unavailable as error:
        log.warning("mail cannot be read once more", arrival=arrival.number, reason=str(error))
        return None
    return verdict if tells_whose(verdict) else None
