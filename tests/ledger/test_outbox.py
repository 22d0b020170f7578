"""One notice key, one letter, ever; and what happened outranks what was intended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from ledger.facts import DAY, HOUR, MINUTE, NOW, UNIT, a_duty, a_letter, an_entry, numbers_going, queue
from sqlalchemy.exc import DBAPIError, IntegrityError

from mailbot.core.posting import (
    Accepted,
    Deferred,
    Lost,
    NoticeKind,
    Outcome,
    Posting,
    Refused,
    State,
    step,
)
from mailbot.core.rules import UnitId
from mailbot.ledger import Attempt, Ledger

OK = Accepted("250 2.0.0 Ok: queued")


def post(ledger: Ledger, number: int, outcome: Outcome = OK, now: datetime = NOW) -> None:
    assert ledger.begin(number, now)
    finish(ledger, number, outcome, now)


def finish(ledger: Ledger, number: int, outcome: Outcome, now: datetime = NOW) -> None:
    row = ledger.letter(number)
    assert row is not None
    ledger.settle(number, step(row.posting, row.letter.kind, outcome, now), outcome, now)


def state(ledger: Ledger, number: int) -> State:
    row = ledger.letter(number)
    assert row is not None
    return row.posting.state


def test_a_plan_is_carried_out_in_one_piece(ledger: Ledger) -> None:
    assert ledger.enqueue(
        version=0, duties=[a_duty()], letters=[a_letter("k", "l")], withdraw=(), rules="r", now=NOW
    )
    book = ledger.book()
    assert list(book.duties.values()) == [a_duty()]
    assert book.letters["k"] is book.letters["l"]
    assert (book.letters["k"].state, book.letters["k"].queued_at) == (State.WAITING, NOW)


def test_a_plan_from_an_older_book_is_refused_whole(ledger: Ledger) -> None:
    queue(ledger, a_letter("old"))
    version = ledger.book().version
    ledger.record([an_entry("a")], NOW)
    assert not ledger.enqueue(
        version=version, duties=[a_duty()], letters=[a_letter("k")], withdraw=[1], rules="r", now=NOW
    )
    assert ledger.book().duties == {}
    assert {key: letter.state for key, letter in ledger.book().letters.items()} == {"old": State.WAITING}


@pytest.mark.parametrize("end", [None, OK, Refused("550 no such user"), Lost("timeout")])
def test_a_key_is_taken_for_ever_whatever_became_of_its_letter(ledger: Ledger, end: Outcome | None) -> None:
    queue(ledger, a_letter("k", kind=NoticeKind.LATE))
    if end is not None:
        post(ledger, 1, end)
    assert not queue(ledger, a_letter("m"), a_letter("n", "k"))
    assert set(ledger.book().letters) == {"k"}
    assert ledger.counts()["waiting"] + ledger.counts()["held"] <= 1


def test_a_withdrawn_letter_frees_its_keys(ledger: Ledger) -> None:
    queue(ledger, a_letter("k", "l"))
    assert queue(ledger, a_letter("l"), withdraw=(1,))
    assert {key: letter.number for key, letter in ledger.book().letters.items()} == {"l": 2}
    assert state(ledger, 1) is State.WITHDRAWN
    row = ledger.letter(1)
    assert row is not None
    assert (row.letter.keys, row.settled_at) == (("k", "l"), NOW)


def test_what_is_on_the_wire_or_final_cannot_be_withdrawn(ledger: Ledger) -> None:
    queue(ledger, a_letter("wire"), a_letter("sent"), a_letter("refused"), a_letter("held"))
    post(ledger, 2)
    post(ledger, 3, Refused("550"))
    assert ledger.begin(1, NOW)
    ledger.hold_letters([4])
    assert queue(ledger, withdraw=(1, 2, 3, 4, 99))
    assert [state(ledger, number) for number in (1, 2, 3, 4)] == [
        State.WAITING,
        State.SENT,
        State.GIVEN_UP,
        State.WITHDRAWN,
    ]


def test_a_plan_whose_letter_needs_a_key_that_is_on_the_wire_withdraws_nothing(ledger: Ledger) -> None:
    queue(ledger, a_letter("k"), a_letter("l"))
    assert ledger.begin(1, NOW)
    assert not queue(ledger, a_letter("k"), withdraw=(1, 2))
    assert [state(ledger, number) for number in (1, 2)] == [State.WAITING, State.WAITING]


@pytest.mark.parametrize("letters", [[a_letter()], [a_letter("k"), a_letter("k")], [a_letter("k", "k")]])
def test_a_plan_that_contradicts_itself_is_an_error(ledger: Ledger, letters: list[Any]) -> None:
    with pytest.raises(ValueError, match="key"):
        queue(ledger, *letters)
    assert ledger.letters() == []


def test_a_letter_cannot_answer_a_mail_that_never_came(ledger: Ledger) -> None:
    with pytest.raises(LookupError, match="no arrival 5"):
        queue(ledger, a_letter("k", answers=5))
    ledger.record([an_entry("a")], NOW)
    assert queue(ledger, a_letter("k", answers=1))


def test_the_database_itself_refuses_a_second_live_letter_for_a_key(
    ledger: Ledger, sql: Callable[[str], list[Any]]
) -> None:
    queue(ledger, a_letter("k"), a_letter("m"))
    with pytest.raises(IntegrityError):
        sql("INSERT INTO notice (letter, ordinal, key, live) VALUES (2, 1, 'k', true)")
    queue(ledger, withdraw=(1,))
    sql("INSERT INTO notice (letter, ordinal, key, live) VALUES (2, 1, 'k', true)")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE letter SET raw = raw",
        "UPDATE letter SET message_id = 'x'",
        "UPDATE letter SET recipients = '[]'",
        "UPDATE letter SET state = 'lost'",
        "UPDATE letter SET state = 'sent'",
        "UPDATE letter SET tries = -1",
        "DELETE FROM attempt",
        "DELETE FROM notice",
        "DELETE FROM letter",
        "UPDATE notice SET key = 'x'",
        "UPDATE notice SET live = true WHERE letter = 2",
        "UPDATE attempt SET outcome = 'eaten'",
        "UPDATE attempt SET outcome = NULL",
    ],
)
def test_the_database_itself_guards_the_letters(
    ledger: Ledger, sql: Callable[[str], list[Any]], change: str
) -> None:
    queue(ledger, a_letter("k"), a_letter("m"))
    queue(ledger, withdraw=(2,))
    post(ledger, 1, Deferred("450"))
    with pytest.raises(DBAPIError, match=r"may not be changed so|violates|CHECK"):
        sql(change)


def test_a_sent_letter_keeps_the_reply_and_the_try(ledger: Ledger) -> None:
    queue(ledger, a_letter("k"))
    assert ledger.begin(1, NOW)
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
    assert not ledger.begin(1, NOW + MINUTE)
    assert numbers_going(ledger, NOW + 5 * MINUTE) == [1]
    post(ledger, 1, OK, NOW + 5 * MINUTE)
    assert [attempt.outcome for attempt in ledger.attempts(1)] == ["deferred", "accepted"]


def test_a_letter_goes_on_the_wire_once_at_a_time(ledger: Ledger) -> None:
    queue(ledger, a_letter("k"))
    assert ledger.begin(1, NOW)
    assert not ledger.begin(1, NOW)
    assert numbers_going(ledger) == []
    assert not ledger.begin(2, NOW)


def test_what_is_not_on_the_wire_cannot_be_settled(ledger: Ledger) -> None:
    queue(ledger, a_letter("k"))
    with pytest.raises(ValueError, match="letter 1 is not on the wire"):
        ledger.settle(1, Posting(state=State.SENT), OK, NOW)
    post(ledger, 1)
    with pytest.raises(ValueError, match="letter 1 is not on the wire"):
        ledger.settle(1, Posting(state=State.GIVEN_UP), Refused("550"), NOW)
    assert state(ledger, 1) is State.SENT


def test_a_letter_that_a_daemon_died_with_is_found_and_settled(ledger: Ledger, url: str) -> None:
    queue(ledger, a_letter("k"), a_letter("m"))
    assert ledger.begin(2, NOW)
    with Ledger.open(url) as next_daemon:
        (interrupted,) = next_daemon.interrupted()
        assert (interrupted.number, interrupted.letter.keys) == (2, ("m",))
        finish(next_daemon, 2, Lost("mailbot died"), NOW + HOUR)
        assert next_daemon.interrupted() == []
    assert numbers_going(ledger, NOW + 2 * HOUR) == [1, 2]


def test_a_letter_held_while_on_the_wire_stays_held_only_if_it_did_not_leave(ledger: Ledger) -> None:
    queue(ledger, a_letter("k"), a_letter("m"))
    for number, outcome in ((1, Deferred("450")), (2, OK)):
        assert ledger.begin(number, NOW)
        waiting = Posting()
        assert ledger.hold_letters([number]) == [number]
        ledger.settle(number, step(waiting, NoticeKind.RECEIPT, outcome, NOW), outcome, NOW)
    assert [state(ledger, number) for number in (1, 2)] == [State.HELD, State.SENT]


def test_the_hold_switch_stops_everything_until_it_is_released(ledger: Ledger, url: str) -> None:
    queue(ledger, a_letter("k"))
    assert ledger.held_because is None
    ledger.hold("bất thường", NOW)
    ledger.hold("kiểm tra", NOW)
    with Ledger.open(url) as other:
        assert other.held_because == "kiểm tra"
        assert numbers_going(other) == []
        assert not other.begin(1, NOW)
        other.release(NOW)
        other.release(NOW)
    assert ledger.held_because is None
    assert numbers_going(ledger) == [1]


def test_people_hold_release_and_retry_letters(ledger: Ledger) -> None:
    queue(ledger, a_letter("a"), a_letter("b"), a_letter("c"), a_letter("d"))
    post(ledger, 2, Refused("550 5.1.1"))
    post(ledger, 3)
    assert ledger.hold_letters([1, 2, 3]) == [1]
    assert numbers_going(ledger) == [4]
    assert ledger.release_letters([1, 2, 4]) == [1]
    assert ledger.hold_letters([4]) == [4]
    assert ledger.retry_letters([1, 2, 3, 4]) == [2, 4]
    row = ledger.letter(2)
    assert row is not None
    assert (row.posting, row.settled_at, row.last_reply) == (Posting(), None, "550 5.1.1")
    assert ledger.book().letters["b"].state is State.WAITING
    assert numbers_going(ledger) == [1, 2, 4]


def test_letters_that_somebody_waits_for_go_first_and_then_the_oldest(ledger: Ledger) -> None:
    kinds = list(NoticeKind)
    queue(ledger, *(a_letter(str(kind), kind=kind) for kind in reversed(kinds)), a_letter("last"))
    going = numbers_going(ledger)
    named = [row.letter.keys[0] for number in going if (row := ledger.letter(number))]
    assert named == ["alert", "sealed", "query", "receipt", "last", "digest", "late", "reminder"]
    assert [*numbers_going(ledger, quiet=True)] == going[:5]
    assert numbers_going(ledger, limit=2) == going[:2]
    assert numbers_going(ledger, limit=0) == []


def test_a_letter_past_its_time_does_not_go(ledger: Ledger) -> None:
    queue(ledger, a_letter("k", expires_at=NOW + HOUR))
    assert numbers_going(ledger, NOW + HOUR) == []
    assert not ledger.begin(1, NOW + HOUR)
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
    assert ledger.begin(3, NOW + MINUTE)
    assert numbers_going(ledger, NOW + 30 * MINUTE, per_hour=4) == [2, 4]
    assert numbers_going(ledger, NOW + HOUR, per_hour=4) == [2, 4, 5]
    assert numbers_going(ledger, NOW + HOUR + MINUTE, per_hour=2) == [2, 4]


def test_letters_are_listed_newest_first_by_state_and_unit(ledger: Ledger) -> None:
    queue(ledger, a_letter("a"), a_letter("b", unit=UnitId("xa")), a_letter("c", unit=None))
    post(ledger, 1)
    assert [row.number for row in ledger.letters()] == [3, 2, 1]
    assert [row.letter.keys for row in ledger.letters(limit=2)] == [("c",), ("b",)]
    assert [row.number for row in ledger.letters(states={State.WAITING})] == [3, 2]
    assert [row.number for row in ledger.letters(states=[State.SENT], unit=UNIT)] == [1]
    assert ledger.letters(states=[]) == []
    assert ledger.letter(9) is None
    assert ledger.attempts(9) == []


def test_the_book_follows_a_letter_on_its_way(ledger: Ledger) -> None:
    queue(ledger, a_letter("k", kind=NoticeKind.LATE))
    seen = [ledger.book().letters["k"]]
    post(ledger, 1, Lost("timeout after the final dot"))
    seen.append(ledger.book().letters["k"])
    ledger.release_letters([1])
    seen.append(ledger.book().letters["k"])
    post(ledger, 1, OK, NOW + HOUR)
    seen.append(ledger.book().letters["k"])
    assert [letter.state for letter in seen] == [State.WAITING, State.HELD, State.WAITING, State.SENT]
    assert {replace(letter, state=State.SENT) for letter in seen} == {seen[-1]}
