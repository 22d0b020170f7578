"""What people's rulings suggest to remember: a function of rules and book, decided by nobody yet.

Once may be chance: a colleague lends a box, a title is a slip. Twice the same way is a habit to ask about.
What a person declined is not asked again; confirming it later stays possible.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.changes.lesson import Lesson, Proposal, Teaches, last_words
from mailbot.core.language.text import fold, nfc
from mailbot.core.reading.titles import read_title
from mailbot.core.reading.topic import words_of
from mailbot.core.rules import ReportId, Rules
from mailbot.core.verdict import Filed, Question, Sealed, Unclear, unit_of

_ENOUGH = 2
# Fewer words are too general to tell a report, and a longer run of them is one document's own title.
_FEWEST_WORDS, _MOST_WORDS = 2, 12
_LEAD = frozenset({"bao", "cao", "bc", "re", "fw", "fwd", "gui", "nop", "v", "ve", "viec"})


def proposals(rules: Rules, book: Book, on: date) -> tuple[Proposal, ...]:
    """What rulings suggest on that day and nobody has decided yet, in the order of the first ruling."""
    decided = last_words(book.lessons)
    found = [*_addresses(rules, book, on), *_topics(rules, book)]
    return tuple(sorted((p for p in found if p.code not in decided), key=lambda p: p.arrivals))


def proposal_named(rules: Rules, book: Book, on: date, name: str) -> tuple[Proposal | None, Lesson | None]:
    """The proposal of that code, address or phrase, and the last word on it if there is one.

    Of several that were decided it is the one that counts now.
    """
    decided = [lesson for lesson in last_words(book.lessons).values() if _is(lesson.proposal, name)]
    fresh = next((p for p in proposals(rules, book, on) if _is(p, name)), None)
    lesson = max(decided, key=lambda each: (each.confirmed, each.number), default=None)
    return fresh or (lesson.proposal if lesson else None), None if fresh else lesson


def _is(proposal: Proposal, name: str) -> bool:
    return name.lower() == proposal.code or fold(name) == fold(proposal.words)


def _filed_by_people(book: Book) -> Iterator[tuple[Arrival, Filed]]:
    """The mails that a person filed; of a sealed one nothing may be learned."""
    for number, ruling in sorted(book.ruled.items()):
        arrival = book.by_number[number]
        if isinstance(ruling.verdict, Filed) and not isinstance(arrival.verdict, Sealed):
            yield arrival, ruling.verdict


def _addresses(rules: Rules, book: Book, on: date) -> Iterator[Proposal]:
    """Addresses that nobody has registered, whose mails people filed for one unit alone."""
    units = {unit.id for unit in rules.units if unit.valid.covers(on)}
    owners: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for arrival, verdict in _filed_by_people(book):
        sender = arrival.mail.sender
        if sender is not None and unit_of(arrival.verdict) is None:
            owners[sender.email.lower()][arrival.number] = verdict.unit
    for email, named in owners.items():
        unit = next(iter(named.values()))
        if len(named) < _ENOUGH or set(named.values()) != {unit} or unit not in units:
            continue
        if not _is_spoken_for(rules, email, on):
            yield Proposal(teaches=Teaches.ADDRESS, words=email, of=unit, arrivals=tuple(named))


def _is_spoken_for(rules: Rules, email: str, on: date) -> bool:
    ours = email == rules.office.mailbox or rules.registered(email, on)
    return ours or rules.unit_at_domain(email, on) is not None


def _topics(rules: Rules, book: Book) -> Iterator[Proposal]:
    """Phrases of subjects that matched no report, and that people filed for one report alone."""
    known = {report.id: report for report in rules.reports}
    told: defaultdict[str, dict[int, ReportId]] = defaultdict(dict)
    for arrival, verdict in _filed_by_people(book):
        judged = arrival.verdict
        reports = {filing.report for filing in verdict.filings}
        unknown = isinstance(judged, Unclear) and judged.question is Question.REPORT and len(reports) == 1
        if unknown and (phrase := _phrase(arrival.mail.subject)):
            told[phrase][arrival.number] = reports.pop()
    for phrase, named in told.items():
        report = next(iter(named.values()))
        if len(named) < _ENOUGH or set(named.values()) != {report} or report not in known:
            continue
        if phrase not in {" ".join(words_of(topic)) for topic in known[report].topics}:
            yield Proposal(teaches=Teaches.TOPIC, words=phrase, of=report, arrivals=tuple(named))


def _phrase(subject: str) -> str:
    """What a subject says the report is about: its words before the first period, without "Báo cáo"."""
    title = nfc(subject[:400])
    periods = [mention.text for mention in read_title(title).periods if mention.text]
    at = title.find(periods[0]) if periods else -1
    words = [word for word in words_of(title[:at]) if word.isalnum()] if at > 0 else []
    while words and words[0] in _LEAD:
        words.pop(0)
    return " ".join(words) if _FEWEST_WORDS <= len(words) <= _MOST_WORDS else ""
