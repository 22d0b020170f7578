"""Who first sent a mail that somebody forwarded: read from the block that mail programs put above it."""

import re
from collections.abc import Sequence

from mailbot.core.language.page import shadow
from mailbot.core.language.text import nfc

_READ_AT_MOST = 20_000
_MOST_LINES = 300
_LONGEST_LINE = 400
_MARKER = re.compile(
    r"\W*(?:-{2,}|begin)\W*.{0,20}(?:forwarded\s+(?:message|by)|original\s+message"
    r"|thu\s+(?:da\s+)?(?:duoc\s+)?chuyen\s+tiep"
    r"|thu\s+goc|chuyen\s+tiep|tin\s+nhan\s+goc|noi\s+dung\s+goc)"
)
_FROM = re.compile(r"[\s>*|]*(?:from|tu|nguoi\s+gui)\s?:[\s*]*(?=\S)")
# The line that must follow for "Từ: ..." to be the head of a mail and no sentence.
_NEXT = re.compile(
    r"[\s>*|]*(?:sent|date|to|cc|subject|da\s+gui|ngay(?:\s+gui)?|toi|den|gui(?:\s+luc|\s+toi|\s+den)?"
    r"|chu\s+de|tieu\s+de"
    r"|vao\s+luc|thoi\s+gian|nguoi\s+nhan|reply-to)\s?:"
)
_ON_ONE_LINE = re.compile(r"\s\*{0,2}(?:sent|date|da\s+gui|ngay(?:\s+gui)?|gui|to|toi|subject|chu\s+de)\s?:")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_WITHIN = 5
_LONGEST_NAME = 120


def forwarded_from(text: str) -> str:
    """The address, else the name, of whom the first forwarded mail in the body came from; "" if none.

    An answer quoted by Outlook has the same block; whether the mail was forwarded the subject tells.
    """
    lines = [line[:_LONGEST_LINE] for line in nfc(text[:_READ_AT_MOST]).splitlines()[:_MOST_LINES]]
    written = [index for index, line in enumerate(lines) if line.strip(" >*|")]
    for order, index in enumerate(written):
        folded = shadow(lines[index]) if ":" in lines[index] else ""
        found = _FROM.match(folded)
        if found is None:
            continue
        around = [shadow(lines[i]) for i in written[max(0, order - 3) : order]]
        following = [shadow(lines[i]) for i in written[order + 1 : order + 1 + _WITHIN]]
        inline = _ON_ONE_LINE.search(folded, found.end())
        if inline or _is_head(around, following):
            end = inline.start() if inline else len(lines[index])
            return _sender(lines[index][found.end() : end], lines, index)
    return ""


def _is_head(before: Sequence[str], following: Sequence[str]) -> bool:
    return any(map(_NEXT.match, following)) or any(map(_MARKER.match, before))


def _sender(value: str, lines: Sequence[str], index: int) -> str:
    address = _ADDRESS.search(value)
    if (
        address is None
        and index + 1 < len(lines)
        and lines[index + 1].strip(" >").startswith(("<", "[mailto"))
    ):
        # A long display name pushes the address to the next line.
        address = _ADDRESS.search(lines[index + 1])
    if address is not None:
        return address[0].lower()
    return " ".join(value.split()).strip(" *\"'<>[];,")[:_LONGEST_NAME]
