"""What a sender says in his own words, made even so that phrases are found in it fast.

Vietnamese written with accents is compared with its accents, for folding makes other words of them;
a line without any is compared unaccented. Both readings are kept, and quoted text is left out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from mailbot.core.language.page import is_unmarked, shadow
from mailbot.core.language.text import nfc, unaccent

_READ_AT_MOST, _READ_BELOW = 6_000, 20_000
_OWN_AT_MOST = 2_000
_WRAPPED = 55
# The fields above a mail that is quoted without ">" (Outlook, Zimbra), and what bold leaves: "*Từ:*".
_EDGE = r"[ \t*_]{0,8}"
_FROM = "from|từ|tu|người gửi|nguoi gui"
_FIELDS = (
    rf"(?:{_FROM}|sent|date|to|cc|subject|(?:đã |được )?gửi|(?:da |duoc )?gui|gửi lúc|ngày(?: gửi)?"
    r"|ngay(?: gui)?|thời gian(?: gửi)?|thoi gian(?: gui)?|tới|toi|đến|den|người nhận|nguoi nhan|đồng gửi"
    r"|chủ đề|chu de|tiêu đề|tieu de)"
)
# Where the words of others begin: quoted mails, forwarded ones, and the signature's mark (RFC 3676, 4.3).
_QUOTED = re.compile(
    r"^[ ]{0,20}(?:>|-{2,}[ ]*(?:original|forwarded|thư|thu|tin nhắn|chuyển tiếp|chuyen tiep)|_{8,}|-- ?$"
    r"|[-–—]{2,}[ ]?[^\n–—-]{0,30}\b(?:original|gốc|goc|chuyển tiếp|chuyen tiep)\b"
    rf"|begin forwarded|{_EDGE}from{_EDGE}:|[^\n]{{0,200}}(?:wrote|đã viết|da viet)[ ]?:[ ]*$"
    # The name may be broken before the address, and each field be a paragraph, or stand above its words.
    rf"|{_EDGE}(?:{_FROM}){_EDGE}:[^\n]*\n(?:[^\n@]*@[^\n]*\n)?\s{{0,4}}{_EDGE}{_FIELDS}{_EDGE}:"
    r"|(?:on|vào)[ ][^\n]{5,200}(?:wrote|đã viết|da viet)\s?:"
    r"|(?:on|vào|lúc|ngày)[ ][^\n]{0,60}\d[:/-]\d\d[^\n]{0,140}[ ](?:viết|viet)[ ]?:[ ]*$"
    # Webmail breaks that line as any other: "Vào Th 3, 25 thg 6, 2013 vào lúc 08:15 Văn phòng <".
    r"|(?:on|vào|lúc|ngày)[ ][^\n<]{0,60}\d:\d\d[^\n<]{0,200}(?:\n[^\n<]{1,200}){0,2}"
    r"<\s?[^\s<>]{3,200}>\s{1,2}(?:wrote|(?:đã\s)?viết|da\sviet)\s?:)",
    re.IGNORECASE | re.MULTILINE,
)
# A letter of ours from its address to its last line, as the templates write them: some programs and hands put
# a rule above the letter that is answered, or nothing, and it tells of periods that the answer does not.
_OUR_ADDRESS, _OUR_END = "Kính gửi:", "Thư được gửi tự động từ hệ thống tiếp nhận báo cáo"
# What stands above the address in its page: the office, and the day.
_OUR_HEAD = re.compile(
    r"(?:^[ ]{0,9}VĂN PHÒNG [^\n\d]{0,80}\n\s{0,9})?^[^\n]*ngày \d{1,2} tháng \d{1,2} năm \d{4}\s*\Z",
    re.MULTILINE,
)
_LONGEST_HEAD, _MOST_OF_OURS = 400, 20
_FIELD = re.compile(rf"^{_EDGE}{_FIELDS}{_EDGE}:", re.IGNORECASE)
# Both tone placements are legal at the end of a word: "hoả" is brought to "hỏa", but "khoáng" stays.
_PLACEMENTS = {"oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa", "uỷ": "ủy"}
_WORD = re.compile(r"[^\W_]+")
_PLACED = re.compile(rf"(?:{'|'.join(_PLACEMENTS)})(?!\w)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phrase stands: `before` and `after` are what surrounds it, folded."""

    phrase: str
    written: str
    before: str
    after: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Said:
    """Words as written and in lower case, of one length, in which lines without accents stand apart.

    `words` are those of `lower`, each once: a phrase that has another one is not looked for.
    """

    written: str
    lower: str
    plain: bool
    words: frozenset[str]

    def places(self, phrases: Iterable[str], *, around: int = 60) -> Iterator[Place]:
        """Every place where one of `phrases`, given in right spelling, stands as whole words."""
        said = self.words
        for phrase in phrases:
            sought, words = _as_plain(phrase) if self.plain else _as_written(phrase)
            if not words <= said:
                continue
            at = self.lower.find(sought)
            while at >= 0:
                end = at + len(sought)
                if self._is_whole(at, end):
                    before = shadow(self.lower[max(0, at - around) : at])
                    after = shadow(self.lower[end : end + around])
                    yield Place(phrase, self.written[at:end], before, after, at, end)
                at = self.lower.find(sought, end)

    def _is_whole(self, start: int, end: int) -> bool:
        opens = start == 0 or not (self.lower[start - 1].isalnum() and self.lower[start].isalnum())
        closes = end == len(self.lower) or not (self.lower[end].isalnum() and self.lower[end - 1].isalnum())
        return opens and closes


