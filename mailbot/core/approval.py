"""Which letters wait for a person before they leave, and why; and which are written anew when they may go."""

from collections.abc import Collection
from datetime import datetime

from mailbot.core.calendar import local
from mailbot.core.notice import ChaseMatter, Notice
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Rules

# They count days: "quá hạn 03 ngày làm việc" is wrong on the day after.
_OF_ONE_DAY = frozenset({NoticeKind.REMINDER, NoticeKind.LATE})


def approval(
    notice: Notice, rules: Rules, now: datetime, until: datetime | None, approved: Collection[str] = ()
) -> str:
    """Why the letter for `notice` must wait for a person, in Vietnamese; "" if it may leave by itself.

    What a person has approved, the keys `approved`, is not asked about again. Until `until`, the end of the
    first weeks, every letter to a unit waits; letters to the staff do not, for they bring the list of those
    that do.
    """
    asked = {key for key in notice.keys if key not in approved}
    # A person has just demanded that report, and it is urgent.
    if not asked or notice.kind is NoticeKind.DEMAND:
        return ""
    if until is not None and now < until and notice.unit is not None:
        return f"thời gian đầu vận hành: thư gửi đơn vị chờ cán bộ duyệt đến hết ngày {local(until):%d/%m/%Y}"
    if notice.kind in rules.approval:
        return "loại thư này chờ cán bộ duyệt theo quy tắc của Văn phòng"
    if isinstance(notice.matter, ChaseMatter):
        waits = _first_step_that_waits(rules, notice.kind)
        items = zip(notice.keys, notice.matter.items, strict=True)
        if waits is not None and any(key in asked and item.step.ordinal >= waits for key, item in items):
            return f"từ lần thứ {waits} trở đi chờ cán bộ duyệt"
    return ""


def is_of_another_day(kind: NoticeKind, queued_at: datetime, now: datetime) -> bool:
    """Whether what the letter says of days is no longer true, so that it must be written anew."""
    return kind in _OF_ONE_DAY and local(queued_at).date() != local(now).date()


def _first_step_that_waits(rules: Rules, kind: NoticeKind) -> int | None:
    steps = [word.rpartition("-") for word in rules.approval]
    return min((int(step) for name, _, step in steps if name == kind and step.isdigit()), default=None)
