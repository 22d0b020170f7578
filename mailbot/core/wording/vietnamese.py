"""Official Vietnamese for what letters and pages both say: dates, counts, sizes, titles and states.

The spelling follows Decree 30/2020/NĐ-CP, Appendix I: days below 10 and the months 1 and 2 take a
leading zero, and so do counts below 10. Words of other people pass through `foreign` first.

Whatever is said in two rooms is said here, so that a unit reads the same reason in its letter and on
its page. What only letters say is in `mailbot.post.words`, what only pages say in `mailbot.papers.words`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from mailbot.core.calendar import local, weekday_name
from mailbot.core.changes.lesson import Proposal, Teaches
from mailbot.core.language import visible
from mailbot.core.mail import ArrivalClock
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import Report, ReportId, Rules
from mailbot.core.standing import Doubt
from mailbot.core.standings.figures import Reserve, shown_share
from mailbot.core.verdict import Question, Reason
from mailbot.core.wording.day_words import day, short_day

__all__ = [
    "code", "day", "due", "due_day", "foreign", "moment", "number", "short_day", "short_due", "short_moment",
    "size", "title", "titled", "weekday", "words", "working_days",
]  # fmt: skip

# A duty that is due "by the end of the day" is due at its last second (Civil Code 2015, Art. 148(6)).
_LAST_SECOND = time(23, 59, 59)
_TWO_DIGITS = 10
_KIB = 1024
_LONGEST = 120
# A letter's number, day, issuer and reason fill two lines.
_LONGEST_REMARK = 300

_WORDS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Doubt: {
        Doubt.UNDECIDED_MAIL: "còn thư của đơn vị đang chờ xử lý",
        Doubt.NOBODYS_REPORT: "còn báo cáo cùng kỳ chưa rõ của đơn vị nào đang chờ xử lý",
        Doubt.NOT_WATCHING: "hệ thống chưa đọc hết hộp thư sau thời hạn",
        Doubt.ENTERED_LATE: "được nhập vào hệ thống khi đã quá thời hạn, chờ cán bộ xem xét",
        Doubt.UNANNOUNCED: "thời hạn trước ngày hệ thống bắt đầu theo dõi báo cáo này",
        Doubt.ENDED: "đơn vị đã kết thúc trước thời hạn theo danh mục hiện hành, chờ áp dụng thay đổi",
        Doubt.UNREACHED: "thư gửi đến địa chỉ đã đăng ký của đơn vị không đến được",
        Doubt.OUTAGE: "hệ thống gián đoạn trước thời hạn, chờ cán bộ xác nhận hộp thư còn đủ thư",
        Doubt.DATE: "ngày, giờ của thư mâu thuẫn với các lần đọc hộp thư, chờ cán bộ quyết định",
        Doubt.VANISHED: "có thư bị lấy khỏi hộp thư trước khi hệ thống đọc được, chờ cán bộ xác nhận",
    },
    Reserve: {
        Reserve.SET_ASIDE: "còn thư nói về kỳ báo cáo này do hệ thống tự xếp riêng, chưa có người xem lại",
        Reserve.OWN_CLOCK: "thời điểm nhận chỉ được ghi theo lúc hệ thống đọc thư",
        Reserve.TOO_FEW: "số báo cáo đã kết luận trong kỳ quá ít",
        Reserve.STILL_OPEN: "còn báo cáo chưa đến hạn",
        Reserve.EXCUSED: "được miễn gửi báo cáo trong kỳ theo văn bản",
        Reserve.UPHELD: "ý kiến giải trình của đơn vị được chấp nhận",
        Reserve.OBJECTION: "ý kiến giải trình của đơn vị đang được xem xét",
    },
    Question: {
        Question.UNIT: "chưa xác định được đơn vị gửi",
        Question.REPORT: "chưa xác định được loại báo cáo",
        Question.PERIOD: "chưa xác định được kỳ báo cáo",
        Question.NO_FILE: "không có tệp tin đính kèm",
        Question.LINK: "thư chỉ có đường dẫn, không có tệp tin",
        Question.LOCKED: "tệp tin không mở được, có mật khẩu hoặc chưa điền nội dung",
        Question.URGENT: "thư có dấu hiệu là báo cáo đột xuất, đang chờ cán bộ xem xét",
        Question.TASK: "thư nói về nhiệm vụ được giao nhưng chưa rõ đã thực hiện hay chưa",
        Question.CITIZEN: "câu hỏi của công dân, chờ chuyển đơn vị trả lời",
        Question.REQUEST: "thư có nội dung đề nghị, đang chờ cán bộ xem xét",
        Question.UNREADABLE: "không đọc được nội dung thư hoặc tệp tin đính kèm",
        Question.UNVERIFIED: "chưa xác thực được thư do chính đơn vị gửi",
        Question.MACHINE: "thư do máy gửi tự động, có thể kèm báo cáo",
        Question.FORGED: "thư có dấu hiệu giả mạo địa chỉ gửi",
    },
    Reason: {
        Reason.BOUNCE: "thư báo không chuyển được",
        Reason.DELAYED: "thư báo chậm chuyển",
        Reason.AUTO_REPLY: "thư trả lời tự động",
        Reason.OWN: "thư do hệ thống gửi quay lại",
        Reason.DUPLICATE: "thư trùng với thư đã nhận",
        Reason.NOT_A_REPORT: "không nhận biết được báo cáo định kỳ trong thư",
        Reason.NEWS: "tình hình thực hiện nhiệm vụ được giao",
        Reason.PASSED: "đã chuyển đơn vị trả lời",
        Reason.HANDLED: "báo cáo đột xuất, cán bộ đã xem",
        Reason.HEARD: "ý kiến giải trình, cán bộ đã xem xét",
        Reason.GRANTED: "đề nghị gia hạn đã được chấp thuận",
        Reason.DENIED: "đề nghị gia hạn không được chấp thuận",
        Reason.COURTESY: "thư cảm ơn hoặc báo đã nhận thư của hệ thống",
        Reason.REJECTED: "theo kết luận của cán bộ theo dõi",
    },
    ArrivalClock: {
        ArrivalClock.GIVEN: "theo thời điểm do cán bộ Văn phòng ghi nhận",
        ArrivalClock.BOUNDARY: "theo thời điểm máy chủ thư nhận được",
        ArrivalClock.SERVER: "theo thời điểm máy chủ thư nhận được",
        ArrivalClock.TRACE: "theo thời điểm máy chủ thư ghi trên thư",
        ArrivalClock.SEEN: "theo thời điểm hệ thống đọc được thư",
    },
}


def words(state: StrEnum) -> str:
    """A doubt, question, reason or clock in words, to stand inside a sentence."""
    return _WORDS[type(state)][state]


def reserves(found: Iterable[StrEnum]) -> str:
    """Why a unit is not rated."""
    return "; ".join(map(words, found))


def weekday(when: date) -> str:
    """`thứ Ba`."""
    return weekday_name(local(when).date() if isinstance(when, datetime) else when)


def moment(at: datetime) -> str:
    """`17 giờ 00 phút ngày 05 tháng 6 năm 2013`."""
    here = local(at)
    return f"{here.hour:02} giờ {here.minute:02} phút {day(here.date())}"


def due(at: datetime) -> str:
    """A due moment; the end of a day is `24 giờ 00 phút`."""
    on, clock = _due(at)
    return f"{clock} phút {day(on)}"


def short_moment(at: datetime) -> str:
    """`17 giờ 00 ngày 05/6/2013`, for tables."""
    here = local(at)
    return f"{here.hour:02} giờ {here.minute:02} ngày {short_day(here.date())}"


def short_due(at: datetime) -> str:
    """A due moment for tables; the end of a day needs no clock time."""
    on, clock = _due(at)
    return short_day(on) if clock.startswith("24") else f"{clock} ngày {short_day(on)}"


def due_day(at: datetime) -> str:
    """The day of a due moment, for subject lines."""
    return day(_due(at)[0])


def _due(at: datetime) -> tuple[date, str]:
    here = local(at)
    if here.time() == time():
        return here.date() - timedelta(days=1), "24 giờ 00"
    if here.time().replace(microsecond=0) == _LAST_SECOND:
        return here.date(), "24 giờ 00"
    return here.date(), f"{here.hour:02} giờ {here.minute:02}"


def number(count: int) -> str:
    """`0`, `03`, `12`, `1.370`."""
    if 0 < count < _TWO_DIGITS:
        return f"{count:02}"
    return f"{count:,}".replace(",", ".")


def decimal(value: float) -> str:
    """`90,8`; a whole number has no comma."""
    return f"{value:.1f}".replace(".", ",").removesuffix(",0")


def percent(share: float) -> str:
    """`85,7%`; only all is `100%`, and only none is `0%`."""
    return f"{decimal(shown_share(share))}%"


def points(change: float) -> str:
    """`2,5 điểm phần trăm`."""
    return f"{decimal(change)} điểm phần trăm"


def working_days(count: int) -> str:
    """`02 ngày làm việc`; less than one is said so."""
    return f"{number(count)} ngày làm việc" if count > 0 else "chưa đến 01 ngày làm việc"


def size(octets: int) -> str:
    """`12 KB`, `1,2 MB`, as file managers count them."""
    if octets >= _KIB * _KIB:
        return f"{octets / _KIB / _KIB:.1f} MB".replace(".", ",")
    return f"{-(-octets // _KIB)} KB"


def code(arrival: int) -> str:
    """The receipt code of an arrival number, `BC-000123`."""
    return f"BC-{arrival:06}"


@lru_cache(maxsize=2048)
def title(report: str, period: str) -> str:
    """A report's name with its period's label, `Báo cáo quý II năm 2013`, without saying "quý" twice.

    Every unit's letter of a round has the same titles: a province's reports of a year are remembered.
    """
    name, label = clause(report).split(), period.split()
    lower = [word.lower() for word in name], [word.lower() for word in label]
    for shared in range(min(len(name), len(label)), 0, -1):
        if lower[0][-shared:] == lower[1][:shared]:
            return " ".join([*name[:-shared], *label])
    return " ".join([*name, *label])


def titled(report: Report, period: Period) -> str:
    """What a duty's report is called; of one that is asked for a single time its name says all."""
    single = report.cadence is Cadence.EVENT and len(report.ordinals) == 1
    return title(report.name, "" if single else period.label)


