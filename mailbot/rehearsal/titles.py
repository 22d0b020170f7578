"""How clerks title the mail with a report: subject, file names and body, each in his own way."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.calendar import local
from mailbot.core.period import ROMAN, Cadence, Period
from mailbot.rehearsal.dice import Dice
from mailbot.rehearsal.province import Clerk, Habit

_TCVN3 = str.maketrans(
    "àáảãạăằắẳẵặâầấẩẫậđĐèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯ",
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®§ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢£¤¥¦",
)
_FAMILIES = (
    "Báo cáo tình hình thực hiện nhiệm vụ",
    "Báo cáo kết quả công tác",
    "Báo cáo tình hình kinh tế - xã hội",
    "Báo cáo công tác chỉ đạo, điều hành",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What a mail says of itself.

    Attributes:
        heading: the document's own title, as on its first page.
        page: the lines of that page, as Decree 30/2020 and its forerunners lay them out.
        files: names of the attachments; the first is the report.
    """

    heading: str
    subject: str
    files: tuple[str, ...]
    text: str
    page: tuple[str, ...]


def titled(clerk: Clerk, periods: tuple[Period, ...], number: int, now: datetime, drawn: Dice) -> Title:
    """The title that this clerk gives to the report of those periods, numbered `number`."""
    family = drawn.pick(_FAMILIES, (4, 2, 2 if clerk.unit.group == "huyen" else 1, 1))
    heading = f"{family} {spoken(periods)}"
    symbol = f"{number}/BC-{clerk.symbol}"
    subject, files = _written(clerk, periods, family, heading, symbol, drawn)
    if drawn.happens(0.18):
        files = (*files, _annex(files[0], periods))
    text = _casual(clerk, periods) if clerk.habit is Habit.BODY_ONLY else _formal(clerk, heading, symbol, now)
    page = _page(clerk, heading, symbol, now)
    return Title(heading=heading, subject=subject, files=files, text=text, page=page)


def spoken(periods: tuple[Period, ...]) -> str:
    """The periods as officials say them together: "tháng 6 và 6 tháng đầu năm 2014"."""
    parts = [_part(period) for period in periods]
    joined = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} và {parts[-1]}"
    ends_with_year = periods[-1].cadence in {Cadence.HALF, Cadence.YEAR}
    return f"{joined} {periods[-1].year}" if ends_with_year else f"{joined} năm {periods[-1].year}"


def unaccented(text: str) -> str:
    """As typed on a machine without Vietnamese keys; the case stays."""
    plain = text.replace("đ", "d").replace("Đ", "D")
    return "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))


def _written(
    clerk: Clerk, periods: tuple[Period, ...], family: str, heading: str, symbol: str, drawn: Dice
) -> tuple[str, tuple[str, ...]]:
    """Subject and file names, each clerk after his habit."""
    unit, spoken_of = clerk.unit.name, spoken(periods)
    plain, lower = unaccented(heading), f"{heading[0].lower()}{heading[1:]}"
    # A symbol in a file's name loses its slash.
    marked = symbol.replace("/", "-")
    some_file = drawn.pick((f"{marked}.pdf", f"{plain}.docx", "scan0001.pdf"))
    short = f"BC {_short(periods)}"
    slug = unaccented(f"bao cao {spoken_of}").lower().replace(" ", "_").replace(",", "")
    forwarding = drawn.pick(("Fwd: ", "FW: ", "Chuyển tiếp: "))
    silent = drawn.pick(("Gửi báo cáo", "Kính gửi Văn phòng UBND tỉnh", f"{unit} gửi báo cáo"))
    written = {
        Habit.OFFICIAL: (f"{heading} của {unit}", some_file),
        Habit.SYMBOL: (f"{symbol} {heading}", f"{marked}.signed.pdf"),
        Habit.COVER: (f"V/v gửi {lower}", f"{plain}.doc"),
        Habit.PLAN_PART: (f"{heading}, {_plan_part(periods[-1])}", some_file),
        Habit.UNACCENTED: (unaccented(f"{heading} - {unit}"), f"{plain}.doc"),
        Habit.CAPITALS: (f"{family} {spoken_of}".upper(), f"{unaccented(spoken_of).upper()}.docx"),
        Habit.SHORT: (f"{short} - {unit}", f"{short.replace('/', '.')}.docx"),
        Habit.UNDERSCORES: (slug, f"{slug}.docx"),
        Habit.FILE_NAME: (silent, f"{heading}.docx"),
        Habit.BODY_ONLY: (silent, "BC gui VP.docx"),
        Habit.DECOMPOSED: (_apart(f"{heading} - {unit}"), _apart(f"{heading}.pdf")),
        Habit.FORWARDED: (f"{forwarding}{heading}", some_file),
        Habit.OLD_FONT: (heading.translate(_TCVN3), f"{plain}.doc"),
    }
    subject, file = written[clerk.habit]
    return subject, (file,)


