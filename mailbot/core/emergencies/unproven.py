"""Urgent words of a mail whose sender nothing proves: told to the officers on duty, and to nobody else.

In a flood the commune's mailbox is out of reach and its secretary writes from a telephone. Such a mail is
taken for nobody's, and nobody is answered or asked for news; but a person can telephone, and must not learn
of it in the morning. Anybody may write so: what comes within one hour is told in two letters at most.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.emergencies.emergency import Slot
from mailbot.core.latest import latest
from mailbot.core.replies.circumstance import Circumstance, shown
from mailbot.core.verdict import Question, Unclear, Verdict

_TOGETHER = timedelta(hours=1)
_LOOKS_BACK = timedelta(hours=26)
_OF_NOBODY = frozenset({Question.UNIT, Question.FORGED})


def signs_of(verdict: Verdict) -> tuple[str, ...]:
    """The words by which a mail was found to tell of something urgent, each once."""
    return tuple(dict.fromkeys(found.text for found in shown(verdict.findings, Circumstance.URGENT)))


def is_unproven(verdict: Verdict) -> bool:
    """Whether it tells of something urgent and names a unit of ours, but nothing proves whose mail it is."""
    if not isinstance(verdict, Unclear) or verdict.question not in _OF_NOBODY:
        return False
    findings = verdict.findings
    strange = findings.unit is None and bool(findings.may_be)
    return strange and not findings.periods and bool(signs_of(verdict))


def unproven(book: Book, now: datetime) -> Iterator[Slot]:
    """Such mails of the last day as the officers are told of them: an hour's first at once, then the others.

    Hours are those of the clock, so that no later ruling changes which mails a letter was about.
    """
    hours: defaultdict[int, list[Arrival]] = defaultdict(list)
    for arrival in latest(book, now - _LOOKS_BACK):
        if is_unproven(arrival.verdict):
            hours[int(arrival.arrived_at.timestamp() // _TOGETHER.total_seconds())].append(arrival)
    for hour, found in hours.items():
        first, *others = sorted(found, key=lambda arrival: (arrival.arrived_at, arrival.number))
        yield Slot(reports=(first,), due_at=first.arrived_at)
        if others:
            ends_at = datetime.fromtimestamp((hour + 1) * _TOGETHER.total_seconds(), UTC)
            yield Slot(reports=tuple(others), due_at=ends_at)
