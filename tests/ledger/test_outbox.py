"""One notice key, one letter, ever; and what happened outranks what was intended."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ledger.facts import (
    HOUR,
    NOW,
    OK,
    UNIT,
    a_duty,
    a_letter,
    an_entry,
    begin,
    numbers_going,
    post,
    queue,
    state,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from mailbot.core.posting import (
    Deferred,
    Lost,
    NoticeKind,
    Outcome,
    Posting,
    Refused,
    State,
)
from mailbot.core.replies.letting_go import may_go_by_mail
from mailbot.core.rules import UnitId
from mailbot.ledger import Ledger


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
    assert begin(ledger, 1, NOW)
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
    assert begin(ledger, 1, NOW)
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


def test_people_hold_release_and_retry_letters(ledger: Ledger) -> None:
    queue(ledger, a_letter("a"), a_letter("b"), a_letter("c"), a_letter("d"))
    post(ledger, 2, Refused("550 5.1.1"))
    post(ledger, 3)
    assert ledger.hold_letters([1, 2, 3]) == [1]
    assert numbers_going(ledger) == [4]
    assert ledger.release_letters([1, 2, 4], NOW) == [1]
    assert ledger.hold_letters([4]) == [4]
    assert ledger.retry_letters([1, 2, 3, 4]) == [2, 4]
    row = ledger.letter(2)
    assert row is not None
    assert (row.posting, row.settled_at, row.last_reply) == (Posting(), None, "550 5.1.1")
    assert ledger.book().letters["b"].state is State.WAITING
    assert numbers_going(ledger) == [1, 2, 4]


def test_a_letter_that_is_set_aside_after_it_was_let_go_waits_for_no_former_reason(ledger: Ledger) -> None:
    queue(ledger, a_letter("a", hold="tuần đầu"))
    assert ledger.release_letters([1], NOW) == [1]
    assert ledger.hold_letters([1]) == [1]
    held = ledger.book().letters["a"]
    assert (held.state, held.held_why) == (State.HELD, "")
    assert not may_go_by_mail(held)


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
    ledger.release_letters([1], NOW)
    seen.append(ledger.book().letters["k"])
    post(ledger, 1, OK, NOW + HOUR)
    seen.append(ledger.book().letters["k"])
    assert [letter.state for letter in seen] == [State.WAITING, State.HELD, State.WAITING, State.SENT]
    assert [letter.settled_at for letter in seen] == [None, None, None, NOW + HOUR]
    # Whom a letter is to go to is asked only of one that has still to go.
    assert [bool(letter.recipients) for letter in seen] == [True, True, True, False]
    left = {"taken": 0, "held_why": "", "settled_at": None, "recipients": ()}
    assert {replace(letter, state=State.SENT, unknown=1, **left) for letter in seen} == {
        replace(seen[-1], **left)
    }
