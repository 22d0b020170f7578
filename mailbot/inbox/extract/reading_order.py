"""The characters of a PDF page in the order in which they stand on it.

Where a font lacks the letters ọ, ế, ự, programs draw them in another, and after the rest of the line: the
page shows "TỐI MẬT" and its text reads "T I M T Ố Ậ". Such lines are put in order by where the letters stand.
"""

import ctypes
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

# Points. Kerning and marks above a letter step back a little; a letter drawn later steps back much more.
_STEP_BACK = 1.5
# A gap of this share of the letter's height parts two words.
_WORD_GAP = 0.18
_RETURN = 13


@dataclass(frozen=True, slots=True)
class _Character:
    text: str
    left: float
    right: float
    height: float
    generated: bool


def text_of(page: pdfium.PdfTextPage, most: int, closely: int) -> str:
    """The text of the page; among its first `most` characters jumbled lines are put in order.

    Among the first `closely` every letter is looked at; further down the runs of letters of one font, for it
    is another font that steps back.
    """
    count: int = page.count_chars()
    shown: str = page.get_text_range(0, count) if count else ""
    if len(shown) != count:
        # Characters that the text leaves out or doubles: only one by one it is known where each stands.
        shown = "".join(_letter(raw.FPDFText_GetUnicode(page.raw, index)) for index in range(count))
    text = "\n".join(_lines(page.raw, shown[:most], closely))
    return text + shown[most:]


def _lines(page: Any, shown: str, closely: int) -> Iterator[str]:
    """Each line in order. A page has thousands of letters, so each is asked for as little as will do."""
    start = 0
    for line in shown.split("\n"):
        said = line.replace("\r", "")
        doubtful = start < closely or _runs_step_back(page, start, len(line))
        jumbled = doubtful and _letters_step_back(page, start, line)
        yield _put_in_order(page, range(start, start + len(line)), said) if jumbled else said
        start += len(line) + 1


def _letters_step_back(page: Any, start: int, line: str) -> bool:
    left, sides = _sides()
    before = -math.inf
    for index, character in enumerate(line, start):
        # What pdfium adds by itself are spaces, and they stand nowhere.
        if not character.isspace() and raw.FPDFText_GetCharBox(page, index, *sides):
            if left.value < before - _STEP_BACK:
                return True
            before = left.value
    return False


def _runs_step_back(page: Any, start: int, length: int) -> bool:
    """Whether a run of letters in one font begins before the end of the one that was drawn before it."""
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    before = -math.inf
    for run in range(raw.FPDFText_CountRects(page, start, length)):
        if raw.FPDFText_GetRect(page, run, left, top, right, bottom):
            if left.value < before - _STEP_BACK:
                return True
            before = right.value
    return False


def _sides() -> tuple[Any, list[Any]]:
    """The left side of a letter, and all of them, to be filled in by pdfium."""
    sides = [ctypes.c_double() for _ in range(4)]
    return sides[0], [ctypes.byref(side) for side in sides]


def _put_in_order(page: Any, places: range, said: str) -> str:
    line = [_character(page, index) for index in places if raw.FPDFText_GetUnicode(page, index) != _RETURN]
    return _in_order(line) if _is_jumbled(line) else said


def _character(page: Any, index: int) -> _Character:
    letter = _letter(raw.FPDFText_GetUnicode(page, index))
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    sides = (ctypes.byref(side) for side in (left, right, bottom, top))
    if raw.FPDFText_IsGenerated(page, index) == 1 or not raw.FPDFText_GetCharBox(page, index, *sides):
        return _Character(letter, 0.0, 0.0, 0.0, generated=True)
    height = max(top.value - bottom.value, raw.FPDFText_GetFontSize(page, index))
    return _Character(letter, left.value, right.value, height, generated=False)


def _letter(code: int) -> str:
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"  # noqa: PLR2004


def _is_jumbled(line: list[_Character]) -> bool:
    placed = [
        character.left for character in line if not character.generated and not character.text.isspace()
    ]
    return any(after < before - _STEP_BACK for before, after in itertools.pairwise(placed))


def _in_order(line: list[_Character]) -> str:
    ordered = sorted((c for c in line if not c.generated), key=lambda character: character.left)
    said: list[str] = []
    end: float | None = None
    for character in ordered:
        parted = end is not None and character.left - end > _WORD_GAP * character.height
        if parted and said[-1] != " " and not character.text.isspace():
            said.append(" ")
        said.append(character.text)
        end = max(end or character.right, character.right)
    return "".join(said)
