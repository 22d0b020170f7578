"""The approval of a month by reply: it freezes what the draft showed, and nothing else.

To the moment: what is signed is the draft, and its checksum must be the one that is kept.
"""

from mailbot.core.command import Done
from mailbot.core.letters.month_end import draft_key
from mailbot.core.period import Period
from mailbot.core.replies.order import Approval, Order, Outcome
from mailbot.core.rules import Staff, StaffRole
from mailbot.core.standings.closing import position
from mailbot.core.standings.figures import Figures
from mailbot.core.standings.figures_form import content_mark
from mailbot.core.standings.period_figures import figures

_KIND = "ky"
_NOT_YOURS = "chỉ người duyệt mới được duyệt số liệu tháng"
_UNREADABLE = "chưa rõ kỳ cần duyệt"
_APPROVED = "số liệu {} đã được duyệt trước đó; thay đổi sau đó được duyệt tại máy chủ, có ghi lý do"
_CHANGED = "số liệu {} đã thay đổi sau khi gửi dự thảo; đề nghị xem lại và duyệt tại máy chủ (mailbot papers)"


def argument(found: Figures) -> str:
    """What the link in a draft says: which month, and what it showed of it."""
    return f"{_KIND}/{found.period}/{content_mark(found)}".lower()


def approve(order: Order, staff: Staff, wanted: str) -> Outcome:
    """What follows from a valid link of a draft."""
    if StaffRole.APPROVER not in staff.roles:
        return Outcome(done=Done.REFUSED, by=staff.email, says=_NOT_YOURS)
    try:
        kind, written, _ = wanted.split("/")
        period = Period.parse(written.upper())
    except ValueError:
        kind = ""
    if kind != _KIND:
        return Outcome(done=Done.REFUSED, by=staff.email, says=_UNREADABLE)
    if period in order.book.closed:
        return Outcome(done=Done.REFUSED, by=staff.email, says=_APPROVED.format(period.label))
    found = figures(order.rules, order.book, period, order.now)
    if argument(found) != wanted.lower():
        return Outcome(done=Done.REFUSED, by=staff.email, says=_CHANGED.format(period.label))
    return Outcome(
        done=Done.DONE,
        by=staff.email,
        says=f"đã duyệt, chốt số liệu {period.label}",
        approval=Approval(figures=_as_drafted(order, staff, found), made_of=position(order.book)),
    )


def _as_drafted(order: Order, staff: Staff, found: Figures) -> Figures:
    """The same figures as of the draft: days late, for one, are counted until then."""
    draft = order.book.letters.get(draft_key(found.period, staff.email))
    if draft is None or draft.queued_at is None:
        return found
    drafted = figures(order.rules, order.book, found.period, draft.queued_at)
    return drafted if argument(drafted) == argument(found) else found
