"""Two readings of a scan must agree on the Roman numeral of a quarter."""

import pytest

from mailbot.core.reading.titles import read_title
from mailbot.inbox.extract.numerals import agreed, are_there


@pytest.mark.parametrize(
    ("text", "other", "kept"),
    [
        ("BÁO CÁO\nQuý III năm 2014", "BÁO CÁO\nQuý III năm 2014", "BÁO CÁO\nQuý III năm 2014"),
        ("BÁO CÁO\nQuý II năm 2014", "BÁO CÁO\nQuý III năm 2014", "BÁO CÁO\nQuý … năm 2014"),
        ("quý II, quý IV", "quý II, quý III", "quý II, quý …"),
        ("quý I và quý II", "quý l và quý ll", "quý I và quý II"),
        ("quý III", "", "quý …"),
        ("quý 3 năm 2014", "", "quý 3 năm 2014"),
        ("Quý cơ quan", "", "Quý cơ quan"),
        ("quỹ III", "", "quỹ III"),
    ],
)
def test_only_what_both_readings_say_is_kept(text: str, other: str, kept: str) -> None:
    assert agreed(text, other) == kept


def test_only_the_head_of_a_page_is_looked_at() -> None:
    assert not are_there("x" * 2_000 + "quý III")
    assert are_there("BÁO CÁO quý III")
    text = "x" * 2_000 + "quý III"
    assert agreed(text, "") == text


def test_a_quarter_whose_number_is_left_out_is_a_question_and_no_guess() -> None:
    (mention,) = read_title("BÁO CÁO Tình hình thực hiện nhiệm vụ quý … năm 2014").periods
    assert mention.ordinal is None
