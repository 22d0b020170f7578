"""What a report is about: one of ours, or a report of another regime that fulfils none of ours."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from mailbot.core.report import Report
from mailbot.core.rules import Rules
from mailbot.core.text import fold

_WORD = re.compile(r"[0-9a-z]+|[,;]")
_JOINERS = frozenset({",", ";", "va"})


def other_topic(rules: Rules, title: str) -> str:
    """The phrase that marks a report of another regime; "" if there is none.

    "Kết quả công tác cải cách hành chính" is about the reform although it names work in general: what
    leads up to another regime's phrase belongs to it. In "kinh tế - xã hội, đầu tư công" ours stands by
    itself.
    """
    words = words_of(title)
    for topic in rules.other_topics:
        phrase = words_of(topic)
        at = find_phrase(words, phrase)
        if at is None:
            continue
        ours = {topic for report in rules.reports for topic in report.topics}
        if not _stands(ours, words, at, at + len(phrase)):
            return topic
    return ""


def leads_up(title: str, report: Report, other: Report) -> bool:
    """Whether what `title` says of `report` only leads up to a topic of `other`.

    "Báo cáo công tác phòng cháy" is about fires, and not about work in general besides.
    """
    words = words_of(title)
    for topic in set(other.topics) - set(report.topics):
        phrase = words_of(topic)
        at = find_phrase(words, phrase)
        if at is not None and not _stands(report.topics, words, at, at + len(phrase)):
            return True
    return False


def _stands(ours: Iterable[str], words: Sequence[str], other_at: int, other_end: int) -> bool:
    """Whether a topic of ours stands by itself or holds the other whole; not merely leads up to it."""
    for topic in ours:
        phrase = words_of(topic)
        at = find_phrase(words, phrase)
        if at is None:
            continue
        if at <= other_at and other_end <= at + len(phrase):
            return True
        between = words[at + len(phrase) : other_at]
        if at > other_at or not _JOINERS.isdisjoint(between):
            return True
    return False


@lru_cache(maxsize=512)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a title, and the marks that may belong to a phrase, folded."""
    return tuple(_WORD.findall(fold(text)))


def find_phrase(words: Sequence[str], phrase: Sequence[str]) -> int | None:
    """Where the whole phrase begins; punctuation counts, for "khiếu nại, tố cáo" is one topic."""
    if not phrase or phrase[0] not in words:
        return None
    for at in range(len(words) - len(phrase) + 1):
        if words[at] == phrase[0] and words[at : at + len(phrase)] == phrase:
            return at
    return None
