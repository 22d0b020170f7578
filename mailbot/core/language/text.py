"""Vietnamese text as it comes in mails: made readable, and folded to compare.

Nothing here judges: `nfc` keeps what a reader sees, `fold` gives the key under which two spellings
of the same words meet. Neither raises for any `str`, both take time linear in its length.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

_SPACES = "\t\v\f\r\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
# Zero-width characters, soft hyphens and marks of writing direction: in the file, not on the page.
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff" + "".join(
    map(chr, (*range(0x202A, 0x202F), *range(0x2061, 0x206A)))
)
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
# Letters typed or pasted for another that looks the same: eth for đ (Windows-1252 keyboards), and
# Cyrillic ones from copied text. None of them has a decomposition that would lead to the Latin one.
_LOOKALIKES = str.maketrans("đðɖ\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456", "dddaeopcxyi")

_VISIBLE = {
    # Halves of a surrogate pair cannot be written to any file; controls mean nothing in a title.
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    **{code: " " for code in range(0x20) if code != ord("\n")},
    0x7F: " ",
    **{ord(space): " " for space in _SPACES},
    **{ord(invisible): None for invisible in _INVISIBLE},
}
_UNMARKED = {
    **dict.fromkeys(range(0x0300, 0x0370)),
    **_LOOKALIKES,
    **{ord(dash): "-" for dash in _DASHES},
}
_MARKED = re.compile("[\u0300-\u036fđĐðÐ]")
# Characters that `nfc` may have to touch; official text has none of them, and is spared the walk.
_ODD = re.compile("[" + re.escape("".join(map(chr, _VISIBLE))) + "]")


def nfc(text: str) -> str:
    """Compose letters and marks, make every space plain and drop what cannot be seen.

    Case, accents and line ends stay: macOS and Windows-1258 programs send letters and marks apart,
    Word sends no-break spaces and soft hyphens, and a reader sees none of that.
    """
    if text.isascii() and text.isprintable():
        return text
    if _ODD.search(text):
        text = text.replace("\r\n", "\n").translate(_VISIBLE)
    return unicodedata.normalize("NFC", text)


class LetterTable:
    """Letters, and the one for each that `of` makes of it, to be exchanged in whole texts at once.

    Python's codecs for old character sets do that ten times as fast as `str.translate`, for up to 255
    letters: more than Vietnamese, its signs and ASCII need. A letter of which `of` makes none, or two, is
    left out.
    """

    _MOST = 255
    # By the interface of `codecs.charmap_build` the first code is NUL's, and this one means none.
    _NONE = "\ufffe"

    def __init__(self, letters: Iterable[str], of: Callable[[str], str]) -> None:
        pairs = {letter: made for letter in letters if len(made := of(letter)) == 1}
        if len(pairs) > self._MOST:
            raise ValueError("too many letters for one table")
        self._codes = codecs.charmap_build("\0" + "".join(pairs).ljust(self._MOST, self._NONE))
        self._made = "\0" + "".join(pairs.values())

    def exchanged(self, text: str) -> str | None:
        """`text` with every letter exchanged; None where one of them is not in the table."""
        try:
            octets = codecs.charmap_encode(text, "strict", self._codes)[0]
        except UnicodeEncodeError:
            return None
        return codecs.charmap_decode(octets, "strict", self._made)[0]


def unaccent(text: str) -> str:
    """Lower case without marks, `d` for `đ`; every other character stays, spaces too."""
    if text.isascii():
        return text.lower()
    if len(text) <= _SYLLABLE:
        return _of_syllable(text)
    unmarked = _PLAIN.exchanged(text)
    return _without_marks(text) if unmarked is None else unmarked


def _without_marks(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text.lower()).translate(_UNMARKED))


_SMALL_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
_SIGNS = "“”‘’…•·°§«»\u00a0" + _DASHES
# What official text is written with, in lower case and in capitals.
LETTERS = "\t\n" + "".join(map(chr, range(0x20, 0x7F))) + _SMALL_LETTERS + _SMALL_LETTERS.upper() + _SIGNS
_PLAIN = LetterTable(LETTERS, _without_marks)
# Vietnamese has some 7,000 syllables, and a report the same hundreds again and again.
_SYLLABLE = 16
_of_syllable = lru_cache(maxsize=8192)(_without_marks)


def fold(text: str) -> str:
    """The key to compare by: "Ủy  Ban" and "uỷ ban" both give "uy ban".

    It also makes equal what differs in meaning (quý, quỹ, quy), so it finds, but never decides.
    """
    return _of_line(text) if len(text) <= _LINE else _folded(text)


def _folded(text: str) -> str:
    return " ".join(unaccent(nfc(text)).split())


# The few lines that say what a mail is are compared by one question after the other.
_LINE = 400
_of_line = lru_cache(maxsize=256)(_folded)


def has_accents(text: str) -> bool:
    """Tell whether `text` is written with Vietnamese marks, so that a missing one means something."""
    return _MARKED.search(unicodedata.normalize("NFD", text)) is not None


def vocabulary(words: str) -> frozenset[str]:
    """The set of the words in `words`, for tables that a person reads and extends."""
    return frozenset(words.split())
