"""Samples of the digest; see `mailbot.post.samples`."""

from dataclasses import replace
from datetime import date, datetime, time

from mailbot.core.calendar import at
from mailbot.core.rules import Office
from mailbot.post import context, parts
from mailbot.post.failures import UnreachedUnit
from mailbot.post.week_ahead import ComingWeek, Gap, Machine, WatchedUnit, WeeksDeadline

_UNIT = "Sở Mẫu"
_TITLE = "Báo cáo mẫu tháng 6 năm 2013"
_ON = date(2013, 6, 25)
_NOW: datetime = at(_ON, time(8, 5))
_DUE_AT = at(_ON, time(23, 59, 59))

_LINK = parts.Link(label="Ghi nhận", subject="LENH GHI-NHAN 1 MA AAAA")
_WAITING = context.WaitingMail(
    number=1,
    arrived_at=_NOW,
    sender=_UNIT,
    subject="Báo cáo",
    why="chưa xác định được kỳ báo cáo",
    said="SAI tháng 5",
    links=(_LINK,),
    files=("cong-van.pdf (1,2 MB)",),
    asked="xin gia hạn đến ngày 28/6",
)
_DUE = context.DueReport(title=_TITLE, due_at=_DUE_AT, owed=3, missing=(_UNIT, "Sở Mẫu khác"))
_DUE_WITH_STEPS = replace(_DUE, steps=(context.OfficeStep(name="Văn phòng tổng hợp", due_at=_DUE_AT),))
_OVERDUE = context.OpenReport(units=(_UNIT,), title=_TITLE, due_at=_DUE_AT, working_days=2, why="")
_UNREACHED = UnreachedUnit(unit=_UNIT, email="mau@mau.example", since=_NOW, says="550", instead="")
_MATTER = context.OpenMatter(
    ref="a7",
    unit=_UNIT,
    summary="Báo cáo nhanh",
    opened_at=_NOW,
    last_at=_NOW,
    count=2,
    over=False,
    close=_LINK,
)
_ONE = parts.HeldLetter(number=1, unit=_UNIT, release=_LINK, drop=_LINK, addresses=("mau@don-vi.example",))
_HELD = context.HeldLetters(
    batch=0, kind="receipt", kind_name="thư", why="", units=(), numbers=(2, 3), choice="--kind receipt"
)
_LATE = context.HeldLetters(
    batch=1,
    kind="late",
    kind_name="thư đôn đốc",
    why="chờ duyệt",
    units=(_UNIT,),
    numbers=(1,),
    choice="1",
    due_at=_DUE_AT,
    links=(_LINK,),
    letters=(_ONE,),
)
_DEADLINE = WeeksDeadline(title=_TITLE, due_at=_DUE_AT, units=3)
_WEEK = ComingWeek(
    first_on=_ON,
    last_on=_ON,
    deadlines=(_DEADLINE, replace(_DEADLINE, reason="Công văn mẫu")),
    units=(WatchedUnit(unit=_UNIT, owed=1, why=("hay gửi chậm", "xin gia hạn")),),
)


def digests(office: Office) -> tuple[context.Digest, ...]:
    """A quiet day, an empty one, the eve of a week with deadlines, and a day with everything."""
    quiet = context.Digest(
        office=office,
        now=_NOW,
        day=_ON,
        quiet=True,
        since=_NOW,
        until=_NOW,
        received=0,
        filed=0,
        on_time=0,
        late=0,
        units=0,
        machine=0,
        sealed=0,
        emergencies=(),
        waiting=(),
        due=(),
        overdue=(),
        not_judged=(),
        held=0,
        given_up=0,
        held_letters=(),
        replies=(),
        forged=0,
        stop=_LINK,
        scanned_at=None,
    )
    return (
        quiet,
        replace(quiet, scanned_at=_NOW),
        replace(quiet, quiet=False),
        replace(quiet, quiet=False, week=replace(_WEEK, units=())),
        _busy(replace(quiet, reread=_LINK)),
    )


def _busy(quiet: context.Digest) -> context.Digest:
    return replace(
        quiet,
        quiet=False,
        received=3,
        filed=2,
        on_time=1,
        late=1,
        units=2,
        machine=1,
        sealed=1,
        emergencies=(_MATTER, replace(_MATTER, last_at=None, over=True)),
        waiting_more=250,
        waiting=(_WAITING, replace(_WAITING, sender="", subject="", said="", links=(), files=(), asked="")),
        due=(_DUE_WITH_STEPS, replace(_DUE, missing=())),
        overdue=(replace(_OVERDUE, links=(_LINK,)), replace(_OVERDUE, working_days=0)),
        not_judged=(replace(_OVERDUE, why="còn thư đang chờ xử lý"),),
        held=3,
        given_up=2,
        held_letters=(
            _LATE,
            replace(_HELD, letters=(replace(_ONE, unit="", addresses=()),)),
        ),
        replies=(
            context.Reply(number=1, unit=_UNIT, says=_TITLE),
            context.Reply(number=2, unit=_UNIT, says=""),
        ),
        forged=1,
        scanned_at=_NOW,
        unreached=(_UNREACHED, replace(_UNREACHED, instead="khac@mau.example", says="")),
        week=_WEEK,
        own=Machine(outages=(Gap(_NOW, _DUE_AT),), unsent=3, oldest_at=_NOW, junked=2),
        withheld=(context.WithheldReport(title=_TITLE, duties=3),) * 6,
        proposals=(context.ProposedLesson(code="a1b2c3", says="địa chỉ mau@mau.example là của Sở Mẫu"),),
    )
