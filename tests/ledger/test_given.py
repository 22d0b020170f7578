"""Official letters, assignments and notes: kept whole, never changed, and seen by the next plan."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from ledger.facts import DAY, JUNE, NOW, UNIT, a_duty

from mailbot.core.changes.official import (
    Announce,
    Change,
    DaysOff,
    Document,
    Effect,
    Excuse,
    Move,
    OfficialLetter,
    Revoke,
    Scope,
)
from mailbot.core.rules import UnitId
from mailbot.core.tasks.assignment import Channel, Note, PortalQuestion, Task, Travel, Word
from mailbot.ledger import Ledger

MOVED = replace(a_duty(), due_at=NOW + 2 * DAY, derivation="theo văn bản", reason="vì", letter="1/UBND")
GIVEN = (
    Task(
        document="Công văn",
        symbol="123/UBND-TH",
        issued_on=date(2013, 6, 1),
        signer="A\x00",
        content="Rà soát",
        lead=UNIT,
        supporting=(UnitId("so-y-te"),),
        due_at=NOW + 5 * DAY,
    ),
    PortalQuestion(text="Bao giờ?", lead=UNIT, asked_at=NOW, due_at=None, arrival=3, basis="Quy chế"),
    Travel(
        lead=UNIT,
        traveller="B",
        place="Lào",
        abroad=True,
        first_on=date(2013, 7, 1),
        last_on=date(2013, 7, 2),
    ),
)


def a_letter(effect: Effect, number: int = 1) -> OfficialLetter:
    return OfficialLetter(
        number=number,
        document=Document(number="1/UBND", issued_on=date(2013, 6, 20), issuer="UBND tỉnh", reason="họp"),
        effect=effect,
        scope=Scope(
            units=frozenset({UNIT}), reports=frozenset({JUNE.report}), periods=frozenset({JUNE.period})
        ),
        changes=(Change(a_duty(), MOVED), Change(None, MOVED)),
        by="thanh",
        recorded_at=NOW,
    )


@pytest.mark.parametrize(
    "effect",
    [
        Move(NOW + DAY),
        Excuse(),
        Announce(NOW + DAY, "Báo cáo nhanh"),
        DaysOff(((date(2013, 6, 25), "nghỉ bù"),), (date(2013, 6, 29),)),
        Revoke(7),
    ],
)
def test_an_official_letter_comes_back_as_it_was_recorded(ledger: Ledger, effect: Effect) -> None:
    letter = a_letter(effect)
    assert ledger.record_letter(letter, [MOVED], version=ledger.book().version, rules="r")
    book = ledger.book()
    assert book.official == (letter,)
    assert book.duties[JUNE] == MOVED


def test_a_letter_worked_out_from_an_older_book_is_not_recorded(ledger: Ledger) -> None:
    seen = ledger.book().version
    assert ledger.record_letter(a_letter(Excuse()), [], version=seen, rules="r")
    assert not ledger.record_letter(a_letter(Excuse(), 2), [MOVED], version=seen, rules="r")
    assert not ledger.record_letter(a_letter(Excuse(), 9), [MOVED], version=ledger.book().version, rules="r")
    assert (len(ledger.book().official), dict(ledger.book().duties)) == (1, {})


def test_what_a_duty_was_before_any_letter_is_remembered(ledger: Ledger) -> None:
    ledger.enqueue(
        version=ledger.book().version, duties=[a_duty()], letters=[], withdraw=(), rules="r", now=NOW
    )
    ledger.record_letter(a_letter(Move(MOVED.due_at)), [MOVED], version=ledger.book().version, rules="r")
    book = ledger.book()
    assert book.as_announced == {JUNE: a_duty()}
    assert book.former_dues == {JUNE: (a_duty().due_at,)}


def test_assignments_are_numbered_announced_and_come_back(ledger: Ledger) -> None:
    entered = ledger.assign(GIVEN, by="thanh", rules="r", now=NOW)
    book = ledger.book()
    assert [one.number for one in book.assignments] == [1, 2, 3]
    assert list(book.assignments) == entered
    assert set(book.duties) == {entered[0].key}
    again = ledger.assign(GIVEN[:1], by="thanh", rules="r", now=NOW)
    assert [one.number for one in again] == [4]


def test_a_note_comes_back_with_the_duty_that_it_ends(ledger: Ledger) -> None:
    (task, *_) = ledger.assign(GIVEN, by="thanh", rules="r", now=NOW)
    before = ledger.book()
    draft = Note(
        number=0,
        assignment=1,
        word=Word.RETURNED,
        reason="ngoài chức năng",
        proposal="giao đơn vị khác",
        channel=Channel.TELEPHONE,
        by="thanh",
        noted_at=NOW + DAY,
    )
    duty = before.duties[task.key]
    noted = ledger.note(draft, replace(duty, excused=True, reason=draft.reason), rules="r")
    assert noted.number == 1
    book = ledger.book()
    assert book.notes == (replace(draft, number=1),)
    assert book.duties[task.key].excused
    assert book.version > before.version


@pytest.mark.parametrize("table", ["official", "assignment", "note"])
def test_nothing_of_it_can_be_changed_or_deleted(
    ledger: Ledger, sql: Callable[[str], Any], table: str
) -> None:
    ledger.record_letter(a_letter(Excuse()), [], version=ledger.book().version, rules="r")
    ledger.assign(GIVEN, by="thanh", rules="r", now=NOW)
    note = Note(number=0, assignment=1, word=Word.DONE, by="thanh", noted_at=NOW)
    ledger.note(note, None, rules="r")
    for change in (f"UPDATE {table} SET by = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(Exception, match="may not be changed so"):
            sql(change.replace(" by ", ' "by" '))


def test_papers_are_stamped_together_or_not_at_all(ledger: Ledger) -> None:
    papers = [(JUNE, NOW, "812"), (JUNE, NOW, "813"), (JUNE, NOW, "812")]
    assert [stamp.number for stamp in ledger.stamp_all(papers, now=NOW)] == [1, 2, 1]
    with pytest.raises(ValueError, match="time zone"):
        ledger.stamp_all([(JUNE, NOW, "814"), (JUNE, NOW.replace(tzinfo=None), "815")], now=NOW)
    assert [stamp.register_no for stamp in ledger.book().stamps] == ["812", "813"]
