"""What letters say of a standing."""

from mailbot.core.standing import Standing
from mailbot.post import words


def test_every_standing_has_words() -> None:
    assert set(words.STANDINGS) == set(Standing)
    assert all(words.STANDINGS.values())


def test_lateness_is_told_in_working_days() -> None:
    assert words.late(2) == "Chậm 02 ngày làm việc so với thời hạn"
    assert words.late(0) == "Chậm so với thời hạn, chưa đến 01 ngày làm việc"
