"""Alarms are told when a fault has lasted, once a day after that, and once when it is over."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.machine.alarm import PATIENCE, Condition, Fault, alarms

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


def sick(what: str = "mailbox", *, urgent: bool = False) -> Condition:
    return Condition(what=what, well=False, says="x", urgent=urgent)


def well(what: str = "mailbox") -> Condition:
    return Condition(what=what, well=True, says="y")


def told(story: list[tuple[float, Condition]]) -> list[tuple[float, str, bool]]:
    """What is told in a story of (minutes, what was found then)."""
    faults: dict[str, Fault] = {}
    heard = []
    for minutes, condition in story:
        due, faults = alarms([condition], faults, NOW + timedelta(minutes=minutes))
        heard += [(minutes, alarm.what, alarm.over) for alarm in due]
    return heard


def test_a_fault_is_told_when_it_has_lasted_a_quarter_of_an_hour_and_then_once_a_day() -> None:
    minutes = [0, 5, 10, 15, 20, 1454, 1455, 1460]
    assert told([(at, sick()) for at in minutes]) == [(15, "mailbox", False), (1455, "mailbox", False)]


def test_a_short_fault_is_not_told_and_neither_is_its_end() -> None:
    assert told([(0, sick()), (14, sick()), (15, well()), (20, well())]) == []


def test_the_end_of_a_fault_that_was_told_is_told_once() -> None:
    assert told([(0, sick()), (15, sick()), (20, well()), (25, well())]) == [
        (15, "mailbox", False),
        (20, "mailbox", True),
    ]


def test_what_does_not_pass_by_itself_is_told_at_once() -> None:
    assert told([(0, sick(urgent=True))]) == [(0, "mailbox", False)]


def test_a_fault_that_comes_again_has_patience_again() -> None:
    story = [(0, sick()), (10, well()), (12, sick()), (20, sick()), (27, sick())]
    assert told(story) == [(27, "mailbox", False)]


def test_each_fault_is_told_by_itself() -> None:
    faults = {"mailbox": Fault(since=NOW - PATIENCE)}
    due, lasting = alarms([sick(), sick("disk", urgent=True), well("letters")], faults, NOW)
    assert [alarm.what for alarm in due] == ["mailbox", "disk"]
    assert lasting.keys() == {"mailbox", "disk"}


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), max_size=60))
def test_however_it_flickers_beginning_and_end_alternate(steps: list[tuple[int, bool]]) -> None:
    minute, story = 0, []
    for length, sound in steps:
        minute += length
        story.append((float(minute), well() if sound else sick()))
    heard = told(story)
    ends = [over for _, _, over in heard]
    # Two beginnings in a row only if a day lies between them.
    for (before, _, was_over), (after, _, is_over) in pairwise(heard):
        assert was_over != is_over or (not is_over and after - before >= 24 * 60)
    assert not ends or ends[0] is False
