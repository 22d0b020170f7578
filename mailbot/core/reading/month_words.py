"""Months and counts of months: "tháng 6", "T8.2026", "tháng Mười Một", "6 tháng đầu năm", "9T"."""

from mailbot.core.language.text import vocabulary
from mailbot.core.language.words import Line, Phrases, Word
from mailbot.core.period import Cadence
from mailbot.core.reading.sighting import (
    Sighting,
    Step,
    as_year,
    ends_item,
    kind_only,
    listed,
    names_kind,
    year_after,
)

_MONTHS, _DAYS = 12, 31
_NEAR = 8
NUMBERS = {
    "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
    "chín": 9, "mười": 10,
}  # fmt: skip
_MONTH_NAMES = NUMBERS | {"giêng": 1, "chạp": 12}
# Roman numerals of months stand in capitals; a small letter is a list's.
_ROMAN = {
    "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11,
    "XII": 12,
}  # fmt: skip
# Shortened, or with the accent that the hand slipped to: words only where a number follows.
_MISTYPED = ("thg", "thàng", "thãng", "thạng")
# "N tháng" from the start of the year; any other count is the report of month N.
_TO_DATE = {
    3: (Cadence.QUARTER, 1), 6: (Cadence.HALF, 1), 9: (Cadence.NINE_MONTHS, 1), 12: (Cadence.YEAR, 1),
}  # fmt: skip
_TO_END = {6: (Cadence.HALF, 2), 3: (Cadence.QUARTER, 4)}
_SPANS = {
    (4, 6): (Cadence.QUARTER, 2), (7, 9): (Cadence.QUARTER, 3), (10, 12): (Cadence.QUARTER, 4),
    (7, 12): (Cadence.HALF, 2),
}  # fmt: skip
# After these a number is part of a name and counts no months: "Đề án 06", "bão số 3", "đợt 7".
_NAMING = vocabulary("an so lan dot khoa phien thu muc bieu mau luc thi quyet dinh")
# With these the months are how long something lasted: "sơ kết 3 tháng thực hiện", "sau 6 tháng".
_LASTING = Phrases(
    "thực hiện", "triển khai", "thi hành", "ra quân", "cao điểm", "vận hành", "hoạt động", "liên tục"
)
_DURING = ("sau", "mỗi", "vòng", "hạn", "trong")
_PARTLY = ("đầu", "cuối", "giữa")
# A number between one of these and "tháng" is a day: "từ 15 tháng 5 đến hết 14 tháng 6".
_BEFORE_A_DAY = ("từ", "đến", "hết", "ngày")


def to_date(months: int) -> tuple[Cadence, int]:
    """The period that the first `months` months of a year are reported as."""
    return _TO_DATE.get(months, (Cadence.MONTH, months))


def read_month(line: Line, at: int) -> Step:
    """Read "tháng" and what follows it."""
    if not line[at].spells("tháng") and not (line[at].lower in _MISTYPED and _is_month(line[at + 1])):
        return None
    if _is_of_date(line, at):
        return (), year_after(line, at + 2)[1]
    first = at + 1 + (line[at + 1].spells("thứ") and line[at + 2].number is not None)
    if line[first].blank and not _is_month(line[first]):
        return kind_only(line, at, Cadence.MONTH, first)
    if line[first].number is not None:
        return _numbered(line, at, first)
    named = _named(line, at, first) or _rest_of_year(line, at)
    if named is not None:
        return named
    if names_kind(line, at):
        return kind_only(line, at, Cadence.MONTH, first)
    return None


def _is_of_date(line: Line, at: int) -> bool:
    """Whether "tháng" stands in a date: "đến 14 tháng 6", "từ 10 - 14 tháng 6", "ngày 20 và 21 tháng 6"."""
    day = at - 1
    while _is_month(line[at + 1]) and 1 <= (line[day].number or 0) <= _DAYS:
        before = line[day - 1]
        if any(before.spells(word) for word in _BEFORE_A_DAY):
            return True
        day -= 2 if before.spells("và") else 1
    return False


