"""What goes with a letter as a file: deadlines for the calendar, and drafts for the head of the office."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from mailbot.core.deadlines import deadline_of
from mailbot.core.notice import (
    CalendarMatter,
    ChaseItem,
    ChaseMatter,
    EscalationMatter,
    EvaluationMatter,
    MonthMatter,
    Notice,
    ObjectionMatter,
)
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Office, Rules
from mailbot.core.tasks.assignment import PortalQuestion, Task
from mailbot.papers.given import question_rows, task_rows
from mailbot.papers.ics import calendar_file
from mailbot.papers.monthly import Report, document
from mailbot.papers.reprimand import draft
from mailbot.papers.wording import Wording
from mailbot.post.letter import Enclosure

_CALENDAR = "text/calendar; charset=utf-8"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def enclosures(
    notice: Notice,
    rules: Rules,
    wording: Callable[[], Wording] | None,
    now: datetime,
    dispute: Callable[[ObjectionMatter, datetime], bytes] | None = None,
) -> Iterator[Enclosure]:
    """The files that go with the letter for `notice`; without `wording` no drafts are made."""
    match notice.matter:
        case ChaseMatter(items=items) if notice.kind is NoticeKind.REMINDER:
            yield Enclosure(
                name="thoi-han.ics",
                content_type=_CALENDAR,
                octets=_calendar(items, rules.office, now),
            )
        case EscalationMatter() if wording is not None:
            octets = draft(notice.matter, rules, wording(), now)
            yield Enclosure(name="du-thao-van-ban.docx", content_type=_WORD, octets=octets)
        case MonthMatter() if wording is not None:
            yield from _month(notice.matter, rules, wording())
        case EvaluationMatter() if wording is not None:
            yield from _evaluation(notice.matter, rules, wording())
        case ObjectionMatter(unit=unit, period=period) if dispute is not None:
            octets = dispute(notice.matter, now)
            name = f"doi-chieu-{unit.id}-{period}.pdf".lower()
            yield Enclosure(name=name, content_type="application/pdf", octets=octets)
        case CalendarMatter(year=year, deadlines=found):
            name = f"Thời hạn gửi báo cáo năm {year}"
            octets = calendar_file(rules.office, name, found, now)
            yield Enclosure(name=f"thoi-han-{year}.ics", content_type=_CALENDAR, octets=octets)
        case _:
            return


def _month(matter: MonthMatter, rules: Rules, wording: Wording) -> Iterator[Enclosure]:
    """The draft as a Word file to edit and sign, and the same figures as a workbook."""
    from mailbot.papers.register import figures_workbook  # noqa: PLC0415 - once a month

    tasks = [line for line in matter.given if isinstance(line.assignment.given, Task)]
    questions = [line for line in matter.given if isinstance(line.assignment.given, PortalQuestion)]
    report = Report(
        office=rules.office,
        rules=rules.papers,
        figures=matter.figures,
        before=matter.before,
        tasks=tuple(task_rows(rules, tasks)),
        questions=tuple(question_rows(rules, questions)),
    )
    name = f"du-thao-bao-cao-{matter.figures.period}"
    yield Enclosure(name=f"{name}.docx", content_type=_WORD, octets=document(report, wording))
    yield Enclosure(name=f"{name}.xlsx", content_type=_SHEET, octets=figures_workbook(report))


def _evaluation(matter: EvaluationMatter, rules: Rules, wording: Wording) -> Iterator[Enclosure]:
    """The letter to the Emulation board to edit and sign, and its table as a workbook."""
    from mailbot.papers.emulation import evaluation, letter  # noqa: PLC0415 - twice a year

    report = Report(
        office=rules.office,
        rules=rules.papers,
        figures=matter.figures,
        amendments=matter.amendments,
        known_since=matter.since,
    )
    name = f"du-thao-thi-dua-{matter.figures.period}".lower()
    yield Enclosure(name=f"{name}.docx", content_type=_WORD, octets=letter(report, wording))
    yield Enclosure(name=f"{name}.xlsx", content_type=_SHEET, octets=evaluation(report))


def _calendar(items: Sequence[ChaseItem], office: Office, now: datetime) -> bytes:
    names = {item.report.id: item.report.name for item in items}
    found = [deadline_of(names, [item.judgement.duty]) for item in items]
    return calendar_file(office, "Thời hạn gửi báo cáo", found, now)
