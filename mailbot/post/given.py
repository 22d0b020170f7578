"""What letters about assignments may tell; everything in them was typed by people and is made fit to show."""

from datetime import datetime
from typing import TypeAlias

from mailbot.core.notice import (
    AssignedItem,
    AssignedMatter,
    ChangeMatter,
    LinesMatter,
    TravelMatter,
)
from mailbot.core.rules import Office, Rules, Unit
from mailbot.core.tasks.assignment import Output, PortalQuestion, Task, Travel, Word
from mailbot.core.verdict import Ignored, Verdict
from mailbot.core.wording.vietnamese import foreign, named
from mailbot.post import context, context_given
from mailbot.post.changes import changed
from mailbot.post.months import own_lines

# A task's text fills some lines, and a citizen's question may fill a page; neither fills a letter.
_LONGEST_LINE, _LONGEST_TEXT = 500, 3_000
_SO_FAR = {Word.IN_PROGRESS: "đang thực hiện", Word.NOT_DONE: "chưa thực hiện được"}
_OUTPUTS = {
    Output.SUBMIT: "trình UBND tỉnh, Chủ tịch UBND tỉnh",
    Output.REPORT: "báo cáo kết quả thực hiện",
    Output.ACT: "thực hiện, thông báo kết quả qua thư điện tử; không phải trình hoặc báo cáo riêng",
}


Told: TypeAlias = ChangeMatter | AssignedMatter | TravelMatter | LinesMatter


def told_by_staff(matter: Told, unit: Unit | None, office: Office, now: datetime) -> context.Context:
    """What a letter tells that answers no mail: what the staff entered, and what the month amounts to."""
    match matter:
        case LinesMatter():
            return own_lines(matter, unit, office, now)
        case ChangeMatter():
            return changed(matter, unit, office, now)
        case AssignedMatter():
            return _assigned(matter, unit, office, now)
        case TravelMatter():
            return _journey(matter, office, now)


def news_of(verdict: Verdict, rules: Rules) -> str:
    """What a mail tells of a task that is not done yet, in words; "" if it tells none."""
    news = verdict.news if isinstance(verdict, Ignored) else None
    report = rules.finds_report(news.key.report) if news else None
    return f"{foreign(report.name, _LONGEST_LINE)}: {_SO_FAR[news.word]}" if news and report else ""


def _assigned(
    matter: AssignedMatter, unit: Unit | None, office: Office, now: datetime
) -> context_given.Assigned:
    """What the letter to `unit` tells of its tasks, or of the question that it must answer."""
    return context_given.Assigned(
        office=office,
        now=now,
        unit=named(unit.name) if unit else "",
        question=all(isinstance(item.assignment.given, PortalQuestion) for item in matter.items),
        items=tuple(_item(item, unit) for item in matter.items),
    )


def _item(item: AssignedItem, unit: Unit | None) -> context_given.AssignedItem:
    found, given = item.assignment, item.assignment.given
    task = given if isinstance(given, Task) else None
    question = given if isinstance(given, PortalQuestion) else None
    text = task.content if task else question.text if question else ""
    return context_given.AssignedItem(
        code=found.code,
        leads=unit is not None and unit.id == item.lead.id,
        cited=foreign(found.basis, _LONGEST_LINE) if task else "",
        summary=foreign(task.summary, _LONGEST_LINE) if task else "",
        content=foreign(text, _LONGEST_TEXT),
        lead=named(item.lead.name),
        supporting=tuple(named(other.name) for other in item.supporting),
        output=_OUTPUTS[task.output] if task else "",
        watcher=foreign(task.watcher) if task else "",
        given_at=question.asked_at if question else found.recorded_at,
        due_at=item.due_at,
    )


def _journey(matter: TravelMatter, office: Office, now: datetime) -> context_given.Journey:
    """What the staff is told of a journey without consent."""
    given = matter.assignment.given
    assert isinstance(given, Travel)
    return context_given.Journey(
        office=office,
        now=now,
        unit=named(matter.traveller_of.name),
        code=matter.assignment.code,
        traveller=foreign(given.traveller),
        place=foreign(given.place),
        abroad=given.abroad,
        first_on=given.first_on,
        last_on=given.last_on,
        days=given.days,
    )
