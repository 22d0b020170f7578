"""What only pages say has a word for every kind, and else says what letters say."""

from datetime import UTC, date, datetime

import pytest

from mailbot.core.posting import Fate, NoticeKind, State
from mailbot.core.standing import Standing
from mailbot.core.verdict import Source
from mailbot.papers import words
from mailbot.papers.evidence import STATES
from mailbot.post.words import FILTERS as OF_LETTERS


def test_every_kind_has_words() -> None:
    assert set(words.STANDINGS) == set(Standing)
    assert set(words.SOURCES) == set(Source)
    assert set(words.LETTER_KINDS) == set(NoticeKind)
    assert set(STATES) == {*State, *Fate}


@pytest.mark.parametrize(
    ("standing", "late_by", "sign"),
    [
        (Standing.LATE, 2, "+2"),
        (Standing.LATE, 0, "+<1"),
        (Standing.OPEN, 0, "·"),
        (Standing.ON_TIME, 0, "✓"),
    ],
)
def test_marks(standing: Standing, late_by: int, sign: str) -> None:
    assert words.mark(standing, late_by) == sign


def test_pages_say_moments_as_the_tables_of_letters_do() -> None:
    for name in ("words", "number", "working_days", "size", "code"):
        assert words.FILTERS[name] is OF_LETTERS[name]
    for name in ("day", "moment", "due"):
        assert words.FILTERS[name] is OF_LETTERS[f"short_{name}"]


def test_days_begin_lines_and_months_are_called_as_their_periods() -> None:
    late_in_utc = datetime(2013, 6, 24, 17, 5, tzinfo=UTC)
    assert words.weekday(late_in_utc) == "Thứ Ba"
    assert words.clock(late_in_utc) == "00:05"
    assert words.month(date(2014, 1, 31)) == "tháng 1 năm 2014"
