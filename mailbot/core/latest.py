"""The latest arrivals: what looks at a day or an hour does not walk through all the years."""

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book


def latest(book: Book, since: datetime) -> Iterator[Arrival]:
    """What was recorded after `since`, the newest first."""
    return takewhile(lambda arrival: arrival.recorded_at > since, reversed(book.arrivals))
