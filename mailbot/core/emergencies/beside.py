"""What struck, told by a document that came beside something else: the month's report, or a request.

The mail is judged by what it hands in or asks for, and goes its way. But that a storm's report lay beside it
must not wait until somebody opens it: the officers on duty are told, and nothing else follows.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.latest import latest
from mailbot.core.replies.circumstance import Circumstance, shown
from mailbot.core.verdict import Filed, Question, Source, Unclear, Verdict, unit_of

_LOOKS_BACK = timedelta(hours=26)
# These are told in another way, or are nobody's; an answer about a task is news of what is known.
_ELSEWHERE = frozenset({Question.URGENT, Question.UNIT, Question.FORGED, Question.TASK})
_SEVERAL = 2


def beside(book: Book, now: datetime) -> Iterator[Arrival]:
    """The mails of the last day beside which a document tells of what struck."""
    for arrival in latest(book, now - _LOOKS_BACK):
        if is_beside(arrival.verdict) and len(arrival.mail.attachments) >= _SEVERAL:
            yield arrival


def is_beside(verdict: Verdict) -> bool:
    """Whether it is about something else, and yet a printed title in it names what struck."""
    if not isinstance(verdict, Filed | Unclear) or unit_of(verdict) is None:
        return False
    if isinstance(verdict, Unclear) and verdict.question in _ELSEWHERE:
        return False
    return any(found.source is Source.HEADING for found in shown(verdict.findings, Circumstance.URGENT))
