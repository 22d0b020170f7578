"""What only pages say: the short words of tables, what each mark stands for, and the templates' filters.

A table has room for a word or two where a letter tells a finding. What letters and pages both say is in
`mailbot.core.wording.vietnamese`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from mailbot.core.calendar import local
from mailbot.core.period import ROMAN, Cadence, Period
from mailbot.core.posting import NoticeKind
from mailbot.core.standing import Standing
from mailbot.core.verdict import Source
from mailbot.core.wording import vietnamese

LETTER_KINDS: Mapping[str, str] = {
    NoticeKind.RECEIPT: "Giấy xác nhận",
    NoticeKind.QUERY: "Thư hỏi lại",
    NoticeKind.REMINDER: "Thư nhắc trước hạn",
    NoticeKind.LATE: "Thư đôn đốc sau hạn",
    NoticeKind.SUPPLEMENT: "Đề nghị gửi bổ sung",
    NoticeKind.SEALED: "Thư về tài liệu mật",
    NoticeKind.ALERT: "Báo người phụ trách bảo mật",
    NoticeKind.ALARM: "Báo sự cố gửi thư",
    NoticeKind.DIGEST: "Bản tổng hợp hằng ngày",
    NoticeKind.STATUS: "Bảng tình hình của đơn vị",
    NoticeKind.HELP: "Hướng dẫn trả lời thư",
    NoticeKind.CHANGE: "Thông báo thay đổi theo văn bản",
    NoticeKind.ASSIGNED: "Thư giao nhiệm vụ, câu hỏi",
    NoticeKind.TRAVEL: "Báo chuyến công tác chưa có ý kiến đồng ý",
    NoticeKind.LINES: "Thư đối chiếu số liệu tháng",
    NoticeKind.MONTH: "Dự thảo báo cáo tháng",
    NoticeKind.OBJECTION: "Ý kiến giải trình và chứng cứ",
    NoticeKind.EVALUATION: "Dự thảo đánh giá thi đua",
    NoticeKind.CALENDAR: "Lịch gửi báo cáo năm",
    NoticeKind.RESULT: "Kết quả thực hiện nội dung trả lời",
    NoticeKind.CHANGE: "Thông báo thay đổi theo văn bản",
    NoticeKind.ESCALATION: "Danh sách trình lãnh đạo Văn phòng",
    NoticeKind.URGENT: "Báo người trực về vấn đề đột xuất",
    NoticeKind.INCIDENT: "Xác nhận báo cáo đột xuất",
    NoticeKind.DEMAND: "Đề nghị báo cáo vụ việc",
    NoticeKind.NUDGE: "Đề nghị cập nhật vụ việc",
    NoticeKind.SILENT: "Báo người trực: chưa có cập nhật",
}
MAIL_KINDS: Mapping[str, str] = {
    "filed": "Ghi nhận là báo cáo",
    "unclear": "Chưa rõ, cần người xử lý",
    "ignored": "Không tính là báo cáo định kỳ",
    "duplicate": "Thư trùng",
    "sealed": "Tách riêng vì có dấu hiệu mật",
    "auto_reply": "Thư trả lời tự động",
    "bounce": "Thư báo không chuyển được",
    "delayed": "Thư báo chậm chuyển",
    "command": "Ý kiến trả lời thư của hệ thống",
}
STANDINGS: Mapping[str, str] = {
    Standing.ON_TIME: "Đúng hạn",
    Standing.LATE: "Gửi chậm",
    Standing.OVERDUE: "Quá hạn, chưa gửi",
    Standing.NOT_JUDGED: "Chưa kết luận",
    Standing.OPEN: "Chưa đến hạn",
    Standing.EXCUSED: "Không phải gửi",
}
# Where a piece of evidence was read.
SOURCES: Mapping[str, str] = {
    Source.SENDER: "Người gửi",
    Source.SUBJECT: "Tiêu đề",
    Source.HEADING: "Đầu văn bản",
    Source.OPENING: "Câu mở đầu văn bản",
    Source.ATTACHMENT: "Tên tệp tin",
    Source.BODY: "Nội dung thư",
    Source.HEADERS: "Phần đầu thư",
    Source.REGISTER: "Sổ văn bản đến",
    Source.DUTIES: "Danh mục báo cáo",
    Source.THREAD: "Thư được trả lời",
    Source.RULING: "Cán bộ",
}
_MARKS: Mapping[Standing, str] = {
    Standing.ON_TIME: "✓",
    Standing.OVERDUE: "✕",
    Standing.NOT_JUDGED: "?",
    Standing.OPEN: "·",
    Standing.EXCUSED: "–",
}


def mark(standing: Standing, late_by: int) -> str:
    """The sign of a standing in the table: readable without colours."""
    if standing is Standing.LATE:
        return f"+{late_by}" if late_by else "+<1"
    return _MARKS[standing]


def column(period: Period) -> str:
    """The head of a period's column."""
    match period.cadence:
        case Cadence.MONTH:
            return f"T{period.ordinal}"
        case Cadence.QUARTER:
            return f"Quý {ROMAN[period.ordinal - 1]}"
        case Cadence.HALF:
            return "6 tháng"
        case Cadence.NINE_MONTHS:
            return "9 tháng"
        case Cadence.YEAR:
            return "Năm"
        case Cadence.WEEK:
            return f"Tuần {period.ordinal}"
        case Cadence.EVENT:
            return f"Số {period.ordinal}"


def weekday(when: date) -> str:
    """`Thứ Ba`, to begin a line with."""
    return opening(vietnamese.weekday(when))


def opening(words: str) -> str:
    """The words as a line begins with them; what follows the first letter stays, as the II of a quarter."""
    return words[:1].upper() + words[1:]


def clock(at: datetime) -> str:
    """`17:05`, for lists."""
    here = local(at)
    return f"{here.hour:02}:{here.minute:02}"


def month(when: date) -> str:
    """`tháng 6 năm 2014`, as the period of that month is called."""
    return Period.containing(Cadence.MONTH, when).label


def share(part: int, whole: int) -> str:
    """`90,8%`."""
    return vietnamese.percent(100 * part / whole) if whole else "0%"


# All dates on pages are short; the names are those of the letters' filters without "short".
FILTERS: Mapping[str, Callable[..., str]] = {
    "words": vietnamese.words,
    "report_title": vietnamese.title,
    "column": column,
    "day": vietnamese.short_day,
    "weekday": weekday,
    "moment": vietnamese.short_moment,
    "due": vietnamese.short_due,
    "clock": clock,
    "month": month,
    "number": vietnamese.number,
    "working_days": vietnamese.working_days,
    "share": share,
    "percent": vietnamese.percent,
    "points": vietnamese.points,
    "size": vietnamese.size,
    "code": vietnamese.code,
}