def read_short_month(line: Line, at: int) -> Step:
    """Read "T8", "T06/2026", "Th.6": a month only where the number is tied to the letter.

    "T.9" may be part of a street as well: a year behind it, or "báo cáo" before it, must tell.
    """
    number = line[at + 1]
    told = as_year(line, at + 2) is not None or (line[at].text == "T" and _of_report(line, at))
    tied = number.gap == "" or (number.gap == "." and told)
    alone = line[at].gap != "" or line[at].start == 0
    if not tied or not alone or not (_is_month(number) or _packed(number)):
        return None
    return _numbered(line, at, at + 1)


def _of_report(line: Line, at: int) -> bool:
    before = [line[place] for place in range(max(0, at - _NEAR), at)]
    return any(word.folded == "bc" or word.spells("báo") for word in before)


def _is_month(word: Word) -> bool:
    return word.number is not None and 1 <= word.number <= _MONTHS


def _packed(word: Word) -> tuple[int, int] | None:
    # "T062026": month and year in one number.
    if word.number is None or len(word.text) != 6:  # noqa: PLR2004
        return None
    month, year = divmod(word.number, 10_000)
    return (month, year) if 1 <= month <= _MONTHS and 2000 <= year <= 2099 else None  # noqa: PLR2004


def _numbered(line: Line, at: int, first: int) -> Step:
    packed = _packed(line[first])
    if packed is not None:
        return (Sighting(Cadence.MONTH, *packed, at, first + 1),), first + 1
    if as_year(line, first):
        return _after_its_year(line, at, first)
    if not _is_month(line[first]):
        return (Sighting(Cadence.MONTH, None, None, at, first + 1),), first + 1
    if any(line[at - 1].spells(part) for part in _PARTLY):
        return (), year_after(line, first + 1)[1]
    span_end = _span_end(line, first)
    if span_end is not None:
        return _spanned(line, at, first, span_end)
    places = [first, *listed(line, first + 1, _MONTHS)]
    year, last = year_after(line, places[-1] + 1)
    starts = [at, *places[1:]]
    ends = [*(place + 1 for place in places[:-1]), last]
    return tuple(
        Sighting(Cadence.MONTH, line[place].number, year, start, end)
        for place, start, end in zip(places, starts, ends, strict=True)
    ), last


def _after_its_year(line: Line, at: int, year: int) -> Step:
    # "BaoCaoThang_2024_07", as programs name what they export; a single digit may count copies.
    month, following = line[year + 1], line[year + 2]
    tied = month.gap in {"_", "-", "/"} and len(month.text) == 2  # noqa: PLR2004
    if tied and _is_month(month) and not (following.number is not None and following.gap == month.gap):
        return (Sighting(Cadence.MONTH, month.number, line[year].number, at, year + 2),), year + 2
    return kind_only(line, at, Cadence.MONTH, year)


def _rest_of_year(line: Line, at: int) -> Step:
    # "nhiệm vụ những tháng cuối năm 2022": which months is unsaid, the year is not.
    if not any(line[at - 1].spells(word) for word in ("những", "các", "mấy")):
        return None
    if not line.says(at + 1, "cuối năm"):
        return None
    return kind_only(line, at, Cadence.MONTH, at + 2, perhaps=_MONTHS)


def _span_end(line: Line, first: int) -> int | None:
    # "tháng 1-11-2023", "tháng 1 đến hết tháng 6", "T1-T6"; but not "thang-8-11-8-2026", which is a
    # month and a date in a file's name.
    after = first + 1
    linked = line[after].gap.strip() in {"-", "–", "—"} or line[after].spells("đến")
    if line[after].spells("đến"):
        after += 1
        after += line.says(after, "hết")
    if line[after].spells("tháng") or line[after].folded == "t":
        after += 1
    if not linked or not _is_month(line[after]) or (line[after].number or 0) <= (line[first].number or 0):
        return None
    dated = (
        line[after + 1].number is not None
        and line[after + 1].gap in {"-", "/", "."}
        and not as_year(line, after + 1)
    )
    return None if dated else after


def _spanned(line: Line, at: int, first: int, end: int) -> Step:
    begin, until = line[first].number or 0, line[end].number or 0
    year, last = year_after(line, end + 1)
    if begin == 1 and until > begin + 1:
        return (Sighting(*to_date(until), year, at, last),), last
    if (begin, until) in _SPANS:
        return (Sighting(*_SPANS[begin, until], year, at, last),), last
    # "thang-01-02" in a file's name is January and February, or February with what came before.
    if until == begin + 1 and begin > 1:
        return tuple(Sighting(Cadence.MONTH, month, year, at, last) for month in (begin, until)), last
    return (Sighting(Cadence.MONTH, None, year, at, last),), last


