"""What is written because of commands by reply, where no receipt or query tells it already.

Each command has at most one answer. What a forged key or an untrusted sender tried is told to nobody but the
next digest.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.command import Carried, Done, Verb
from mailbot.core.letters.answer_matter import HelpMatter, ResultMatter, StatusMatter
from mailbot.core.letters.answers import answer_to
from mailbot.core.notice import Matter, Notice
from mailbot.core.posting import FINAL, NoticeKind
from mailbot.core.rules import Rules, Unit
from mailbot.core.senders.restraint import restraint
from mailbot.core.standing import Judgement, Standing, judge
from mailbot.core.standings.objection import objection_by
from mailbot.core.verdict import Commanded, unit_of

# A table that could not leave for a day is out of date.
_USEFUL_FOR = timedelta(hours=24)
# What a unit may still act upon, or ask about: a quarter back, and what falls due in the next weeks.
_LOOKS_BACK = timedelta(days=100)
_LOOKS_AHEAD = timedelta(days=45)
# A person looks a few times; what asks more often is a program.
_MOST_TABLES_A_DAY = 5
_HELPING = frozenset({Verb.HELP, Verb.UNKNOWN})


def results(rules: Rules, book: Book, now: datetime) -> Iterator[Notice]:
    """The answers that the commands of the last day justify."""
    tables: Counter[tuple[str, object]] = Counter()
    carried_out = book.commands.values()
    lately = [each for each in carried_out if each.decided_at <= now < each.decided_at + _USEFUL_FOR]
    silent = restraint(book, now).arrivals if lately else frozenset()
    # One letter explains the words to an address for a day, however many replies ask for it at once.
    told: set[str] = set()
    for carried in lately:
        # That an objection waits for a person is told as such (`answers`), whatever word it begins with.
        if carried.arrival in silent or objection_by(rules, book, carried.arrival) is not None:
            continue
        arrival = book.by_number[carried.arrival]
        verdict = arrival.verdict
        if not isinstance(verdict, Commanded) or arrival.mail.sender is None:
            continue
        verb = verdict.command.verb
        if verb is Verb.STATUS and carried.done is Done.DONE:
            day = (arrival.mail.sender.email, local(carried.decided_at).date())
            tables[day] += 1
            if tables[day] > _MOST_TABLES_A_DAY:
                continue
        for notice in _answer(rules, book, arrival, verdict, carried, now):
            if told.isdisjoint(notice.keys):
                yield notice
            told.update(notice.keys)


def _answer(
    rules: Rules, book: Book, arrival: Arrival, verdict: Commanded, carried: Carried, now: datetime
) -> Iterator[Notice]:
    unit = rules.finds_unit(verdict.unit) if verdict.unit is not None else None
    kind = _kind(verdict.command.verb, carried)
    if kind is None:
        return
    to = _to(rules, arrival, unit, carried, now)
    key = f"{kind}/{arrival.number}"
    if kind is NoticeKind.HELP:
        # Once a day to each address, also where the unit's has ended since.
        whose = _to(rules, arrival, unit, carried, carried.decided_at)
        key = f"{kind}/{whose[0] if whose else ''}/{local(carried.decided_at).date()}"
    written = book.letters.get(key)
    if to and (written is None or written.state not in FINAL):
        yield Notice(
            kind=kind,
            keys=(key,),
            to=to,
            due_at=carried.decided_at,
            expires_at=carried.decided_at + _USEFUL_FOR,
            matter=_matter(rules, book, arrival, verdict, carried, now),
            unit=unit,
            answers=arrival,
        )


def _kind(verb: Verb, carried: Carried) -> NoticeKind | None:
    if carried.done not in {Done.DONE, Done.REFUSED}:
        return None
    if verb is Verb.STATUS:
        return NoticeKind.STATUS
    if verb in _HELPING and not carried.says:
        return NoticeKind.HELP
    return NoticeKind.RESULT if carried.says else None


def _to(
    rules: Rules, arrival: Arrival, unit: Unit | None, carried: Carried, now: datetime
) -> tuple[str, ...]:
    """The registered address that the command came from; never what `From` says and the rules do not."""
    if unit is not None:
        return answer_to(rules, arrival, unit, now)
    return tuple(person.email for person in rules.office.staff if person.email == carried.by)


def _matter(
    rules: Rules, book: Book, arrival: Arrival, verdict: Commanded, carried: Carried, now: datetime
) -> Matter:
    match _kind(verdict.command.verb, carried):
        case NoticeKind.STATUS:
            judgements = tuple(_standings(rules, book, verdict.unit, now))
            return StatusMatter(arrival=arrival, judgements=judgements)
        case NoticeKind.HELP:
            unknown = verdict.command.verb is Verb.UNKNOWN
            return HelpMatter(arrival=arrival, unknown=unknown, staff=verdict.unit is None)
        case _:
            about = book.by_number.get(verdict.command.about or arrival.number, arrival)
            mine = verdict.unit is None or unit_of(book.verdict(about)) == verdict.unit
            return ResultMatter(
                arrival=arrival,
                about=about.number if mine else arrival.number,
                says=carried.says,
                done=carried.done is Done.DONE,
            )


def _standings(rules: Rules, book: Book, unit: object, now: datetime) -> Iterator[Judgement]:
    # Tasks and reports that are asked for once are known as well; what left the rules is not.
    own = [duty for duty in book.duties.values() if duty.key.unit == unit]
    mine = [duty for duty in own if rules.finds_report(duty.key.report) is not None]
    for duty in sorted(mine, key=lambda duty: (duty.due_at, duty.key.report)):
        judgement = judge(duty, book, now)
        met = judgement.standing in {Standing.ON_TIME, Standing.LATE}
        if now - _LOOKS_BACK <= duty.due_at and (met or duty.due_at <= now + _LOOKS_AHEAD):
            yield judgement
