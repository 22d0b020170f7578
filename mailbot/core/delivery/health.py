"""How well addresses take our letters: derived from what mail servers said, never stored.

A server's "never" weighs heavy where it speaks of the address and light where it speaks of us; each
failure fades, so that a dead address is tried again one day. Whatever proves that somebody reads there
wipes the slate. Many units failing at once is our own fault, and then no failure of that day counts.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import takewhile

from mailbot.core.rules import UnitId

# One "no such user" makes an address dead for a half-life, two for two; of what may pass, five in a row.
_OF_BAD_ADDRESS, _OF_OTHER = 1.0, 0.25
_DEAD, _AILING = 0.5, 0.1
_HALF_LIFE = timedelta(days=14)
# Even a box that failed on every day is tried again after eighty days: what is older decides nothing.
FORGOTTEN_AFTER = timedelta(days=120)
# A full box or a rejecting filter is seen from many sides within a day; it is one failure all the same.
_SAME_FAILURE = timedelta(hours=20)
# So many units do not lose their addresses on one day; a relay, a blocklist or our own name does it.
_STORM_WINDOW = timedelta(hours=24)
_LEAST_STORM_UNITS = 5
_STORM_SHARE = 0.1
# RFC 3463, 3.2 and 3.3: the address is bad, its user or domain is not there, its box is disabled.
_BAD_ADDRESS = frozenset(
    {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4", "5.0.0", ""}
)


class Sign(StrEnum):
    """What was seen of an address."""

    REFUSED = "refused"  # our mail server would not have it for that very recipient
    RETURNED = "returned"  # a delivery report gave it up
    TAKEN = "taken"  # our mail server took a letter for it
    ALIVE = "alive"  # somebody wrote from it, or a server reported that a letter arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFact:
    """One thing seen of one address.

    Attributes:
        unit: whose letter it was about; None for a letter to the staff, or none.
        letter: the number of that letter; 0 if it was about none.
        status: the enhanced code (RFC 3463), or "".
        says: what the server said; other people's words.
    """

    email: str
    at: datetime
    sign: Sign
    unit: UnitId | None = None
    letter: int = 0
    status: str = ""
    says: str = ""

    @property
    def failed(self) -> bool:
        """Whether the letter did not arrive."""
        return self.sign in {Sign.REFUSED, Sign.RETURNED}

    @property
    def weight(self) -> float:
        """How much it counts against the address; what may pass, or speaks of us, counts little."""
        return _OF_BAD_ADDRESS if self.status in _BAD_ADDRESS else _OF_OTHER


class Condition(StrEnum):
    """How an address stands."""

    SOUND = "sound"
    AILING = "ailing"  # some letters failed of late
    DEAD = "dead"  # letters to it do not arrive


@dataclass(frozen=True, slots=True)
class Storm:
    """A day on which letters to many units failed at once; `at` is when it was plain."""

    began_at: datetime
    ended_at: datetime
    at: datetime
    units: tuple[UnitId, ...]
    says: str


@dataclass(frozen=True)
class Health:
    """What is known of all addresses; `facts` in any order."""

    facts: Sequence[AddressFact] = ()

    @cached_property
    def storms(self) -> tuple[Storm, ...]:
        """The days on which failures were our own fault, the earliest first."""
        written_to = {fact.unit for fact in self.facts if fact.unit is not None}
        enough = max(_LEAST_STORM_UNITS, round(len(written_to) * _STORM_SHARE))
        return tuple(_storms([fact for fact in self._failed if fact.unit is not None], enough))

    def has_failed(self, email: str) -> bool:
        """Whether a letter to the address ever failed."""
        return email in self._failures

    def condition(self, email: str, now: datetime) -> Condition:
        """How the address stands at `now`, by what had happened until then."""
        score = self.score(email, now)
        return Condition.DEAD if score >= _DEAD else Condition.AILING if score >= _AILING else Condition.SOUND

    def score(self, email: str, now: datetime) -> float:
        """The failures that count against the address, each faded by its age."""
        counting = self._counting(email, now)
        return sum(fact.weight * math.pow(0.5, (now - fact.at) / _HALF_LIFE) for fact in counting)

    def last_failure(self, email: str, now: datetime) -> AddressFact | None:
        """The last failure that counts."""
        return next(reversed(list(self._counting(email, now))), None)

    def unreached(self, unit: UnitId, now: datetime) -> tuple[AddressFact, ...]:
        """The last failure of each dead address of the unit, if nothing has reached another.

        Where the letter itself, or a later one, went to another address too and stayed there, the unit is
        reached: one who has left must not keep his office from being judged.
        """
        emails = self._of_unit.get(unit, ())
        dead = [
            failure
            for email in emails
            if self.condition(email, now) is Condition.DEAD and (failure := self.last_failure(email, now))
        ]
        if not dead:
            return ()
        last = max(dead, key=lambda failure: failure.at)
        others = set(emails) - {failure.email for failure in dead}
        return () if any(self._stayed(email, last, now) for email in others) else tuple(dead)

    def _stayed(self, email: str, failure: AddressFact, now: datetime) -> bool:
        """Whether the letter of the failure, or what came after it, went to that address and stayed there."""
        facts = [fact for fact in self._by_email.get(email, ()) if fact.at <= now]
        returned = {fact.letter for fact in facts if fact.failed}
        # A server takes most letters and returns some later, so a letter counts once it has stayed a while.
        settled = now - _SAME_FAILURE
        return any(
            (fact.at > failure.at or fact.letter == failure.letter != 0) and fact.letter not in returned - {0}
            for fact in facts
            if not fact.failed and fact.at <= settled
        )

    @cached_property
    def _by_email(self) -> Mapping[str, Sequence[AddressFact]]:
        found: defaultdict[str, list[AddressFact]] = defaultdict(list)
        for fact in sorted(self.facts, key=lambda fact: fact.at):
            found[fact.email].append(fact)
        return dict(found)

    @cached_property
    def _of_unit(self) -> Mapping[UnitId, tuple[str, ...]]:
        found: defaultdict[UnitId, dict[str, None]] = defaultdict(dict)
        for fact in self.facts:
            if fact.unit is not None:
                found[fact.unit][fact.email] = None
        return {unit: tuple(emails) for unit, emails in found.items()}

    def _counting(self, email: str, now: datetime) -> Iterator[AddressFact]:
        """The failures of late until `now` that nothing has answered since, one a day."""
        since = self._last(email, Sign.ALIVE, now)
        # That our own server takes a letter disproves its own refusal, not what came back from afar.
        taken = self._last(email, Sign.TAKEN, now)
        last: datetime | None = None
        for fact in takewhile(lambda fact: fact.at <= now, self._failures.get(email, ())):
            answered = (since is not None and fact.at <= since) or (
                fact.sign is Sign.REFUSED and taken is not None and fact.at <= taken
            )
            repeated = last is not None and fact.at - last < _SAME_FAILURE
            forgotten = now - fact.at > FORGOTTEN_AFTER
            if not forgotten and not answered and not repeated and not self._in_storm(fact):
                last = fact.at
                yield fact

    @cached_property
    def _failed(self) -> Sequence[AddressFact]:
        """The failures of all addresses in order: few beside the letters that they took."""
        return sorted((fact for fact in self.facts if fact.failed), key=lambda fact: fact.at)

    @cached_property
    def _failures(self) -> Mapping[str, Sequence[AddressFact]]:
        """The failures of each address in order."""
        return failures_of(self._failed)

    @cached_property
    def _moments(self) -> Mapping[tuple[str, Sign], Sequence[datetime]]:
        """When each thing was seen of each address that ever failed, in order."""
        found: defaultdict[tuple[str, Sign], list[datetime]] = defaultdict(list)
        for fact in self.facts:
            if fact.email in self._failures:
                found[fact.email, fact.sign].append(fact.at)
        return {seen: sorted(moments) for seen, moments in found.items()}

    def _last(self, email: str, sign: Sign, now: datetime) -> datetime | None:
        """When that was last seen of the address until `now`."""
        moments = self._moments.get((email, sign), ())
        until = bisect_right(moments, now)
        return moments[until - 1] if until else None

    def _in_storm(self, fact: AddressFact) -> bool:
        return any(storm.began_at <= fact.at <= storm.ended_at for storm in self.storms)


def failures_of(facts: Iterable[AddressFact]) -> Mapping[str, Sequence[AddressFact]]:
    """The failures of each address, in the order of the facts; only of addresses that have any."""
    found: defaultdict[str, list[AddressFact]] = defaultdict(list)
    for fact in facts:
        if fact.failed:
            found[fact.email].append(fact)
    return dict(found)


def may_answer(moment: datetime, failures: Sequence[AddressFact]) -> bool:
    """Whether a sign of life at that moment comes while one of the failures still counts."""
    return any(fact.at <= moment <= fact.at + FORGOTTEN_AFTER for fact in failures)


def _storms(failures: Sequence[AddressFact], enough: int) -> Iterator[Storm]:
    at = 0
    while at < len(failures):
        until = bisect_right(failures, failures[at].at + _STORM_WINDOW, lo=at, key=lambda fact: fact.at)
        window = failures[at:until]
        units = dict.fromkeys(fact.unit for fact in window if fact.unit is not None)
        if len(units) < enough:
            at += 1
            continue
        plain = _when(window, enough)
        said = [fact.says for fact in window if fact.says]
        yield Storm(
            window[0].at, window[-1].at, plain, tuple(units), max(said, key=said.count) if said else ""
        )
        at += len(window)


def _when(window: Iterable[AddressFact], enough: int) -> datetime:
    seen: set[UnitId | None] = set()
    for fact in window:
        seen.add(fact.unit)
        if len(seen) >= enough:
            return fact.at
    raise AssertionError("the window holds enough units")
