"""What a book has derived, and a later one need not derive again.

After years a book holds tens of thousands of arrivals, and a few come in between two plans. What follows from
the others stays as it was, unless a new one is another delivery of theirs or tells of an assignment.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book, Copy
from mailbot.core.duty import DutyKey
from mailbot.core.rules import UnitId
from mailbot.core.verdict import Commanded, Filed, Ignored, Sealed, Unclear

# What follows from arrivals, rulings, stamps, and assignments with their notes.
_OF_MAILS = (
    "by_number", "ruled", "again", "handed", "copies", "news", "unsettled", "undecided", "nobodys", "orders",
    "urgent", "sealed",
)  # fmt: skip
# Beside what a book derives of itself: the book in which what waits is whose the register says by now.
_OWNED = "_owned"


def derive(book: Book) -> None:
    """Derive at once what every plan asks of all arrivals and duties.

    With tens of thousands of them that is best done while the collector of reference cycles rests, and what
    comes of it is as lasting as they are.
    """
    for name in (*_OF_MAILS, "dues"):
        getattr(book, name)


def remembering(book: Book, earlier: Book, fresh: int | None) -> Book:
    """`book`, with what `earlier` has derived and still holds.

    `fresh` is how many arrivals came since then, if that is all in which the mails and what was ruled on them
    differ; None if more does.
    """
    if book.duties is earlier.duties:
        _keep(book, earlier, "dues")
    if book.letters is earlier.letters:
        _keep(book, earlier, "lines", "unsent")
    if fresh == 0:
        _keep(book, earlier, *_OF_MAILS)
        if book.duties is earlier.duties:
            _keep(book, earlier, "open_duties")
    elif fresh is not None:
        _grow(book, earlier, book.arrivals[-fresh:])
    if fresh is not None:
        _keep_health(book, earlier, book.arrivals[len(book.arrivals) - fresh :])
    return book


def owned(book: Book, since: Mapping[int, UnitId]) -> Book:
    """`book` where these undecided mails are these units', with all else that it has derived.

    As long as the book is the same, so is what is returned: each plan would derive it anew.
    """
    if since == book.since:
        return book
    kept: Book | None = vars(book).get(_OWNED)
    if kept is None or kept.since != since:
        kept = remembering(replace(book, since=since), book, fresh=0)
        vars(kept).pop("undecided", None)
        vars(book)[_OWNED] = kept
    return kept


def _keep(book: Book, earlier: Book, *names: str) -> None:
    there = vars(earlier)
    vars(book).update({name: there[name] for name in names if name in there})


def _grow(book: Book, earlier: Book, fresh: Sequence[Arrival]) -> None:
    """Keep what follows from the arrivals before, and add what follows from `fresh`, still unruled."""
    there, found = vars(earlier), dict[str, Any]()
    verdicts = [arrival.verdict for arrival in fresh]
    _keep(book, earlier, "ruled")
    if "by_number" in there:
        found["by_number"] = {**earlier.by_number, **{arrival.number: arrival for arrival in fresh}}
    for name, kinds in (("unsettled", Unclear | Sealed), ("sealed", Sealed), ("orders", Commanded)):
        if name in there:
            found[name] = (*there[name], *(a for a in fresh if isinstance(a.verdict, kinds)))
    if not any(isinstance(verdict, Unclear | Sealed) for verdict in verdicts):
        _keep(book, earlier, "undecided", "nobodys", "urgent")
    if not any(isinstance(verdict, Ignored) and verdict.news is not None for verdict in verdicts):
        _keep(book, earlier, "news")
    vars(book).update(found)
    # Another delivery may date what its first one handed in.
    if not any(isinstance(verdict, Ignored) and verdict.duplicate_of is not None for verdict in verdicts):
        _keep(book, earlier, "again")
        if "handed" in there:
            _hand_in(book, earlier, fresh)


def _keep_health(book: Book, earlier: Book, fresh: Sequence[Arrival]) -> None:
    """Keep how well addresses take letters, unless more is known of them, or one that failed has written."""
    if "health" not in vars(earlier) or book.addresses is not earlier.addresses:
        return
    if not any(earlier.health.has_failed(arrival.sender) for arrival in fresh):
        _keep(book, earlier, "health")


def _hand_in(book: Book, earlier: Book, fresh: Sequence[Arrival]) -> None:
    more = defaultdict[DutyKey, list[Copy]](list)
    for arrival in fresh:
        if isinstance(arrival.verdict, Filed):
            for filing in arrival.verdict.filings:
                key = DutyKey(arrival.verdict.unit, filing.report, filing.period)
                more[key].extend(book.copies_by(arrival))
    # Of copies of one moment those by mail come first, as they do where all are put together.
    handed = {
        key: sorted(
            (*earlier.handed.get(key, ()), *copies), key=lambda copy: (copy.at, copy.stamp is not None)
        )
        for key, copies in more.items()
    }
    vars(book)["handed"] = {**earlier.handed, **handed}
    if "copies" in vars(earlier) and not any(each.key in handed for each in book.assignments):
        more_copies = {key: copies for key, copies in handed.items() if copies}
        vars(book)["copies"] = {**earlier.copies, **more_copies}
        if "open_duties" in vars(earlier) and book.duties is earlier.duties:
            vars(book)["open_duties"] = earlier.open_duties.difference(more_copies)
