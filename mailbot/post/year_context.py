"""What the letters about a half-year or a year may tell, and what their templates know."""

from dataclasses import dataclass
from datetime import date, datetime

from mailbot.core.notice import CalendarMatter, EvaluationMatter
from mailbot.core.rules import Office, Rules, Unit
from mailbot.core.standings.figures_form import checksum
from mailbot.core.standings.grading import proposed
from mailbot.core.wording import vietnamese


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeCount:
    """How many units a grade is proposed for."""

    name: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationDraft:
    """What the approver is told of a half-year or year; `rate` is a share in percent, or None.

    Attributes:
        since: the first day that mailbot knows of.
        ungraded: how many units no grade is proposed for.
        unapproved: the months whose figures nobody has approved yet.
    """

    office: Office
    now: datetime
    period: str
    board: str
    since: date
    units: int
    owed: int
    on_time: int
    late: int
    overdue: int
    not_judged: int
    rate: float | None
    grades: tuple[GradeCount, ...]
    ungraded: int
    unapproved: tuple[str, ...]
    checksum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarLine:
    """One deadline; `units` of how many units, `note` says why it is not the day that the rule names."""

    title: str
    due_at: datetime
    units: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCalendar:
    """The deadlines of a year; `unit` is "" in the letter to the staff, which has those of all units."""

    office: Office
    now: datetime
    unit: str
    year: int
    deadlines: tuple[CalendarLine, ...]


def evaluation_draft(matter: EvaluationMatter, rules: Rules, now: datetime) -> EvaluationDraft:
    """What the letter about the evaluation may tell."""
    figures, counts = matter.figures, matter.figures.counts
    owing = figures.owing
    grades = [grade.name for unit in owing if (grade := proposed(unit, rules.papers.grades))]
    return EvaluationDraft(
        office=rules.office,
        now=now,
        period=figures.period.label,
        board=rules.papers.letterhead.board,
        since=matter.since,
        units=len(owing),
        owed=counts.owed,
        on_time=counts.on_time,
        late=counts.late,
        overdue=counts.overdue,
        not_judged=counts.not_judged,
        rate=counts.rate,
        grades=tuple(
            GradeCount(name=grade.name, units=grades.count(grade.name)) for grade in rules.papers.grades
        ),
        ungraded=len(owing) - len(grades),
        unapproved=tuple(period.label for period in matter.unapproved),
        checksum=checksum(figures),
    )


def year_calendar(matter: CalendarMatter, unit: Unit | None, office: Office, now: datetime) -> YearCalendar:
    """What the letter with a year's deadlines may tell."""
    return YearCalendar(
        office=office,
        now=now,
        unit=vietnamese.named(unit.name) if unit else "",
        year=matter.year,
        deadlines=tuple(
            CalendarLine(
                title=vietnamese.foreign(deadline.title),
                due_at=deadline.due_at,
                units=len(deadline.units),
                note=vietnamese.foreign(deadline.reason),
            )
            for deadline in matter.deadlines
        ),
    )
