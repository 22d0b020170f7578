"""The account of a year: what mailbot did, counted, and checked against what each mail really was."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.letters.chase import windows
from mailbot.core.posting import NoticeKind, PostedLetter
from mailbot.core.rules import Rules
from mailbot.core.standing import Judgement, Standing, in_time, judge
from mailbot.core.verdict import Filed, kind
from mailbot.papers.shown import Outage, ShownDuty, Totals
from mailbot.papers.words import LETTER_KINDS, MAIL_KINDS
from mailbot.rehearsal.truth import Meant, Truth, Truths
from mailbot.rehearsal.year import Script, Stretch

_CHASES = frozenset({NoticeKind.REMINDER, NoticeKind.LATE})


def totals(rules: Rules, book: Book, truths: Truths, script: Script, duties: tuple[ShownDuty, ...]) -> Totals:
    """The year in numbers."""
    judged = Counter(kind(arrival.verdict) for arrival in book.arrivals)
    posted = Counter(letter.kind for letter in _letters(book))
    standings = Counter(duty.judgement.standing for duty in duties)
    return Totals(
        received={name: judged[name] for name in MAIL_KINDS},
        settled=len(book.ruled),
        letters={name: posted[NoticeKind(name)] for name in LETTER_KINDS},
        standings={str(standing): standings[standing] for standing in Standing},
        wrong=sum(len(wrongly_credited(arrival, truths)) for arrival in book.arrivals),
        overlooked=sum(len(overlooked(arrival, truths)) for arrival in book.arrivals),
        unjust=len(list(unjust(book, truths))),
        outage=_outage(rules, book, script.down) if script.down else None,
    )


def shown_duties(rules: Rules, book: Book, script: Script, now: datetime) -> tuple[ShownDuty, ...]:
    """The duties due in the script's stretch, as they stand at `now`."""
    due = [duty for duty in book.duties.values() if script.begins_at <= duty.due_at < script.ends_at]
    due.sort(key=lambda duty: (duty.due_at, str(duty.key)))
    return tuple(_shown(rules, judge(duty, book, now)) for duty in due)


def wrongly_credited(arrival: Arrival, truths: Truths) -> list[DutyKey]:
    """What mailbot recorded by itself although this mail does not hand it in."""
    truth = truths[arrival.mail.sha256]
    return [key for key in _credited(arrival) if key not in _handed_in(truth)]


def overlooked(arrival: Arrival, truths: Truths) -> list[DutyKey]:
    """What this mail hands in besides that which mailbot recorded for it."""
    credited = _credited(arrival)
    return [key for key in _handed_in(truths[arrival.mail.sha256]) if key not in credited] if credited else []


def unjust(book: Book, truths: Truths) -> Iterator[DutyKey]:
    """The duties of late notices posted although the report had come in time, from whatever address."""
    came = [(key, truth) for truth in truths.values() for key in _handed_in(truth)]
    in_hand = {
        key
        for key, truth in came
        if key in book.duties and in_time(truth.arrived_at, book.duties[key].due_at)
    }
    for letter in _letters(book):
        if letter.kind is NoticeKind.LATE:
            yield from (key for key in map(duty_of, letter.keys) if key in in_hand)


def duty_of(key: str) -> DutyKey:
    """The duty that a reminder's or a late notice's key is about."""
    return DutyKey.parse(key.partition("/")[2].rpartition("/")[0])


def _shown(rules: Rules, judgement: Judgement) -> ShownDuty:
    due_on = local(judgement.duty.due_at).date()
    came_on = local(judgement.copy.at).date() if judgement.copy else due_on
    return ShownDuty(
        judgement=judgement,
        report=rules.report(judgement.duty.key.report),
        late_by=rules.calendar.working_days_after(due_on, came_on),
    )


def _letters(book: Book) -> list[PostedLetter]:
    """Every letter once, in the order of posting."""
    return sorted(
        {letter.number: letter for letter in book.letters.values()}.values(), key=lambda letter: letter.number
    )


def _credited(arrival: Arrival) -> list[DutyKey]:
    verdict = arrival.verdict
    if not isinstance(verdict, Filed):
        return []
    return [DutyKey(verdict.unit, filing.report, filing.period) for filing in verdict.filings]


def _handed_in(truth: Truth) -> list[DutyKey]:
    if truth.meant is not Meant.REPORT or truth.unit is None:
        return []
    return [DutyKey(truth.unit, filing.report, filing.period) for filing in truth.filings]


def _outage(rules: Rules, book: Book, down: Stretch) -> Outage:
    first = [letter for letter in _letters(book) if letter.kind in _CHASES and letter.queued_at == down.until]
    per_duty = Counter(duty_of(key) for letter in first for key in letter.keys)
    return Outage(
        since=down.since,
        until=down.until,
        mails=sum(down.holds(arrival.arrived_at) for arrival in book.arrivals),
        due=sum(down.holds(duty.due_at) for duty in book.duties.values()),
        letters=len(first),
        most_per_duty=max(per_duty.values(), default=0),
        passed_over=sum(_passed_over(rules, book, duty, down) for duty in book.duties.values()),
    )


def _passed_over(rules: Rules, book: Book, duty: Duty, down: Stretch) -> int:
    """How many notices of the duty could only have been posted while mailbot was down."""
    copies = book.copies.get(duty.key)
    came_at = copies[0].at if copies else None
    return sum(
        down.since <= window.opens_at
        and window.closes_at <= down.until
        and (came_at is None or came_at > window.opens_at)
        for window in windows(rules.report(duty.key.report), duty.due_at, rules)
    )
