"""Asking for the parts of a report that came without them (đề nghị bổ sung).

The report counts as received by its first copy; only what is missing is asked for, on the days on which a
late report would be chased.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.chase import windows
from mailbot.core.duty import Duty
from mailbot.core.notice import Notice, SupplementMatter
from mailbot.core.parts import missing_parts
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Report, Role, Rules, StepKind

# As far from the due day as any late notice; farther duties need not be looked at.
_LONGEST_STEP = timedelta(days=90)


def supplements(rules: Rules, book: Book, now: datetime) -> Iterator[Notice]:
    """The letters that ask for missing parts now: one for each report, at most one at any time."""
    for duty in book.dues.between(now - _LONGEST_STEP, now + _LONGEST_STEP):
        report = rules.finds_report(duty.key.report)
        if report is None or not report.parts or duty.excused:
            continue
        for window in windows(report, duty.due_at, rules):
            if window.step.kind is StepKind.LATE and window.holds(now):
                yield from _supplement(rules, book, duty, report, now, window.step.ordinal, window.closes_at)


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
