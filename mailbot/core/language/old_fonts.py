"""Text typed for the fonts of before Unicode: TCVN3 (ABC, the .Vn fonts) and VNI.

Such text holds the codes of one alphabet and is shown by a font in another: without the font,
"Báo cáo" reads `B¸o c¸o` (TCVN3) or `Baùo caùo` (VNI). TCVN 6909:2001 made Unicode the standard,
yet districts still sent such files in 2013. Conversion is done only where it turns the text into
words known to stand in reports; any other text is left as it came.
"""

import re
import unicodedata
from functools import lru_cache

from mailbot.core.language.text import vocabulary

# Each letter in TCVN3 as Latin-1 shows it, then the letter meant. 0xAD, Unicode's soft hyphen, is ư:
# so conversion must come before invisible characters are dropped.
_TCVN3 = str.maketrans(
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®§ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢£¤¥¦",
    "àáảãạăằắẳẵặâầấẩẫậđĐèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯ",
)
_VNI_SINGLE = {"ñ": "đ", "ö": "ư", "ô": "ơ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
# In VNI a mark is a character of its own after the letter; these are the letters that take one.
_VNI_MARKS = {
    "a": dict(zip("ùøûõïêéèúüëâáàåãä", "áàảãạăắằẳẵặâấầẩẫậ", strict=True)),
    "e": dict(zip("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ", strict=True)),
    "o": dict(zip("ùøûõïâáàåãä", "óòỏõọôốồổỗộ", strict=True)),
    "u": dict(zip("ùøûõï", "úùủũụ", strict=True)),
    "y": dict(zip("ùøûõ", "ýỳỷỹ", strict=True)),
    "ô": dict(zip("ùøûõï", "ớờởỡợ", strict=True)),
    "ö": dict(zip("ùøûõï", "ứừửữự", strict=True)),
}
_VNI_LETTERS = _VNI_SINGLE | {
    letter + mark: meant for letter, marks in _VNI_MARKS.items() for mark, meant in marks.items()
}
_VNI = re.compile("|".join(sorted(_VNI_LETTERS, key=len, reverse=True)), re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
# Letters of Unicode Vietnamese that neither old alphabet can produce: such text is not old.
_UNICODE_ONLY = re.compile("[ăđĩũơưĂĐĨŨƠƯ\u0300-\u0323\u1ea0-\u1ef9]")
# A word with such a letter, and the space after it.
_NEW_WORD = re.compile(rf"((?<!\S)[^\s{_UNICODE_ONLY.pattern[1:-1]}]*+{_UNICODE_ONLY.pattern}\S*\s*)")
# Words that nearly every report, plan or letter has; all of them need a mark to be written.
_KNOWN = vocabulary(
    "báo cáo tháng năm quý tuần tình hình kết quả thực hiện công tác nhiệm vụ phương hướng kế hoạch"
    " trình định quyết nghị thông đầu cuối tế xã hội tỉnh huyện sở ủy về việc"
)
# Such runs are a few words between two new ones, and the same ones again and again: "và", "báo cáo".
_SHORT_RUN = 40


def from_old_font(text: str) -> str:
    """Convert TCVN3 or VNI text to Unicode, and return any other text unchanged.

    Of a text in which words of both kinds stand side by side, as where a mail program has added
    "(bổ sung)", only the old words are converted.
    """
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    if not may_be_old(composed):
        return text
    if _UNICODE_ONLY.search(composed) is None:
        return _converted(text)
    pieces = _NEW_WORD.split(composed)
    pieces[::2] = [piece if piece.isascii() else _converted(piece) for piece in pieces[::2]]
    mixed = "".join(pieces)
    return mixed if mixed != composed else text


def may_be_old(text: str) -> bool:
    """Whether a word of `text` becomes one of those known when it is converted.

    Where none does, nothing is converted: this spares nearly every text the trying.
    """
    return not text.isascii() and any(map(_gains, set(unicodedata.normalize("NFC", text).split())))


@lru_cache(maxsize=8192)
def _gains(word: str) -> bool:
    if word.isascii() or _UNICODE_ONLY.search(word) is not None:
        return False
    known = _KNOWN.intersection(_WORD.findall(word.lower()))
    return any(
        _KNOWN.intersection(_WORD.findall(candidate.lower())) - known for candidate in _candidates(word)
    )


def _candidates(composed: str) -> tuple[str, str]:
    return composed.translate(_TCVN3), _VNI.sub(_vni_letter, composed)


def _converted(text: str) -> str:
    if text.isascii():
        return text
    return _of_short(text) if len(text) <= _SHORT_RUN else _best(text)


def _best(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    best, most = text, _known(composed)
    for candidate in _candidates(composed):
        known = _known(candidate)
        if known > most:
            best, most = candidate, known
    return best


_of_short = lru_cache(maxsize=4096)(_best)


def _vni_letter(found: re.Match[str]) -> str:
    typed = found[0]
    meant = _VNI_LETTERS[typed.lower()]
    return meant.upper() if typed[0].isupper() else meant


def _known(text: str) -> int:
    # Words, not occurrences, so that one chance hit repeated a thousand times is still one.
    return len(_KNOWN.intersection(_WORD.findall(text.lower())))
