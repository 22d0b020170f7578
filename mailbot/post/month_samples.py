"""Samples of the letters about a month, a half-year and a year; see `mailbot.post.samples`."""

from dataclasses import replace
from datetime import date, datetime, time

from mailbot.core.calendar import at
from mailbot.core.rules import Office
from mailbot.post import month_context as context
from mailbot.post import side_by_side, year_context
from mailbot.post.parts import Link

_NOW: datetime = at(date(2013, 7, 1), time(8))
_UNTIL: datetime = at(date(2013, 7, 4), time(23, 59, 59))
_OPEN = context.OwnLine(
    title="Báo cáo mẫu tháng 6 năm 2013",
    due_at=at(date(2013, 6, 25), time(23, 59, 59)),
    arrived_at=None,
    counted_by="",
    status="Chưa nhận được",
)
_CAME = replace(
    _OPEN, arrived_at=_NOW, counted_by="theo thời điểm máy chủ thư nhận được", status="Chậm 04 ngày làm việc"
)
_NAMED = context.NamedUnit(name="Sở Mẫu", why="chậm 01 trong 02 báo cáo")


def own_lines(office: Office) -> tuple[context.OwnLines, ...]:
    """One line, and several."""
    one = context.OwnLines(
        office=office,
        now=_NOW,
        unit="Sở Mẫu",
        head="Giám đốc Sở Mẫu",
        period="tháng 6 năm 2013",
        lines=(_OPEN,),
        until=_UNTIL,
    )
    return one, replace(one, head="", lines=(_OPEN, _CAME))


def month_drafts(office: Office) -> tuple[context.MonthDraft, ...]:
    """A full draft, a month after a better and after a worse one, and one of which nothing is known."""
    full = context.MonthDraft(
        office=office,
        now=_NOW,
        period="tháng 6 năm 2013",
        code="2013-06",
        units=29,
        owed=87,
        on_time=70,
        late=14,
        overdue=2,
        not_judged=1,
        rate=81.4,
        rate_before=86.2,
        good=20,
        poor=(_NAMED, _NAMED),
        not_rated=(_NAMED,),
        objections=1,
        checksum="0123456789abcdef" * 4,
        approve=Link(
            label="Duyệt, chốt số liệu", subject="LENH DUYET-SO-LIEU ky/2013-06/0123456789ab MA AAAA"
        ),
    )
    empty = replace(full, rate=None, rate_before=None, good=0, poor=(), not_rated=(), objections=0)
    return full, replace(full, rate_before=80.0), replace(full, rate_before=full.rate), empty


def objections(office: Office) -> tuple[side_by_side.SideBySide, ...]:
    """One with everything beside it, and one of which little is known."""
    link = Link(label="Chấp nhận", subject="LENH NHAN-GIAI-TRINH 9 MA AAAA")
    mail = side_by_side.MailBeside(
        number=7, arrived_at=_NOW, clock=_CAME.counted_by, subject="Báo cáo", result="thiếu tệp", accept=link
    )
    letter = side_by_side.LetterBeside(number=5, kind="thư nhắc", queued_at=_NOW, state="máy chủ thư đã nhận")
    line = side_by_side.LineBeside(
        title=_CAME.title,
        due_at=_CAME.due_at,
        arrived_at=_NOW,
        counted_by=_CAME.counted_by,
        status=_CAME.status,
        mails=(mail, replace(mail, subject="", accept=None)),
        letters=(letter, replace(letter, queued_at=None)),
    )
    full = side_by_side.SideBySide(
        office=office,
        now=_NOW,
        unit="Sở Mẫu",
        period="tháng 6 năm 2013",
        number=9,
        arrived_at=_NOW,
        subject="Giải trình",
        files=("giai-trinh.pdf",),
        in_time=1,
        lines=(line, replace(line, arrived_at=None, counted_by="", mails=(), letters=())),
        uphold=link,
        dismiss=link,
    )
    return full, replace(full, subject="", files=(), in_time=0, lines=())


def evaluations(office: Office) -> tuple[year_context.EvaluationDraft, ...]:
    """A full one, and one of which nothing is known."""
    full = year_context.EvaluationDraft(
        office=office,
        now=_NOW,
        period="06 tháng đầu năm 2013",
        board="Ban Thi đua - Khen thưởng tỉnh",
        since=_NOW.date(),
        units=29,
        owed=87,
        on_time=70,
        late=14,
        overdue=2,
        not_judged=1,
        rate=81.4,
        grades=(year_context.GradeCount(name="Tốt", units=20),),
        ungraded=2,
        unapproved=("tháng 5 năm 2013", "tháng 6 năm 2013"),
        checksum="0123456789abcdef" * 4,
    )
    return full, replace(full, rate=None, ungraded=0, unapproved=())


def calendars(office: Office) -> tuple[year_context.YearCalendar, ...]:
    """A unit's own, and the staff's."""
    line = year_context.CalendarLine(title="Báo cáo mẫu tháng 6", due_at=_OPEN.due_at, units=1, note="")
    own = year_context.YearCalendar(office=office, now=_NOW, unit="Sở Mẫu", year=2013, deadlines=(line,))
    return own, replace(own, unit="", deadlines=(replace(line, units=29, note="Công văn mẫu"), line))
