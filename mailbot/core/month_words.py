"""Months and counts of months: "tháng 6", "T8.2026", "tháng Mười Một", "6 tháng đầu năm", "9T"."""

from mailbot.core.period import Cadence
from mailbot.core.sighting import Sighting, Step, as_year, kind_only, listed, names_kind, year_after
from mailbot.core.text import vocabulary
from mailbot.core.words import Line, Word

_MONTHS = 12
NUMBERS = {
    "một": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
    "chín": 9, "mười": 10,
}  # fmt: skip
_MONTH_NAMES = NUMBERS | {"giêng": 1, "chạp": 12}
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
_LASTING = ("thực hiện", "triển khai", "thi hành", "ra quân", "cao điểm", "vận hành", "hoạt động", "liên tục")
_DURING = vocabulary("sau moi vong han trong qua cu")
_PARTLY = ("đầu", "cuối", "giữa")


def to_date(months: int) -> tuple[Cadence, int]:
    """The period that the first `months` months of a year are reported as."""
    return _TO_DATE.get(months, (Cadence.MONTH, months))


def read_month(line: Line, at: int) -> Step:
    """Read "tháng" and what follows it."""
    if not line[at].spells("tháng"):
        return None
    first = at + 1 + (line[at + 1].spells("thứ") and line[at + 2].number is not None)
    if (line[first].blank and line[first].number is None) or (line[first].blank and as_year(line, first)):
        return kind_only(line, at, Cadence.MONTH, first)
    if line[first].number is not None:
        return _numbered(line, at, first)
    named = _named(line, at, first)
    if named is not None:
        return named
    if names_kind(line, at):
        return kind_only(line, at, Cadence.MONTH, first)
    return None


def read_short_month(line: Line, at: int) -> Step:
    """Read "T8", "T06/2026", "Th.6": a month only where the number is tied to the letter."""
    number = line[at + 1]
    tied = number.gap in {"", "."} and (number.gap == "" or as_year(line, at + 2) is not None)
    if number.number is None or not tied or line[at].gap == "":
        if line[at].start != 0 or number.number is None or not tied:
            return None
    return _numbered(line, at, at + 1) if _is_month(number) or _packed(number) else None


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
        return kind_only(line, at, Cadence.MONTH, first)
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
    if begin == 1:
        return (Sighting(*to_date(until), year, at, last),), last
    if (begin, until) in _SPANS:
        return (Sighting(*_SPANS[begin, until], year, at, last),), last
    if until == begin + 1:
        return tuple(Sighting(Cadence.MONTH, month, year, at, last) for month in (begin, until)), last
    return (Sighting(Cadence.MONTH, None, year, at, last),), last


def _named(line: Line, at: int, first: int) -> Step:
    month = next((value for name, value in _MONTH_NAMES.items() if line[first].spells(name)), None)
    if month is None:
        return None
    if line[first].spells("năm"):
        return _perhaps_may(line, at, first)
    if line[first].lower == "sau" or (line[first].lower == "tu" and line[first + 1].number is not None):
        # "tháng sau" is next month; without accents it may be June, which only a neighbour can tell.
        return (
            kind_only(line, at, Cadence.MONTH, first + 1, perhaps=6) if line[first].lower == "sau" else None
        )
    last = first + 1
    if (month == 10 and line[last].spells("một")) or (month == 10 and line[last].spells("hai")):  # noqa: PLR2004
        month, last = month + (1 if line[last].spells("một") else 2), last + 1
    year, last = year_after(line, last)
    return (Sighting(Cadence.MONTH, month, year, at, last),), last


def _perhaps_may(line: Line, at: int, first: int) -> Step:
    # "tháng Năm" is May, "8 tháng năm 2024" is eight months of the year: the capital tells, where the
    # title is not all in capitals. A year of its own after the word tells it in any spelling.
    year, last = year_after(line, first + 1)
    capital = (
        line[first].text[:1].isupper() and not line[first].text[1:].isupper() and line[at].text[0] == "t"
    )
    if capital or line[first + 1].spells("năm"):
        return (Sighting(Cadence.MONTH, 5, year, at, last),), last
    return (Sighting(Cadence.MONTH, None, year, at, last, perhaps=5),), last


def read_count(line: Line, at: int) -> Step:
    """Read "6 tháng đầu năm 2026", "sáu tháng", "9T/2025", "6 tháng cuối năm"."""
    months, after = _count(line, at)
    short = line[after].folded == "t" and line[after].gap == ""
    if not months or not (short or line[after].spells("tháng")) or line[at - 1].folded in _NAMING:
        return None
    after += 1
    if (_is_month(line[after]) and not as_year(line, after)) or line.says(at - 1, "ngày"):
        return None
    table, ended = _TO_DATE, False
    if line[after].spells("đầu") or line[after].spells("cuối"):
        ended = line[after].spells("cuối")
        after += 1
        if line.says(after, "năm học"):
            return (), after + 2
    of_year = line[after].spells("năm")
    year, last = year_after(line, after)
    anchored = ended or line[after - 1].spells("đầu") or of_year or year is not None
    last += of_year and last == after
    if not anchored and (
        (line[at].number is None and line[at].lower == line[at].folded and months != 6)
        or _lasts(line, at, after)
    ):
        return (), after
    if ended:
        table = _TO_END
        return ((Sighting(*table[months], year, at, last),) if months in table else ()), last
    if not anchored and months in {3, 12}:
        return (), last
    return (Sighting(*to_date(months), year, at, last),), last


def _count(line: Line, at: int) -> tuple[int, int]:
    word = line[at]
    if word.number is not None:
        return (word.number if 1 <= word.number <= _MONTHS else 0), at + 1
    months = next((value for name, value in NUMBERS.items() if word.spells(name)), 0)
    if months == 10 and (line[at + 1].spells("một") or line[at + 1].spells("hai")):  # noqa: PLR2004
        return months + (1 if line[at + 1].spells("một") else 2), at + 2
    return months, at + 1


def _lasts(line: Line, at: int, after: int) -> bool:
    return line[at - 1].folded in _DURING or any(line.says(after, word) for word in _LASTING)
