"""What only letters say, and the filters that their templates use.

A letter tells a standing as a finding, "quá thời hạn, chưa nhận được báo cáo"; a table has no room for
that. What letters and pages both say is in `mailbot.core.wording.vietnamese`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from mailbot.core.calendar import local
from mailbot.core.period import Cadence, Period
from mailbot.core.posting import NoticeKind, State
from mailbot.core.standing import Standing
from mailbot.core.wording import vietnamese

STANDINGS: Mapping[Standing, str] = {
    Standing.OPEN: "Chưa đến thời hạn",
    Standing.ON_TIME: "Đúng hạn",
    Standing.LATE: "Chậm so với thời hạn",
    Standing.OVERDUE: "Quá thời hạn, chưa nhận được báo cáo",
    Standing.NOT_JUDGED: "Chưa kết luận",
    Standing.EXCUSED: "Không phải gửi báo cáo này",
}
# What a mail may carry instead of a report, by the code of its type (Decree 30/2020, Appendix III).
DOCUMENT_TYPES: Mapping[str, str] = {
    "KH": "Kế hoạch",
    "CV": "Công văn",
    "TB": "Thông báo",
    "GM": "Giấy mời",
    "TTr": "Tờ trình",
    "QĐ": "Quyết định",
    "CT": "Chỉ thị",
    "CTr": "Chương trình",
    "HD": "Hướng dẫn",
    "BB": "Biên bản",
}


def late(count: int) -> str:
    """`Chậm 02 ngày làm việc so với thời hạn`."""
    if count > 0:
        return f"Chậm {vietnamese.working_days(count)} so với thời hạn"
    return f"Chậm so với thời hạn, {vietnamese.working_days(count)}"


# What letters are called in a list of them.
NOTICE_KINDS = {
    NoticeKind.RECEIPT: "thư xác nhận",
    NoticeKind.QUERY: "thư hỏi lại",
    NoticeKind.REMINDER: "thư nhắc",
    NoticeKind.LATE: "thư đôn đốc",
    NoticeKind.SEALED: "thư về tài liệu mật",
    NoticeKind.ALERT: "thư cảnh báo",
    NoticeKind.DIGEST: "bản tổng hợp",
    NoticeKind.STATUS: "thư trả lời tình trạng",
    NoticeKind.HELP: "thư hướng dẫn",
    NoticeKind.RESULT: "thư báo kết quả lệnh",
    NoticeKind.SUPPLEMENT: "thư đề nghị bổ sung phần còn thiếu",
    NoticeKind.CHANGE: "thông báo thay đổi theo văn bản",
    NoticeKind.ESCALATION: "danh sách trình lãnh đạo",
    NoticeKind.URGENT: "thư báo vấn đề đột xuất",
    NoticeKind.INCIDENT: "thư xác nhận báo cáo đột xuất",
    NoticeKind.DEMAND: "thư đề nghị báo cáo vụ việc",
    NoticeKind.NUDGE: "thư đề nghị cập nhật vụ việc",
    NoticeKind.SILENT: "thư báo chưa có cập nhật vụ việc",
    NoticeKind.LINES: "thư đối chiếu số liệu tháng",
    NoticeKind.MONTH: "dự thảo báo cáo tháng",
    NoticeKind.OBJECTION: "thư trình ý kiến giải trình",
    NoticeKind.EVALUATION: "dự thảo đánh giá thi đua",
    NoticeKind.CALENDAR: "lịch gửi báo cáo năm",
    NoticeKind.ASSIGNED: "thư giao nhiệm vụ, câu hỏi",
}
LETTER_STATES = {
    State.WAITING: "đang chờ gửi",
    State.HELD: "đang tạm giữ",
    State.SENT: "máy chủ thư đã nhận",
    State.GIVEN_UP: "không gửi được",
    State.WITHDRAWN: "đã rút, không gửi",
    State.DROPPED: "đã bỏ, không gửi",
}


def month_before(instant: datetime) -> str:
    """The month before, as titles name it: an example of a period that somebody may have meant."""
    last = local(instant).date().replace(day=1) - timedelta(days=1)
    return Period.containing(Cadence.MONTH, last).label


def mailto(mailbox: str, subject: str) -> str:
    """A link that opens a new mail to `mailbox` with that subject (RFC 6068)."""
    return f"mailto:{quote(mailbox, safe='@')}?subject={quote(subject, safe='')}"


FILTERS: Mapping[str, Callable[..., str]] = {
    "words": vietnamese.words,
    "day": vietnamese.day,
    "short_day": vietnamese.short_day,
    "weekday": vietnamese.weekday,
    "moment": vietnamese.moment,
    "due": vietnamese.due,
    "due_day": vietnamese.due_day,
    "short_moment": vietnamese.short_moment,
    "short_due": vietnamese.short_due,
    "number": vietnamese.number,
    "working_days": vietnamese.working_days,
    "size": vietnamese.size,
    "code": vietnamese.code,
    "mailto": mailto,
    "month_before": month_before,
    "percent": vietnamese.percent,
    "points": vietnamese.points,
}
