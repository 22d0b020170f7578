"""A unit's wish for more time (xin gia hạn): which of its duties it may mean, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.command import Verb
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.language.text import fold
from mailbot.core.posting import PostedLetter
from mailbot.core.reading.titles import read_title, resolve
from mailbot.core.replies.asked_day import asked_day
from mailbot.core.replies.circumstance import Circumstance, shown
from mailbot.core.replies.thread import duties_of_keys
from mailbot.core.rules import Rules, UnitId
from mailbot.core.verdict import Commanded, Question, Unclear, unit_of

# Nobody asks for more time for what is due in half a year, or was due a quarter ago.
_AHEAD = timedelta(days=60)
_BEHIND = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a unit asks for.

    Attributes:
        duties: those that it may mean, the likeliest alone where the mail tells; the earliest due first.
        until: the day that it asks for; None if it names none.
    """

    duties: tuple[Duty, ...]
    until: date | None


def wish(rules: Rules, book: Book, arrival: Arrival, now: datetime) -> Wish | None:
    """What the mail asks for, if it is a wish for more time that waits for a person."""
    verdict = book.verdict(arrival)
    unit = unit_of(verdict)
    if not isinstance(verdict, Unclear) or verdict.question is not Question.REQUEST or unit is None:
        return None
    if not _asks_for_time(arrival, verdict):
        return None
    said = _said(arrival, verdict)
    on = local(arrival.arrived_at).date()
    until = next((day for words in said if (day := asked_day(words, on))), None)
    return Wish(duties=_meant(rules, book, arrival, verdict, unit, said, now), until=until)


def open_duties(rules: Rules, book: Book, unit: UnitId, now: datetime) -> list[Duty]:
    """What the unit owes and has not handed in, as far as more time for it makes sense."""
    owed = (book.duties[key] for key in book.open_duties if key.unit == unit)
    near = (
        duty
        for duty in owed
        if duty.opens_at <= now
        and now - _BEHIND <= duty.due_at <= now + _AHEAD
        and rules.finds_report(duty.key.report) is not None
    )
    return sorted(near, key=lambda duty: (duty.due_at, duty.key.report))


def narrowed(rules: Rules, duties: Iterable[Duty], words: str, on: date) -> list[Duty]:
    """The duties of the periods that `words` name, by a report's name where that stands there too."""
    found = (resolve(mention, on) for mention in read_title(words).periods)
    periods = {period for period in found if period is not None}
    of_period = [duty for duty in duties if duty.key.period in periods]
    folded = fold(words)
    by_name = [duty for duty in of_period if fold(_name(rules, duty.key)) in folded]
    return by_name or of_period


def _meant(
    rules: Rules,
    book: Book,
    arrival: Arrival,
    verdict: Unclear,
    unit: UnitId,
    said: tuple[str, ...],
    now: datetime,
) -> tuple[Duty, ...]:
    owed = open_duties(rules, book, unit, now)
    on = local(arrival.arrived_at).date()
    by_words = [duty for words in said for duty in narrowed(rules, owed, words, on)]
    offered = {(filing.report, filing.period) for filing in verdict.candidates}
    by_verdict = [duty for duty in owed if (duty.key.report, duty.key.period) in offered]
    reminded = duties_of_keys(_keys_answered(book, arrival))
    by_thread = [duty for duty in owed if duty.key in reminded]
    return tuple(dict.fromkeys(by_words or by_thread or by_verdict or owed))


def _said(arrival: Arrival, verdict: Unclear) -> tuple[str, ...]:
    """The unit's own words, as far as they are kept: of the command, of the plea, and the subject."""
    command = arrival.verdict.command.argument if isinstance(arrival.verdict, Commanded) else ""
    pleas = (reason.text for reason in shown(verdict.findings, Circumstance.EXTENSION))
    return tuple(filter(None, (command, *pleas, arrival.mail.subject)))


def _asks_for_time(arrival: Arrival, verdict: Unclear) -> bool:
    if isinstance(arrival.verdict, Commanded):
        return arrival.verdict.command.verb is Verb.MORE_TIME
    return any(True for _ in shown(verdict.findings, Circumstance.EXTENSION))


def _keys_answered(book: Book, arrival: Arrival) -> tuple[str, ...]:
    answered = arrival.mail.in_reply_to.strip()
    found: PostedLetter | None = (
        next((letter for letter in book.letters.values() if letter.message_id == answered), None)
        if answered
        else None
    )
    return found.keys if found is not None else ()


def _name(rules: Rules, key: DutyKey) -> str:
    report = rules.finds_report(key.report)
    return report.name if report is not None else str(key.report)