def titled_as_known(rules: Rules, report_id: ReportId, period: Period) -> str:
    """What a duty's report is called, also where the rules no longer have that report: then by its id."""
    report = rules.finds_report(report_id)
    return titled(report, period) if report is not None else title(report_id, period.label)


def foreign(text: str, longest: int = _LONGEST) -> str:
    """Other people's text made fit to stand in one line of ours: visible, composed, and not endless."""
    return visible.line(text, longest)


def named(name: str) -> str:
    """The name of a unit, of the office or of a post there, as the register has it: visible, and whole.

    "Ban Quản lý dự án đầu tư xây dựng các công trình dân dụng, công nghiệp ..." may be longer than a title.
    """
    return visible.line(name)


def clause(text: str, longest: int = _LONGEST) -> str:
    """Other people's text made fit to stand inside a sentence of ours, which has a full stop of its own."""
    return foreign(text, longest).rstrip(" .;,:")


def remark(reason: str) -> str:
    """Why a duty differs, to stand behind how it stands: a letter set its deadline, and made nobody late."""
    return foreign(f"thời hạn {reason}" if reason.startswith("theo ") else reason, _LONGEST_REMARK)


def foreign_name(text: str) -> str:
    """The same of an address or of a file's name, in which look-alike letters are given away."""
    return visible.name(text, _LONGEST)


def proposal(suggested: Proposal, name: str) -> str:
    """What a proposal suggests, for staff; `name` is that of the unit or report."""
    numbers = ", ".join(map(str, suggested.arrivals))
    by = f"theo kết luận về các thư số {numbers}"
    match suggested.teaches:
        case Teaches.ADDRESS:
            return f"địa chỉ {foreign(suggested.words)} là của {name} ({by})"
        case Teaches.TOPIC:
            return f"báo cáo có cụm từ “{foreign(suggested.words)}” là {name} ({by})"
