"""Letters that look like others: what a reader sees as Latin letters, as Latin letters.

For comparing only. Cyrillic, Greek and small capital letters, full-width and mathematical ones, and marks
piled on letters hide a word from a search and from nobody's eye (Unicode Technical Standard #39).
"""

import re
import unicodedata
from collections.abc import Iterator

_CYRILLIC = str.maketrans(
    "АаВвСсЕеНһІіЈјКкМмпИОоРрЅѕТтѴѵХхУуԁԛԝӀꙆ",
    "AaBBCcEeHhIiJjKkMmnNOoPpSsTtVvXxYydqwll",
)
_GREEK = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχϹϲ", "ABEZHIKMNOPTYXaiKvopTuxCc")
_SMALL_CAPITALS = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz")
_ARMENIAN_AND_OTHERS = str.maketrans("ՏՕոսհօᎪᎷᎢТⅯⅿǀ", "SOnuhoAMTTMml")
# White letters on black squares and circles, which compatibility forms leave as they are.
_SQUARED = {0x1F150 + i: chr(65 + i) for i in range(26)} | {0x1F170 + i: chr(65 + i) for i in range(26)}
_LETTERS: dict[int, str | int | None] = {
    **_CYRILLIC,
    **_GREEK,
    **_SMALL_CAPITALS,
    **_ARMENIAN_AND_OTHERS,
    **_SQUARED,
}
# The marks of Vietnamese: grave, acute, tilde, hook, dot below; circumflex, breve, horn.
_VIETNAMESE_MARKS = frozenset("\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b")
# Marks that look like those: dot below as diacritic of other scripts, circumflex as a modifier.
_MARKS = {0x0325: "\u0323", 0x0331: "\u0323", 0x032D: "\u0323", 0x0311: "\u0302", 0x030C: "\u0302"}
_VOWELS = frozenset("aeiouyAEIOUY")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Vietnamese as everybody types it: composed letters and the marks of print. It shows what it says.
_AS_TYPED = re.compile("[\\x00-\\x7fÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9–—‘’“”•«»]*+")


def plain_letters(text: str) -> str:
    """`text` with look-alikes as the Latin letters they show, invisibles dropped, in NFC."""
    if is_plain(text):
        return text
    apart = unicodedata.normalize("NFKD", text).translate(_LETTERS).translate(_MARKS)
    return unicodedata.normalize("NFC", "".join(_seen_of(apart)))


def is_plain(text: str) -> bool:
    """Whether every letter of `text`, which is in NFC, is one that everybody types: it shows what it says."""
    return _AS_TYPED.fullmatch(text) is not None


def _seen_of(apart: str) -> Iterator[str]:
    """What is seen of decomposed letters: the marks of Vietnamese stand on vowels, and others are noise."""
    base = ""
    for char in apart:
        if unicodedata.category(char)[0] == "M":
            if char in _VIETNAMESE_MARKS and base in _VOWELS:
                yield char
        elif _seen(char):
            base = char
            yield char


def _seen(char: str) -> bool:
    category = unicodedata.category(char)
    return category not in {"Cf", "Cn", "Co", "Cs"} and char not in _FILLERS


def scripts(text: str) -> frozenset[str]:
    """The scripts that the letters of `text` are of, by their Unicode names: LATIN, CYRILLIC, GREEK, …"""
    return frozenset(
        unicodedata.name(char, "UNKNOWN").split(" ")[0].partition("-")[0] for char in text if char.isalpha()
    )
