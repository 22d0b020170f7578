"""A figure that was measured, beside its peers and its goals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """How good a figure has to be: itself, or its ratio to a peer."""

    at_least: float | None = None
    at_most: float | None = None
    peer: str = ""

    def met(self, value: float) -> bool:
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The median of several rounds.

    Attributes:
        name: stable, for later runs are compared by it.
        values: of each round, in `unit`.
        peers: what the peers reached in the same rounds, one value for each round.
        goals: what the issue asks; without any, the figure is only shown.
        note: what a reader has to know.
    """

    name: str
    unit: str
    values: Sequence[float]
    peers: Mapping[str, Sequence[float]] = field(default_factory=dict)
    goals: Sequence[Goal] = ()
    note: str = ""

    @property
    def value(self) -> float:
        return median(self.values)

    def ratio(self, peer: str) -> float:
        """To the peer, the median of the ratios within each round: a slow minute touches both alike."""
        pairs = zip(self.values, self.peers[peer], strict=True)
        return median(ours / theirs for ours, theirs in pairs if theirs)

    def kept(self) -> dict[str, Any]:
        """As it is written to the file of results."""
        return {
            "name": self.name,
            "unit": self.unit,
            "value": _short(self.value),
            "values": [_short(value) for value in self.values],
            "peers": {
                peer: {"value": _short(median(values)), "ratio": _short(self.ratio(peer))}
                for peer, values in self.peers.items()
            },
            "goals": [
                {
                    **{name: told for name, told in asdict(goal).items() if told not in {None, ""}},
                    "met": goal.met(self.ratio(goal.peer) if goal.peer else self.value),
                }
                for goal in self.goals
            ],
            "note": self.note,
        }


def interleaved(rounds: int, contenders: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """What each contender reaches in each round; the order turns, so that nobody always comes first."""
    found: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        turned = names[number % len(names) :] + names[: number % len(names)]
        for name in turned:
            found[name].append(contenders[name]())
    return found


def _short(value: float) -> float:
    """Four digits are more than the noise leaves."""
    return float(f"{value:.4g}")
