"""Every period that a title names, found by the words that can start one.

Each reader looks at one place of a title and tells which periods stand there, or that the words are
none: a date ("ngày 11 tháng 6"), a span of years, a theme ("Tháng Thanh niên"), a polite word ("Quý
cơ quan"). What the whole title then means is not judged here.
"""

from collections.abc import Callable

from mailbot.core.language.text import unaccent, vocabulary
from mailbot.core.language.words import Line, Phrases, Word
from mailbot.core.period import Cadence
from mailbot.core.reading.month_part import week_of_month
from mailbot.core.reading.month_words import NUMBERS, read_count, read_month, read_short_month, spoken_number
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
from mailbot.core.reading.year_words import read_date, read_number, read_year

_QUARTERS, _WEEKS, _WEEKS_OF_MONTH = 4, 53, 5
# I is also typed as a small L, and the numeral may be one character of its own.
_ROMAN = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "l": 1, "ll": 2, "lll": 3, "lv": 4, "ⅰ": 1, "ⅱ": 2, "ⅲ": 3, "ⅳ": 4,
}  # fmt: skip
_OTHER_NUMERALS = vocabulary("v vi vii viii ix x")
_QUARTER_WORDS = ("quý", "quí", "qúy", "qúi")
_DISTRICTS = vocabulary("ubnd quan phuong an")
_COMPARING = Phrases("so với", "cùng kỳ", "cùng kì")


def sightings(line: Line) -> list[Sighting]:
    """Every period that `line` names, in order of occurrence."""
    found: list[Sighting] = []
    at = 0
    while at < len(line):
        readers = _NUMBER_READERS if line[at].number is not None else _READERS.get(line[at].folded, ())
        seen, after = next(filter(None, (reader(line, at) for reader in readers)), ((), at + 1))
        found.extend(sighting for sighting in seen if not _is_compared(line, sighting.first))
        at = max(after, at + 1)
    return found


def _read_quarter(line: Line, at: int) -> Step:
    if not any(line[at].spells(word) for word in _QUARTER_WORDS):
        return None
    first = at + 1 + line[at + 1].spells("thứ")
    places = _quarter_places(line, first)
    if places:
        return _quarters(line, at, places)
    following = line[at + 1]
    if _is_no_quarter(line, at, first):
        return kind_only(line, at, Cadence.QUARTER, first + (not line[first].spells("năm")))
    ends = at + 1 >= len(line) or following.breaks or following.spells("của") or following.spells("này")
    accented = line[at].lower != line[at].folded or line[at - 1].folded == "hang"
    if following.blank or (ends and accented and names_kind(line, at)):
        return kind_only(line, at, Cadence.QUARTER, at + 1)
    return None


def _is_no_quarter(line: Line, at: int, first: int) -> bool:
    # "quý V/2025", "quý năm 2025": which quarter is not said, but the year is not what is reported.
    if line[first].number is not None:
        return not as_year(line, first)
    accented = line[at].lower != line[at].folded
    numeral = line[first].folded in _OTHER_NUMERALS and year_after(line, first + 1)[0] is not None
    return accented and (numeral or (line[first].spells("năm") and as_year(line, first + 1) is not None))


def _quarters(line: Line, at: int, places: list[int]) -> Step:
    year, last = year_after(line, places[-1] + 1)
    starts = [at, *places[1:]]
    ends = [*(place + 1 for place in places[:-1]), last]
    return tuple(
        Sighting(Cadence.QUARTER, _quarter(line, place), year, start, end)
        for place, start, end in zip(places, starts, ends, strict=True)
    ), last


def _quarter_places(line: Line, at: int) -> list[int]:
    """The places of the numbers in "quý III", "quý I, II và III"."""
    places = [at] if _quarter(line, at) else []
    while places:
        following = places[-1] + 1 + line[places[-1] + 1].spells("và")
        link = line[following].gap.strip()
        # "quý I-II" are two, but "quy-3-11-2025" is a quarter and a date.
        hyphened = link in {"-", "–"} and line[following].number is None
        linked = following > places[-1] + 1 or link in {",", "&", "+"} or hyphened
        if not linked or not _numeral(line[following]) or not ends_item(line, following + 1):
            break
        places.append(following)
    return places


def _numeral(word: Word) -> int | None:
    if word.number is None:
        return _ROMAN.get(word.folded)
    return word.number if 1 <= word.number <= _QUARTERS and len(word.text) <= 2 else None  # noqa: PLR2004


