"""Whether a ledger is still the one that it was."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.machine.acquaintance import Estrangement, Glimpse, estranged

KNOWN = Glimpse("a", 10)
GLIMPSES = st.builds(Glimpse, st.sampled_from("ab"), st.integers(0, 5))


@pytest.mark.parametrize(
    ("before", "now", "how"),
    [
        (None, KNOWN, None),
        (KNOWN, KNOWN, None),
        (KNOWN, Glimpse("a", 11), None),
        (KNOWN, Glimpse("a", 9), Estrangement.OLDER),
        (KNOWN, Glimpse("b", 10), Estrangement.ANOTHER),
        # Made anew, it counts from nothing; another office's may have counted further.
        (KNOWN, Glimpse("b", 0), Estrangement.ANOTHER),
        (KNOWN, Glimpse("b", 99), Estrangement.ANOTHER),
    ],
)
def test_a_ledger_is_known_by_its_name_and_by_having_gone_on(
    before: Glimpse | None, now: Glimpse, how: Estrangement | None
) -> None:
    assert estranged(before, now) is how


@given(st.lists(GLIMPSES, min_size=2))
def test_through_however_many_looks_only_a_ledger_that_goes_on_stays_known(looks: list[Glimpse]) -> None:
    pairs = list(pairwise(looks))
    goes_on = all(a.instance == b.instance and a.changes <= b.changes for a, b in pairs)
    assert all(estranged(a, b) is None for a, b in pairs) is goes_on
