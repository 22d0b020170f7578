"""Asking for what is wanting in what came (đề nghị bổ sung).

A report counts as received by its first copy; only the parts that are missing are asked for, on the days on
which a late report would be chased. An answer to a task that a person found wanting after the day counts no
more, and its unit has had a receipt for it: no late notice says so, for something came, but this letter does.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mailbot.core.book import Book, Copy
from mailbot.core.calendar import local
from mailbot.core.duty import Duty
from mailbot.core.letters.chase import windows
from mailbot.core.notice import Notice, SupplementMatter
from mailbot.core.parts import missing_parts
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Report, Role, Rules, StepKind
from mailbot.core.standing import found_wanting_late
from mailbot.core.tasks.assignment import ENDED, REOPENING, Assignment, Note, Word

# As far from the due day as any late notice; farther duties need not be looked at.
_LONGEST_STEP = timedelta(days=90)
# After a month the unit knows it from the telephone.
_USEFUL_FOR = timedelta(days=30)
# For notes that need no reason.
_NO_REASON = "kết quả chưa được ghi nhận là đã hoàn thành"


def supplements(rules: Rules, book: Book, now: datetime) -> Iterator[Notice]:
    """The letters that ask for what is wanting now: one for each report, at most one at any time."""
    for duty in book.dues.between(now - _LONGEST_STEP, now + _LONGEST_STEP):
        report = rules.finds_report(duty.key.report)
        if report is None or not report.parts or duty.excused:
            continue
        for window in windows(report, duty.due_at, rules):
            if window.step.kind is StepKind.LATE and window.holds(now):
                yield from _supplement(rules, book, duty, report, now, window.step.ordinal, window.closes_at)
    for assignment in book.assignments:
        # Nearly all have no notes.
        if assignment.number in book.notes_on:
            yield from _wanting(rules, book, assignment, now)


def _supplement(
    rules: Rules, book: Book, duty: Duty, report: Report, now: datetime, ordinal: int, until: datetime
) -> Iterator[Notice]:
    unit = rules.finds_unit(duty.key.unit)
    missing = missing_parts(report, duty.key, book)
    # What is missing may lie in a mail that a person has still to look at.
    if unit is None or not missing or book.undecided.get(unit.id):
        return
    to = rules.emails(unit, Role.OFFICIAL, local(now).date())
    if to:
        yield Notice(
            kind=NoticeKind.SUPPLEMENT,
            keys=(f"{NoticeKind.SUPPLEMENT}/{duty.key}/{ordinal}",),
            to=to,
            due_at=now,
            expires_at=until,
            matter=SupplementMatter(duty=duty, report=report, copy=book.copies[duty.key][0], parts=missing),
            unit=unit,
        )


def _wanting(rules: Rules, book: Book, assignment: Assignment, now: datetime) -> Iterator[Notice]:
    """The letter that tells what a person found wanting in the last answer, once for each answer."""
    duty, report = book.duties.get(assignment.key), rules.finds_report(assignment.key.report)
    unit = rules.finds_unit(assignment.key.unit)
    answer, undone = _found_wanting(book, assignment, now)
    if answer is None or not undone or duty is None or report is None or unit is None or duty.excused:
        return
    until = undone[0].noted_at + _USEFUL_FOR
    to = rules.emails(unit, Role.OFFICIAL, local(now).date())
    # A new answer may lie in a mail that a person has still to look at.
    waits = bool(book.undecided.get(unit.id))
    if to and now < until and not waits and found_wanting_late(duty, book, now):
        why = undone[-1].reason or _NO_REASON
        yield Notice(
            kind=NoticeKind.SUPPLEMENT,
            keys=(f"{NoticeKind.SUPPLEMENT}/{duty.key}/note-{undone[0].number}",),
            to=to,
            due_at=undone[0].noted_at,
            expires_at=until,
            matter=SupplementMatter(duty=duty, report=report, copy=answer, wanting=why, code=assignment.code),
            unit=unit,
        )


def _found_wanting(book: Book, assignment: Assignment, now: datetime) -> tuple[Copy | None, list[Note]]:
    """The last answer, and the notes by which it does not do; none if it was ended since."""
    notes = [note for note in book.notes_on[assignment.number] if note.noted_at <= now]
    done = [copy for copy in book.handed.get(assignment.key, ()) if copy.at <= now]
    done += [Copy(at=note.noted_at) for note in notes if note.word is Word.DONE]
    answer = max(done, key=lambda copy: copy.at, default=None)
    if answer is None or notes[-1].word in ENDED:
        return None, []
    return answer, [note for note in notes if note.word in REOPENING and note.noted_at >= answer.at]
