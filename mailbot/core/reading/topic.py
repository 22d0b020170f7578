"""What a report is about: one of ours, or a report of another regime that fulfils none of ours."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from mailbot.core.language.text import fold
from mailbot.core.report import Report
from mailbot.core.rules import Rules

_WORD = re.compile(r"[0-9a-z]+|[,;]")
_MARKS = frozenset({",", ";"})
_JOINERS = _MARKS | {"va"}


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
