"""The mail server that letters leave by: takes them, refuses them, falls silent before or after the dot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from mailbot.core.posting import (
    Accepted,
    Answer,
    Cause,
    Deferred,
    Fate,
    Letter,
    Lost,
    Outcome,
    Refused,
    Stage,
)
from mailbot.errors import LoginRefused, Unavailable, Unwelcome
from mailbot.post.door import AtDot
from mailbot.rehearsal.agenda import Hands
from simulation.steps import Steps


@dataclass(frozen=True)
class Taken:
    """A letter that the relay has taken, and will deliver."""

    letter: Letter
    recipients: tuple[str, ...]
    at: datetime


def _nothing(_: Letter) -> str:
    return ""


@dataclass
class Relay:
    """What the relay has taken, and what it will do next.

    Attributes:
        moods: what it does to the next letters, a word of `MOODS` each.
        forbids: why a letter must not leave at this moment, as the office knows; "" if it may.
        against_orders: those that came to their dots all the same, and why they should not have.
    """

    chance: Random
    taken: list[Taken] = field(default_factory=list)
    moods: list[str] = field(default_factory=list)
    away_until: datetime | None = None
    forbids: Callable[[Letter], str] = _nothing
    against_orders: list[str] = field(default_factory=list)


MOODS = (
    "greeting", "login", "unwelcome", "break before", "closing", "throttled",
    "defer rcpt", "refuse rcpt", "defer one", "defer data", "refuse data", "defer dot", "refuse dot",
    "silent after, taken", "silent after, not taken",
)  # fmt: skip


class Carrier:
    """A `Post` that talks to the relay."""

    def __init__(self, relay: Relay, steps: Steps, hands: Hands) -> None:
        self._relay = relay
        self._steps = steps
        self._hands = hands
        self.abreast = 3

    async def send(self, letter: Letter, at_dot: AtDot) -> Outcome:
        """Hand over one letter."""
        self._steps.step("smtp connect")
        if self._relay.away_until is not None and self._hands.now < self._relay.away_until:
            raise Unavailable("the relay is away")
        mood = self._relay.moods.pop(0) if self._relay.moods else ""
        self._greeted(mood)
        if (early := self._before_the_dot(letter, mood)) is not None:
            return early
        self._steps.step("smtp data")
        forbidden = self._relay.forbids(letter)
        if not await at_dot():
            return Deferred("stopped before the dot", cause=Cause.STOPPED)
        if forbidden:
            self._relay.against_orders.append(f"{letter.kind} at {self._hands.now}: {forbidden}")
        return self._dot(letter, mood)

    async def check(self) -> str:
        """Not asked here."""
        raise NotImplementedError

    async def close(self) -> None:
        """Nothing is held open."""

    def _greeted(self, mood: str) -> None:
        match mood:
            case "greeting":
                raise Unavailable("421 not now")
            case "login":
                raise LoginRefused("535 wrong password")
            case "unwelcome":
                raise Unwelcome("550 go away")

    def _before_the_dot(self, letter: Letter, mood: str) -> Outcome | None:
        everybody = letter.recipients
        match mood:
            case "break before":
                return Deferred("the link broke", cause=Cause.LINK)
            case "closing":
                return Deferred("421 closing", cause=Cause.CLOSING)
            case "throttled":
                return Deferred("450 4.7.1 too fast", cause=Cause.THROTTLED)
            case "defer rcpt":
                return Deferred(
                    "450 greylisted", _each(everybody, Fate.DEFERRED, Stage.RCPT, "450 greylisted")
                )
            case "refuse rcpt":
                reply = "552 5.2.2 mailbox full"
                return Refused(reply, _each(everybody, Fate.REFUSED, Stage.RCPT, reply))
            case "defer data":
                return Deferred("451 later")
            case "refuse data":
                return Refused("554 not this", _each(everybody, Fate.REFUSED, Stage.DATA, "554 not this"))
        return None

    def _dot(self, letter: Letter, mood: str) -> Outcome:
        # Killed here, nobody knows whether the relay read the dot.
        self._steps.step("smtp dot")
        everybody = letter.recipients
        match mood:
            case "defer dot":
                return Deferred("451 later")
            case "refuse dot":
                return Refused("554 not this", _each(everybody, Fate.REFUSED, Stage.DOT, "554 not this"))
            case "silent after, not taken":
                return Lost("no answer", _each(everybody, Fate.LOST, Stage.DOT, "no answer"))
        put_off = everybody[1:] if mood == "defer one" else ()
        taken = tuple(email for email in everybody if email not in put_off)
        self._relay.taken.append(Taken(letter, taken, self._hands.now))
        self._steps.step("smtp answer")
        later = _each(put_off, Fate.DEFERRED, Stage.RCPT, "450 greylisted")
        if mood == "silent after, taken":
            return Lost("no answer", (*later, *_each(taken, Fate.LOST, Stage.DOT, "no answer")))
        return Accepted("250 2.0.0 Ok", (*later, *_each(taken, Fate.ACCEPTED, Stage.DOT, "250 2.0.0 Ok")))


def _each(emails: tuple[str, ...], fate: Fate, stage: Stage, reply: str) -> tuple[Answer, ...]:
    return tuple(Answer(email, fate, stage, reply) for email in emails)
