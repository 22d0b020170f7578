"""Vietnamese text as it comes in mails: made readable, and folded to compare.

Nothing here judges: `nfc` keeps what a reader sees, `fold` gives the key under which two spellings
of the same words meet. Neither raises for any `str`, both take time linear in its length.
"""

import re
import unicodedata
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


def unaccent(text: str) -> str:
    """Lower case without marks, `d` for `đ`; every other character stays, spaces too."""
    lower = text.lower()
    return lower if lower.isascii() else " ".join(map(_unmarked, lower.split(" ")))


def _unmarked(word: str) -> str:
    return _of_syllable(word) if len(word) <= _SYLLABLE else _without_marks(word)


def _without_marks(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).translate(_UNMARKED))


# Vietnamese has some 7,000 syllables, and a report the same hundreds again and again.
_SYLLABLE = 16
_of_syllable = lru_cache(maxsize=8192)(_without_marks)


def fold(text: str) -> str:
    """The key to compare by: "Ủy  Ban" and "uỷ ban" both give "uy ban".

    It also makes equal what differs in meaning (quý, quỹ, quy), so it finds, but never decides.
    """
    return " ".join(unaccent(nfc(text)).split())


def has_accents(text: str) -> bool:
    """Tell whether `text` is written with Vietnamese marks, so that a missing one means something."""
    return _MARKED.search(unicodedata.normalize("NFD", text)) is not None


def vocabulary(words: str) -> frozenset[str]:
    """The set of the words in `words`, for tables that a person reads and extends."""
    return frozenset(words.split())
