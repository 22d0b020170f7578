"""Years and bare numbers: "năm 2025", "BC CCHC 2025", "06/2026"; and the dates, which are no period."""

from mailbot.core.period import Cadence
from mailbot.core.sighting import Sighting, Step, after_range, as_year, kind_only, names_kind
from mailbot.core.text import vocabulary
from mailbot.core.words import Line

_MONTHS, _DAYS = 12, 31
# What links the parts of a date.
_DATE_LINKS = frozenset("-/.")
# These own the year that follows them: an event or a stage, for which nothing is reported.
_EVENTS = (
    "kỳ họp", "kì họp", "hè", "tết", "đại hội", "kỳ thi", "dịp", "mùa", "vụ đông", "vụ mùa", "vụ hè", "bão số", "do bão",
    "đợt", "lần", "học kỳ", "khai giảng", "niên khóa", "nhiệm kỳ", "giai đoạn", "tầm nhìn", "khóa",
    "hội thi", "lễ hội", "việt nam", "cơn bão", "festival", "hội khỏe", "seagames",
)  # fmt: skip
_EVENT_REACH = 7
# A year after these bounds something or stands for comparison.
_BOUNDS = ("đến", "từ", "trước", "sau", "đầu", "cuối", "giữa", "kể từ")
# Before a bare number these make it part of a name: "Luật 2013", "biểu 02-2026".
_NAMING = vocabulary("an so lan dot khoa ky phien thu muc bieu mau luc thi quyet dinh luat tu phap nd tt qd")
_CALENDARS = ("tài chính", "ngân sách", "kế hoạch", "báo cáo")
_KIND_BEFORE = vocabulary("cao bc ket ca hang")


def read_date(line: Line, at: int) -> Step:
    """Step over "ngày 11 tháng 6 năm 2013", also where the day is still blank."""
    if not line[at].spells("ngày"):
        return None
    after = at + 1
    while line[after].number is not None:
        after += 1
        if line[after].gap.strip() not in _DATE_LINKS:
            break
    dated = after > at + 1 or line[after].spells("tháng") or line[after].blank
    for part in ("tháng", "năm"):
        if line[after].spells(part):
            after += 1
            after += line[after].number is not None
    return ((), after) if dated else None


def read_year(line: Line, at: int) -> Step:
    """Read "năm 2025" and its kin; a theme ("Năm An toàn giao thông 2012") takes its year along."""
    if not line[at].spells("năm"):
        return None
    after = at + 1
    if line.says(after, "học"):
        return (), _after_school_year(line, after + 1)
    after += next((2 for name in _CALENDARS if line.says(after, name) and as_year(line, after + 2)), 0)
    ranged = after_range(line, after)
    if ranged is not None:
        return (), ranged
    year = as_year(line, after)
    if year is not None:
        reported = not _is_place(line, at) and not _owned(line, at)
        return ((Sighting(Cadence.YEAR, 1, year, at, after + 1),) if reported else ()), after + 1
    if (
        line[at - 1].folded in _KIND_BEFORE
        and (at + 1 >= len(line) or names_kind(line, at))
        and line[after].number is None
    ):
        return kind_only(line, at, Cadence.YEAR, after)
    return _theme(line, at)


def read_number(line: Line, at: int) -> Step:
    """Read a number that no word introduces: a date, "06/2026", or a year alone."""
    if line[at].number is None:
        return None
    dated = _after_date(line, at)
    if dated is not None:
        return (), dated
    ranged = after_range(line, at)
    if ranged is not None:
        return (), ranged
    named = line[at - 1].folded in _NAMING or (line[at].gap.strip() == "" and line[at].gap == "" and at > 0)
    month, year = line[at].number or 0, as_year(line, at + 1)
    if year and 1 <= month <= _MONTHS and line[at + 1].gap in {"/", "-", ".", "_"}:
        if named or (at == 0 and line[1].gap in "-_"):
            return (), at + 2
        return (Sighting(Cadence.MONTH, month, year, at, at + 2),), at + 2
    year = as_year(line, at)
    if year is None:
        return None
    following = line[at + 1]
    if (
        following.number is not None
        and following.gap in {"-", "_", "."}
        and len(following.text) == 2
        and following.text[0] == "0"
    ):
        return (Sighting(Cadence.MONTH, following.number, year, at, at + 2),), at + 2
    if at == 0 or named or _owned(line, at):
        return (), at + 1
    return (Sighting(Cadence.YEAR, 1, year, at, at + 1),), at + 1


def _after_date(line: Line, at: int) -> int | None:
    # "20-9-2025", "30/4", "11-3" and "04.10": the day comes first, and the year may be missing.
    day, month = line[at].number, line[at + 1].number
    if day is None or month is None or line[at + 1].gap not in _DATE_LINKS:
        return None
    third = line[at + 2]
    if third.number is not None and third.gap in _DATE_LINKS:
        return at + 3
    return at + 2 if 1 <= day <= _DAYS and 1 <= month <= _MONTHS else None


def _after_school_year(line: Line, at: int) -> int:
    return after_range(line, at) or at + (line[at].number is not None)


def _theme(line: Line, at: int) -> Step:
    # "đầu năm", "hằng năm", "5 năm" name no theme; a word right after the noun "Năm" does.
    following = line[at + 1]
    if not following.text or following.number is not None or following.breaks or line[at].lower != "năm":
        return None
    if line[at].gap.strip() not in {"“", '"', "'", "", "‘", "("} or not line[at].text[0].isupper():
        return None
    for place in range(at + 1, at + 2 + _EVENT_REACH):
        if as_year(line, place):
            return (), place + 1
    return None


def _is_place(line: Line, at: int) -> bool:
    return line.says(at - 1, "việt") or line[at].text == "Nam"


def _owned(line: Line, at: int) -> bool:
    if any(line.says(at - len(word.split()), word) for word in _BOUNDS) or line.says(at - 2, "đến hết"):
        return True
    for place in range(at - 1, max(-1, at - 1 - _EVENT_REACH), -1):
        if any(line.says(place, event) for event in _EVENTS):
            return True
        if line.parted(place):
            return False
    return False
