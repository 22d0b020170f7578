"""A title cut into words once, so that the grammar above it needs no regular expression.

A word is a run of letters or of digits; what stands between two words belongs to the later one as
its gap. Spelling is kept beside the folded form, because in Vietnamese case and accents are evidence.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from mailbot.core.language.symbol import Symbol
from mailbot.core.language.text import unaccent

# A small letter before a capital starts a new word in file names: "BaoCaoThang10".
_PIECE = re.compile(r"\d+|(?:(?!\d)[^\W_])+")
_HUMP = re.compile(r"(?<=[a-zà-ỹ]{2})(?=[A-ZĐ][a-zà-ỹ])")
# Keywords that extraction or haste glues to the word before. No Vietnamese syllable ends in one of
# these but itself, so cutting is safe; the short ones are cut only where a number follows.
_GLUED = re.compile(r"(.+?)(thang|tuan)")
_GLUED_TO_NUMBER = re.compile(r"(.+?)(thang|tuan|quy|nam)")
_GLUED_QUARTER = re.compile(r"(qu[yi]|q)(i{1,3}|iv)")
# The marks that part one clause from the next; a bare hyphen joins syllables, "KT-XH".
_BREAK = re.compile(r"[,;:(){}\[\]–—|+&]|\s-|-\s")
_PLAIN_GAPS = frozenset(("", " ", "-", "_", "/", "."))
_BLANK = re.compile(r"\.{2,}|…|_{3,}")
# A longer number is no day, month, year or count, whatever it is.
_LONGEST_NUMBER = 8


@dataclass(frozen=True, slots=True)
class Word:
    """One word; `number` is the value of a run of digits, `gap` what stands before the word."""

    text: str
    lower: str
    folded: str
    gap: str
    start: int
    end: int
    number: int | None = None
    # The folded type code, where the word is the symbol of a document.
    code: str | None = None

    def spells(self, accented: str) -> bool:
        """Whether the word is `accented`, or could be it, being written without any mark."""
        lower = self.lower
        return lower == accented or (lower == self.folded and lower == _plain(accented))

    @property
    def breaks(self) -> bool:
        """Whether a mark between the words starts a new clause here."""
        return self.gap not in _PLAIN_GAPS and _BREAK.search(self.gap) is not None

    @property
    def blank(self) -> bool:
        """Whether dots before the word stand for something still to be filled in."""
        return len(self.gap) > 1 and _BLANK.search(self.gap) is not None


# What stands before the first and after the last word; it equals no word of any table.
EDGE = Word("", "", "", "", 0, 0)


class Line:
    """The words of one title; outside of it lies `EDGE`, so that looking around needs no care."""

    def __init__(self, text: str, symbols: Sequence[Symbol] = ()) -> None:
        self.text = text
        self.words = tuple(_cut(text, symbols))
        self.folded = frozenset(word.folded for word in self.words)

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, index: int) -> Word:
        if index < 0:
            return EDGE
        try:
            return self.words[index]
        except IndexError:
            return EDGE

    def says(self, index: int, phrase: str) -> bool:
        """Whether `phrase`, given in its right spelling, stands at `index`."""
        return self.spelt(index, _words(phrase))

    def spelt(self, index: int, words: Sequence[str]) -> bool:
        """Whether these words, given in their right spelling, stand at `index` one after the other."""
        if index < 0 or index + len(words) > len(self.words):
            return False
        for at, word in enumerate(words, index):  # noqa: SIM110 - asked a thousand times a mail
            if not self.words[at].spells(word):
                return False
        return True

    def parted(self, index: int) -> bool:
        """Whether a clause starts at `index`: after a mark, or after "và"."""
        return self[index].breaks or self[index - 1].spells("và") or self.says(index - 2, "đồng thời")

    def written(self, first: int, last: int) -> str:
        """The words from `first` to before `last` as they stand in the text."""
        return self.text[self[first].start : self[last - 1].end]


class Phrases:
    """A table of phrases in their right spelling, to be looked up at a word of a line."""

    def __init__(self, *phrases: str) -> None:
        self._by_first_word: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(phrases, key=len, reverse=True):
            words = tuple(phrase.split())
            self._by_first_word.setdefault(unaccent(words[0]), []).append(words)

    def at(self, line: Line, index: int) -> int:
        """How many words the longest phrase has that stands at `index`; 0 where none does."""
        for words in self._by_first_word.get(line[index].folded, ()):
            if line.spelt(index, words):
                return len(words)
        return 0

    def absent(self, line: Line) -> bool:
        """Whether none of the phrases can stand in the line, for want of its first word."""
        return self._by_first_word.keys().isdisjoint(line.folded)

    def within(self, line: Line, places: range) -> bool:
        """Whether one of the phrases stands at one of `places`."""
        return not self.absent(line) and any(self.at(line, place) for place in places)


@cache
def _words(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.split())


@cache
def _plain(accented: str) -> str:
    return unaccent(accented)


def _cut(text: str, symbols: Sequence[Symbol]) -> Iterator[Word]:
    at = last = 0
    for symbol in (*symbols, None):
        for piece in _PIECE.finditer(text, at, symbol.start if symbol else len(text)):
            for word in _unglued(text, last, piece.start(), piece.end()):
                yield word
                last = word.end
        if symbol:
            gap = _gap(text, last, symbol.start)
            yield Word(symbol.written, "", "", gap, symbol.start, symbol.end, code=symbol.code)
            at = last = symbol.end


def _gap(text: str, last: int, start: int) -> str:
    gap = text[last:start]
    # File names write the underscore for a space: "6_tháng,_ước_cả_năm", "2012_-_2020".
    return gap if len(gap) < 2 or "___" in gap else gap.replace("_", " ")  # noqa: PLR2004


def _unglued(text: str, last: int, start: int, end: int) -> Iterator[Word]:
    written, gap = text[start:end], _gap(text, last, start)
    if written.isdecimal():
        number = int(written) if len(written) <= _LONGEST_NUMBER else None
        yield Word(written, written, written, gap, start, end, number)
        return
    humps = [] if written.islower() else [hump.start() for hump in _HUMP.finditer(written)]
    for left, right in pairwise((0, *humps, len(written))):
        folded = unaccent(written[left:right])
        at = left
        for part in _parts(folded, numbered=text[start + right : start + right + 1].isdecimal()):
            until = min(at + len(part), right)
            yield Word(written[at:until], written[at:until].lower(), part, gap, start + at, start + until)
            at, gap = until, ""


# Titles are made of the same words.
@lru_cache(maxsize=2048)
def _parts(folded: str, *, numbered: bool) -> tuple[str, ...]:
    """The words that are glued together in one; `numbered` tells that a number follows it."""
    report = ("bao", "cao") if folded.startswith("baocao") else ()
    rest = folded.removeprefix("baocao")
    glued = _GLUED_TO_NUMBER if numbered else _GLUED
    match = _GLUED_QUARTER.fullmatch(rest) or glued.fullmatch(rest)
    return (*report, *(match.groups() if match else (rest,) if rest else ()))
