"""Assignments as commands show them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import click

from mailbot.cli.period_asked import refuse_reversed
from mailbot.cli.printing import iso
from mailbot.core.calendar import at, local
from mailbot.core.changes.in_force import in_force
from mailbot.core.tasks.assignment import PortalQuestion, Task, Travel
from mailbot.core.tasks.progress import Line, line, lines
from mailbot.daemon.house import House


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a report on assignments is about, both included."""

    first: date
    last: date

    @property
    def begins_at(self) -> datetime:
        """The first day's first moment."""
        return at(self.first)

    @property
    def ends_at(self) -> datetime:
        """The moment after the last day."""
        return at(self.last + timedelta(days=1))

    @property
    def told(self) -> dict[str, str]:
        """The days as they stand beside the rows."""
        return {"since": self.first.isoformat(), "until": self.last.isoformat()}


def lines_of_span(
    house: House, since: date | None, until: date | None, now: datetime
) -> tuple[Span, list[Line]]:
    """The span, by default from the month's first day to today, and how everything stood at its end."""
    today = local(now).date()
    span = Span(since or today.replace(day=1), until or today)
    refuse_reversed(span.first, span.last)
    book = house.ledger.book()
    return span, list(lines(in_force(house.rules, book), book, min(span.ends_at, now)))


def line_of(
    house: House, number: int, kind: type[Task] | type[PortalQuestion] | type[Travel], now: datetime
) -> Line:
    """How assignment `number`, which must be of that kind, stands at `now`.

    Raises:
        UsageError: if there is none.
    """
    book = house.ledger.book()
    found = book.assignments[number - 1] if 1 <= number <= len(book.assignments) else None
    if found is None or not isinstance(found.given, kind):
        raise click.UsageError(f"there is no such number: {number}")
    return line(in_force(house.rules, book), book, found, now)


def of_line(found: Line, *, whole: bool = False) -> dict[str, Any]:
    """One assignment; `whole` adds every event."""
    given = found.assignment.given
    told: dict[str, Any] = {
        "code": found.assignment.code,
        "lead": given.lead,
        "state": str(found.state),
        "due_at": iso(found.due_at),
        "done_at": iso(found.done_at),
        "overdue": found.overdue,
        "late": found.late,
        "working_days": found.working_days,
        "age_days": found.age_days,
        "reason": found.reason,
        "proposal": found.proposal,
        "recorded_at": iso(found.assignment.recorded_at),
        "by": found.assignment.by,
        **_of_given(found),
    }
    if whole:
        told["events"] = [
            {
                "at": iso(event.at),
                "word": str(event.word),
                "reason": event.reason,
                "proposal": event.proposal,
                "by": event.by or None,
                "arrival": event.arrival,
            }
            for event in found.events
        ]
    return told


def _of_given(found: Line) -> dict[str, Any]:
    number = found.assignment.number
    match found.assignment.given:
        case Task() as task:
            return {
                "task": number,
                "document": task.document,
                "symbol": task.symbol,
                "issued_on": task.issued_on.isoformat(),
                "signer": task.signer,
                "giver": task.giver,
                "summary": task.summary,
                "content": task.content,
                "supporting": list(task.supporting),
                "watcher": task.watcher,
                "output": str(task.output),
            }
        case PortalQuestion() as question:
            return {
                "question": number,
                "text": question.text,
                "asked_at": iso(question.asked_at),
                "arrival": question.arrival,
            }
        case Travel() as travel:
            return {
                "travel": number,
                "traveller": travel.traveller,
                "place": travel.place,
                "abroad": travel.abroad,
                "from": travel.first_on.isoformat(),
                "to": travel.last_on.isoformat(),
                "days": travel.days,
                "purpose": travel.purpose,
                "needs_consent": travel.needs_consent,
            }
