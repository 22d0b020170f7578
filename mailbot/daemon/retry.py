"""Reading a mail once more that was set aside or could not be read (`mailbot retry N`).

The arrival stays as it was recorded; what is read now becomes a ruling, as if a person had found it out.
"""

from datetime import datetime

from mailbot.core.arrival import Arrival
from mailbot.core.book import Ruling
from mailbot.core.verdict import Sealed
from mailbot.daemon.house import House
from mailbot.errors import Unavailable

WHY = "đọc lại thư"


def retry(house: House, arrival: Arrival, *, by: str, now: datetime) -> Ruling:
    """Read and judge the mail of `arrival` once more, and record the verdict as a ruling.

    Raises:
        Unavailable: its bytes are not kept, or cannot be read.
    """
    sha256 = arrival.mail.sha256
    if not house.archive.holds(sha256):
        raise Unavailable(f"the bytes of arrival {arrival.number} are not kept; use `mailbot settle`")
    verdict = house.intake().judge_again(arrival)
    ruling = house.ledger.rule(arrival.number, verdict, by=by, why=WHY, now=now)
    if isinstance(verdict, Sealed):
        house.archive.seal(sha256)
        if house.ledger.is_shared:
            house.ledger.forget_copy(sha256)
    return ruling
