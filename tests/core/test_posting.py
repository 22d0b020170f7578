"""The transition table of letters."""

from datetime import timedelta

import pytest
from builders import at

from mailbot.core.posting import (
    Accepted,
    Deferred,
    Lost,
    NoticeKind,
    Posting,
    Refused,
    State,
    step,
)

NOW = at("2013-06-25 09:00")


def test_an_accepted_letter_is_sent_whatever_was_intended() -> None:
    for state in (State.WAITING, State.HELD, State.WITHDRAWN):
        after = step(Posting(state=state), NoticeKind.LATE, Accepted("250 ok"), NOW)
        assert after.state is State.SENT


def test_a_refused_letter_is_given_up() -> None:
    assert step(Posting(), NoticeKind.RECEIPT, Refused("550 no"), NOW).state is State.GIVEN_UP


def test_a_deferred_letter_waits_five_minutes_then_twice_as_long_up_to_67() -> None:
    posting, pauses = Posting(), []
    for _ in range(6):
        posting = step(posting, NoticeKind.RECEIPT, Deferred("451 later"), NOW)
        assert posting.not_before is not None
        pauses.append((posting.not_before - NOW) // timedelta(minutes=1))
    assert pauses == [5, 10, 20, 40, 67, 67]
    assert posting.state is State.WAITING


def test_a_receipt_of_unknown_fate_is_sent_once_more_and_then_waits_for_a_person() -> None:
    posting = step(Posting(), NoticeKind.RECEIPT, Lost("no answer"), NOW)
    assert (posting.state, posting.unknown) == (State.WAITING, 1)
    assert step(posting, NoticeKind.RECEIPT, Lost("no answer"), NOW).state is State.HELD


@pytest.mark.parametrize("kind", [NoticeKind.LATE, NoticeKind.DIGEST])
def test_a_late_notice_or_digest_of_unknown_fate_waits_for_a_person_at_once(kind: NoticeKind) -> None:
    assert step(Posting(), kind, Lost("no answer"), NOW).state is State.HELD


@pytest.mark.parametrize("state", [State.SENT, State.GIVEN_UP])
def test_a_settled_letter_cannot_be_tried_again(state: State) -> None:
    with pytest.raises(ValueError, match="cannot be tried again"):
        step(Posting(state=state), NoticeKind.RECEIPT, Accepted("250"), NOW)


def test_a_held_letter_that_is_deferred_stays_held() -> None:
    assert step(Posting(state=State.HELD), NoticeKind.LATE, Deferred("451"), NOW).state is State.HELD
