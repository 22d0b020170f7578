"""The characters of a PDF page in the order in which they stand on it.

Where a font lacks the letters ọ, ế, ự, programs draw them in another, and after the rest of the line: the
page shows "TỐI MẬT" and its text reads "T I M T Ố Ậ". Such lines are put in order by where the letters stand.
"""

import ctypes
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

# Points. Kerning and marks above a letter step back a little; a letter drawn later steps back much more.
_STEP_BACK = 1.5
# A gap of this share of the letter's height parts two words.
_WORD_GAP = 0.18
_LINE_ENDS = "\r\n"


@dataclass(frozen=True, slots=True)
class _Character:
    text: str
    left: float
    right: float
    height: float
    generated: bool


def text_of(page: pdfium.PdfTextPage, most: int) -> str:
    """The text of the page; among its first `most` characters jumbled lines are put in order."""
    count: int = page.count_chars()
    lines = _lines(page, min(count, most))
    text = "\n".join(_in_order(line) if _is_jumbled(line) else _plain(line) for line in lines)
    return text + page.get_text_range(most) if count > most else text


def _lines(page: pdfium.PdfTextPage, count: int) -> Iterator[list[_Character]]:
    line: list[_Character] = []
    box = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = box
    places = [ctypes.byref(side) for side in box]
    for index in range(count):
        code = raw.FPDFText_GetUnicode(page, index)
        character = chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"  # noqa: PLR2004
        if character in _LINE_ENDS:
            if character == "\n":
                yield line
                line = []
            continue
        generated = raw.FPDFText_IsGenerated(page, index) == 1
        if generated or not raw.FPDFText_GetCharBox(page, index, *places):
            line.append(_Character(character, 0.0, 0.0, 0.0, generated=True))
            continue
        height = max(top.value - bottom.value, raw.FPDFText_GetFontSize(page, index))
        line.append(_Character(character, left.value, right.value, height, generated=False))
    yield line


def _is_jumbled(line: list[_Character]) -> bool:
    placed = [
        character.left for character in line if not character.generated and not character.text.isspace()
    ]
    return any(after < before - _STEP_BACK for before, after in itertools.pairwise(placed))


def _plain(line: list[_Character]) -> str:
    return "".join(character.text for character in line)


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
