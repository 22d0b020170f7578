"""VIQR: Vietnamese typed in ASCII, its marks behind the letters (RFC 1456): "Ba'o ca'o tha'ng 6 na(m 2014".

Old mail programs leave it in subjects. Without its marks it reads as unaccented Vietnamese.
"""

import re

_TONE = re.compile(r"[aeiouy][\^(+]?['`~](?=[a-z])|[aeo]\^|a\((?=[a-z])", re.IGNORECASE)
_MARKS = re.compile(r"(?<=[aeiouy])(?:[\^(+]['`?~.]?|['`?~]|\.(?=[a-z]{1,2}\b))", re.IGNORECASE)
_BARRED = re.compile(r"(?<![a-z])dd(?=[aeiouy])", re.IGNORECASE)
# A single apostrophe is English, or a slip.
_ENOUGH = 3


def without_viqr(text: str) -> str:
    """`text` without the marks of VIQR, if it is written so; else as it is."""
    if sum(1 for _ in zip(range(_ENOUGH), _TONE.finditer(text), strict=False)) < _ENOUGH:
        return text
    return _BARRED.sub(lambda barred: barred[0][0], _MARKS.sub("", text))
