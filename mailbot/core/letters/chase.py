"""Reminders and late notices: which step of which duty is justified now, and until when.

Each step owns a half-open window that ends where the next one begins. So a week without mailbot
leaves one letter to write, not five, and nothing needs to remember what was skipped.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from mailbot.core.book import Book
from mailbot.core.calendar import at, local
from mailbot.core.changes.after_end import is_after_end
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.machine.watch import GRACE, broken_off
from mailbot.core.notice import ChaseItem, ChaseMatter, Notice
from mailbot.core.period import Cadence
from mailbot.core.posting import NoticeKind, State
from mailbot.core.rules import Report, ReportId, Role, Rules, Step, StepKind, Unit
from mailbot.core.standing import Judgement, Standing, found_wanting_late, judge

# Steps lie at most a few weeks around the due day; farther duties need not be looked at.
_LONGEST_STEP = timedelta(days=90)
# A day off that moves a deadline by a day must not bring the same reminder twice in a week.
_STILL_KNOWN = timedelta(days=3)
# The letter that tells of a task, or of a report that is asked for once, names its due moment itself.
_JUST_TOLD = timedelta(days=1)
_KINDS = {StepKind.REMINDER: NoticeKind.REMINDER, StepKind.LATE: NoticeKind.LATE}


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch `[opens_at, closes_at)` in which one step of a duty is justified."""

    step: Step
    opens_at: datetime
    closes_at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether `now` lies in the window."""
        return self.opens_at <= now < self.closes_at


@dataclass(frozen=True, slots=True)
class Wanted:
    """A notice step that is justified now, with the key that makes its letter unique."""

    key: str
    unit: Unit
    judgement: Judgement
    report: Report
    window: Window


def step_key(kind: StepKind, duty: Duty, ordinal: int, book: Book) -> str:
    """What makes the letter of one step of a duty unique."""
    return f"{kind}/{duty.key}/{ordinal}{since_moved(duty.key, duty.due_at, book)}"


def since_moved(key: DutyKey, due_at: datetime, book: Book) -> str:
    """What tells the letters by a moved due moment from those before it; "" by the one announced first.

    A duty that was moved is reminded of and chased anew; by one that it is moved back to it has been already.
    """
    first = next(iter(book.former_dues.get(key, ())), due_at)
    return "" if due_at == first else f"@{local(due_at):%Y%m%dT%H%M}"


def windows(report: Report, due_at: datetime, rules: Rules) -> tuple[Window, ...]:
    """The windows of a report's steps around one due moment, disjoint and in order."""
    return _windows(rules, report.id, due_at)


# A due moment's windows stay as long as the rules do, and planning asks for them every minute.
@lru_cache(maxsize=4096)
def _windows(rules: Rules, report_id: ReportId, due_at: datetime) -> tuple[Window, ...]:
    report = rules.report(report_id)
    due_on = local(due_at).date()
    opens, calendar = rules.sending.opens, rules.calendar
    found: list[Window] = []
    for kind, sign, last in (
        (StepKind.REMINDER, -1, due_at),
        (StepKind.LATE, 1, at(calendar.shift(due_on, rules.late_closes_after), rules.sending.closes)),
    ):
        steps = [step for step in report.steps if step.kind is kind]
        starts = [at(calendar.shift(due_on, sign * step.working_days), opens) for step in steps]
        found += [
            Window(step, start, end)
            for step, start, end in zip(steps, starts, [*starts[1:], last], strict=False)
        ]
    return tuple(found)


