"""The first page of a document as two texts of one length: as printed, and folded letter for letter.

What is found in the folded text stands at the same place in the printed one. Extraction breaks lines
anywhere, puts two columns on one line and letter-spaces capitals; here that is made even, once.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailbot.core.language.old_fonts import from_old_font
from mailbot.core.language.text import LETTERS, LetterTable, nfc

# A head with its first paragraph has some 2,000 characters; indentation may be many times that.
_CUT_AT = 8_000
_READ_AT_MOST = 2_500
_MOST_ROWS = 40
# Only headings are letter-spaced.
_TOP = 1_200
# Letters of the Latin alphabet with marks, each to its base letter in lower case.
_LETTERS = {
    code: base
    for code in (*range(0x41, 0x5B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    if len(base := unicodedata.normalize("NFD", chr(code))[0].lower()) == 1
}
_FOLDED: dict[int, str] = {
    **_LETTERS,
    **dict.fromkeys(map(ord, "đĐðÐɖƉ"), "d"),
    **{ord(letter): latin for letter, latin in zip("аеорсхуі", "aeopcxyi", strict=True)},
    **dict.fromkeys(map(ord, "‐‑‒–—―−─━"), "-"),
}
# The letters that most words of Vietnamese have one of.
_MARKED = re.compile("[àáâãèéêìíòóôõùúýăđĩũơưÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯ\u1ea0-\u1ef9]")
# The cells of a table's row, and a rule drawn between two lines that extraction joined.
_CELLS = re.compile(r"[\t|\x07][ \t|\x07]*")
_RULE = re.compile(r"(?:[-=*‐‑‒–—―─━~] ?){4,}")
_GAP = re.compile(" {3,}")
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_] ){2,}[^\W\d_](?![^\W_])")
_ROW = re.compile("[^\n]+")
_SHORTEST_RULE = 3


def shadow(text: str) -> str:
    """`text` in lower case and without marks, every letter at its place; it should be in NFC."""
    folded = _TABLE.exchanged(text)
    return text.translate(_FOLDED) if folded is None else folded


_TABLE = LetterTable(LETTERS, lambda letter: letter.translate(_FOLDED))


def is_unmarked(text: str) -> bool:
    """Whether `text` has no letter with a mark: it is its own shadow, but for capitals."""
    return text.isascii() or (_MARKED.search(text) is None and shadow(text) == text.lower())


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a page with something on it.

    Attributes:
        blanks: how many empty lines stand before it.
        rule: nothing but dashes, asterisks and the like, drawn between two parts.
    """

    start: int
    end: int
    text: str
    folded: str
    blanks: int
    rule: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The beginning of a document's text; `folded` has the length of `text`, place by place."""

    text: str
    folded: str

    @classmethod
    def of(cls, text: str) -> "Page":
        """The page on which `text` begins."""
        text = _CELLS.sub("\n", text[:_CUT_AT].replace("\r\n", "\n").replace("\r", "\n"))
        text = _GAP.sub("  ", text) if "   " in text else text
        text = nfc(from_old_font(text[:_READ_AT_MOST]))
        text = _RULE.sub(lambda rule: f"\n{rule[0].strip()}\n", text)
        top = _SPACED.sub(lambda letters: letters[0].replace(" ", ""), text[:_TOP])
        text = f"{top}{text[_TOP:]}"
        return cls(text, shadow(text))

    def without(self, spans: Iterable[tuple[int, int]]) -> "Page":
        """The same page with `spans` made empty; what stands before and after one becomes two rows."""
        text, folded = self.text, self.folded
        for start, end in spans:
            empty = "\n" + " " * (end - start - 1)
            text, folded = text[:start] + empty + text[end:], folded[:start] + empty + folded[end:]
        return Page(text, folded)

    def rows(self) -> tuple[Row, ...]:
        """The first lines that have something on them."""
        return tuple(row for row, _ in zip(self._rows(), range(_MOST_ROWS), strict=False))

    def _rows(self) -> Iterator[Row]:
        last = 0
        blanks = 0
        for line in _ROW.finditer(self.text):
            blanks += max(0, line.start() - last - 1)
            last = line.end()
            written = line[0].strip()
            if not written:
                blanks += 1
                continue
            start = line.end() - len(line[0].lstrip())
            end = start + len(written)
            drawn = not any(map(str.isalnum, written))
            if not drawn or len(written) >= _SHORTEST_RULE:
                yield Row(start, end, written, self.folded[start:end], blanks, drawn)
                blanks = 0
