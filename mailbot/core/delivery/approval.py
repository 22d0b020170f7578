"""Which letters wait for a person before they leave, and why; and which are written anew when they may go."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.calendar import local
from mailbot.core.delivery.new_address import question
from mailbot.core.notice import ChangeMatter, ChaseMatter, Notice
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Rules

# They count days: "quá hạn 03 ngày làm việc" is wrong on the day after.
_OF_ONE_DAY = frozenset({NoticeKind.REMINDER, NoticeKind.LATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstWeeks:
    """The first weeks, in which every letter to a unit waits, but those of the kinds in `but`."""

    until: datetime
    but: frozenset[NoticeKind] = frozenset()


def approval(
    notice: Notice,
    rules: Rules,
    now: datetime,
    first: FirstWeeks | None,
    approved: Collection[str] = (),
    unknown: Collection[str] = (),
) -> str:
    """Why the letter for `notice` must wait for a person, in Vietnamese; "" if it may leave by itself.

    What a person has approved, the keys `approved`, is not asked about again. In the `first` weeks letters
    to the staff do not wait, for they bring the list of those that do; every address is new then. Later on
    a letter waits that goes to one of the `unknown` addresses.
    """
    asked = {key for key in notice.keys if key not in approved}
    # A person has just demanded that report, and it is urgent; or has just decided what the letter tells.
    if not asked or notice.kind is NoticeKind.DEMAND or _decided_by_mail(notice):
        return ""
    if first is not None and now < first.until:
        if notice.unit is not None and notice.kind not in first.but:
            ends = f"{local(first.until):%d/%m/%Y}"
            return f"thời gian đầu vận hành: thư gửi đơn vị chờ cán bộ duyệt đến hết ngày {ends}"
    elif why := question(notice, unknown):
        return why
    if notice.kind in rules.approval:
        return "loại thư này chờ cán bộ duyệt theo quy tắc của Văn phòng"
    if isinstance(notice.matter, ChaseMatter):
        waits = _first_step_that_waits(rules, notice.kind)
        items = zip(notice.keys, notice.matter.items, strict=True)
        if waits is not None and any(key in asked and item.step.ordinal >= waits for key, item in items):
            return f"từ lần thứ {waits} trở đi chờ cán bộ duyệt"
    return ""


def _decided_by_mail(notice: Notice) -> bool:
    return isinstance(notice.matter, ChangeMatter) and notice.matter.letter.via is not None


def is_of_another_day(kind: NoticeKind, queued_at: datetime, now: datetime) -> bool:
    """Whether what the letter says of days is no longer true, so that it must be written anew."""
    return kind in _OF_ONE_DAY and local(queued_at).date() != local(now).date()


def _first_step_that_waits(rules: Rules, kind: NoticeKind) -> int | None:
    steps = [word.rpartition("-") for word in rules.approval]
    return min((int(step) for name, _, step in steps if name == kind and step.isdigit()), default=None)
