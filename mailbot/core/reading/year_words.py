"""Years and bare numbers: "năm 2025", "BC CCHC 2025", "06/2026"; and the dates, which are no period."""

from mailbot.core.language.text import vocabulary
from mailbot.core.language.words import Line, Phrases
from mailbot.core.period import Cadence
from mailbot.core.reading.sighting import Sighting, Step, after_range, as_year, kind_only, names_kind

_QUARTERS, _MONTHS, _DAYS = 4, 12, 31
_DATE_LINKS = ("-", "/", ".")
_YEAR_LINKS = ("-", "/", ".", "_")
# These own the year that follows them: an event or a stage, for which nothing is reported.
_EVENTS = Phrases(
    "kỳ họp", "kì họp", "hè", "tết", "đại hội", "kỳ thi", "dịp", "mùa", "vụ đông", "vụ mùa", "vụ hè",
    "bão số", "do bão", "cơn bão", "đợt", "lần", "học kỳ", "khai giảng", "niên khóa", "nhiệm kỳ", "giai đoạn",
    "tầm nhìn", "khóa", "hội thi", "lễ hội", "việt nam", "hội khỏe",
    "tết nguyên đán", "tết dương lịch", "mùa mưa", "mùa hanh khô", "ngày pháp luật", "ngày hội", "ngày sách",
    "ngày quốc tế", "ngày thế giới", "ngày môi trường", "ngày toàn dân",
)  # fmt: skip
# Their names are long: "Tháng hành động vì an toàn thực phẩm năm 2023".
_CAMPAIGNS = Phrases(
    "tuần lễ", "tháng thanh niên", "tháng hành động", "tháng cao điểm", "tháng an toàn", "tháng công nhân",
    "tuần cao điểm",
)  # fmt: skip
# Themes that the State or a province gives to a year, in capitals or not.
_THEMES = Phrases(
    "an toàn giao thông", "du lịch", "thanh niên", "dữ liệu", "văn minh", "dân vận", "đoàn kết", "vì",
)  # fmt: skip
_REACH, _REACH_OF_CAMPAIGN = 7, 12
# A year after these bounds something or parts it.
_BOUNDS = ("đến", "hết", "từ", "trước", "sau", "đầu", "cuối", "giữa")
# After these a bare number is part of a name: "biểu 02-2026".
_NAMING = vocabulary(
    "an so lan dot khoa ky phien thu muc bieu mau luc thi quyet dinh luat tu phap nd tt qd tong co dat"
)
# Before these it counts something: "2015 tỷ đồng", "2024 hồ sơ".
_COUNTED = vocabulary(
    "ty trieu nghin dong ho vu nguoi truong luot don cuoc ha km m tan con cai ngay gio van thu lao"
)
_CALENDARS = Phrases("tài chính", "ngân sách", "kế hoạch", "báo cáo")
_KINDS = vocabulary("cao bc ket ca hang tac")
# After these a bare "năm" says when or how long, not which year is reported.
_NOT_THE_YEAR = vocabulary(
    "trong hằng hàng mỗi từng nhiều các những mấy vài nửa cuối đầu giữa qua trước sau đến hết từ cả thứ số"
    " tháng một hai ba bốn năm sáu bảy tám chín mười"
)


def read_date(line: Line, at: int) -> Step:
    """Step over "ngày 11 tháng 6 năm 2013", also where the day is still blank."""
    if not line[at].spells("ngày"):
        return None
    after = at + 1
    while line[after].number is not None and (after == at + 1 or line[after].gap.strip() in _DATE_LINKS):
        after += 1
    dated = after > at + 1 or line[after].spells("tháng") or line[after].blank
    for part in ("tháng", "năm"):
        if line[after].spells(part):
            after += 1
            after += line[after].number is not None
    return ((), after) if dated else None


def read_year(line: Line, at: int) -> Step:
    """Read "năm 2025"; a school year, a span and a theme ("Năm An toàn giao thông 2012") are stepped over."""
    if not line[at].spells("năm"):
        return None
    after = at + 1
    if line[after].spells("học"):
        return (), after_range(line, after + 1) or after + 1 + (line[after + 1].number is not None)
    calendar = _CALENDARS.at(line, after)
    after += calendar if as_year(line, after + calendar) else 0
    ranged = after_range(line, after)
    year = as_year(line, after)
    if year is not None or ranged is not None:
        reported = year is not None and not _is_place(line, at) and not _is_owned(line, at)
        return ((Sighting(Cadence.YEAR, 1, year, at, after + 1),) if reported else ()), ranged or after + 1
    if _is_cut(line, at) or _closes_the_year(line, at):
        return kind_only(line, at, Cadence.YEAR, after)
    if line[after].number is None and line[at - 1].folded in _KINDS and names_kind(line, at):
        ends = (
            after >= len(line) or line[after].breaks or line[after].spells("và") or line[after].spells("của")
        )
        return kind_only(line, at, Cadence.YEAR, after) if ends else _after_theme(line, at)
    return _after_theme(line, at)


def _is_cut(line: Line, at: int) -> bool:
    # "Báo cáo tổng kết phong trào thi đua năm", as registers cut abstracts; "(Mẫu A.III.5)" may follow.
    before, following = line[at - 1], line[at + 1]
    cut = at + 1 >= len(line) or "(" in following.gap
    reports = at > 2 and line.says(0, "báo cáo") and line[at].text in {"năm", "NĂM"}  # noqa: PLR2004
    return cut and reports and before.number is None and before.lower not in _NOT_THE_YEAR


