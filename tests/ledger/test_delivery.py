"""A letter is begun before the wire and settled after it; brakes and the hold switch stop it."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger.facts import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    OK,
    a_letter,
    begin,
    finish,
    mark_dot,
    numbers_going,
    post,
    queue,
    settle,
    state,
)

from mailbot.core.posting import (
    UNHURRIED,
    Deferred,
    Lost,
    NoticeKind,
    Outcome,
    Posting,
    Refused,
    State,
    step,
)
from mailbot.ledger import Attempt, Ledger
from mailbot.ledger.on_the_wire import Settled


def test_a_sent_letter_keeps_the_reply_and_the_try(ledger: Ledger) -> None:
    queue(ledger, a_letter("k"))
    assert begin(ledger, 1, NOW)
    assert ledger.attempts(1) == [Attempt(letter=1, began_at=NOW)]
    finish(ledger, 1, OK, NOW + MINUTE)
    row = ledger.letter(1)
    assert row is not None
    assert (row.posting.state, row.sending_since) == (State.SENT, None)
    assert (row.settled_at, row.last_reply) == (NOW + MINUTE, OK.reply)
    assert ledger.attempts(1) == [
        Attempt(letter=1, began_at=NOW, ended_at=NOW + MINUTE, outcome="accepted", reply=OK.reply)
    ]
    assert numbers_going(ledger, NOW + DAY) == []


def test_a_deferred_letter_waits_for_its_next_try(ledger: Ledger) -> None:
    queue(ledger, a_letter("k"))
    post(ledger, 1, Deferred("450 greylisted"))
    assert numbers_going(ledger, NOW + MINUTE) == []
    assert not begin(ledger, 1, NOW + MINUTE)
    assert numbers_going(ledger, NOW + 5 * MINUTE) == [1]
    post(ledger, 1, OK, NOW + 5 * MINUTE)
    assert [attempt.outcome for attempt in ledger.attempts(1)] == ["deferred", "accepted"]


def test_a_letter_goes_on_the_wire_once_at_a_time(ledger: Ledger) -> None:
    queue(ledger, a_letter("k"))
    assert begin(ledger, 1, NOW)
    assert not begin(ledger, 1, NOW)
    assert numbers_going(ledger) == []
    assert not begin(ledger, 2, NOW)


def test_what_is_not_on_the_wire_cannot_be_settled(ledger: Ledger) -> None:
    queue(ledger, a_letter("k"))
    with pytest.raises(ValueError, match="letter 1 is not on the wire"):
        settle(ledger, 1, Posting(state=State.SENT), OK, NOW)
    post(ledger, 1)
    with pytest.raises(ValueError, match="letter 1 is not on the wire"):
        settle(ledger, 1, Posting(state=State.GIVEN_UP), Refused("550"), NOW)
    assert state(ledger, 1) is State.SENT


def test_a_letter_that_a_daemon_died_with_is_found_and_settled(ledger: Ledger, url: str) -> None:
    queue(ledger, a_letter("k"), a_letter("m"))
    assert begin(ledger, 2, NOW)
    with Ledger.open(url) as next_daemon:
        (interrupted,) = next_daemon.interrupted()
        assert (interrupted.number, interrupted.letter.keys) == (2, ("m",))
        finish(next_daemon, 2, Lost("mailbot died"), NOW + HOUR)
        assert next_daemon.interrupted() == []
    assert numbers_going(ledger, NOW + 2 * HOUR) == [1, 2]


def test_a_letter_held_while_on_the_wire_stays_held_only_if_it_did_not_leave(ledger: Ledger) -> None:
    queue(ledger, a_letter("k"), a_letter("m"))
    for number, outcome in ((1, Deferred("450")), (2, OK)):
        assert begin(ledger, number, NOW)
        waiting = Posting()
        assert ledger.hold_letters([number]) == [number]
        settle(ledger, number, step(waiting, NoticeKind.RECEIPT, outcome, NOW), outcome, NOW)
    assert [state(ledger, number) for number in (1, 2)] == [State.HELD, State.SENT]


def test_the_hold_switch_stops_everything_until_it_is_released(ledger: Ledger, url: str) -> None:
    queue(ledger, a_letter("k"))
    assert ledger.held_because is None
    ledger.hold("bất thường", NOW)
    ledger.hold("kiểm tra", NOW)
    with Ledger.open(url) as other:
        assert other.held_because == "kiểm tra"
        assert numbers_going(other) == []
        assert not begin(other, 1, NOW)
        other.release(NOW)
        other.release(NOW)
    assert ledger.held_because is None
    assert numbers_going(ledger) == [1]


def test_letters_that_somebody_waits_for_go_first_and_then_the_oldest(ledger: Ledger) -> None:
    kinds = list(NoticeKind)
    queue(ledger, *(a_letter(str(kind), kind=kind) for kind in reversed(kinds)), a_letter("last"))
    going = numbers_going(ledger)
    named = [row.letter.keys[0] for number in going if (row := ledger.letter(number))]
    hurried = [str(kind) for kind in reversed(kinds) if kind not in UNHURRIED]
    unhurried = [str(kind) for kind in reversed(kinds) if kind in UNHURRIED]
    assert named == [*hurried, "last", *unhurried]
    assert numbers_going(ledger, quiet=True) == going[: len(hurried) + 1]
    assert numbers_going(ledger, limit=2) == going[:2]
    assert numbers_going(ledger, limit=0) == []


def test_a_letter_past_its_time_does_not_go(ledger: Ledger) -> None:
    queue(ledger, a_letter("k", expires_at=NOW + HOUR))
    assert numbers_going(ledger, NOW + HOUR) == []
    assert not begin(ledger, 1, NOW + HOUR)
    assert ledger.oldest_waiting(NOW) == NOW
    assert ledger.oldest_waiting(NOW + HOUR) is None


def test_an_address_gets_no_more_letters_a_day_than_its_cap(ledger: Ledger) -> None:
    other = ("xa@tinh.example",)
    both = ("xa@tinh.example", "vanthu@stc.example")
    queue(
        ledger, a_letter("1"), a_letter("2"), a_letter("3", recipients=both), a_letter("4", recipients=other)
    )
    assert numbers_going(ledger, per_address_per_day=2) == [1, 2, 4]
    post(ledger, 1)
    post(ledger, 2, Deferred("450"), NOW + HOUR)
    assert numbers_going(ledger, NOW + 2 * HOUR, per_address_per_day=2) == [2, 4]
    assert numbers_going(ledger, NOW + 2 * HOUR, per_address_per_day=1) == [2, 4]
    assert numbers_going(ledger, NOW + DAY, per_address_per_day=2) == [2, 3, 4]


def test_mailbot_begins_no_more_letters_an_hour_than_its_cap(ledger: Ledger) -> None:
    queue(ledger, *(a_letter(f"k{n}", recipients=(f"{n}@x.example",)) for n in range(6)))
    assert numbers_going(ledger, per_hour=4) == [1, 2, 3, 4]
    post(ledger, 1)
    post(ledger, 2, Deferred("450"), NOW + MINUTE)
    assert begin(ledger, 3, NOW + MINUTE)
    assert numbers_going(ledger, NOW + 30 * MINUTE, per_hour=4) == [2, 4]
    assert numbers_going(ledger, NOW + HOUR, per_hour=4) == [2, 4, 5]
    assert numbers_going(ledger, NOW + HOUR + MINUTE, per_hour=2) == [2, 4]


_OUTCOMES = (OK, Deferred("450 greylisted"), Refused("550"), Lost("no answer"))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["wait", "begin", "dot", *range(len(_OUTCOMES))]), min_size=2, max_size=6))
def test_letters_in_one_commit_fare_as_letters_one_by_one(tmp_path: Path, goals: list[str | int]) -> None:
    """Each letter is to come so far: together, and one after the other."""
    with TemporaryDirectory(dir=tmp_path) as folder:
        together, single = (Ledger.open(f"sqlite:///{folder}/{name}.db") for name in ("one", "other"))
        with together, single:
            for book in (together, single):
                for number in range(len(goals)):
                    queue(book, a_letter(f"k/{number}"))
                # A person's hold, and a letter that is on the wire already.
                book.hold_letters([1])
                begin(book, 2, NOW)
            chosen = [number for number, goal in enumerate(goals, 1) if goal != "wait"]
            done = together.advance(NOW, begin=chosen, version=0)
            assert done.begun == {number for number in chosen if begin(single, number, NOW)}
            wire = sorted(done.begun)
            together.hold_letters(wire[:1])
            single.hold_letters(wire[:1])
            dots = [number for number in wire if goals[number - 1] != "begin"]
            version = together.book().version
            done = together.advance(NOW, dots=dots, version=version)
            assert done.dots == {number for number in dots if mark_dot(single, number, NOW)}
            ended = [number for number in wire if isinstance(goals[number - 1], int)]
            settled = [_settled(number, _OUTCOMES[int(goals[number - 1])]) for number in ended]
            together.advance(NOW + MINUTE, settled=settled, version=0)
            for one in settled:
                settle(single, one.number, one.posting, one.outcome, one.at)
            assert together.letters() == single.letters()
            for number in range(1, len(goals) + 1):
                assert together.attempts(number) == single.attempts(number)


def _settled(number: int, outcome: Outcome) -> Settled:
    posting = step(Posting(), NoticeKind.RECEIPT, outcome, NOW + MINUTE)
    return Settled(number=number, posting=posting, outcome=outcome, at=NOW + MINUTE)


@pytest.mark.parametrize("what", ["fact", "letter"])
def test_a_dot_is_refused_if_a_fact_came_in_and_not_for_what_else_was_written(
    ledger: Ledger, what: str
) -> None:
    for key in ("k", "l"):
        queue(ledger, a_letter(key))
    version = ledger.book().version
    done = ledger.advance(NOW, begin=[1], version=version)
    if what == "fact":
        queue(ledger, a_letter("m"))
    else:
        ledger.hold_letters([2])
    done = ledger.advance(NOW, dots=[1], version=version, turn=done.turn + 1)
    assert (done.dots, done.moved) == (({1}, False) if what == "letter" else (frozenset(), True))
