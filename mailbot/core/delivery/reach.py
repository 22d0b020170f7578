"""Whom letters go to where an address is dead, and what the staff is told of it.

A dead address gets no letter: another registered one of the same unit does, and where there is none,
the staff has a task.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.delivery.health import Condition
from mailbot.core.letters.digest_matter import UnreachedLine
from mailbot.core.notice import AlarmMatter, Notice
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Role, Rules, StaffRole, Unit

# Told on the day that it happens; afterwards the digest and the failures themselves tell it.
_ALARM_USEFUL_FOR = timedelta(hours=24)


def deliverable(notices: Iterable[Notice], book: Book, now: datetime) -> Iterator[Notice]:
    """The notices with addresses that take letters; one that nobody would get is left out."""
    for notice in notices:
        if notice.unit is None:
            yield notice
            continue
        to = tuple(email for email in notice.to if not _dead(book, email, now))
        copies = tuple(email for email in notice.copies if not _dead(book, email, now))
        if not to:
            to = _alternates(notice.unit, book, now)[:1]
        if to:
            yield replace(notice, to=to, copies=tuple(email for email in copies if email not in to))


def unreached_lines(rules: Rules, book: Book, now: datetime) -> Iterator[UnreachedLine]:
    """The units with a registered address that is dead, as tasks for the staff."""
    on = local(now).date()
    for unit in rules.units:
        for email in _registered(unit, now):
            failure = book.health.last_failure(email, now)
            if failure is not None and _dead(book, email, now) and unit.valid.covers(on):
                others = _alternates(unit, book, now)
                yield UnreachedLine(unit=unit, failure=failure, instead=others[0] if others else "")


def alarms(rules: Rules, book: Book, now: datetime) -> Iterator[Notice]:
    """One letter a day to the staff while letters to many units fail at once."""
    to = rules.office.emails(StaffRole.DIGEST)
    for storm in book.health.storms:
        if to and storm.at <= now < storm.at + _ALARM_USEFUL_FOR:
            yield Notice(
                kind=NoticeKind.ALARM,
                keys=(f"{NoticeKind.ALARM}/returned/{local(storm.at).date()}",),
                to=to,
                due_at=storm.at,
                expires_at=storm.at + _ALARM_USEFUL_FOR,
                matter=AlarmMatter(storm=storm),
            )


def _alternates(unit: Unit, book: Book, now: datetime) -> tuple[str, ...]:
    return tuple(email for email in _registered(unit, now) if not _dead(book, email, now))


def _registered(unit: Unit, now: datetime) -> tuple[str, ...]:
    """The unit's addresses, the official one first, the private ones last."""
    on = local(now).date()
    return tuple(dict.fromkeys(email for role in Role for email in unit.emails(role, on)))


def _dead(book: Book, email: str, now: datetime) -> bool:
    return book.health.condition(email, now) is Condition.DEAD
