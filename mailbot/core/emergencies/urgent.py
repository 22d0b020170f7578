"""The urgent lane: alerts to the officers on duty, and the follow-up of each urgent matter, day and night."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.emergencies.beside import beside
from mailbot.core.emergencies.emergency import (
    MOST_NUDGES,
    Emergency,
    demand_key,
    emergencies,
    nudge_key,
    slots,
    update_interval,
)
from mailbot.core.emergencies.unproven import is_unproven, unproven
from mailbot.core.emergencies.urgent_matter import DemandMatter, NudgeMatter, SilentMatter, UrgentMatter
from mailbot.core.notice import Notice
from mailbot.core.posting import FINAL, NoticeKind
from mailbot.core.rules import Role, Rules, StaffRole, Unit
from mailbot.core.verdict import Sealed, unit_of

# An alert that could not leave for a day has been overtaken by a telephone.
_USEFUL_FOR = timedelta(hours=24)


def urgent(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Iterator[Notice]:
    """The alerts, demands and nudges that urgent matters justify at `now`."""
    lanes = (_of_matters, _of_strangers, _beside_others)
    for notice in (notice for lane in lanes for notice in lane(rules, book, now, go_live)):
        written = [book.letters.get(key) for key in notice.keys]
        if notice.to and not any(letter is not None and letter.state in FINAL for letter in written):
            yield notice


def officers(rules: Rules) -> tuple[str, ...]:
    """Whom an urgent matter is told: the officers on duty; without any, whoever reads the digest."""
    return rules.office.emails(StaffRole.DUTY) or rules.office.emails(StaffRole.DIGEST)


def _of_matters(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Iterator[Notice]:
    if not book.urgent and not book.incident_acts:
        return
    units = {unit.id: unit for unit in rules.units}
    for emergency in emergencies(book):
        unit = units.get(emergency.unit)
        if unit is not None and emergency.opened_at >= go_live:
            yield from _of_matter(rules, book, emergency, unit, now)


def _of_strangers(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Iterator[Notice]:
    """What nobody can be taken for the sender of: for a person to verify, and nothing else follows."""
    for slot in unproven(book, now):
        if not slot.due_at <= now < slot.due_at + _USEFUL_FOR:
            continue
        fresh = (one for one in slot.reports if not one.muted and one.arrived_at >= go_live)
        reports = tuple(one for one in fresh if is_unproven(book.verdict(one)))
        named = rules.finds_unit(book.verdict(reports[0]).findings.may_be[0]) if reports else None
        if named is not None:
            matter = UrgentMatter(
                emergency=_told_once(named, reports), reports=reports, unit=named, unproven=True
            )
            yield from _alerts(rules, matter, slot.reports[0].number, slot.due_at)


def _beside_others(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Iterator[Notice]:
    """What struck, by a document beside the report of a month: told once, for the mail goes its own way."""
    for arrival in beside(book, now):
        since, verdict = arrival.arrived_at, book.verdict(arrival)
        unit = rules.finds_unit(found) if (found := unit_of(verdict)) else None
        fresh = since >= go_live and since <= now < since + _USEFUL_FOR and not arrival.muted
        if unit is not None and fresh and not isinstance(verdict, Sealed):
            told = _told_once(unit, (arrival,))
            matter = UrgentMatter(emergency=told, reports=(arrival,), unit=unit, beside=True)
            yield from _alerts(rules, matter, arrival.number, since)


def _told_once(unit: Unit, reports: tuple[Arrival, ...]) -> Emergency:
    """Stands for a matter where nothing is followed up."""
    first = reports[0]
    subject = first.mail.subject
    return Emergency(ref="", unit=unit.id, summary=subject, opened_at=first.arrived_at, reports=reports)


def _of_matter(rules: Rules, book: Book, emergency: Emergency, unit: Unit, now: datetime) -> Iterator[Notice]:
    for slot in slots(emergency):
        # Of a mail that a person has sealed meanwhile no word may be told.
        told = (report for report in slot.reports if report.number not in book.sealed_at)
        reports = tuple(report for report in told if not report.muted)
        if reports and slot.due_at <= now < slot.due_at + _USEFUL_FOR:
            matter = UrgentMatter(emergency=emergency, reports=reports, unit=unit)
            yield from _alerts(rules, matter, reports[0].number, slot.due_at)
    yield from _demand(rules, emergency, unit, now)
    # What was taken in muted is answered by nobody, and asked about no more than it is told.
    asked = emergency.demand is not None or any(not report.muted for report in emergency.reports)
    if asked and (emergency.closed_at is None or now < emergency.closed_at):
        yield from _nudge(rules, emergency, unit, now)


def _alerts(rules: Rules, matter: UrgentMatter, number: int, due_at: datetime) -> Iterator[Notice]:
    for email in officers(rules):
        yield Notice(
            kind=NoticeKind.URGENT,
            keys=(f"{NoticeKind.URGENT}/{number}/{email}",),
            to=(email,),
            due_at=due_at,
            expires_at=due_at + _USEFUL_FOR,
            matter=matter,
        )


def _demand(rules: Rules, emergency: Emergency, unit: Unit, now: datetime) -> Iterator[Notice]:
    act = emergency.demand
    if act is None or emergency.reports or emergency.closed_at is not None:
        return
    on = local(now).date()
    if act.at <= now < act.at + _USEFUL_FOR:
        yield Notice(
            kind=NoticeKind.DEMAND,
            keys=(demand_key(act),),
            to=rules.emails(unit, Role.OFFICIAL, on),
            copies=(*rules.emails(unit, Role.HEAD, on), *officers(rules)),
            due_at=act.at,
            expires_at=act.at + _USEFUL_FOR,
            matter=DemandMatter(act=act),
            unit=unit,
        )


def _nudge(rules: Rules, emergency: Emergency, unit: Unit, now: datetime) -> Iterator[Notice]:
    """Asks for news each time that the interval has passed without any, and at last tells the officers."""
    every = update_interval(rules, unit)
    since = emergency.last_news_at
    if since is None:
        # A demand names its own moment; the first nudge comes when that is over.
        asked = emergency.demand.due_at if emergency.demand else None
        since = asked - every if asked else emergency.opened_at
    count = int((now - since) / every) if now >= since else 0
    if not 1 <= count <= MOST_NUDGES:
        return
    opens_at = since + count * every
    on = local(now).date()
    heads = rules.emails(unit, Role.HEAD, on) if count > 1 else ()
    yield Notice(
        kind=NoticeKind.NUDGE,
        keys=(nudge_key(emergency, len(emergency.reports), count),),
        to=rules.emails(unit, Role.OFFICIAL, on),
        copies=heads,
        due_at=opens_at,
        expires_at=opens_at + every,
        matter=NudgeMatter(emergency=emergency, ordinal=count),
        unit=unit,
    )
    if count == MOST_NUDGES:
        for email in officers(rules):
            yield Notice(
                kind=NoticeKind.SILENT,
                keys=(f"{NoticeKind.SILENT}/{emergency.ref}/{len(emergency.reports)}/{email}",),
                to=(email,),
                due_at=opens_at,
                expires_at=opens_at + every,
                matter=SilentMatter(emergency=emergency, unit=unit),
            )
