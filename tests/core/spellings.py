"""One title as other machines and other people would write it, for tests and for the bench.

Each way takes a title in right spelling and gives the same words; none of them may make another period of it.
"""

import re
import unicodedata
from collections.abc import Callable

from mailbot.core.language.old_fonts import _TCVN3, _VNI_LETTERS
from mailbot.core.language.text import nfc, unaccent

_TO_TCVN3 = {meant: chr(code) for code, meant in _TCVN3.items()}
_TO_VNI = {meant: typed for typed, meant in sorted(_VNI_LETTERS.items(), reverse=True)}
_OTHER_PLACE = {
    "òa": "oà",
    "óa": "oá",
    "ỏa": "oả",
    "úy": "uý",
    "ủy": "uỷ",
    "ùy": "uỳ",
    "ụy": "uỵ",
    "òe": "oè",
}
_EXTENSION = re.compile(r"\.[a-z]{3,4}$", re.IGNORECASE)


def _plain(title: str) -> str:
    # Without accents, but with its capitals.
    return "".join(
        c
        for c in unicodedata.normalize("NFD", title.replace("đ", "d").replace("Đ", "D"))
        if ord(c) not in range(0x300, 0x370)
    )


def _tcvn3(title: str) -> str:
    # The old fonts had no accented capitals: those came from another font, over small letters.
    return nfc(title).lower().translate(_TO_TCVN3)


def _vni(title: str) -> str:
    return "".join(_TO_VNI.get(letter, letter) for letter in nfc(title).lower())


def _file_name(title: str) -> str:
    return _plain(re.sub(r'[/\\:*?"<>|]', ".", _EXTENSION.sub("", title))) + ".docx"


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", unaccent(_EXTENSION.sub("", title))).strip("-")


def _other_tone_place(title: str) -> str:
    for usual, other in _OTHER_PLACE.items():
        title = title.replace(usual, other)
    return title


def _scanned(title: str) -> str:
    # What recognition does to a page: doubled spaces, a comma for a full stop, marks lost here and there.
    words = title.split(" ")
    return "  ".join(_plain(word) if i % 5 == 3 else word for i, word in enumerate(words))


def _glued(title: str) -> str:
    # Extraction drops the space before a keyword: "báo cáotháng 6".
    return re.sub(r"(?<=\w) (?=(?:tháng|tuần) )", "", title)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "NFD": lambda title: unicodedata.normalize("NFD", title),
    "capitals": str.upper,
    "small": str.lower,
    "without accents": _plain,
    "TCVN3": _tcvn3,
    "VNI": _vni,
    "underscores": lambda title: title.replace(" ", "_"),
    "file name": _file_name,
    "slug": _slug,
    "other tone place": _other_tone_place,
    "scanned": _scanned,
    "glued": _glued,
    "forwarded": lambda title: f"Fwd: {title}",
    "no-break spaces": lambda title: title.replace(" ", "\u00a0"),
}
