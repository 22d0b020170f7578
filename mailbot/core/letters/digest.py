"""The daily digest: where things stand, for the staff of the office."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from mailbot.core.book import Book
from mailbot.core.calendar import at, local
from mailbot.core.changes.after_end import doubted
from mailbot.core.changes.proposals import proposals
from mailbot.core.changes.revision import Change
from mailbot.core.command import Done, is_by_unit
from mailbot.core.delivery.held import held_lines
from mailbot.core.delivery.reach import unreached_lines
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.emergencies.emergency import emergencies, unseen
from mailbot.core.emergencies.urgent_matter import EmergencyLine
from mailbot.core.letters.digest_matter import (
    DigestLine,
    DigestMatter,
    DueLine,
    OverdueLine,
    ProposalLine,
    ReplyLine,
    WithheldLine,
)
from mailbot.core.letters.week_ahead import week_ahead
from mailbot.core.machine.own_health import own_health
from mailbot.core.notice import Notice
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.replies.leave import changes_of
from mailbot.core.replies.wish import wish
from mailbot.core.rules import ReportId, Rules, StaffRole
from mailbot.core.senders.known_since import with_owners
from mailbot.core.standing import Doubt, Judgement, Standing, anybodys, judge, undecided_of
from mailbot.core.verdict import MACHINES, Commanded, Filed, Ignored, Sealed, Unclear, is_urgent, unit_of

_LOOK_AHEAD_WORKING_DAYS = 3
_REACHED_NOBODY = frozenset({State.GIVEN_UP, State.DROPPED})
_UNPROVEN = frozenset({Done.FORGED, Done.LOCKED, Done.UNTRUSTED})
# Overdue duties are listed until the notices of their regime have long ended.
_LISTED_FOR = timedelta(days=90)
# Whoever is away over Tết reads of it, too; afterwards it stands in the outbox alone.
_TOLD_FOR = timedelta(days=14)


def digest_keys(rules: Rules, now: datetime, go_live: datetime) -> dict[str, str]:
    """The keys of the digests that are due at `now`, each with its reader; none before their hour.

    Each reader has a digest of his own, for the commands in it are good for him alone.
    """
    day = local(now).date()
    begun = now >= max(at(day, rules.office.digest_at), go_live)
    if not (begun and rules.calendar.is_working(day)):
        return {}
    return {f"{NoticeKind.DIGEST}/{day}/{email}": email for email in rules.office.emails(StaffRole.DIGEST)}


def digest(
    rules: Rules, book: Book, now: datetime, go_live: datetime, edited: Iterable[Change] = ()
) -> Iterator[Notice]:
    """The digests that are due at `now` and not written yet; each takes a look at everything.

    `edited` is what the rules would change of announced duties, which whoever plans knows already.
    """
    day = local(now).date()
    keys = digest_keys(rules, now, go_live)
    unwritten = {key: email for key, email in keys.items() if key not in book.letters}
    matter = digest_matter(rules, book, day, now, go_live, edited) if unwritten else None
    for key, email in unwritten.items():
        assert matter is not None
        yield Notice(
            kind=NoticeKind.DIGEST,
            keys=(key,),
            to=(email,),
            due_at=at(day, rules.office.digest_at),
            expires_at=at(day + timedelta(days=1)),
            matter=matter,
        )


def digest_matter(
    rules: Rules, book: Book, day: date, now: datetime, go_live: datetime, edited: Iterable[Change] = ()
) -> DigestMatter:
    """What the digest of `day` tells; it goes back to where the digest before it ended."""
    book = with_owners(rules, book, now)
    since = max(go_live, _previous_digest(rules, book, day))
    came = [arrival for arrival in book.arrivals if since < arrival.recorded_at <= now]
    verdicts = [book.verdict(arrival) for arrival in came]
    filed = [verdict for verdict in verdicts if isinstance(verdict, Filed)]
    judged = [doubted(rules, judge(duty, book, now)) for duty in _listed(book, now)]
    standings = [_standings(book, verdict, now) for verdict in filed]
    not_judged = tuple(_lines(rules, book, judged, Standing.NOT_JUDGED, now))
    return DigestMatter(
        day=day,
        since=since,
        until=now,
        received=len(came),
        filed=len(filed),
        on_time=sum(found <= {Standing.ON_TIME} for found in standings),
        late=sum(Standing.LATE in found for found in standings),
        units=len({verdict.unit for verdict in filed}),
        machine=sum(isinstance(v, Ignored) and v.reason in MACHINES for v in verdicts),
        sealed=sum(isinstance(v, Sealed) for v in verdicts),
        emergencies=tuple(_emergencies(rules, book)),
        waiting=tuple(_waiting(rules, book, not_judged, now)),
        due=tuple(_due_soon(rules, judged, now)),
        overdue=tuple(_lines(rules, book, judged, Standing.OVERDUE, now)),
        not_judged=not_judged,
        held=sum(letter.state is State.HELD for letter in book.unsent),
        held_lines=tuple(held_lines(rules, book, now)),
        given_up=sum(_is_undelivered(letter, now) for letter in book.unsent),
        replies=tuple(_replies(rules, book, since, now)),
        forged=sum(
            carried.done in _UNPROVEN and since < carried.decided_at <= now
            for carried in book.commands.values()
        ),
        scanned_at=book.scanned_at,
        proposals=tuple(_proposed(rules, book, day)),
        unreached=tuple(unreached_lines(rules, book, now)),
        week=week_ahead(rules, book, now),
        own=own_health(book, rules.office.mailbox, now, since),
        withheld=tuple(_withheld(edited)),
    )


def _is_undelivered(letter: PostedLetter, now: datetime) -> bool:
    """Whether it could not be delivered, and the staff is still told of it."""
    return letter.state is State.GIVEN_UP and (
        letter.settled_at is None or letter.settled_at > now - _TOLD_FOR
    )


def _previous_digest(rules: Rules, book: Book, day: date) -> datetime:
    """Until when the last digest before `day` told of what came; one that reached nobody told of nothing."""
    hour = rules.office.digest_at
    days: defaultdict[date, list[datetime]] = defaultdict(list)
    for key, letter in book.letters.items():
        if key.startswith(f"{NoticeKind.DIGEST}/") and letter.state not in _REACHED_NOBODY:
            on = date.fromisoformat(key.split("/")[1])
            days[on].append(letter.queued_at or at(on, hour))
    before = [found for found in days if found < day]
    # Two readers' digests of one day may be written at two moments: neither reader may miss a mail.
    return min(days[max(before)]) if before else at(rules.calendar.shift(day, -1), hour)


def _listed(book: Book, now: datetime) -> Iterator[Duty]:
    return iter(book.dues.between(now - _LISTED_FOR, now + _LISTED_FOR))


def _standings(book: Book, verdict: Filed, now: datetime) -> set[Standing]:
    """How the reports stand that a mail hands in: a supplement that comes late makes none of them late."""
    keys = (DutyKey(verdict.unit, filing.report, filing.period) for filing in verdict.filings)
    owed = (duty for key in keys if (duty := book.duties.get(key)) is not None)
    return {judge(duty, book, now).standing for duty in owed}


def _emergencies(rules: Rules, book: Book) -> Iterator[EmergencyLine]:
    units = {unit.id: unit for unit in rules.units}
    for emergency in emergencies(book):
        if emergency.unit in units and (emergency.closed_at is None or unseen(book, emergency)):
            yield EmergencyLine(
                emergency=emergency, unit=units[emergency.unit], version=len(emergency.reports)
            )


def _waiting(
    rules: Rules, book: Book, not_judged: Iterable[OverdueLine], now: datetime
) -> Iterator[DigestLine]:
    keeps = Counter(number for line in not_judged for number in line.mails)
    units = {unit.id: unit for unit in rules.units}
    for arrival in book.unsettled:
        verdict = book.verdict(arrival)
        unit = unit_of(verdict)
        assert isinstance(verdict, Unclear | Sealed)
        # Urgent reports of a unit are listed by their matters.
        if not (is_urgent(verdict) and unit in units):
            yield DigestLine(
                arrival=arrival,
                unit=units.get(unit) if unit else None,
                verdict=verdict,
                version=book.version_of(arrival.number),
                by_reply=isinstance(arrival.verdict, Commanded),
                keeps=keeps[arrival.number],
                wish=wish(rules, book, arrival, now),
                since=units.get(book.since[arrival.number]) if arrival.number in book.since else None,
            )


def _replies(rules: Rules, book: Book, since: datetime, until: datetime) -> Iterator[ReplyLine]:
    """What counts otherwise, or at all, because a unit said so."""
    units = {unit.id: unit for unit in rules.units}
    for number, ruling in book.ruled.items():
        unit = unit_of(ruling.verdict)
        told = (
            is_by_unit(ruling.by) and since < ruling.ruled_at <= until and isinstance(ruling.verdict, Filed)
        )
        if told and unit is not None and unit in units:
            yield ReplyLine(arrival=number, unit=units[unit], verdict=ruling.verdict)


def _proposed(rules: Rules, book: Book, day: date) -> Iterator[ProposalLine]:
    names: dict[str, str] = {unit.id: unit.name for unit in rules.units}
    names |= {report.id: report.name for report in rules.reports}
    for proposal in proposals(rules, book, day):
        yield ProposalLine(proposal=proposal, name=names[proposal.of])


def _withheld(edited: Iterable[Change]) -> Iterator[WithheldLine]:
    """By report and period: a date that moves does so for a hundred units at once."""
    found = Counter((c.after.key.report, c.after.key.period) for c in edited if c.past)
    for (report, period), duties in found.items():
        yield WithheldLine(report=report, period=period, duties=duties)


def _due_soon(rules: Rules, judged: list[Judgement], now: datetime) -> Iterator[DueLine]:
    horizon = rules.calendar.shift(local(now).date(), _LOOK_AHEAD_WORKING_DAYS)
    units = {unit.id: unit for unit in rules.units}
    groups: dict[tuple[ReportId, datetime], list[Judgement]] = {}
    for judgement in judged:
        due_at = judgement.duty.due_at
        # Whoever is excused is not waited for, and has handed in nothing.
        awaited = judgement.standing is not Standing.EXCUSED
        if awaited and now <= due_at and local(due_at).date() <= horizon:
            groups.setdefault((judgement.duty.key.report, due_at), []).append(judgement)
    for (report_id, due_at), group in sorted(groups.items(), key=lambda item: item[0][1]):
        # Whoever takes a report out of the rules releases its duties; nobody waits for them.
        if (report := rules.finds_report(report_id)) is None:
            continue
        missing = (units.get(j.duty.key.unit) for j in group if j.standing is Standing.OPEN)
        yield DueLine(
            report=report,
            judgements=tuple(group),
            due_at=due_at,
            missing=tuple(unit for unit in missing if unit is not None),
        )


def _lines(
    rules: Rules, book: Book, judged: list[Judgement], standing: Standing, now: datetime
) -> Iterator[OverdueLine]:
    today = local(now).date()
    for judgement in sorted(judged, key=lambda j: (j.duty.due_at, j.duty.key.unit)):
        key = judgement.duty.key
        unit, report = rules.finds_unit(key.unit), rules.finds_report(key.report)
        if judgement.standing is standing and unit is not None and report is not None:
            due_on = local(judgement.duty.due_at).date()
            yield OverdueLine(
                judgement=judgement,
                unit=unit,
                report=report,
                working_days=rules.calendar.working_days_after(due_on, today),
                version=changes_of(book, key),
                mails=tuple(_mails(book, judgement, now)),
            )


def _mails(book: Book, judgement: Judgement, now: datetime) -> Iterator[int]:
    """Which mails a person must rule on before the duty is judged."""
    until = judgement.copy.at if judgement.copy else now
    if judgement.doubt is Doubt.NOBODYS_REPORT:
        yield from (arrival.number for arrival in anybodys(judgement.duty, book, until))
    if judgement.doubt is Doubt.UNDECIDED_MAIL:
        yield from (arrival.number for arrival in undecided_of(judgement.duty, book, until))
