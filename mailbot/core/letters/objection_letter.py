"""Objection and evidence side by side: a letter to the staff who rule on it, as soon as it came."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.notice import ContestedLine, MailOnLine, Notice, ObjectionMatter
from mailbot.core.period import Cadence, Period
from mailbot.core.posting import FINAL, NoticeKind
from mailbot.core.rules import Rules, StaffRole
from mailbot.core.standing import Standing
from mailbot.core.standings.exhibits import letters_about, mails_about
from mailbot.core.standings.objection import Objection, objections
from mailbot.core.standings.period_figures import figures

# Later the links in it have ended for long, and the digest still lists what waits.
_USEFUL_FOR = timedelta(days=10)
_MAY_OBJECT = timedelta(days=62)
_CONTESTED = frozenset({Standing.LATE, Standing.OVERDUE, Standing.NOT_JUDGED})


def objection_letters(rules: Rules, book: Book, now: datetime) -> Iterator[Notice]:
    """A letter to each reader of the digest about each objection that waits for a person."""
    to = rules.office.emails(StaffRole.DIGEST) or rules.office.emails(StaffRole.APPROVER)
    for period, found in _waiting(rules, book, now):
        keys = {f"{NoticeKind.OBJECTION}/{found.arrival.number}/{email}": email for email in to}
        written = {key: book.letters.get(key) for key in keys}
        matter: ObjectionMatter | None = None
        for key, email in keys.items():
            letter = written[key]
            if letter is not None and letter.state in FINAL:
                continue
            matter = matter or _matter(rules, book, period, found, now)
            yield Notice(
                kind=NoticeKind.OBJECTION,
                keys=(key,),
                to=(email,),
                due_at=_came(found),
                expires_at=_came(found) + _USEFUL_FOR,
                matter=matter,
            )


def _waiting(rules: Rules, book: Book, now: datetime) -> Iterator[tuple[Period, Objection]]:
    """The objections of the last days on which nobody has ruled; the two last months can have some."""
    recent = sorted((period for period in book.lines if _is_recent(period, now)), key=str)
    since = now - _USEFUL_FOR
    fresh = [
        arrival
        for arrival in (book.arrivals if recent else ())
        if (arrival.arrived_at > since or arrival.recorded_at > since)
        if arrival.arrived_at <= now and not arrival.muted
    ]
    for period in recent:
        for found in objections(rules, book, period, fresh):
            if found.ruling is None and _is_in_time(found, period):
                yield period, found


def _came(found: Objection) -> datetime:
    """As answers count it: a mail that is taken in late is news all the same."""
    return max(found.arrival.recorded_at, found.arrival.arrived_at)


def _is_in_time(found: Objection, period: Period) -> bool:
    """Whether it came in the two months after that month, by the office's days, whenever it is told of."""
    return local(found.arrival.arrived_at).date() - period.last_on <= _MAY_OBJECT


def _is_recent(period: Period, now: datetime) -> bool:
    last_told = local(now - _USEFUL_FOR).date()
    return last_told - period.last_on <= _MAY_OBJECT and period.cadence is Cadence.MONTH


def _matter(rules: Rules, book: Book, period: Period, found: Objection, now: datetime) -> ObjectionMatter:
    unit = figures(rules, book, period, now).unit(found.unit)
    lines = unit.lines if unit else ()
    duties = {str(key): duty for key, duty in book.duties.items() if key.unit == found.unit}
    return ObjectionMatter(
        unit=rules.unit(found.unit),
        period=period,
        arrival=found.arrival,
        version=book.version_of(found.arrival.number),
        in_time=sum(line.standing is Standing.ON_TIME for line in lines),
        lines=tuple(
            ContestedLine(
                line=line,
                mails=tuple(
                    MailOnLine(
                        arrival=arrival,
                        verdict=book.verdict(arrival),
                        version=book.version_of(arrival.number),
                    )
                    for arrival in mails_about(book, duties[line.key], now)
                    if arrival.number != found.arrival.number
                ),
                letters=letters_about(book, duties[line.key]),
            )
            for line in lines
            if line.standing in _CONTESTED
        ),
    )