def _apart(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _part(period: Period) -> str:
    match period.cadence:
        case Cadence.MONTH:
            return f"tháng {period.ordinal}"
        case Cadence.QUARTER:
            return f"quý {ROMAN[period.ordinal - 1]}"
        case Cadence.HALF:
            return f"6 tháng {'đầu' if period.ordinal == 1 else 'cuối'} năm"
        case Cadence.NINE_MONTHS:
            return "9 tháng đầu"
        case Cadence.YEAR:
            return "năm"
        case Cadence.WEEK:
            return f"tuần {period.ordinal}"
        case Cadence.EVENT:
            return f"số {period.ordinal}"


def _plan_part(period: Period) -> str:
    following = period.next()
    if period.cadence is Cadence.HALF:
        return f"phương hướng, nhiệm vụ 6 tháng cuối năm {period.year}"
    if period.cadence is Cadence.YEAR:
        return f"phương hướng, nhiệm vụ năm {following.year}"
    return f"nhiệm vụ trọng tâm {_part(following)} năm {following.year}"


def _short(periods: tuple[Period, ...]) -> str:
    words = {Cadence.MONTH: "T", Cadence.QUARTER: "Q"}
    last = periods[-1]
    parts = [
        f"{words[period.cadence]}{period.ordinal}" if period.cadence in words else _part(period)
        for period in periods
    ]
    glue = "/" if last.cadence in words else " "
    return f"{' + '.join(parts)}{glue}{last.year}"


def _annex(report: str, periods: tuple[Period, ...]) -> str:
    return (
        f"Phu luc so lieu {unaccented(_part(periods[-1]))}.xlsx"
        if report.isascii()
        else "Phụ lục số liệu.xlsx"
    )


def _formal(clerk: Clerk, heading: str, symbol: str, now: datetime) -> str:
    on = local(now)
    return (
        "Kính gửi: Văn phòng UBND tỉnh Thái Nguyên\n\n"
        "Thực hiện Chỉ thị số 13/CT-UBND ngày 11 tháng 6 năm 2013 của Chủ tịch UBND tỉnh, "
        f"{clerk.unit.name} gửi {heading[0].lower()}{heading[1:]} (văn bản số {symbol} "
        f"ngày {on.day:02} tháng {on.month} năm {on.year}; có tệp tin kèm theo).\n\n"
        f"Trân trọng.\n\n{signed(clerk)}"
    )


def _casual(clerk: Clerk, periods: tuple[Period, ...]) -> str:
    return (
        f"Kính gửi Văn phòng UBND tỉnh,\n\nEm gửi báo cáo {spoken(periods)} của {clerk.unit.name} ạ.\n"
        f"Nhờ các anh chị nhận giúp. Em cảm ơn.\n\n{signed(clerk)}"
    )


def _page(clerk: Clerk, heading: str, symbol: str, now: datetime) -> tuple[str, ...]:
    on = local(now)
    abstract = heading.removeprefix("Báo cáo ")
    month = f"{on.month:02}" if on.month <= 2 else f"{on.month}"  # noqa: PLR2004 - January and February
    return (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        clerk.unit.name.upper(),
        f"Số: {symbol}",
        f"Thái Nguyên, ngày {on.day:02} tháng {month} năm {on.year}",
        "BÁO CÁO",
        f"{abstract[0].upper()}{abstract[1:]}",
        "I. Kết quả thực hiện",
        "Đơn vị đã triển khai các nhiệm vụ được giao theo kế hoạch; số liệu chi tiết tại phụ lục.",
        "II. Tồn tại, khó khăn",
        "Một số nhiệm vụ còn chậm so với tiến độ.",
        "III. Kiến nghị, đề xuất: Không./.",
        f"Nơi nhận: Văn phòng UBND tỉnh; Lưu: VT. {clerk.unit.head.upper()}",
    )


def signed(clerk: Clerk) -> str:
    """The lines under a clerk's mail."""
    return f"{clerk.name}\nVăn thư {clerk.unit.name}\n"