# Each question about a mail begins with them.
@lru_cache(maxsize=2)
def own_words(text: str) -> str:
    """The beginning of a body without the mails quoted or forwarded in it."""
    text = nfc(_without_ours(text)[:_READ_AT_MOST].replace("\r\n", "\n"))
    quoted = _QUOTED.search(text)
    return (text[: quoted.start()] if quoted else text)[:_OWN_AT_MOST]


def _without_ours(text: str) -> str:
    """`text` without the letters of ours that stand in it whole."""
    for _ in range(_MOST_OF_OURS):
        end = text.find(_OUR_END)
        begin = text.rfind(_OUR_ADDRESS, 0, max(end, 0))
        if begin < 0:
            break
        head = _OUR_HEAD.search(text[max(0, begin - _LONGEST_HEAD) : begin])
        begin -= len(head[0]) if head else 0
        text = text[:begin] + "\n" + text[end:].partition("\n")[2]
    return text


def handed_on(text: str) -> str:
    """The beginning of the first mail that is shown in a body, without the fields above it."""
    text = nfc(text[:_READ_AT_MOST].replace("\r\n", "\n"))
    quoted = _QUOTED.search(text)
    below = text[quoted.start() :].splitlines()[1:] if quoted else []
    first = next((at for at, line in enumerate(below) if line.strip() and not _FIELD.match(line)), len(below))
    return own_words("\n".join(below[first:]))


def below_quoted(text: str) -> str:
    """What stands below a letter that is quoted first: there some mail programs put the cursor."""
    lines = [line.strip() for line in text[:_READ_BELOW].splitlines()]
    last = max((at for at, line in enumerate(lines) if line.startswith(">")), default=len(lines))
    return own_words("\n".join(lines[last + 1 :]))


def among_quoted(text: str) -> Iterator[str]:
    """The lines among those of a quoted letter; as mail programs break it, they may be the letter's too.

    So they are for a person to read, and never taken for a command.
    """
    lines = [line.strip() for line in nfc(text[:_READ_BELOW]).splitlines()]
    quoted = [at for at, line in enumerate(lines) if line.startswith(">")]
    among = lines[quoted[0] : quoted[-1]] if quoted else []
    return (line for line in among if not line.startswith(">"))


def said(text: str) -> tuple[Said, ...]:
    """`text` as one or two readings: its lines with accents, and those without."""
    accented: list[str] = []
    plain: list[str] = []
    for line in text.splitlines():
        words = " ".join(line.split())
        if words:
            into = plain if is_unmarked(words) else accented
            # Mail programs break long lines; a short one ends where its sender ended it.
            wrapped = into and len(into[-1]) > _WRAPPED and words[0].islower()
            into += [words] if not into else [" " if wrapped else "\n", words]
    readings = (("".join(accented), False), ("".join(plain), True))
    return tuple(_even(words, plain=is_plain) for words, is_plain in readings if words)


@cache
def _as_written(phrase: str) -> tuple[str, frozenset[str]]:
    return phrase, frozenset(_WORD.findall(phrase))


@cache
def _as_plain(phrase: str) -> tuple[str, frozenset[str]]:
    return _as_written(unaccent(phrase))


def _even(words: str, *, plain: bool) -> Said:
    # The only capital whose small letter is two characters long.
    words = words.replace("İ", "I")
    lower = words.lower()
    even = lower if plain else _PLACED.sub(lambda found: _PLACEMENTS[found[0]], lower)
    return Said(words, even, plain, frozenset(_WORD.findall(even)))
