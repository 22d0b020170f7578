"""Text files and web pages, in whatever charset they were saved."""

import re

from mailbot.inbox.extract.kinds import Kind, kind_of
from mailbot.inbox.extract.opening import Found, Opening
from mailbot.inbox.text import html_text
from mailbot.inbox.words import decode, decode_guessed

_LETTER_BYTES = 4
# A page's markup is far longer than its words; more is never needed for the first of them.
_MOST_PAGE_BYTES = 1 << 20
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:-]{1,40})", re.IGNORECASE)
_CHARSET_WITHIN = 2_048
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def read(octets: bytes, opening: Opening) -> Found:
    """What the file says."""
    if kind_of(octets, opening.name) is Kind.MARKUP:
        page = octets[:_MOST_PAGE_BYTES]
        declared = _CHARSET.search(page, 0, _CHARSET_WITHIN)
        return Found.of(html_text(_decoded(page, declared[1].decode() if declared else "")))
    return Found.of(_decoded(octets[: opening.chars * _LETTER_BYTES], ""))


def _decoded(octets: bytes, charset: str) -> str:
    for mark, codec in _MARKS:
        if octets.startswith(mark):
            return octets.removeprefix(mark).decode(codec, "replace")
    return decode(octets, charset).text if charset else _guessed(octets)


def _guessed(octets: bytes) -> str:
    # The cut may have gone through a letter, which would spoil the guess for all of it.
    for cut in range(min(_LETTER_BYTES, len(octets))):
        try:
            return octets[: len(octets) - cut].decode()
        except UnicodeDecodeError:
            continue
    return decode_guessed(octets)