def _named(line: Line, at: int, first: int) -> Step:
    if (roman := _ROMAN.get(line[first].text)) and ends_item(line, first + 1):
        year, last = year_after(line, first + 1)
        return (Sighting(Cadence.MONTH, roman, year, at, last),), last
    month, last = spoken_number(line, first, _MONTH_NAMES)
    lower = line[first].lower
    if not month or (lower == "tu" and line[last].number is not None):
        return None
    if line[first].spells("năm"):
        return _perhaps_may(line, at, first)
    if lower == "sau":
        # "tháng sau" is next month; without accents it may be June, which only a neighbour can tell.
        return kind_only(line, at, Cadence.MONTH, last, perhaps=month)
    year, last = year_after(line, last)
    return (Sighting(Cadence.MONTH, month, year, at, last),), last


def _perhaps_may(line: Line, at: int, first: int) -> Step:
    # "tháng Năm" is May, "8 tháng năm 2024" is eight months of the year: the capital tells, where the
    # title is not all in capitals. A year of its own after the word tells it in any spelling.
    year, last = year_after(line, first + 1)
    capital = line[first].text == "Năm" and line[at].text == "tháng"
    if capital or line[first + 1].spells("năm"):
        return (Sighting(Cadence.MONTH, 5, year, at, last),), last
    return (Sighting(Cadence.MONTH, None, year, at, last, perhaps=5),), last


def spoken_number(line: Line, at: int, names: dict[str, int] = NUMBERS) -> tuple[int, int]:
    """The number that the words at `at` say, 0 for none, and the word after it."""
    number = next((value for name, value in names.items() if line[at].spells(name)), 0)
    if number == 10:  # noqa: PLR2004
        for tail, value in (("một", 11), ("hai", 12)):
            if line[at + 1].spells(tail):
                return value, at + 2
    return number, at + 1


def read_count(line: Line, at: int) -> Step:
    """Read "6 tháng đầu năm 2026", "sáu tháng", "9T/2025", "6 tháng cuối năm"."""
    months, after = _counted(line, at)
    if not months:
        return None
    ended = line[after].spells("cuối")
    begun = line[after].spells("đầu")
    after += ended or begun
    if line.says(after, "năm học"):
        return (), after + 2
    of_year = line[after].spells("năm")
    year, last = year_after(line, after)
    last = max(last, after + of_year)
    if ended:
        rest = Sighting(Cadence.MONTH, None, year, at, last, perhaps=_MONTHS)
        return (Sighting(*_TO_END[months], year, at, last) if months in _TO_END else rest,), last
    if not (begun or of_year or year is not None) and not _stands_alone(line, at, after, months):
        return (), last
    return (Sighting(*to_date(months), year, at, last),), last


def _counted(line: Line, at: int) -> tuple[int, int]:
    """The months before "tháng", "T" or, three each, "quý", 0 where none are, and the word after them."""
    number = line[at].number
    months, after = (number, at + 1) if number is not None else spoken_number(line, at)
    unit = line[after].spells("tháng") or (line[after].folded == "t" and line[after].gap == "")
    if line[after].lower == "quý" and any(line[after + 1].spells(word) for word in ("đầu", "cuối", "năm")):
        months, unit = 3 * months, True
    named = line[at - 1].folded in _NAMING or line[at - 1].spells("ngày")
    # "Đề án 06 tháng 9" counts nothing: the number behind the noun belongs to it.
    numbered = _is_month(line[after + 1])
    return (months if unit and not named and not numbered and months <= _MONTHS else 0), after + 1


def _stands_alone(line: Line, at: int, after: int, months: int) -> bool:
    # "6 tháng" means the first half year; "3 tháng" says how long something took, and so do "sau 6
    # tháng" and "6 tháng thực hiện". A word without accents may be another word: "sau thang".
    lasting = any(line[at - 1].spells(word) for word in _DURING) or _LASTING.at(line, after)
    doubtful = line[at].number is None and line[at].lower == line[at].folded
    return not lasting and not doubtful and months not in {3, 12}
