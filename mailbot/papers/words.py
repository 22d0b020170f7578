"""Official Vietnamese for pages: the filters that their templates use, and what each mark stands for."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from mailbot.core.calendar import local, weekday_name
from mailbot.core.period import Cadence, Period
from mailbot.core.posting import NoticeKind
from mailbot.core.standing import Doubt, Standing
from mailbot.core.verdict import Question, Reason, Source

_ROMAN = ("I", "II", "III", "IV")
_ZERO_MONTHS = 2
_TWO_DIGITS = 10
_KIB = 1024

LETTER_KINDS: Mapping[str, str] = {
    NoticeKind.RECEIPT: "Giấy xác nhận",
    NoticeKind.QUERY: "Thư hỏi lại",
    NoticeKind.REMINDER: "Thư nhắc trước hạn",
    NoticeKind.LATE: "Thư đôn đốc sau hạn",
    NoticeKind.SEALED: "Thư về tài liệu mật",
    NoticeKind.ALERT: "Báo người phụ trách bảo mật",
    NoticeKind.DIGEST: "Bản tổng hợp hằng ngày",
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
}
STANDINGS: Mapping[str, str] = {
    Standing.ON_TIME: "Đúng hạn",
    Standing.LATE: "Gửi chậm",
    Standing.OVERDUE: "Quá hạn, chưa gửi",
    Standing.NOT_JUDGED: "Chưa kết luận",
    Standing.OPEN: "Chưa đến hạn",
}
_SAID: Mapping[str, str] = {
    **{f"doubt/{doubt}": says for doubt, says in {
        Doubt.UNDECIDED_MAIL: "còn thư của đơn vị đang chờ xử lý",
        Doubt.NOT_WATCHING: "hệ thống chưa đọc hết hộp thư sau thời hạn",
    }.items()},
    **{f"question/{question}": says for question, says in {
        Question.UNIT: "chưa xác định được đơn vị gửi",
        Question.REPORT: "chưa xác định được loại báo cáo",
        Question.PERIOD: "chưa xác định được kỳ báo cáo",
        Question.NO_FILE: "không có tệp tin đính kèm",
        Question.LINK: "thư chỉ có đường dẫn, không có tệp tin",
        Question.LOCKED: "tệp tin không mở được hoặc có mật khẩu",
        Question.URGENT: "có dấu hiệu là báo cáo đột xuất",
        Question.REQUEST: "đơn vị đề nghị hoặc hỏi",
        Question.UNREADABLE: "không đọc được thư",
    }.items()},
    **{f"reason/{reason}": says for reason, says in {
        Reason.BOUNCE: "thư báo không chuyển được",
        Reason.DELAYED: "thư báo chậm chuyển",
        Reason.AUTO_REPLY: "thư trả lời tự động",
        Reason.OWN: "thư do chính hệ thống gửi",
        Reason.DUPLICATE: "trùng với thư đã nhận",
        Reason.NOT_A_REPORT: "không phải báo cáo định kỳ",
        Reason.REJECTED: "không tính, theo kết luận của cán bộ",
    }.items()},
    **{f"source/{source}": says for source, says in {
        Source.SENDER: "Người gửi",
        Source.SUBJECT: "Tiêu đề",
        Source.HEADING: "Đầu văn bản",
        Source.OPENING: "Câu mở đầu văn bản",
        Source.ATTACHMENT: "Tên tệp tin",
        Source.BODY: "Nội dung thư",
        Source.HEADERS: "Phần đầu thư",
        Source.REGISTER: "Sổ văn bản đến",
        Source.DUTIES: "Danh mục báo cáo",
        Source.RULING: "Cán bộ",
    }.items()},
}  # fmt: skip
_MARKS: Mapping[Standing, str] = {
    Standing.ON_TIME: "✓",
    Standing.OVERDUE: "✕",
    Standing.NOT_JUDGED: "?",
    Standing.OPEN: "·",
}


def said(value: str, of: str) -> str:
    """A doubt, question, reason or source in words; `of` says which of them it is."""
    return _SAID[f"{of}/{value}"]


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
            return f"Quý {_ROMAN[period.ordinal - 1]}"
        case Cadence.HALF:
            return "6 tháng"
        case Cadence.NINE_MONTHS:
            return "9 tháng"
        case Cadence.YEAR:
            return "Năm"
        case Cadence.WEEK:
            return f"Tuần {period.ordinal}"


def day(when: date) -> str:
    """`05/6/2014`, on the office's calendar."""
    on = local(when).date() if isinstance(when, datetime) else when
    month = f"{on.month:02}" if on.month <= _ZERO_MONTHS else f"{on.month}"
    return f"{on.day:02}/{month}/{on.year}"


def weekday(when: date) -> str:
    """`Thứ Ba`, to begin a line with."""
    name = weekday_name(local(when).date() if isinstance(when, datetime) else when)
    return name[0].upper() + name[1:]


def moment(at: datetime) -> str:
    """`17 giờ 05 ngày 05/6/2014`."""
    here = local(at)
    return f"{here.hour:02} giờ {here.minute:02} ngày {day(here.date())}"


def due(at: datetime) -> str:
    """A due moment; the end of a day is `24 giờ 00`."""
    here = local(at)
    if (here.hour, here.minute) == (23, 59):
        return f"24 giờ 00 ngày {day(here.date())}"
    return moment(at)


def clock(at: datetime) -> str:
    """`17:05`, for lists."""
    here = local(at)
    return f"{here.hour:02}:{here.minute:02}"


def month(when: date) -> str:
    """`tháng 6 năm 2014`."""
    return f"tháng {when.month} năm {when.year}"


def number(count: int) -> str:
    """`0`, `03`, `12`, `1.370`."""
    return f"{count:02}" if 0 < count < _TWO_DIGITS else f"{count:,}".replace(",", ".")


def share(part: int, whole: int) -> str:
    """`90,8%`."""
    return f"{100 * part / whole:.1f}%".replace(".", ",") if whole else "0%"


def size(octets: int) -> str:
    """`12 KB`."""
    return f"{-(-octets // _KIB)} KB"


def code(arrival: int) -> str:
    """The receipt code of an arrival number, `BC-000123`, as letters say it."""
    return f"BC-{arrival:06}"


FILTERS: Mapping[str, Callable[..., str]] = {
    "said": said,
    "column": column,
    "day": day,
    "weekday": weekday,
    "moment": moment,
    "due": due,
    "clock": clock,
    "month": month,
    "number": number,
    "share": share,
    "size": size,
    "code": code,
}
