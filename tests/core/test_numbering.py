"""What a server's numbers tell of mails that nobody saw."""

from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.machine.numbering import counts_every_mail, skipped


def test_a_number_between_known_ones_was_given_to_a_mail_that_is_gone() -> None:
    assert list(skipped([5, 8, 9, 12], 5)) == [(6, 7), (10, 11)]
    assert list(skipped([6, 7], 5)) == []
    assert list(skipped([], 5)) == []
    # What came late with a lower number was not skipped.
    assert list(skipped([3, 6], 5)) == []


@given(
    given=st.sets(st.integers(1, 300), max_size=60),
    taken=st.sets(st.integers(1, 300)),
    highest=st.integers(0, 300),
)
def test_no_number_that_a_mail_has_is_called_skipped_and_none_below_is_missed(
    given: set[int], taken: set[int], highest: int
) -> None:
    listed = given - taken
    missed = {number for first, last in skipped(listed, highest) for number in range(first, last + 1)}
    top = max(listed, default=0)
    assert missed == {number for number in range(highest + 1, top) if number not in listed}


def test_only_a_server_that_counts_every_mail_is_taken_at_its_numbers() -> None:
    assert counts_every_mail(range(1, 101), 100)
    assert counts_every_mail(range(1, 60), 59)
    assert not counts_every_mail(range(1, 40), 39)
    assert not counts_every_mail(range(1, 200, 2), 199)
    # Many years of mails that were deleted before mailbot came.
    assert not counts_every_mail(range(9990, 10000), 9999)
    assert counts_every_mail(range(9900, 10000), 9999)
    # One in twenty may have gone for other reasons.
    assert counts_every_mail([n for n in range(1, 101) if n % 25], 100)
