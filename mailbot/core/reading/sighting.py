"""A period seen in the words of a title, and the small questions that every reader of periods asks."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.core.language.text import vocabulary
from mailbot.core.language.words import Line, Phrases
from mailbot.core.period import Cadence

# Other numbers of four digits are those of documents and dossiers: Decision 1400, letter 4787.
_FIRST_YEAR, _LAST_YEAR = 1990, 2099
_MONTHS = 12
# Before a bare "tháng", "quý", "tuần" or "năm" these tell that a kind of report is meant.
_KINDS = vocabulary("cao bc tac hang ket ky ban lieu dinh")
_THEMES = Phrases(
    "thanh niên", "hành động", "cao điểm", "an toàn", "công nhân", "vệ sinh", "nhân đạo", "tri ân",
    "khuyến mại", "vì", "phòng chống", "quốc gia", "lễ", "điểm", "máy",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sighting:
    """A period named by the words from `first` to before `last`; None for what they leave out.

    `perhaps` is the month that words without accents might mean, such as May for "thang nam".
    """

    cadence: Cadence
    ordinal: int | None
    year: int | None
    first: int
    last: int
    perhaps: int | None = None


# What a reader found, and the word to go on from; None where its words do not stand.
Step = tuple[tuple[Sighting, ...], int] | None


def as_year(line: Line, at: int) -> int | None:
    """The year that the number at `at` is; None for another number or the end of a span of years."""
    number = line[at].number
    if number is None or not _FIRST_YEAR <= number <= _LAST_YEAR or after_range(line, at):
        return None
    return number


def after_range(line: Line, at: int) -> int | None:
    """The word behind "2021 - 2025", "2012-13" or "2021 đến năm 2025" starting at `at`, if one does."""
    first = line[at].number
    if first is None or not _FIRST_YEAR <= first <= _LAST_YEAR:
        return None
    after = at + 1
    linked = line[after].gap.strip() in {"-", "–", "—"}
    if line[after].spells("đến") and line[after].number is None:
        linked, after = True, after + 1 + line.says(after + 1, "năm")
    last = line[after].number
    if not linked or last is None:
        return None
    return after + 1 if first < last <= _LAST_YEAR or last == first % 100 + 1 else None


def year_after(line: Line, at: int) -> tuple[int | None, int]:
    """The year that completes a period ending before `at`, and the word after it.

    "tháng 8/2025", "quý I năm 2026", "T8.2026", "Tháng 9, năm 2025", "tháng 6/13".
    """
    word = line[at]
    if word.spells("của") and line.says(at + 1, "năm") and as_year(line, at + 2):
        return as_year(line, at + 2), at + 3
    if word.spells("năm"):
        number = line[at + 1].number
        if as_year(line, at + 1):
            return number, at + 2
        # A register cut the abstract within its year: "tháng 12 năm 201".
        return (
            (None, at + 2)
            if number is not None and at + 2 == len(line) and number < _FIRST_YEAR
            else (None, at)
        )
    if as_year(line, at) and ";" not in word.gap:
        return word.number, at + 1
    short = word.number is not None and len(word.text) == 2 and word.gap in {"/", "."}  # noqa: PLR2004
    if short and word.number is not None and word.number > _MONTHS:
        return 2000 + word.number, at + 1
    return None, at


def listed(line: Line, at: int, most: int) -> Iterator[int]:
    """The places of further numbers in "tháng 01, 02 năm 2013" and "tháng 7 và 8"."""
    while True:
        # "thang8_v3" is the third version of August, "tháng 7 v 8" are two months.
        joins = line[at].folded == "va" or (line[at].folded == "v" and line[at + 1].gap != "")
        place = at + 1 if joins or line[at].text == "&" else at
        number = line[place].number
        joined = place > at or line[place].gap.strip() in {",", "&", "+", ";"}
        if number is None or not joined or not 1 <= number <= most or not ends_item(line, place + 1):
            return
        yield place
        at = place + 1


def ends_item(line: Line, at: int) -> bool:
    """Whether the number before `at` counts nothing, as it does in "tháng 6, 5 nhiệm vụ"."""
    word = line[at]
    return (
        at >= len(line) or word.breaks or word.folded in {"nam", "va", "cua"} or as_year(line, at) is not None
    )


def kind_only(line: Line, at: int, cadence: Cadence, after: int, perhaps: int | None = None) -> Step:
    """The kind that is said without a number, with the year if there is one: "báo cáo tháng"."""
    year, last = year_after(line, after)
    # Of years there is but one each; only which year is left open.
    ordinal = 1 if cadence is Cadence.YEAR else None
    return (Sighting(cadence, ordinal, year, at, last, perhaps),), last


def names_kind(line: Line, at: int) -> bool:
    """Whether the bare word at `at` names a kind of report, not a theme: "báo cáo tháng"."""
    following = line[at + 1]
    if line[at - 1].folded not in _KINDS:
        return False
    if at + 1 >= len(line) or following.breaks:
        return True
    capital = following.text[:1].isupper() and not following.text.isupper() and line[at].text[:1].islower()
    return not capital and not _THEMES.at(line, at + 1)
