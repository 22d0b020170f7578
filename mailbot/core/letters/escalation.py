"""The last step of chasing: one list for the head of the office, when letters have had no effect.

A reprimand is for a person to sign; what goes with the list is a draft of it, and no unit is written to.
"""

from collections.abc import Iterator
from datetime import datetime

from mailbot.core.book import Book
from mailbot.core.calendar import at, local
from mailbot.core.changes.after_end import doubted
from mailbot.core.duty import Duty
from mailbot.core.letters.chase import Window, since_moved, step_key, windows
from mailbot.core.letters.digest_matter import OverdueLine
from mailbot.core.notice import EscalationMatter, Notice
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.rules import Rules, StaffRole, StepKind
from mailbot.core.standing import Standing, judge


def escalations(rules: Rules, book: Book, now: datetime) -> Iterator[tuple[str, OverdueLine, int, datetime]]:
    """The overdue duties whose last late notice has gone: key, line, how many were sent, and until when."""
    units = {unit.id: unit for unit in rules.units}
    reports = {report.id: report for report in rules.reports}
    for duty in book.dues.between(_earliest(rules, now), now):
        unit, report = units.get(duty.key.unit), reports.get(duty.key.report)
        if unit is None or report is None or now == duty.due_at:
            continue
        late = [w for w in windows(report, duty.due_at, rules) if w.step.kind is StepKind.LATE]
        if not late or not late[-1].holds(now):
            continue
        sent = _sent(book, duty, late)
        last = sent.get(late[-1].step.ordinal)
        # A unit has that day, at least, to answer the last of the letters.
        if last is None or last.queued_at is None or local(last.queued_at).date() >= local(now).date():
            continue
        judgement = doubted(rules, judge(duty, book, now))
        if judgement.standing is Standing.OVERDUE:
            days = rules.calendar.working_days_after(local(duty.due_at).date(), local(now).date())
            line = OverdueLine(judgement=judgement, unit=unit, report=report, working_days=days)
            moved = since_moved(duty.key, duty.due_at, book)
            yield f"{NoticeKind.ESCALATION}/{duty.key}{moved}", line, len(sent), late[-1].closes_at


def escalation_keys(rules: Rules, book: Book, now: datetime) -> frozenset[str]:
    """The keys of all that is justified to be told at `now`."""
    return frozenset(key for key, *_ in escalations(rules, book, now))


def escalation(rules: Rules, book: Book, now: datetime) -> Iterator[Notice]:
    """One list of all that nobody was told of yet."""
    found = [one for one in escalations(rules, book, now) if one[0] not in book.letters]
    to = rules.office.emails(StaffRole.APPROVER) or rules.office.emails(StaffRole.DIGEST)
    if found and to:
        found.sort(key=lambda one: (one[1].judgement.duty.due_at, one[1].unit.id))
        yield Notice(
            kind=NoticeKind.ESCALATION,
            keys=tuple(key for key, *_ in found),
            to=to,
            due_at=at(local(now).date()),
            expires_at=min(until for *_, until in found),
            matter=EscalationMatter(
                lines=tuple(line for _, line, _, _ in found), chased=tuple(sent for _, _, sent, _ in found)
            ),
        )


def _earliest(rules: Rules, now: datetime) -> datetime:
    """The windows of what was due before it have closed by `now`."""
    return at(rules.calendar.shift(local(now).date(), -(rules.late_closes_after + 1)))


def _sent(book: Book, duty: Duty, late: list[Window]) -> dict[int, PostedLetter]:
    """The late notices of the duty that were sent, by their ordinal."""
    ordinals = [window.step.ordinal for window in late]
    letters = {n: book.letters.get(step_key(StepKind.LATE, duty, n, book)) for n in ordinals}
    return {n: letter for n, letter in letters.items() if letter is not None and letter.state is State.SENT}
