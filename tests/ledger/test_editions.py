"""Which rules were in force since when, and why a duty differs from what was announced first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from ledger.facts import NOW, a_duty
from sqlalchemy.exc import DBAPIError

from mailbot.core.duty import Duty
from mailbot.ledger import Ledger

DUTY = a_duty()


def announce(ledger: Ledger, *duties: Duty) -> None:
    version = ledger.book().version
    done = ledger.enqueue(version=version, duties=duties, letters=(), withdraw=(), rules="a" * 64, now=NOW)
    assert done


def test_rules_are_taken_up_once_for_each_change_and_the_last_counts(ledger: Ledger) -> None:
    assert ledger.book().edition is None
    first = ledger.take_up("a" * 64, "thai-nguyen-2013", by="mailbot", why="", now=NOW)
    again = ledger.take_up("a" * 64, "thai-nguyen-2013", by="an", why="x", now=NOW + timedelta(days=1))
    assert again == first
    later = NOW + timedelta(days=2)
    second = ledger.take_up("b" * 64, "thai-nguyen-2013", by="an", why="Công văn số 1", now=later)
    # Back to the former rules is a third time: what counts is what is in force.
    third = ledger.take_up("a" * 64, "thai-nguyen-2013", by="mailbot", why="", now=later)
    assert [edition.number for edition in (first, second, third)] == [1, 2, 3]
    assert ledger.editions() == [first, second, third]
    assert ledger.book().edition == third


def test_the_last_row_of_a_duty_counts_and_says_why(ledger: Ledger) -> None:
    announce(ledger, DUTY)
    assert ledger.book().duties[DUTY.key] == DUTY
    moved = replace(DUTY, due_at=NOW + timedelta(days=9), reason="quy tắc đã sửa", letter="")
    announce(ledger, moved)
    excused = replace(moved, excused=True, reason="được miễn", letter="số 52/UBND-TH")
    announce(ledger, excused)
    found = ledger.book().duties[DUTY.key]
    assert found == excused
    assert (found.excused, found.reason, found.letter) == (True, "được miễn", "số 52/UBND-TH")


@pytest.mark.parametrize(
    "change", ["UPDATE edition SET why = 'khác'", "DELETE FROM edition", "UPDATE duty SET excused = excused"]
)
def test_no_row_of_the_past_is_changed(ledger: Ledger, sql: Callable[[str], Any], change: str) -> None:
    ledger.take_up("a" * 64, "p", by="an", why="", now=NOW)
    announce(ledger, DUTY)
    with pytest.raises(DBAPIError, match="may not be changed so"):
        sql(change)