def _closes_the_year(line: Line, at: int) -> bool:
    # "Tháng 12 và cả năm", "quý IV và năm": what ends with the year is reported with it.
    first = at - line[at - 1].spells("cả")
    joined = line[first - 1].spells("và") or line[first].gap.strip() in {",", "&", "+"}
    last = first - 1 - line[first - 1].spells("và")
    fourth = line[last].text == "IV" or (
        line[last].number == _QUARTERS and line[last - 1].folded in {"q", "quy"}
    )
    ends = at + 1 >= len(line) or line[at + 1].breaks
    return joined and ends and (line[last].number == _MONTHS or fourth)


def read_number(line: Line, at: int) -> Step:
    """Read a number that no word introduces: a date, "06/2026", "2026-06", or a year alone."""
    dated = _after_date(line, at)
    if dated is not None:
        # "30/4 và 01/5 năm 2022": the year is the date's.
        completed = line[dated].spells("năm") and as_year(line, dated + 1) is not None
        return (), dated + 2 if completed else dated
    if (passed := after_range(line, at)) is not None:
        return (), passed
    chained = line[at - 1].number is not None and line[at].gap in _DATE_LINKS
    named = chained or line[at - 1].folded in _NAMING or (line[at].gap == "" and at > 0)
    month = _month_of_year(line, at)
    if month is not None:
        # At the very start "06-2026" may as well be the number of the document.
        numbered = at == 0 and line[1].gap in {"-", "_"} and line[0].number == month.ordinal
        return (() if named or numbered else (month,)), at + 2
    year = as_year(line, at)
    if year is None:
        return None
    apart = at == 0 or named or line[at + 1].folded in _COUNTED or _is_owned(line, at) or _is_of_law(line, at)
    return (() if apart else (Sighting(Cadence.YEAR, 1, year, at, at + 1),)), at + 1


def _month_of_year(line: Line, at: int) -> Sighting | None:
    first, second = line[at], line[at + 1]
    if first.number is None or second.number is None or second.gap not in _YEAR_LINKS:
        return None
    year = as_year(line, at + 1)
    if year and 1 <= first.number <= _MONTHS:
        return Sighting(Cadence.MONTH, first.number, year, at, at + 2)
    # "2026-06": with its zero, or "nam-2025-2" would be read for a copy of a page.
    padded = len(second.text) == 2 and second.text[0] == "0"  # noqa: PLR2004
    year = as_year(line, at)
    if year and padded and second.number:
        return Sighting(Cadence.MONTH, second.number, year, at, at + 2)
    return None


def _after_date(line: Line, at: int) -> int | None:
    # "20-9-2025", "30/4", "11-3" and "04.10": the day comes first, and the year may be missing.
    # In "de-an-06-06-thang-dau-nam" the last number counts months.
    after = at + 1
    while (
        line[after].number is not None
        and line[after].gap in _DATE_LINKS
        and line[after + 1].folded != "thang"
    ):
        after += 1
    day, month = line[at].number or 0, line[at + 1].number or 0
    short = after == at + 2 and 1 <= day <= _DAYS and 1 <= month <= _MONTHS
    return after if short or after > at + 2 else None


def _after_theme(line: Line, at: int) -> Step:
    # A capital "Năm" inside a title, or a known theme after it in any spelling.
    inside = at > 0 and line[at].text == "Năm" and line[at - 1].text[:1].islower()
    quoted = bool(line[at].gap.strip()) and line[at].gap.strip()[-1] in "“\"'‘("
    following = line[at + 1]
    if following.number is not None or not (
        _THEMES.at(line, at + 1) or ((inside or quoted) and not following.breaks)
    ):
        return None
    year = next((place for place in range(at + 1, at + 2 + _REACH) if as_year(line, place)), None)
    return None if year is None else ((), year + 1)


def _is_place(line: Line, at: int) -> bool:
    return line[at].text == "Nam" and line[at - 1].text[:1].isupper() and not line[at - 1].text.isupper()


def _is_event(line: Line, place: int, at: int) -> bool:
    # Without accents one word is too little: "khoa hoc" (khóa), "he thong" (hè), "mua sam" (mùa). It
    # must stand right before the year or have a number: "he 2012", "dot 7".
    length = _EVENTS.at(line, place)
    doubtful = length == 1 and line[place].lower == line[place].folded
    return length > 0 and (not doubtful or place == at - 1 or line[place + 1].number is not None)


def _is_campaign(line: Line, at: int) -> bool:
    for place in range(at - 1, max(-1, at - 1 - _REACH_OF_CAMPAIGN), -1):
        if _CAMPAIGNS.at(line, place):
            return True
        if ";" in line[place].gap or line[place].spells("và"):
            return False
    return False


def _is_of_law(line: Line, at: int) -> bool:
    # "Luật Đất đai 2024" is a law, "pháp luật" is not one.
    places = range(max(0, at - _REACH), at)
    return any(
        line.says(i, "hiến pháp") or (line[i].spells("luật") and not line[i - 1].spells("pháp"))
        for i in places
    )


def _is_part(line: Line, at: int) -> bool:
    # "kỳ 2 năm 2025", "kỳ I/2025", "giữa kỳ năm 2025": a part of the year, of a length unsaid.
    numbered = line[at - 1].number is not None or line[at - 1].text in {"I", "II", "III", "IV"}
    term = line[at - 2] if numbered else line[at - 1]
    middle = any(line[at - 2].spells(word) for word in ("giữa", "đầu", "cuối"))
    return any(term.spells(word) for word in ("kỳ", "kì")) and (numbered or middle)


def _is_owned(line: Line, at: int) -> bool:
    if any(line[at - 1].spells(word) for word in _BOUNDS) or _is_part(line, at):
        return True
    if _is_campaign(line, at):
        return True
    for place in range(at - 1, max(-1, at - 1 - _REACH), -1):
        if _is_event(line, place, at):
            return True
        if after_range(line, place):
            return False
        if line.parted(place):
            return False
    return False
