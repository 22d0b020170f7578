"""How far what was given has come at a given instant: derived from notes, mails and stamps, never stored.

The monthly report and the lists of `mailbot task` are made of these lines.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.official import Excuse, in_effect
from mailbot.core.rules import Rules
from mailbot.core.standing import Doubt, in_time, judge
from mailbot.core.tasks.assignment import (
    ENDED,
    REOPENING,
    Assignment,
    Note,
    PortalQuestion,
    Task,
    Travel,
    Word,
)


class State(StrEnum):
    """Where an assignment stands (07/QĐ-STTTT, Article 6(1)(e))."""

    DONE = "done"  # đã thực hiện
    IN_PROGRESS = "in_progress"  # đang thực hiện
    NOT_DONE = "not_done"  # chưa thực hiện
    REFUSED = "refused"  # không thực hiện
    WRONG = "wrong"  # thực hiện không đúng yêu cầu
    ENDED = "ended"  # trả lại, không hợp lệ, không còn phải thực hiện


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that became known of an assignment, from whom and when."""

    at: datetime
    word: Word
    reason: str = ""
    proposal: str = ""
    by: str = ""
    arrival: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One assignment as it stands at `now`.

    Attributes:
        overdue: not done although its due moment has passed; never without a due moment.
        late: done, but after the due moment.
        waits: neither is concluded although that moment has passed, for a mail of the unit is undecided.
        working_days: by how many it is overdue or came late; 0 if neither.
        age_days: calendar days since it was given.
        reason, proposal: the last ones told.
    """

    assignment: Assignment
    state: State
    due_at: datetime | None
    done_at: datetime | None
    overdue: bool
    late: bool
    working_days: int
    age_days: int
    reason: str
    proposal: str
    events: tuple[Event, ...]
    waits: bool = False


def lines(rules: Rules, book: Book, now: datetime) -> Iterator[Line]:
    """Everything that was given by `now`, in the order of giving; `rules` are those in force."""
    for assignment in book.assignments:
        if assignment.recorded_at <= now:
            yield line(rules, book, assignment, now)


def line(rules: Rules, book: Book, assignment: Assignment, now: datetime) -> Line:
    """How one assignment stands at `now`."""
    events = tuple(events_of(book, assignment, now))
    done_at = _done_at(events)
    duty = book.duties.get(assignment.key)
    # An official letter may have moved it.
    due_at = duty.due_at if duty else assignment.due_at
    state = _state(events, done_at)
    judged_at = done_at or now
    past = due_at is not None and not in_time(judged_at, due_at) and state is not State.ENDED
    judgement = judge(duty, book, now) if past and duty is not None else None
    # People follow tasks in other ways, too, so a gap in the watch is no doubt here; a mail that waits is.
    waits = judgement is not None and judgement.doubt is Doubt.UNDECIDED_MAIL
    past = past and not waits and not (duty is not None and duty.excused)
    due_on = local(due_at or judged_at).date()
    return Line(
        assignment=assignment,
        state=state,
        due_at=due_at,
        done_at=done_at,
        overdue=past and done_at is None,
        late=past and done_at is not None,
        working_days=rules.calendar.working_days_after(due_on, local(judged_at).date()) if past else 0,
        age_days=(local(now).date() - local(assignment.recorded_at).date()).days,
        reason=next((event.reason for event in reversed(events) if event.reason), ""),
        proposal=next((event.proposal for event in reversed(events) if event.proposal), ""),
        events=events,
        waits=waits,
    )


def events_of(book: Book, assignment: Assignment, now: datetime) -> list[Event]:
    """What became known of it by `now`, the earliest first."""
    noted = [
        Event(at=note.noted_at, word=note.word, reason=note.reason, proposal=note.proposal, by=note.by)
        for note in _notes(book, assignment)
    ]
    told = [
        Event(
            at=arrival.arrived_at,
            word=news.word,
            reason=news.reason,
            proposal=news.proposal,
            arrival=arrival.number,
        )
        for arrival, news in book.news.get(assignment.key, ())
    ]
    handed = [
        Event(at=copy.at, word=Word.DONE, arrival=copy.arrival.number if copy.arrival else None)
        for copy in book.handed.get(assignment.key, ())
    ]
    return sorted(
        (e for e in (*noted, *_excuses(book, assignment), *told, *handed) if e.at <= now),
        key=lambda event: event.at,
    )


def _excuses(book: Book, assignment: Assignment) -> Iterator[Event]:
    """What official letters, or a reply of the staff, excused of it."""
    for letter in in_effect(book.official):
        if isinstance(letter.effect, Excuse) and any(c.key == assignment.key for c in letter.changes):
            why = letter.document.reason or letter.document.cited
            yield Event(at=letter.recorded_at, word=Word.CANCELLED, reason=why, by=letter.by)


def tasks_in(found: Sequence[Line], since: datetime, until: datetime) -> list[Line]:
    """The tasks that a report on `[since, until)` tells of: all that were open in it, or ended in it."""
    return [line for line in _told(found, since, until) if isinstance(line.assignment.given, Task)]


def questions_in(found: Sequence[Line], since: datetime, until: datetime) -> list[Line]:
    """The citizens' questions that a report on `[since, until)` tells of."""
    return [line for line in _told(found, since, until) if isinstance(line.assignment.given, PortalQuestion)]


def _told(found: Sequence[Line], since: datetime, until: datetime) -> Iterator[Line]:
    for line in found:
        # What was returned or cancelled is over as well, and not told of month after month.
        over_at = line.done_at or (line.events[-1].at if line.state is State.ENDED else None)
        if line.assignment.recorded_at < until and (over_at is None or over_at >= since):
            yield line


def unconsented(book: Book, now: datetime) -> Iterator[Assignment]:
    """The journeys that have begun by `now` and need a consent that nobody recorded."""
    today = local(now).date()
    for assignment in book.assignments:
        given = assignment.given
        if isinstance(given, Travel) and given.needs_consent and given.first_on <= today:
            words = {note.word for note in _notes(book, assignment) if note.noted_at <= now}
            if Word.CONSENTED not in words and not words & ENDED:
                yield assignment


def _notes(book: Book, assignment: Assignment) -> Sequence[Note]:
    return book.notes_on.get(assignment.number, ())


def _done_at(events: Sequence[Event]) -> datetime | None:
    """When it was done, by what is known: what a person found wanting since has to be done again."""
    done_at = None
    for event in events:
        if event.word is Word.DONE:
            done_at = done_at or event.at
        elif event.arrival is None and event.word in REOPENING:
            done_at = None
    return done_at


def _state(events: Sequence[Event], done_at: datetime | None) -> State:
    if events and events[-1].word in ENDED:
        return State.ENDED
    if done_at is not None:
        return State.DONE
    words = [event.word for event in events if event.word is not Word.DONE]
    if not words:
        return State.NOT_DONE
    return _STATES.get(words[-1], State.NOT_DONE)


_STATES = {
    Word.IN_PROGRESS: State.IN_PROGRESS,
    Word.REFUSED: State.REFUSED,
    Word.WRONG: State.WRONG,
}
