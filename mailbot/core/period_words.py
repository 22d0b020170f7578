"""Every period that a title names, found by the words that can start one.

Each reader looks at one place of a title and tells which periods stand there, or that the words are
none: a date ("ngày 11 tháng 6"), a span of years, a theme ("Tháng Thanh niên"), a polite word ("Quý
cơ quan"). What the whole title then means is not judged here.
"""

from collections.abc import Callable

from mailbot.core.month_words import NUMBERS, read_count, read_month, read_short_month, spoken_number
from mailbot.core.period import Cadence
from mailbot.core.sighting import Sighting, Step, as_year, kind_only, names_kind, year_after
from mailbot.core.text import unaccent, vocabulary
from mailbot.core.words import Line, Phrases
from mailbot.core.year_words import read_date, read_number, read_year

_QUARTERS, _WEEKS = 4, 53
# I is also typed as a small L, and the numeral may be one character of its own.
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "l": 1, "ll": 2, "lll": 3, "ⅰ": 1, "ⅱ": 2, "ⅲ": 3, "ⅳ": 4}
_QUARTER_WORDS = ("quý", "quí", "qúy", "qúi")
_DISTRICTS = vocabulary("ubnd quan phuong an")
_COMPARING = Phrases("so với", "cùng kỳ", "cùng kì")


def sightings(line: Line) -> list[Sighting]:
    """Every period that `line` names, in order of occurrence."""
    found: list[Sighting] = []
    at = 0
    while at < len(line):
        step = None
        for reader in _NUMBER_READERS if line[at].number is not None else _READERS.get(line[at].folded, ()):
            step = reader(line, at)
            if step is not None:
                break
        if step is None:
            at += 1
            continue
        found.extend(sighting for sighting in step[0] if not _compares(line, sighting.first))
        at = max(step[1], at + 1)
    return found


def _read_quarter(line: Line, at: int) -> Step:
    if not any(line[at].spells(word) for word in _QUARTER_WORDS):
        return None
    places = _quarter_places(line, at + 1)
    if places:
        return _quarters(line, at, places)
    following = line[at + 1]
    ends = at + 1 >= len(line) or following.breaks or following.spells("của") or following.spells("này")
    accented = line[at].lower != line[at].folded or line[at - 1].folded == "hang"
    if following.blank or (ends and accented and names_kind(line, at)):
        return kind_only(line, at, Cadence.QUARTER, at + 1)
    return None


def _quarters(line: Line, at: int, places: list[int]) -> Step:
    year, last = year_after(line, places[-1] + 1)
    starts = [at, *places[1:]]
    ends = [*(place + 1 for place in places[:-1]), last]
    return tuple(
        Sighting(Cadence.QUARTER, _quarter(line, place), year, start, end)
        for place, start, end in zip(places, starts, ends, strict=True)
    ), last


def _quarter_places(line: Line, at: int) -> list[int]:
    places = []
    while _quarter(line, at):
        places.append(at)
        at += 1
        following = at + line[at].spells("và")
        linked = following > at or line[following].gap.strip() in {",", "-", "–", "&", "+"}
        counted = line[following + 1].spells("tháng") or line[following + 1].folded == "t"
        if (
            not linked
            or counted
            or (
                line[following].number is not None
                and line[following - 1].number is None
                and following == at
                and line[following].gap == "-"
            )
        ):
            break
        at = following
    return places


def _quarter(line: Line, at: int) -> int | None:
    word = line[at]
    if word.number is not None:
        return word.number if 1 <= word.number <= _QUARTERS and len(word.text) <= 2 else None  # noqa: PLR2004
    roman = _ROMAN.get(word.folded)
    if roman is not None:
        return roman
    spoken, _ = spoken_number(line, at)
    # Without accents "quy tu" may be "quy tụ", and "quy nam" is a fund's year.
    return spoken if spoken and spoken <= _QUARTERS and word.lower != "tu" else None


def _read_short_quarter(line: Line, at: int) -> Step:
    if line[at].text != "Q" and as_year(line, at + 2) is None:
        return None
    tied = line[at + 1].gap in {"", "."} and (line[at + 1].gap == "" or as_year(line, at + 2) is not None)
    if not tied or not _quarter(line, at + 1) or line[at - 1].folded in _DISTRICTS:
        return None
    return _quarters(line, at, [at + 1])


def _read_half(line: Line, at: int) -> Step:
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
    first = at + 1 + line[at + 1].spells("thứ")
    number = line[first].number
    if number is None:
        accented = line[at].lower != line[at].folded
        spanned = line.says(first, "từ ngày") or line.says(first, "từ")
        ends = first >= len(line) or line[first].breaks
        if accented and (spanned or ends) and (names_kind(line, at) or spanned):
            return kind_only(line, at, Cadence.WEEK, first)
        return None
    if line.says(first + 1, "tháng") and line[first + 2].number is not None:
        # The second week of June is no week of the year, and not June either.
        return (Sighting(Cadence.WEEK, None, None, at, first + 3),), year_after(line, first + 3)[1]
    year, last = year_after(line, first + 1)
    return (Sighting(Cadence.WEEK, number if 1 <= number <= _WEEKS else None, year, at, last),), last


def _compares(line: Line, at: int) -> bool:
    return any(_COMPARING.at(line, place) for place in (at - 1, at - 2))


_Reader = Callable[[Line, int], Step]
_NUMBER_READERS: tuple[_Reader, ...] = (read_count, read_number)
_READERS: dict[str, tuple[_Reader, ...]] = {
    **{unaccent(name): (read_count,) for name in NUMBERS},
    "thang": (read_month,),
    "t": (read_short_month,),
    "th": (read_short_month,),
    "quy": (_read_quarter,),
    "qui": (_read_quarter,),
    "q": (_read_short_quarter,),
    "h": (_read_short_half,),
    "nua": (_read_half,),
    "tuan": (_read_week,),
    "ngay": (read_date,),
    "nam": (read_count, read_year),
}