def wanted(rules: Rules, book: Book, now: datetime) -> Iterator[Wanted]:
    """Every step that is justified at `now`: at most one for each duty, none for a filed one."""
    held: dict[tuple[ReportId, datetime], list[Window]] = {}
    for duty in book.dues.between(now - _LONGEST_STEP, now + _LONGEST_STEP):
        unit, report = rules.finds_unit(duty.key.unit), rules.finds_report(duty.key.report)
        if unit is None or report is None or is_after_end(rules, duty):
            continue
        # All units owe a report at the same moment.
        if (found := held.get((report.id, duty.due_at))) is None:
            found = [window for window in windows(report, duty.due_at, rules) if window.holds(now)]
            held[report.id, duty.due_at] = found
        for window in found:
            judgement = judge(duty, book, now)
            if _calls_for(judgement, window.step, book, now) and not _known(duty, window, book):
                key = step_key(window.step.kind, duty, window.step.ordinal, book)
                yield Wanted(key, unit, judgement, report, window)


def _known(duty: Duty, window: Window, book: Book) -> bool:
    """Whether a letter of this step, by a former due moment, serves the present one as well."""
    if duty.key not in book.former_dues:
        return False
    step = window.step
    since = window.opens_at - (_STILL_KNOWN if step.kind is StepKind.REMINDER else timedelta())
    before = (due_at for due_at in book.former_dues.get(duty.key, ()) if due_at != duty.due_at)
    keys = (step_key(step.kind, replace(duty, due_at=due_at), step.ordinal, book) for due_at in before)
    letters = (letter for key in keys if (letter := book.letters.get(key)) is not None)
    return any(
        letter.state is State.SENT and letter.queued_at is not None and letter.queued_at >= since
        for letter in letters
    )


def letters(rules: Rules, found: list[Wanted], now: datetime) -> Iterator[Notice]:
    """One notice for each unit and kind, for all that is wanted of it.

    A unit that has ended and still owes something is written to at its successors' addresses.
    """
    groups: dict[tuple[str, StepKind], list[Wanted]] = {}
    for want in found:
        groups.setdefault((want.unit.id, want.window.step.kind), []).append(want)
    on = local(now).date()
    for (_, kind), wants in groups.items():
        unit = wants[0].unit
        roles = frozenset[Role]().union(*(want.window.step.copies for want in wants))
        to = rules.emails(unit, Role.OFFICIAL, on)
        copies = tuple(
            email
            for role in Role
            if role in roles
            for email in rules.emails(unit, role, on)
            if email not in to
        )
        wants.sort(key=lambda want: (want.judgement.duty.due_at, want.key))
        yield Notice(
            kind=_KINDS[kind],
            keys=tuple(want.key for want in wants),
            to=to,
            copies=copies,
            due_at=min(want.window.opens_at for want in wants),
            expires_at=min(want.window.closes_at for want in wants),
            matter=ChaseMatter(items=tuple(_item(want, rules, now) for want in wants)),
            unit=unit,
        )


def _calls_for(judgement: Judgement, step: Step, book: Book, now: datetime) -> bool:
    """Whether a duty that stands so calls for the step."""
    duty = judgement.duty
    match step.kind, judgement.standing:
        case StepKind.REMINDER, Standing.OPEN:
            told = duty.key.period.cadence is Cadence.EVENT and now < duty.opens_at + _JUST_TOLD
            # The report may lie in a mailbox that could not be read for an hour; the window stays open.
            return not told and not any(broken_off(book.watch, now))
        # Mail servers queue: a moment after midnight the mailbox proves nothing of the minute before it.
        case StepKind.LATE, Standing.OVERDUE:
            looked = (book.scanned_at or duty.due_at) > duty.due_at + GRACE
            # Late notices say that nothing came: a person tells the unit what is wanting.
            return looked and not found_wanting_late(duty, book, now)
        case _:
            return False


def _item(want: Wanted, rules: Rules, now: datetime) -> ChaseItem:
    step, judgement = want.window.step, want.judgement
    days = local(judgement.duty.due_at).date(), local(now).date()
    start, end = reversed(days) if step.kind is StepKind.REMINDER else days
    counted = rules.calendar.working_days_after(start, end)
    return ChaseItem(judgement=judgement, report=want.report, step=step, working_days=counted)
