"""The fuse: a plan that writes far more letters than on any day before is held whole, and a person is asked.

It guards against ourselves: a wrong rule, a wrong clock, a planner that has lost its memory. Answers are
not its matter, for each of them needs a mail that came; the brakes bound these.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mailbot.core.posting import Letter, NoticeKind

# To whoever wrote, and because he wrote.
ANSWERS = frozenset(
    {
        NoticeKind.RECEIPT,
        NoticeKind.QUERY,
        NoticeKind.SEALED,
        NoticeKind.ALERT,
        NoticeKind.STATUS,
        NoticeKind.HELP,
        NoticeKind.RESULT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuse:
    """How many letters of one kind may be written in a day.

    Attributes:
        at_least: so many always; an office of few units must not be asked for every round.
        share: of the units.
        growth: of the largest day that people have let pass.
        usual: letters of a day that count as having passed before there was any; 0 asks at the first.
    """

    at_least: int
    share: float
    growth: float
    usual: int = 0

    def limit(self, units: int, largest: int) -> float:
        """The most letters of one kind in a day, for so many units and the largest day before."""
        return max(self.at_least, self.share * units, self.growth * max(largest, self.usual))


def held_by_fuse(
    letters: Sequence[Letter],
    *,
    fuse: Fuse,
    units: int,
    today: Mapping[NoticeKind, int],
    largest: Mapping[NoticeKind, int],
) -> list[Letter]:
    """The letters, with those held whose kind blows the fuse; `today` counts what was written before."""
    counts = Counter(letter.kind for letter in letters if letter.kind not in ANSWERS)
    blown = {
        kind: today.get(kind, 0) + count
        for kind, count in counts.items()
        if today.get(kind, 0) + count > fuse.limit(units, largest.get(kind, 0))
    }
    return [
        replace(letter, hold=_reason(blown[letter.kind], largest.get(letter.kind, 0)))
        if letter.kind in blown
        else letter
        for letter in letters
    ]


def _reason(count: int, largest: int) -> str:
    before = f"ngày nhiều nhất trước đây {largest} thư" if largest else "trước đây chưa gửi loại thư này"
    return f"số lượng bất thường: {count} thư cùng loại trong một ngày ({before}); cả lô chờ cán bộ xem"
