"""When mailbot stops answering: what answers its letters again and again may be a machine that nobody knows.

RFC 3834 asks whoever answers automatically to limit it, for two answering machines write to each other for
ever, and no list of signs finds all of them. Only mails that answer our letters and bring no document count:
a unit that sends twenty reports in a morning has twenty receipts. A correction takes a person two or three
replies ("SAI", then a number); six within ten minutes leave room for slips, and twenty a day for a bad day.
What is not answered is recorded, obeyed and shown to the staff like anything else.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book, Ruling
from mailbot.core.latest import latest
from mailbot.core.members import is_document
from mailbot.core.reading.titles_of import answers_us

SHORT, MOST_IN_SHORT = timedelta(minutes=10), 6
LONG, MOST_IN_LONG = timedelta(hours=24), 20
# So far back an arrival can still be answered, and a day before it counts.
_LOOKS_BACK = timedelta(hours=72) + LONG


@dataclass(frozen=True, slots=True)
class Restraint:
    """Which mails of the last days get no answer, for their senders had enough.

    Attributes:
        arrivals: their numbers.
        rulings: who ruled by one of them and when: what follows for another mail of his is not told either.
    """

    arrivals: frozenset[int]
    rulings: frozenset[tuple[str, datetime]]

    def silences(self, arrival: Arrival, ruling: Ruling | None) -> bool:
        """Whether nothing is to be written about the arrival, as that ruling, if any, leaves it."""
        if ruling is None:
            return arrival.number in self.arrivals
        return (ruling.by, ruling.ruled_at) in self.rulings


def restraint(book: Book, now: datetime) -> Restraint:
    """What is not answered at `now`."""
    silent = frozenset(_unanswered(book, now))
    orders = (book.commands[number] for number in silent if number in book.commands)
    return Restraint(silent, frozenset((carried.by, carried.decided_at) for carried in orders))


def _unanswered(book: Book, now: datetime) -> Iterable[int]:
    recent = list(latest(book, now - _LOOKS_BACK))
    return _too_many(filter(_answers_a_letter, reversed(recent)))


def _too_many(arrivals: Iterable[Arrival]) -> Iterable[int]:
    answered: defaultdict[str, list[datetime]] = defaultdict(list)
    for arrival in arrivals:
        assert arrival.mail.sender is not None
        moments, at = answered[arrival.mail.sender.email], arrival.recorded_at
        lately = sum(at - moment < SHORT for moment in moments)
        in_a_day = sum(at - moment < LONG for moment in moments)
        if lately >= MOST_IN_SHORT or in_a_day >= MOST_IN_LONG:
            yield arrival.number
        else:
            moments.append(at)


def _answers_a_letter(arrival: Arrival) -> bool:
    mail = arrival.mail
    return (
        mail.sender is not None
        and mail.automation is None
        and answers_us(mail.subject, mail.in_reply_to)
        and not any(map(is_document, mail.attachments))
    )
