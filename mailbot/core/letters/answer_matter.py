"""What answers to commands are about."""

from dataclasses import dataclass

from mailbot.core.arrival import Arrival
from mailbot.core.standing import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusMatter:
    """Where the reports of one unit stand, the earliest due first."""

    arrival: Arrival
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpMatter:
    """What can be said by a reply; `unknown` if the mail's own word was not understood."""

    arrival: Arrival
    unknown: bool
    staff: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultMatter:
    """What became of a command, in one sentence.

    Attributes:
        arrival: the mail that gave it.
        about: the number of the mail that it spoke of, so that a further reply finds it; else its own.
        heard: the mail was an objection, and a person has ruled on it.
    """

    arrival: Arrival
    about: int
    says: str
    done: bool
    heard: bool = False
