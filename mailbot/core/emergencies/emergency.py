"""Urgent matters (vụ việc đột xuất): what a unit reports at once, or is told to report, until it is over.

Derived from the urgent reports that came and from what people demanded or closed. An unclear urgent report is
news all the same: that something happened must not wait until somebody has read how it is called.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.emergencies.incident_act import Act, IncidentAct
from mailbot.core.emergencies.same_matter import Likeness, likeness
from mailbot.core.language.text import fold
from mailbot.core.period import Cadence
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Rules, Unit, UnitId
from mailbot.core.verdict import Filed, Ignored, Reason, Verdict, is_urgent, unit_of

# News of a unit belong to its open matter as long as it kept reporting; after three days it is another one.
_SAME_MATTER = timedelta(hours=72)
# More doubtful matters of one unit in half an hour are told together.
_MOST_AT_ONCE = 5
# Where the rules name no interval: a working shift.
_UPDATE_EVERY = timedelta(hours=8)
# Asked three times in vain, a unit is telephoned by a person.
MOST_NUDGES = 3
# A nudge is answered before many more reports have come.
_STILL_ANSWERED = 10
# In a flood reports come every few minutes: the officers on duty are told of several at once.
_ONE_ALERT = timedelta(minutes=30)
_OVER = re.compile(
    r"\b(?:bao cao (?:ket thuc|cuoi cung|tong hop ket qua)|ket thuc (?:vu viec|dot|su co)|da ket thuc"
    r"|da (?:khac phuc|xu ly|dap tat|kiem soat|on dinh) xong|khac phuc xong|da dap tat|da on dinh)\b"
)
_LONGEST = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """One urgent matter of one unit.

    Attributes:
        ref: what commands call it: "a12" by its first report, "d3" by the demand for one.
        reports: what the unit reported of it, in order.
        demand: the act that asked for the first report, if nobody reported before.
        closed: by a report, or by the act of a person.
    """

    ref: str
    unit: UnitId
    summary: str
    opened_at: datetime
    reports: tuple[Arrival, ...] = ()
    demand: IncidentAct | None = None
    closed_at: datetime | None = None
    closed_by: str = ""

    @property
    def last_news_at(self) -> datetime | None:
        """When the unit was last heard of in this matter."""
        return self.reports[-1].arrived_at if self.reports else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Reports of which the officers on duty are told in one letter, and when."""

    reports: tuple[Arrival, ...]
    due_at: datetime


def emergencies(book: Book) -> tuple[Emergency, ...]:
    """Every urgent matter that is known, the oldest first."""
    found: list[Emergency] = []
    for event in _events(book):
        if isinstance(event, Arrival):
            _take_report(found, event, book)
        elif event.act is Act.DEMAND:
            found.append(
                Emergency(
                    ref=f"d{event.number}",
                    unit=event.unit,
                    summary=event.summary,
                    opened_at=event.at,
                    demand=event,
                )
            )
        else:
            _close(found, event)
    return tuple(found)


def update_interval(rules: Rules, unit: Unit) -> timedelta:
    """After how long without news a unit is asked for some: the shortest that the rules name."""
    hours = [
        report.update_hours
        for report in rules.reports
        if report.cadence is Cadence.EVENT and report.update_hours and report.is_owed_by(unit)
    ]
    return timedelta(hours=min(hours)) if hours else _UPDATE_EVERY


def slots(matter: Emergency) -> Iterator[Slot]:
    """The reports as the officers are told of them: the first at once, then one letter in half an hour."""
    waiting: list[Arrival] = []
    free_from: datetime | None = None
    for report in matter.reports:
        if waiting and free_from is not None and report.arrived_at >= free_from:
            yield Slot(reports=tuple(waiting), due_at=free_from)
            waiting, free_from = [], free_from + _ONE_ALERT
        if free_from is None or report.arrived_at >= free_from:
            yield Slot(reports=(report,), due_at=report.arrived_at)
            free_from = report.arrived_at + _ONE_ALERT
        else:
            waiting.append(report)
    if waiting and free_from is not None:
        yield Slot(reports=tuple(waiting), due_at=free_from)


def _events(book: Book) -> list[Arrival | IncidentAct]:
    """Reports and acts in the order in which they happened."""
    events: list[Arrival | IncidentAct] = [
        arrival for arrival in book.urgent if not is_no_matter(book.verdict(arrival))
    ]
    events += book.incident_acts
    return sorted(events, key=lambda event: event.arrived_at if isinstance(event, Arrival) else event.at)


