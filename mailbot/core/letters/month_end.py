"""The letters after a month: each unit's own lines, to object to; then the draft for the approver.

Objections come first, so that the report is drafted from what has been heard.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from mailbot.core.book import Book
from mailbot.core.calendar import at, local
from mailbot.core.duty import Duty
from mailbot.core.notice import LinesMatter, MonthMatter, Notice
from mailbot.core.period import Cadence, Period, span
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Role, Rules, StaffRole, Unit
from mailbot.core.standing import Standing, judge
from mailbot.core.standings.objection import lines_key, objections
from mailbot.core.standings.period_figures import figures, released
from mailbot.core.tasks.progress import Line as Progress
from mailbot.core.tasks.progress import lines as progress
from mailbot.core.tasks.progress import questions_in, tasks_in

# A draft that nobody has approved for so long stays with the command line.
_DRAFT_OPEN_FOR = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """When the letters about one month are justified."""

    period: Period
    lines_at: datetime
    draft_at: datetime
    ends_at: datetime


def windows(rules: Rules, period: Period) -> Windows:
    """The windows of the letters about the month `period`, in office hours of the month after it."""
    timetable, calendar, opens = rules.papers.timetable, rules.calendar, rules.sending.opens
    days = (timetable.lines_on, timetable.draft_on, timetable.draft_on + _DRAFT_OPEN_FOR)
    starts = [at(calendar.shift(period.last_on, days_after), opens) for days_after in days]
    return Windows(period=period, lines_at=starts[0], draft_at=starts[1], ends_at=starts[2])


def month_end_keys(rules: Rules, book: Book, now: datetime, go_live: datetime) -> frozenset[str]:
    """The keys of the letters that are justified at `now`, written already or not; looks at no mail."""
    found = _window(rules, book, now, go_live)
    if found is None:
        return frozenset()
    if now >= found.draft_at:
        return frozenset(draft_key(found.period, email) for email in approvers(rules))
    return frozenset(lines_key(unit.id, found.period) for unit in _reached(rules, book, found, now))


def month_end(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Iterator[Notice]:
    """The letters about the last month that ought to exist and are not written yet."""
    keys = month_end_keys(rules, book, now, go_live)
    found = _window(rules, book, now, go_live)
    if found is None or keys <= book.letters.keys():
        return
    told = figures(rules, book, found.period, now)
    if now >= found.draft_at:
        before = figures(rules, book, found.period.previous(), now)
        matter = MonthMatter(
            figures=told,
            before=before if before.units else None,
            objections=len(objections(rules, book, found.period)),
            given=tuple(_given(rules, book, found.period, now)),
        )
        # Each approver has a draft of his own, for the command in it is good for him alone.
        for email in approvers(rules):
            key = draft_key(found.period, email)
            if key not in book.letters:
                yield Notice(
                    kind=NoticeKind.MONTH,
                    keys=(key,),
                    to=(email,),
                    due_at=found.draft_at,
                    expires_at=found.ends_at,
                    matter=matter,
                )
        return
    of_unit = {unit.id: unit for unit in told.units}
    until = _last_day(rules, found)
    for unit in _reached(rules, book, found, now):
        key = lines_key(unit.id, found.period)
        if unit.id in of_unit and key not in book.letters:
            yield Notice(
                kind=NoticeKind.LINES,
                keys=(key,),
                to=rules.emails(unit, Role.OFFICIAL, local(now).date()),
                due_at=found.lines_at,
                expires_at=found.draft_at,
                matter=LinesMatter(figures=of_unit[unit.id], period=found.period, until=until),
                unit=unit,
            )


def draft_key(period: Period, email: str) -> str:
    """The key of the draft that one approver gets."""
    return f"{NoticeKind.MONTH}/{period}/{email}"


def approvers(rules: Rules) -> tuple[str, ...]:
    """Whom drafts go to."""
    return rules.office.emails(StaffRole.APPROVER)


def _window(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Windows | None:
    """The windows of the last month, if one is open and somebody is there to approve."""
    period = Period.containing(Cadence.MONTH, local(now).date()).previous()
    # A month that began before mailbot did is half a month: nobody is told lines of it.
    if at(period.first_on) < go_live or not approvers(rules) or period in book.closed:
        return None
    found = windows(rules, period)
    return found if found.lines_at <= now < found.ends_at and any(owed_in(book, period)) else None


def _given(rules: Rules, book: Book, period: Period, now: datetime) -> Iterator[Progress]:
    since, until = span(period)
    known = list(progress(rules, book, now))
    yield from tasks_in(known, since, until)
    yield from questions_in(known, since, until)


def owed_in(book: Book, period: Period) -> Iterator[Duty]:
    """The periodic duties that fall due in `period`."""
    begins, ends = span(period)
    return (
        duty
        for duty in book.dues.between(begins, ends)
        if duty.due_at < ends and duty.key.period.cadence is not Cadence.EVENT
    )


def _reached(rules: Rules, book: Book, found: Windows, now: datetime) -> tuple[Unit, ...]:
    """The units that get their lines: with something to object to, and a box of theirs or a successor's."""
    everybody = rules.papers.timetable.lines_to_all
    told = {
        duty.key.unit
        for duty in owed_in(book, found.period)
        if not released(book, duty) and (everybody or judge(duty, book, now).standing is not Standing.ON_TIME)
    }
    on = local(now).date()
    return tuple(unit for unit in rules.units if unit.id in told and rules.emails(unit, Role.OFFICIAL, on))


def _last_day(rules: Rules, found: Windows) -> datetime:
    """The end of the last working day on which an objection is heard before the draft."""
    day = rules.calendar.shift(local(found.draft_at).date(), -1)
    return at(day, time(23, 59, 59))
