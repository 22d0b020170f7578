"""Words that name a period, where a program dropped or replaced their accented letters: "th?ng 8 n_m 2014".

Programs that know no Vietnamese make such names of files: packers of before Unicode, web pages, chats.
"""

import re

# What stands for the lost letter: a sign, or as many as it had octets, or nothing at all ("thng").
_LOST = r"[?_\ufffd-]{0,3}"
_APART = r"[ _.-]{0,3}"
# Only beside a number or a year, and no Vietnamese word is written so.
_WORD = re.compile(
    rf"(?<![^\W_])(?:(?P<thang>th{_LOST}ng)|(?P<tuan>tu{_LOST}n)|(?P<nam>n{_LOST}m)|(?P<quy>qu[?_\ufffd-]{{1,3}}))"
    rf"(?={_APART}(?:\d{{1,4}}|[IVX]{{1,4}})(?![^\W_]))"
    rf"|(?<![^\W_])(?<=[69][ _-])(?P<months>th{_LOST}ng)(?![^\W_])"
    rf"|(?<![^\W_])(?:(?P<dau>[dđ?_\ufffd-]{{0,6}}u)|(?P<cuoi>cu{_LOST}i))(?=[ _-]n{_LOST}m{_APART}\d{{4}})",
    re.IGNORECASE,
)
# Most titles have none of them, and are spared the search.
_HINTS = ("?", "\ufffd", "h_", "h-", "n_", "n-", "u_", "u-", "thng", "nm", "tun")
_MEANT = {"thang": "tháng", "tuan": "tuần", "nam": "năm", "quy": "quý"} | {
    "months": "tháng",
    "dau": "đầu",
    "cuoi": "cuối",
}


def restored(title: str) -> str:
    """`title`, with the words for week, month, quarter and year where only their consonants are left."""
    if not any(map(title.lower().__contains__, _HINTS)):
        return title
    return _WORD.sub(lambda found: _MEANT[found.lastgroup or ""], title)
