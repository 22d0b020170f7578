"""Chance that repeats itself: each question has its own dice, so that one more mail moves no other."""

import random
from collections.abc import Sequence
from typing import TypeVar

Face = TypeVar("Face")


class Dice(random.Random):
    """Dice for one question of one rehearsal."""

    def happens(self, chance: float) -> bool:
        """True so often in the long run."""
        return self.random() < chance

    def pick(self, faces: Sequence[Face], weights: Sequence[float] | None = None) -> Face:
        """One of the faces."""
        return self.choices(faces, weights)[0] if weights else faces[self.randrange(len(faces))]


def dice(seed: int, *question: object) -> Dice:
    """The dice for that question under that seed; the same each time, on every machine."""
    return Dice("/".join(map(str, (seed, *question))))
