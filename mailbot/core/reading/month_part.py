"""A part of a month that a title names: "kỳ 1 tháng 6", "10 ngày đầu tháng 6", "tuần 2 tháng 6".

Prices are collected three times a month and sowing is reported every ten days. Such a report names a month
and is not the report of that month; the vocabulary of periods has no word for it.
"""

from mailbot.core.language.words import Line
from mailbot.core.reading.month_words import spoken_number

# One of these words, unaccented, every such title has.
_PARTS = frozenset({"ngay", "nua", "ky", "ki", "tuan"})
_DAYS_OF_A_PART = 16
# "Tuần 48 (tháng 11)" counts the weeks of the year.
_TERMS, _WEEKS = 3, 53
_ROMAN = ("I", "II", "III", "IV", "V")
_SHORT = frozenset({"t", "th", "thg"})
# "tháng 01/2026 - Kỳ 1" has the month in front: the word, its number and perhaps a year.
_LOOK_BACK = 4
_SIDES = ("đầu", "giữa", "cuối")
# "học kỳ 1" is half a school year.
_OTHER_TERMS = ("học", "nhiệm", "định", "giữa", "cuối")


def part_of_month(line: Line) -> str:
    """The words that name a part of a month; "" where the title names none."""
    if _PARTS.isdisjoint(line.folded):
        return ""
    for at in range(len(line)):
        length = _days(line, at) or _half(line, at) or _term(line, at) or week_of_month(line, at)
        length = length or _week_behind(line, at)
        if length:
            return line.written(at, at + length)
    return ""


def _days(line: Line, at: int) -> int:
    number = line[at].number
    counted = number is not None and 1 < number < _DAYS_OF_A_PART and line[at + 1].spells("ngày")
    return 4 if counted and _on_a_side(line, at + 2) else 0


def _half(line: Line, at: int) -> int:
    return 3 if line[at].spells("nửa") and _on_a_side(line, at + 1) else 0


def _on_a_side(line: Line, at: int) -> bool:
    return any(line[at].spells(side) for side in _SIDES) and line[at + 1].spells("tháng")


def _term(line: Line, at: int) -> int:
    if not (line[at].spells("kỳ") or line[at].spells("kì")) or not _counts_to(line, at + 1, _TERMS):
        return 0
    if any(line[at - 1].spells(word) for word in _OTHER_TERMS):
        return 0
    before = range(max(0, at - _LOOK_BACK), at)
    inside = any(line[i].spells("tháng") or (line[i].folded == "t" and line[i + 1].gap == "") for i in before)
    return 2 if inside or (line[at + 2].spells("tháng") and line[at + 3].number is not None) else 0


def week_of_month(line: Line, at: int) -> int:
    """How many words of "tuần IV - T11", "tuần 3 và 4 của tháng 6" stand before the month; 0 for none."""
    if not line[at].spells("tuần"):
        return 0
    last = at + 1 + line[at + 1].spells("thứ")
    if not _counts_week(line, last, told=last > at + 1):
        return 0
    while line[last + 1 + line[last + 1].spells("và")].number is not None:
        last += 1 + line[last + 1].spells("và")
    month = last + 1 + line[last + 1].spells("của")
    return month - at if _is_month(line, month) else 0


def _counts_week(line: Line, at: int, *, told: bool) -> bool:
    side = any(line[at].spells(side) for side in _SIDES)
    # Without accents "tuan tu thang 11" may be "tuần từ tháng 11", unless "thứ" has told that it counts.
    spoken = spoken_number(line, at)[0] if told or line[at].lower != line[at].folded else 0
    return side or _counts_to(line, at, _WEEKS) or line[at].text in _ROMAN or 1 <= spoken <= len(_ROMAN)


def _week_behind(line: Line, at: int) -> int:
    """How many words "tuần 4" has behind its month, "tháng 11/2026 (tuần 4)"; 0 for none."""
    # "Tuan 12A" is a name and a class.
    tied = at + 2 < len(line) and line[at + 2].gap == ""
    if not line[at].spells("tuần") or tied or not _counts_week(line, at + 1, told=False):
        return 0
    month = at - 1
    while line[month].number is not None or line[month].spells("năm"):
        month -= 1
    return 2 if month < at - 1 and _is_month(line, month) else 0


def _is_month(line: Line, at: int) -> bool:
    tied = line[at + 1].number is not None and line[at + 1].gap in {"", "."}
    return line[at].spells("tháng") or (tied and line[at].folded in _SHORT)


def _counts_to(line: Line, at: int, most: int) -> bool:
    number = line[at].number
    return number is not None and 1 <= number <= most
