"""The copies of our letters that come to our own mailbox: each is found once, whatever came first."""

from dataclasses import replace

import pytest
from ledger.facts import NOW, a_letter, an_entry, begin, finish, post, queue, state

from mailbot.core.posting import Lost, State
from mailbot.ledger import Entry, Ledger, proof

LOST = Lost("no answer to the final dot", copied=True)


def copy_of(key: str, words: str) -> Entry:
    entry = an_entry(words)
    return replace(entry, mail=replace(entry.mail, message_id=f"<{key}@mailbot.example>"))


def copies(ledger: Ledger, number: int) -> list[int | None]:
    return [echo.arrival for echo in ledger.echoes(number) if echo.action == "copied"]


def test_a_copy_settles_the_letter_of_which_nobody_knew_whether_it_left(ledger: Ledger) -> None:
    assert queue(ledger, a_letter("a"), a_letter("b"))
    post(ledger, 1, LOST)
    assert ledger.settle_by_copies(NOW) == []
    ledger.record([an_entry("other"), copy_of("a", "first"), copy_of("a", "second")], NOW)
    assert ledger.settle_by_copies(NOW) == [1]
    assert (state(ledger, 1), state(ledger, 2)) == (State.SENT, State.WAITING)
    assert ledger.settle_by_copies(NOW) == []
    ledger.record([copy_of("a", "third"), copy_of("b", "fourth")], NOW)
    assert ledger.settle_by_copies(NOW) == []
    assert (copies(ledger, 1), copies(ledger, 2)) == ([2], [5])


def test_a_letter_whose_copy_was_there_before_is_found_too(ledger: Ledger) -> None:
    """As where the ledger was put back from a backup, and the letter is written once more."""
    ledger.record([an_entry("other"), copy_of("a", "first")], NOW)
    assert ledger.settle_by_copies(NOW) == []
    assert queue(ledger, a_letter("a"))
    assert begin(ledger, 1, NOW)
    finish(ledger, 1, LOST)
    ledger.record([copy_of("a", "second")], NOW)
    assert ledger.settle_by_copies(NOW) == [1]
    assert copies(ledger, 1) == [2]


def test_letters_and_mails_of_former_looks_are_not_compared_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert queue(ledger, a_letter("a"))
    ledger.record([an_entry("other")], NOW)
    assert ledger.settle_by_copies(NOW) == []
    monkeypatch.setattr(proof, "_copies", _fails)
    assert ledger.settle_by_copies(NOW) == []
    ledger.record([an_entry("new")], NOW)
    with pytest.raises(OSError, match="asked"):
        ledger.settle_by_copies(NOW)


def test_what_could_not_be_noted_is_looked_for_again(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    assert queue(ledger, a_letter("a"))
    post(ledger, 1, LOST)
    ledger.record([copy_of("a", "first")], NOW)
    with monkeypatch.context() as broken:
        broken.setattr(proof, "_insert_echo", _fails)
        with pytest.raises(OSError, match="asked"):
            ledger.settle_by_copies(NOW)
    assert ledger.settle_by_copies(NOW) == [1]


def _fails(*_: object) -> None:
    raise OSError("asked")
