"""What mailbot may learn from people's rulings, and what a person decided about it.

A proposal (đề xuất ghi nhớ) follows from rulings and is stored nowhere; a lesson (điều đã quyết định ghi nhớ
hay không) is the word of a person on one, and the last word counts. Nothing is learned without it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

# Twenty-four bits tell the few proposals of an office apart, and can be typed from a printed digest.
_CODE = 6


class Teaches(StrEnum):
    """What a proposal is about."""

    ADDRESS = "address"  # a mail address is a unit's
    TOPIC = "topic"  # a phrase in titles tells a report


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Something that rulings suggest to remember.

    Attributes:
        words: the address, lower case; or the phrase, folded as titles are compared.
        of: the id of the unit, or of the report, that it belongs to.
        arrivals: numbers of the arrivals whose rulings suggest it, in order.
    """

    teaches: Teaches
    words: str
    of: str
    arrivals: tuple[int, ...]

    @property
    def code(self) -> str:
        """A short name for people to answer by; the same as long as the proposal says the same."""
        return sha256(f"{self.teaches}/{self.words}/{self.of}".encode()).hexdigest()[:_CODE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A person's word on a proposal: confirmed or declined, by whom, why, and when (UTC)."""

    number: int
    proposal: Proposal
    confirmed: bool
    by: str
    why: str
    decided_at: datetime


def last_words(lessons: Iterable[Lesson]) -> dict[str, Lesson]:
    """The lesson that counts of each proposal, by the proposal's code; `lessons` in the order of deciding."""
    return {lesson.proposal.code: lesson for lesson in lessons}
