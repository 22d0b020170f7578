"""What a report is about: one of ours, or a report of another regime that fulfils none of ours."""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from mailbot.core.report import Report
from mailbot.core.rules import Rules
from mailbot.core.text import fold, nfc, vocabulary

_WORD = re.compile(r"[0-9a-z]+|[,;]")
_MARKS = frozenset({",", ";"})
_LONGEST_TITLE = 400
_JOINERS = _MARKS | {"va"}
# What stands between "báo cáo" and its period; a mark of a unit there names whose it is, and not what of.
_ABOUT = re.compile(
    # Not that of a document's symbol, "45/BC-SNN&PTNT".
    r"\b(?:bao cao|bc)\b(?! ?[-–])(?P<about>(?:(?!\b(?:bao cao|bc)\b)[^.:;()\[\]]){0,150}?)"
    r"\b(?:\d{1,2} |sau |chin )?(?:thang|quy|qui|tuan|nam)"
    r" (?:(?:dau|cuoi)\b|(?:thu )?(?:\d|[ivxl]{1,4}\b|mot|hai|ba|bon|tu|sau|bay|tam|chin|muoi))"
)
_OF_A_UNIT = re.compile(
    r"\b(?:so|ubnd|uy ban|xa(?! hoi)|phuong|dac khu|huyen|thi xa|thanh pho|tp|tinh(?! hinh)|nganh|khoi|ban"
    r"|cong an|bo chi huy|bch|chi cuc|cuc|thanh tra|van phong|vp|trung tam|truong|phong(?!,? chong| ngua))\b"
)
# What the name of any report, or whoever sends it, may say; folded.
_OF_ANY = re.compile(
    r"\b(?:tinh hinh|ket qua|cong tac|thuc hien|nhiem vu|hoat dong|(?:so|tong) ket|tong hop|so lieu"
    r"|chinh thuc|(?:dinh|thuong) k[yi]|thuong nien|phuong huong|ke hoach|chuong trinh|trong tam|chi dao"
    r"|dieu hanh|kinh te|xa hoi|quoc phong|an ninh|trien khai|luy ke|du thao|bo sung|dieu chinh|sua doi"
    r"|duoc giao|giao ban|chi tieu|muc tieu|phat trien|dong chi|don vi|bao cao)\b"
)
_WORDS_OF_ANY = vocabulary(
    "thang quy qui nam tuan ky ki lan ban va ve viec cua cac cho tu den trong so hang theo mot nhung ca nua"
    " cuoi dau chung uoc gui nop em anh chi kinh xin bc"
)
_FEWEST_WORDS = 2


def other_topic(rules: Rules, title: str) -> str:
    """The phrase that marks a report of another regime; "" if there is none.

    "Kết quả công tác cải cách hành chính" is about the reform although it names work in general: what
    leads up to another regime's phrase belongs to it. In "kinh tế - xã hội, đầu tư công" ours stands by
    itself.
    """
    words = words_of(title)
    said = frozenset(words)
    for topic in rules.other_topics:
        phrase = words_of(topic)
        # Of a hundred phrases all but a few fall away by their first word.
        place = None if said.isdisjoint(phrase[:1]) else find_phrase(words, phrase)
        if place is None:
            continue
        ours = {topic for report in rules.reports for topic in report.topics}
        if not _stands(ours, words, place):
            return topic
    return ""


def leads_up(title: str, report: Report, other: Report) -> bool:
    """Whether what `title` says of `report` only leads up to a topic of `other`.

    "Báo cáo công tác phòng cháy" is about fires, and not about work in general besides.
    """
    words = words_of(title)
    for topic in set(other.topics) - set(report.topics):
        place = find_phrase(words, words_of(topic))
        if place is not None and not _stands(report.topics, words, place):
            return True
    return False


def _stands(ours: Iterable[str], words: Sequence[str], other: slice) -> bool:
    """Whether a topic of ours stands by itself or holds the other whole; not merely leads up to it."""
    for topic in ours:
        place = find_phrase(words, words_of(topic))
        if place is None:
            continue
        if place.start <= other.start and other.stop <= place.stop:
            return True
        between = words[place.stop : other.start]
        if place.start > other.start or not _JOINERS.isdisjoint(between):
            return True
    return False


def unknown_topic(rules: Rules, titles: Iterable[str], unit: str) -> str:
    """What the titles say that a report is about, if that is nothing that the rules know; else "".

    "Báo cáo đuối nước trẻ em năm 2026" names a year, and is not that year's report on all work. Whoever
    names his own field ("công tác nội vụ" of the Department of Home Affairs) means his own work. `unit` is
    the sender's name; a title that says nothing more than the period speaks for the report of that period.
    """
    written = [" ".join(nfc(title[:_LONGEST_TITLE]).replace("_", " ").split()) for title in titles]
    own = set(words_of(unit))
    told = [_about(title, found, own) for title in written if (found := _ABOUT.search(fold(title)))]
    if not told or not all(told):
        return ""
    words = words_of(" . ".join(written))
    ours = {topic for report in rules.reports for topic in report.topics}
    return "" if any(find_phrase(words, words_of(topic)) for topic in ours) else told[0]


def _about(title: str, found: re.Match[str], own: Collection[str]) -> str:
    said = found["about"]
    words = (word for word in words_of(_OF_ANY.sub(" ", said)) if word.isalpha())
    rest = [word for word in words if word not in _WORDS_OF_ANY and word not in own]
    if len(rest) < _FEWEST_WORDS or _OF_A_UNIT.search(said):
        return ""
    # Folding keeps words: as many stand before it as written.
    before = len(found.string[: found.start("about")].split())
    return " ".join(title.split()[before : before + len(said.split())])


@lru_cache(maxsize=512)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a title, and the marks that may belong to a phrase, folded."""
    return tuple(_WORD.findall(fold(text)))


def find_phrase(words: Sequence[str], phrase: Sequence[str]) -> slice | None:
    """Where the whole phrase stands, with its commas ("khiếu nại, tố cáo") or, as most write it, without."""
    for sought in dict.fromkeys((tuple(phrase), tuple(word for word in phrase if word not in _MARKS))):
        if not sought or sought[0] not in words:
            return None
        for at in range(len(words) - len(sought) + 1):
            if words[at] == sought[0] and words[at : at + len(sought)] == sought:
                return slice(at, at + len(sought))
    return None
