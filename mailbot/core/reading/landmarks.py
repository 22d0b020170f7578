"""What every official document has at its top besides its title: motto, number and symbol, place and date.

Decree 30/2020/NĐ-CP, Appendix I, sets the symbol under the issuer on the left, the motto on the right,
and the place and date below it. Once they are found and taken out, issuer and title remain.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from mailbot.core.language.page import Page
from mailbot.core.language.symbol import Symbol, symbols

_MOTTO = re.compile(
    r"c[o0]ng\s*h\w{1,2}a\s*xa(?:\s*h[o0]i)?(?:\s*chu\s*nghia\s*vi[ee]t\s*nam)?"
    r"|(?:h[o0]i\s*)?chu\s*nghia\s*vi[ee]t\s*nam"
    r"|d[o0]c\s*lap\W{0,5}tu\s*d[o0]\W{0,5}hanh\s*phuc"
    r"|dang\s*c[o0]ng\s*san\s*vi[ee]t\s*nam"
)
# The Republic may be named in a text too, but only the top bears it as a line.
_MOTTO_WITHIN = 1_200
_TOP = 2_500
_HEAD = 600
_LABEL = re.compile(r"s[o0]\s{0,3}[:.;]?[\s.…_]{0,12}$")
# A number left blank by dots or lines, and a space after the slash: "Số: ...... / BC-STC".
_DOTTED = re.compile(r"[.…_]+(?=\s{0,3}/)")
_GLUED_PLACE = re.compile(r"(?<=[A-ZĐ])(?!Tr\b)[A-ZĐÀ-Ỹ][a-zà-ỹ]+$")
_REST_OF_PLACE = re.compile(r"(?: [A-ZĐÀ-Ỹ]\w*){0,4},\s?ng")
_BLANK = r"[\s.…_,/]{0,12}"
_DATE = re.compile(
    rf"ngay{_BLANK}(?P<day>[\dilo]?\s?[\dilo]?){_BLANK}thang{_BLANK}(?P<month>\d?\s?\d?){_BLANK}"
    rf"nam{_BLANK}(?P<year>(?:\d\s?){{0,4}})"
    r"|ngay\s{0,3}(?P<d>\d{1,2})\s?[/.-]\s?(?P<m>\d{1,2})\s?[/.-]\s?(?P<y>\d{4})(?!\d)"
    r"|(?<=,)\s{0,3}(?P<d2>\d{1,2})\s?[/.-]\s?(?P<m2>\d{1,2})\s?[/.-]\s?(?P<y2>\d{4})(?!\d)"
)
# "Thái Nguyên,", "TP. Hồ Chí Minh,", "Krông Pa,": up to five words in title case, then a comma.
_PLACE = re.compile(r"(?:(?:TP|TX|Tp|Tx)\.?\s?)?(?:[A-ZĐÀ-Ỹ][a-zà-ỹ']*[ ]?){1,5},?\s{0,3}$")
_SMALL_PLACE = re.compile(r"(?:^|\n)\s*(?:\w+ ){0,3}\w+,\s{0,3}$")
_DIGITS = str.maketrans("ilo", "110", " \n")


@dataclass(frozen=True, slots=True)
class Found:
    """One landmark: what it says and where it stands."""

    start: int
    end: int
    text: str = ""
    dated_on: date | None = None


def mottoes(page: Page) -> list[tuple[int, int]]:
    """Where the motto of the State, or the name of the Party, stands at the top."""
    return [match.span() for match in _MOTTO.finditer(page.folded, 0, _MOTTO_WITHIN)]


def own_symbol(page: Page, until: int) -> Found | None:
    """The document's own number and symbol: labelled "Số:", or alone on its line, above place `until`."""
    top = page.text[: max(_HEAD, min(until + _HEAD // 2, _TOP))]
    spaced = _DOTTED.sub(lambda dots: " " * len(dots[0]), top)
    for symbol in symbols(spaced, frozenset()):
        found = _own(page, spaced, symbol, until)
        if found:
            return found
    return None


def _own(page: Page, top: str, symbol: Symbol, until: int) -> Found | None:
    row_start = page.text.rfind("\n", 0, symbol.start) + 1
    label = _LABEL.search(page.folded, row_start, symbol.start)
    start = label.start() if label else symbol.start
    before = page.text[row_start:start].strip()
    if label and page.text[start].islower() and before:
        return None
    alone = not before and (label is not None or not page.text[symbol.start :].startswith("/"))
    if not alone and (label is None or not _is_left_column(before)):
        return None
    end = _without_place(top, symbol)
    row_end = (page.text.find("\n", end) + 1 or len(page.text) + 1) - 1
    if start > until and page.text[end:row_end].strip():
        return None
    return Found(start, end, " ".join(top[symbol.start : end].split()))


def _without_place(top: str, symbol: Symbol) -> int:
    # "45/BC-STCThái Nguyên, ngày": two columns joined without a space.
    glued = _GLUED_PLACE.search(top, symbol.start, symbol.end)
    return glued.start() if glued and _REST_OF_PLACE.match(top, symbol.end) else symbol.end


def _is_left_column(before: str) -> bool:
    return before.isupper() or before.endswith((",", ")"))


def dated(page: Page, until: int) -> Found | None:
    """The place and date of the document, above `until` or alone on its line."""
    return next((found for found in _dates(page) if _is_own_date(page, found, until)), None)


def _dates(page: Page) -> Iterator[Found]:
    for match in _DATE.finditer(page.folded, 0, _TOP):
        row_start = page.text.rfind("\n", 0, match.start()) + 1
        window = max(row_start, match.start() - 40)
        place = _PLACE.search(page.text, window, match.start())
        if place is None and "," in page.text[window : match.start()]:
            place = _SMALL_PLACE.search(page.text, max(0, row_start - 1), match.start())
        start = place.start() if place else match.start()
        yield Found(start, match.end(), page.text[start : match.end()], _date(match))


def _is_own_date(page: Page, found: Found, until: int) -> bool:
    row_start = page.text.rfind("\n", 0, found.start) + 1
    row_end = (page.text.find("\n", found.end) + 1 or len(page.text) + 1) - 1
    before, after = page.text[row_start : found.start].strip(), page.text[found.end : row_end].strip(" .;")
    placed = "," in found.text or not before
    if found.start < until:
        return placed and (not before or before.isupper() or before.endswith((":", "*")) or "," in found.text)
    return placed and not before and not after and "," in found.text


def _date(match: re.Match[str]) -> date | None:
    day, month, year = (
        (match[names[0]] or match[names[1]] or match[names[2]] or "").translate(_DIGITS)
        for names in (("day", "d", "d2"), ("month", "m", "m2"), ("year", "y", "y2"))
    )
    year = year.replace(" ", "")
    try:
        return date(int(year), int(month.replace(" ", "")), int(day.replace(" ", "")))
    except ValueError:
        return None
