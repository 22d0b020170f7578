"""What a file is called, without what programs and people add: extensions, "- Copy", "(1)", "v2", "final"."""

import re
from collections.abc import Iterator

from mailbot.core.language.text import nfc

# ".mat" is no extension of an office, and may be the last word of a name.
_EXTENSIONS = re.compile(r"(?:\.(?!(?i:mat)\b)[A-Za-z0-9]{1,5})+$")
# What a browser and a file manager call a second copy.
_COPIED = re.compile(
    r"^(?:copy of|bản sao của)\s+|\s*(?:-\s*(?:copy|bản sao)\s*)?(?:\(\d{1,3}\))?$", re.IGNORECASE
)
# And a person a second version, or one that is done with.
_VERSION = re.compile(
    r"[\s_.-]+\(?(?:(?:v|ver|bản|ban|lần|lan)[\s_.-]?\d{1,2}|final|chốt|chot|(?:(?:đã|da)[\s_])?k[ýy](?:[\s_]s[ốo])?)\)?$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?<=[mM][aạậâAẠẬÂ][tT])\s*\d{1,3}$")
# Words written as one: "BaoCaoMat.docx", "BCMẬT_T10". Of what else ends so nothing is known: "bảomật".
_GLUED = re.compile(
    r"(?<![^\W_])(b[aá]o\s?c[aá]o|v[aă]n\s?b[aả]n|t[aà]i\s?li[eệ]u|c[oô]ng\s?v[aă]n|bc|cv|vb|tl)(m[aậ]t)"
    r"(?=t?\d|[\W_]|$)",
    re.IGNORECASE,
)
_BLANKS = str.maketrans("_-.", "   ")
# Only what stands between blanks sets off a word in a name: "BC - Mật (bản 2)", but not "mat-rung".
_NOT_SET_OFF = re.compile(r"(?<! )[-_.]|[-_.](?! )")


def stem_of(name: str) -> str:
    """The name of a file or folder as its words, where a mark of secrecy stands last or is written as one."""
    stem = _VERSION.sub("", _COPIED.sub("", _EXTENSIONS.sub("", nfc(name.strip()))))
    return _GLUED.sub(r"\1 \2 ", _NUMBERED.sub("", stem))


def spaced(stem: str) -> Iterator[str]:
    """The words of a stem apart, and once more with what sets some of them off from the others."""
    yield stem.translate(_BLANKS)
    yield _NOT_SET_OFF.sub(" ", stem)
