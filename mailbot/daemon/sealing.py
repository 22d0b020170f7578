"""Sealing by hand (`mailbot seal N`): a person saw that a mail is secret which bore no mark."""

from collections.abc import Iterator
from datetime import datetime

from mailbot.core.arrival import Arrival
from mailbot.core.calendar import local
from mailbot.core.period import Cadence, Period
from mailbot.core.verdict import Filed, Verdict
from mailbot.daemon.house import House
from mailbot.ledger.store import Blanked


def seal(house: House, arrival: Arrival, *, by: str, now: datetime) -> Blanked:
    """Take the words of `arrival` out of the ledger and its bytes out of the archive.

    The ledger comes first: what a crash leaves of the bytes goes at the next start, for the ledger then says
    that they must not stay. The mail in the mailbox, letters that left and backups elsewhere are for people.

    Raises:
        ValueError: a letter that repeats its words is on the wire.
        Unavailable: ledger, vault or disk cannot serve now.
    """
    done = house.ledger.blank(arrival.number, by=by, now=now)
    house.archive.seal(arrival.mail.sha256)
    if house.ledger.is_shared:
        house.ledger.forget_copy(arrival.mail.sha256)
    return done


def papers_with(arrival: Arrival, verdicts: tuple[Verdict, ...], now: datetime) -> Iterator[str]:
    """The files that may repeat the words of `arrival`, under the names that the commands give them.

    Where they lie nobody but who wrote them knows. Public pages, reports and evaluations are not among them:
    they hold no word of any mail.

    Args:
        arrival: as it was before it was sealed.
        verdicts: what it counted as, now and before.
        now: digests and registers until then may hold it.
    """
    day = local(arrival.arrived_at).date()
    for cadence in (Cadence.MONTH, Cadence.QUARTER, Cadence.HALF, Cadence.NINE_MONTHS, Cadence.YEAR):
        period = Period.containing(cadence, day)
        if period.first_on <= day <= period.last_on:
            yield f"bao-cao-{period}.xlsx"
    yield f"tong-hop-{day} … tong-hop-{local(now).date()} (.html, .txt)"
    duties = {
        (verdict.unit, filing.report, filing.period)
        for verdict in verdicts
        if isinstance(verdict, Filed)
        for filing in verdict.filings
    }
    for unit, report, period in sorted(duties, key=str):
        yield f"chung-cu-{unit}-{report}-{period}.zip"
    yield f"what `mailbot register export` wrote of {day:%d/%m/%Y}"
