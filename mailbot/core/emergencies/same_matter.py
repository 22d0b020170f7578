"""Whether an urgent report goes on with a matter that is known, or tells of another one.

Two fires in two days are two matters: taken for one, the second would alert nobody for half an hour, and the
report that ends the first would end both. What cannot be told is another one: to alert again costs a look.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mailbot.core.arrival import Arrival
from mailbot.core.emergencies.incident import OTHER_EVENT, incidents
from mailbot.core.language.said import said
from mailbot.core.language.symbol import symbols
from mailbot.core.language.text import fold, nfc, vocabulary
from mailbot.core.reading.titles_of import without_tags
from mailbot.core.replies.reply import ARRIVAL_TAG


class Likeness(StrEnum):
    """How a report stands to a matter."""

    SAME = "same"
    OTHER = "other"
    UNSURE = "unsure"


# What befalls a whole district is one matter wherever in it the next report comes from.
_WIDE = frozenset({"thien-tai", "bao-lu", "dich-benh"})
_PLACE = re.compile(
    r"\b(xã|phường|thị trấn|chợ|thôn|xóm|bản|quốc lộ|nhà máy|cầu|đập|trường)\s+(?!đầu\b|chỉ\b)(\w+(?:\s\w+)?)"
    r"|\b(xa|phuong|thi tran|thon|xom|quoc lo)\s+(\w+(?:\s\w+)?)"
)
_GOES_ON = re.compile(
    r"\b(?:(?:lan|so) (?:thu )?(?:[2-9]|1\d|hai|ba|tu|nam)\b(?!/)|tiep theo|cap nhat|bo sung|dien bien"
    r"|ket qua (?:xu ly|khac phuc)|ket thuc|da khac phuc)"
)
_EMPTY_WORDS = vocabulary(
    "bao cao nhanh dot xuat khan hoa toc ve viec vu tinh hinh so lan thu tai o va cua ngay thang nam ubnd"
    " huyen xa re fw fwd tren dia ban su co xay ra gui kinh cong dien dau tiep theo cap nhat ket thuc"
)
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class _Traits:
    kinds: frozenset[str]
    places: frozenset[str]
    words: frozenset[str]
    numbers: frozenset[str]
    goes_on: bool


def likeness(report: Arrival, earlier: Iterable[Arrival], summary: str) -> Likeness:
    """How `report` stands to the matter of that summary, which has these reports already."""
    reports = tuple(earlier)
    if _answers(report, reports):
        return Likeness.SAME
    mine = _traits(report.mail.subject)
    subjects = dict.fromkeys([*(one.mail.subject for one in reports), summary])
    found = [_compared(mine, _traits(subject)) for subject in subjects]
    if Likeness.SAME in found:
        return Likeness.SAME
    return Likeness.OTHER if Likeness.OTHER in found else Likeness.UNSURE


def _answers(report: Arrival, earlier: tuple[Arrival, ...]) -> bool:
    """Whether it continues the thread of an earlier report, or names its receipt."""
    mail = report.mail
    thread = {mail.in_reply_to.strip(), *mail.references}
    codes = {int(number) for number in ARRIVAL_TAG.findall(mail.subject)}
    return any(one.number in codes or (one.mail.message_id in thread) for one in earlier)


def _compared(new: _Traits, old: _Traits) -> Likeness:
    if new.numbers & old.numbers:
        return Likeness.SAME
    if new.kinds and old.kinds and not new.kinds & old.kinds:
        return Likeness.OTHER
    kinds = new.kinds & old.kinds
    if kinds & _WIDE:
        return Likeness.SAME
    if new.places and old.places:
        return Likeness.SAME if new.places & old.places else Likeness.OTHER
    every = new.words | old.words
    alike = len(new.words & old.words) / len(every) if every else 1.0
    if alike >= _ALIKE or (kinds and new.goes_on):
        return Likeness.SAME
    return Likeness.UNSURE


# Plans are made every minute, and the subjects of the open matters stay the same.
@lru_cache(maxsize=1024)
def _traits(subject: str) -> _Traits:
    bare = without_tags(subject)
    heads = said(bare)
    folded = fold(bare)
    found = _PLACE.finditer(nfc(bare).lower())
    places = (place.group(1, 2) if place[1] else place.group(3, 4) for place in found)
    kinds = {kind for _, kind in incidents(heads, (), 0)} - {OTHER_EVENT}
    return _Traits(
        kinds=frozenset(kinds),
        places=frozenset(fold(" ".join(place)) for place in places),
        words=frozenset(word for word in folded.split() if word not in _EMPTY_WORDS and not word.isdigit()),
        numbers=frozenset(found.written.replace(" ", "") for found in symbols(bare, frozenset())),
        goes_on=_GOES_ON.search(folded) is not None,
    )