def says_it_is_over(report: Arrival) -> bool:
    """Whether a report's subject ends its matter."""
    return _OVER.search(fold(report.mail.subject)) is not None


def is_no_matter(verdict: Verdict) -> bool:
    """Whether a person has found that the mail does not count, or is the report of a period."""
    match verdict:
        case Ignored(reason=reason):
            return reason is Reason.REJECTED
        case Filed(filings=filings):
            return all(filing.period.cadence is not Cadence.EVENT for filing in filings)
        case _:
            return False


def _take_report(found: list[Emergency], report: Arrival, book: Book) -> None:
    unit = unit_of(book.verdict(report))
    if unit is None:
        return
    at = _of(found, unit, report, book)
    if at is None:
        subject = " ".join(report.mail.subject.split())[:_LONGEST]
        found.append(
            Emergency(
                ref=f"a{report.number}",
                unit=unit,
                summary=subject,
                opened_at=report.arrived_at,
                reports=(report,),
            )
        )
        at = len(found) - 1
    else:
        found[at] = replace(found[at], reports=(*found[at].reports, report))
    if says_it_is_over(report):
        found[at] = replace(found[at], closed_at=report.arrived_at, closed_by=str(unit))


def nudge_key(matter: Emergency, after: int, count: int) -> str:
    """The key of the letter that asks for news for the `count`-th time since `after` reports came."""
    return f"{NoticeKind.NUDGE}/{matter.ref}/{after}/{count}"


def demand_key(act: IncidentAct) -> str:
    """The key of the letter that demands a report."""
    return f"{NoticeKind.DEMAND}/{act.number}"


def _asked(matter: Emergency, book: Book) -> Iterator[str]:
    """What replies to our letters that asked about the matter name."""
    told = len(matter.reports)
    keys = [
        nudge_key(matter, after, count)
        for after in range(max(0, told - _STILL_ANSWERED), told + 1)
        for count in range(1, MOST_NUDGES + 1)
    ]
    keys += [demand_key(matter.demand)] if matter.demand else []
    for key in keys:
        if (letter := book.letters.get(key)) is not None and letter.message_id:
            yield letter.message_id


def _of(found: list[Emergency], unit: UnitId, report: Arrival, book: Book) -> int | None:
    """Which open matter a report belongs to; None if it tells of a new one, or nobody can say."""
    going = [n for n, matter in enumerate(found) if matter.closed_at is None]
    # Whoever answers our question about a matter tells of that one, however late and in whatever words: also
    # who carries on the unit that it was of.
    thread = {report.mail.in_reply_to.strip(), *report.mail.references} - {""}
    if thread and (answered := [n for n in going if not thread.isdisjoint(_asked(found[n], book))]):
        return answered[-1]
    mine = [n for n in going if found[n].unit == unit]
    like = {n: likeness(report, found[n].reports, found[n].summary) for n in mine}
    # A demand waits for any report that does not clearly tell of something else.
    if demands := [n for n in mine if not found[n].reports and like[n] is not Likeness.OTHER]:
        return demands[0]
    at = report.arrived_at
    going_on = [n for n in mine if (last := found[n].last_news_at) and at - last <= _SAME_MATTER]
    if same := [n for n in going_on if like[n] is Likeness.SAME]:
        return same[-1]
    perhaps = [n for n in going_on if like[n] is Likeness.UNSURE]
    # What ends a matter opens none; and a unit that writes ten doubtful reports in a row has one trouble.
    ends = _OVER.search(fold(report.mail.subject)) is not None and len(perhaps) == 1
    opened = sum(at - found[n].opened_at < _ONE_ALERT for n in perhaps)
    return perhaps[-1] if perhaps and (ends or opened >= _MOST_AT_ONCE) else None


def _close(found: list[Emergency], act: IncidentAct) -> None:
    for n, matter in enumerate(found):
        if matter.ref == act.about and matter.closed_at is None:
            found[n] = replace(matter, closed_at=act.at, closed_by=act.by)


def unseen(book: Book, emergency: Emergency) -> tuple[Arrival, ...]:
    """Its reports on which nobody has ruled."""
    return tuple(report for report in emergency.reports if is_urgent(book.verdict(report)))
