"""How full the mailbox is, and what follows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.machine.quota import Quota, is_full, warning

GIB = 1 << 20


@pytest.mark.parametrize(
    ("quota", "full", "told"),
    [
        (Quota("STORAGE", 0, GIB), False, ""),
        (Quota("STORAGE", 900 << 10, GIB), False, ""),
        (Quota("STORAGE", 950 << 10, GIB), False, "950 of 1024 MiB"),
        # A mail of twenty megabytes would still find room in neither.
        (Quota("STORAGE", 1010 << 10, GIB), True, "1010 of 1024 MiB"),
        (Quota("STORAGE", (100 << 20) - 10, 100 << 20), True, "102399 of 102400 MiB"),
        (Quota("STORAGE", 2 * GIB, GIB), True, "2048 of 1024 MiB"),
        (Quota("MESSAGE", 899, 1000), False, ""),
        (Quota("MESSAGE", 900, 1000), False, "900 of 1000 mails"),
        (Quota("MESSAGE", 999, 1000), False, "999 of 1000 mails"),
        (Quota("MESSAGE", 1000, 1000), True, "1000 of 1000 mails"),
    ],
)
def test_a_full_mailbox_and_one_that_soon_will_be_are_told(quota: Quota, full: bool, told: str) -> None:
    assert is_full([quota]) is full
    assert told in warning([quota])
    assert bool(warning([quota])) is bool(told)
    assert ("no unit is called late" in warning([quota])) is full


def test_a_server_that_tells_nothing_is_taken_to_have_room() -> None:
    assert not is_full(())
    assert warning(()) == ""


@given(st.integers(0, 1 << 40), st.integers(1, 1 << 40), st.sampled_from(["STORAGE", "MESSAGE"]))
def test_a_mailbox_is_never_full_without_a_word(used: int, limit: int, resource: str) -> None:
    quota = Quota(resource, used, limit)
    assert warning([quota]) or not is_full([quota])
    assert is_full([quota]) or used < limit
