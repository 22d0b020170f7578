"""A period's figures as a person approved them (số liệu đã chốt), and what has changed since.

A closed period never silently changes: a later ruling or a late stamp makes other figures, and those count
only once a person closes the period anew. Both versions stay, and every difference is an amendment that
papers and pages show.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any

from mailbot.core.book import Book
from mailbot.core.machine.watch import Outage
from mailbot.core.period import Period, span
from mailbot.core.standing import Standing
from mailbot.core.standings.figures import Figures, Line, Rating, Reserve
from mailbot.core.standings.figures_form import checksum, figures_of
from mailbot.core.wording import vietnamese

# What a standing is called in an amendment.
_STANDINGS = {
    Standing.ON_TIME: "đúng hạn",
    Standing.LATE: "gửi chậm",
    Standing.OVERDUE: "quá hạn, chưa gửi",
    Standing.EXCUSED: "được miễn",
    Standing.NOT_JUDGED: "chưa kết luận",
    Standing.OPEN: "chưa đến hạn",
}
_RATINGS = {
    Rating.GOOD: "thực hiện tốt",
    Rating.FAIR: "không nêu tên",
    Rating.POOR: "thực hiện chưa nghiêm túc",
    Rating.NOT_RATED: "chưa đánh giá",
}
# Letters of a reason: it is the office's own word to the public, and is told whole.
_LONGEST_REASON = 2_000
_OF_OBJECTIONS = frozenset({Reserve.OBJECTION, Reserve.UPHELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How many facts of each kind there were, and what was known of the watch.

    So the book as it was then can be read again.
    """

    arrivals: int
    rulings: int
    stamps: int
    duties: int
    scanned_at: datetime | None
    outages: tuple[Outage, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Closing:
    """One approval of a period's figures.

    Attributes:
        form: the figures as JSON (`figures_form`), `checksum` over them.
        position: what was known.
        by, via: who approved, and by which arrival if by a reply.
        why: for a period that was closed before, why anew.
        public: whether the approval is for publishing too.
    """

    number: int
    period: Period
    form: Mapping[str, Any]
    checksum: str
    rules: str
    position: Position
    closed_at: datetime
    by: str
    why: str
    via: int | None = None
    public: bool = True

    @cached_property
    def figures(self) -> Figures:
        """The approved figures."""
        return figures_of(dict(self.form))

    @property
    def sound(self) -> bool:
        """Whether the figures still are those that the checksum was made over."""
        return checksum(self.figures) == self.checksum


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One duty that stands otherwise than when the period was closed; None where it did not count."""

    unit: str
    name: str
    before: Line | None
    after: Line | None
    at: datetime
    why: str = ""

    @property
    def says(self) -> str:
        """The amendment as a Vietnamese sentence."""
        line = self.after or self.before
        assert line is not None
        before, after = _told(self.before), _told(self.after)
        if before == after:
            # Another copy counts now.
            before, after = before + _came(self.before), after + _came(self.after)
        change = f"{self.name}, {line.title}: từ “{before}” thành “{after}”"
        reason = f"; lý do: {vietnamese.clause(self.why, _LONGEST_REASON)}" if self.why else ""
        return f"{change}, {vietnamese.short_day(self.at)}{reason}."


def differences(before: Figures, after: Figures, at: datetime, why: str = "") -> Iterator[Amendment]:
    """Every duty that stands otherwise in `after`, in the order of its lines, then what is gone from it."""
    names = {unit.id: unit.name for figures in (before, after) for unit in figures.units}
    then = {line.key: line for line in before.lines}
    now = {line.key: line for line in after.lines}
    for key in [*now, *(key for key in then if key not in now)]:
        old, new = then.get(key), now.get(key)
        if new is None and old is not None and old.standing is Standing.EXCUSED:
            # It counted for nothing before.
            continue
        if old is None or new is None or _counted(old) != _counted(new):
            line = new or old
            assert line is not None
            yield Amendment(unit=line.unit, name=names[line.unit], before=old, after=new, at=at, why=why)


def within(figures: Figures, month: Period) -> Figures:
    """What of the figures falls into `month`."""
    begins, ends = span(month)
    units = [
        replace(unit, lines=tuple(line for line in unit.lines if begins <= line.due_at < ends))
        for unit in figures.units
    ]
    return replace(figures, units=tuple(units))


def rerated(before: Figures, after: Figures) -> Iterator[str]:
    """Of whom an objection lets something else be said in `after`, in Vietnamese: it changes no line.

    For the office's own papers: whom the report does not name as doing well, the public does not learn.
    """
    for unit in after.units:
        then = before.unit(unit.id)
        if then is None or then.rating is unit.rating:
            continue
        # What else stands against a rating comes and goes with the mails that wait today.
        if _OF_OBJECTIONS.intersection(set(then.reserves) ^ set(unit.reserves)):
            why = "; ".join(vietnamese.words(reserve) for reserve in unit.reserves)
            change = f"từ “{_RATINGS[then.rating]}” thành “{_RATINGS[unit.rating]}”"
            yield f"{unit.name}, đánh giá: {change}{f' ({why})' if why else ''}."


def amendments(closings: Sequence[Closing]) -> tuple[Amendment, ...]:
    """What each later closing of one period changed in the one before it."""
    found: list[Amendment] = []
    for earlier, later in pairwise(closings):
        found += differences(earlier.figures, later.figures, later.closed_at, later.why)
    return tuple(found)


def position(book: Book) -> Position:
    """What `book` knows; it keeps no rows of duties, which the ledger counts when it keeps the figures."""
    return Position(
        arrivals=len(book.arrivals),
        rulings=len(book.rulings),
        stamps=len(book.stamps),
        duties=0,
        scanned_at=book.scanned_at,
        outages=tuple(book.outages),
    )


def book_then(book: Book, then: Position, known_at: datetime) -> Book:
    """The book without what came after `then`, and without letters and address facts after `known_at`.

    Its duties must be given as they were.
    """
    return replace(
        book,
        arrivals=tuple(book.arrivals[: then.arrivals]),
        rulings=tuple(book.rulings[: then.rulings]),
        stamps=tuple(book.stamps[: then.stamps]),
        scanned_at=then.scanned_at,
        outages=then.outages,
        official=tuple(letter for letter in book.official if letter.recorded_at <= known_at),
        addresses=tuple(fact for fact in book.addresses if fact.at <= known_at),
    )


def _counted(line: Line) -> tuple[object, ...]:
    # What came counts where it is judged by that; of other lines nobody is told of it, either.
    came = line.arrived_at if line.standing in {Standing.ON_TIME, Standing.LATE} else None
    return line.standing, line.days_late if line.standing is Standing.LATE else 0, came


def _came(line: Line | None) -> str:
    return f", nhận lúc {vietnamese.short_moment(line.arrived_at)}" if line and line.arrived_at else ""


def _told(line: Line | None) -> str:
    if line is None:
        return "không tính"
    if line.standing is Standing.LATE:
        return f"{_STANDINGS[line.standing]} {vietnamese.working_days(line.days_late)}"
    return _STANDINGS[line.standing]