def _quarter(line: Line, at: int) -> int | None:
    spoken, _ = spoken_number(line, at)
    # Without accents "quy tu" may be "quy tụ".
    said = spoken if 1 <= spoken <= _QUARTERS and line[at].lower != "tu" else None
    return _numeral(line[at]) or said


def _read_short_quarter(line: Line, at: int) -> Step:
    if line[at].text != "Q" and as_year(line, at + 2) is None:
        return None
    following = line[at + 1]
    # "Q IV" is a quarter, "Q 3" a district of a city.
    roman = following.gap == " " and line[at].text == "Q" and following.folded in _ROMAN
    dotted = following.gap == "." and year_after(line, at + 2)[0] is not None
    tied = roman or dotted or following.gap == ""
    if not tied or not _quarter(line, at + 1) or line[at - 1].folded in _DISTRICTS:
        return None
    return _quarters(line, at, [at + 1])


def _read_half(line: Line, at: int) -> Step:
    if line.says(at, "bán niên"):
        year, last = year_after(line, at + 2)
        return (Sighting(Cadence.HALF, 1, year, at, last),), last
    if line.says(at, "nửa năm"):
        return kind_only(line, at, Cadence.HALF, at + 1)
    if not line.says(at, "nửa đầu năm") and not line.says(at, "nửa cuối năm"):
        return None
    year, last = year_after(line, at + 2)
    half = 1 if line.says(at + 1, "đầu") else 2
    return (Sighting(Cadence.HALF, half, year, at, max(last, at + 3)),), max(last, at + 3)


def _read_short_half(line: Line, at: int) -> Step:
    half, year = line[at + 1], as_year(line, at + 2)
    if half.number not in {1, 2} or half.gap != "" or year is None:
        return None
    return (Sighting(Cadence.HALF, half.number, year, at, at + 3),), at + 3


def _read_week(line: Line, at: int) -> Step:
    if not line[at].spells("tuần"):
        return None
    if length := week_of_month(line, at):
        # The second week of June is no week of the year, and not June either.
        last = at + length + 1 + (line[at + length + 1].number is not None)
        year, last = year_after(line, last)
        counted = line[at + length - 1].number or 0
        week = counted if counted > _WEEKS_OF_MONTH else None
        return (Sighting(Cadence.WEEK, week, year, at, last),), last
    first = at + 1 + line[at + 1].spells("thứ")
    number = line[first].number
    if number is None:
        # Without accents it may be the name Tuấn, or "tuân thủ".
        spanned = line[first].spells("từ")
        ends = first >= len(line) or line[first].breaks or line[first].spells("của")
        kind = line[at].lower == "tuần" and (spanned or (ends and names_kind(line, at)))
        return kind_only(line, at, Cadence.WEEK, first) if kind else None
    if _begins_date(line, first):
        # "tuần 10-14/6/2013" is told by its days; which week of the year that is, is for a person.
        return kind_only(line, at, Cadence.WEEK, first)
    places = [first, *listed(line, first + 1, _WEEKS)]
    year, last = year_after(line, places[-1] + 1)
    starts, stops = [at, *places[1:]], [*(place + 1 for place in places[:-1]), last]
    return tuple(
        Sighting(Cadence.WEEK, _week(line[place].number), year, start, stop)
        for place, start, stop in zip(places, starts, stops, strict=True)
    ), last


def _week(number: int | None) -> int | None:
    return number if number is not None and 1 <= number <= _WEEKS else None


def _begins_date(line: Line, at: int) -> bool:
    """Whether the number at `at` and the one tied to it are days, or a day and its month."""
    following = line[at + 1]
    tied = following.number is not None and following.gap.strip() in {"-", "–", "—", "/", "."}
    return tied and year_after(line, at + 1)[0] is None


def _is_compared(line: Line, at: int) -> bool:
    return any(_COMPARING.at(line, place) for place in (at - 1, at - 2))


_Reader = Callable[[Line, int], Step]
_NUMBER_READERS: tuple[_Reader, ...] = (read_count, read_number)
_READERS: dict[str, tuple[_Reader, ...]] = {
    **{unaccent(name): (read_count,) for name in NUMBERS},
    "thang": (read_month,),
    "thg": (read_month,),
    "t": (read_short_month,),
    "th": (read_short_month,),
    "quy": (_read_quarter,),
    "qui": (_read_quarter,),
    "q": (_read_short_quarter,),
    "h": (_read_short_half,),
    "nua": (_read_half,),
    "ban": (_read_half,),
    "tuan": (_read_week,),
    "ngay": (read_date,),
    "nam": (read_count, read_year),
}
