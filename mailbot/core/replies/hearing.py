"""A ruling by reply on an objection: it is upheld, or dismissed with a reason, and the unit is told."""

from mailbot.core.command import Command, Done, Verb
from mailbot.core.replies.order import Correction, Order, Outcome, refused
from mailbot.core.rules import Staff
from mailbot.core.standings.objection import heard, objection_by

_NO_OBJECTION = "thư này không phải là ý kiến giải trình số liệu tháng"
_RULED = "ý kiến giải trình này đã được xem xét"
NO_REASON = "chưa ghi lý do; đề nghị ghi lý do vào cuối tiêu đề, sau mã lệnh"


def hear(order: Order, command: Command, staff: Staff) -> Outcome:
    """What follows from a valid link beside an objection."""
    found = objection_by(order.rules, order.book, command.about) if command.about is not None else None
    upholds = command.verb is Verb.UPHOLD
    if found is None:
        return refused(staff, _NO_OBJECTION)
    period, objection = found
    if objection.ruling is not None:
        return refused(staff, _RULED)
    if not upholds and not command.typed:
        return refused(staff, NO_REASON)
    did = "được chấp nhận" if upholds else "không được chấp nhận"
    reason = f"; lý do: {command.typed}" if command.typed else ""
    ruling = Correction(
        arrival=objection.arrival.number,
        verdict=heard(order.book, objection, command.typed, upholds=upholds),
        why=f"ý kiến giải trình về số liệu {period.label} {did}{reason}",
    )
    says = f"ý kiến giải trình tại thư số {objection.arrival.number} {did}{reason}"
    return Outcome(done=Done.DONE, by=staff.email, says=says, rulings=(ruling,))
