"""What letters about a month may tell: a unit its own lines only, the approver the draft."""

from datetime import datetime

from mailbot.core.command import Verb
from mailbot.core.notice import LinesMatter, MonthMatter
from mailbot.core.replies.approving import argument
from mailbot.core.rules import Office, Rules, Unit
from mailbot.core.standing import Standing
from mailbot.core.standings.figures import Counts, Line, Rating
from mailbot.core.standings.figures_form import checksum
from mailbot.core.wording import vietnamese
from mailbot.post import month_context as context
from mailbot.post import words
from mailbot.post.pen import Pen


def own_lines(matter: LinesMatter, unit: Unit | None, office: Office, now: datetime) -> context.OwnLines:
    """What the letter to a unit tells of its month."""
    return context.OwnLines(
        office=office,
        now=now,
        unit=vietnamese.named(unit.name) if unit else "",
        head=vietnamese.named(unit.head) if unit else "",
        period=matter.period.label,
        lines=tuple(_line(line) for line in matter.figures.lines),
        until=matter.until,
    )


def _line(line: Line) -> context.OwnLine:
    status = words.STANDINGS[line.standing]
    if line.standing is Standing.LATE:
        status = words.late(line.days_late)
    notes = [vietnamese.words(line.doubt)] if line.doubt else []
    notes += [vietnamese.remark(line.remark)] if line.remark else []
    return context.OwnLine(
        title=line.title,
        due_at=line.due_at,
        arrived_at=line.arrived_at,
        counted_by=line.clock,
        status=f"{status} ({'; '.join(notes)})" if notes else status,
    )


def month_draft(matter: MonthMatter, rules: Rules, pen: Pen) -> context.MonthDraft:
    """What the letter to the approver tells of the draft."""
    figures, counts = matter.figures, matter.figures.counts
    return context.MonthDraft(
        office=rules.office,
        now=pen.now,
        period=figures.period.label,
        code=str(figures.period),
        units=len(figures.owing),
        owed=counts.owed,
        on_time=counts.on_time,
        late=counts.late,
        overdue=counts.overdue,
        not_judged=counts.not_judged,
        rate=counts.rate,
        rate_before=matter.before.counts.rate if matter.before else None,
        good=len(figures.rated(Rating.GOOD)),
        poor=tuple(
            context.NamedUnit(name=unit.name, why=_blame(unit.counts)) for unit in figures.rated(Rating.POOR)
        ),
        not_rated=tuple(
            context.NamedUnit(name=unit.name, why=vietnamese.reserves(unit.reserves))
            for unit in figures.rated(Rating.NOT_RATED)
        ),
        objections=matter.objections,
        checksum=checksum(figures),
        approve=pen.command("Duyệt, chốt số liệu", Verb.APPROVE, argument=argument(figures)),
    )


def _blame(counts: Counts) -> str:
    told = [
        f"{says} {vietnamese.number(count)}"
        for says, count in (("chậm", counts.late), ("quá hạn chưa gửi", counts.overdue))
        if count
    ]
    return f"{', '.join(told)} trong {vietnamese.number(counts.owed)} báo cáo"
