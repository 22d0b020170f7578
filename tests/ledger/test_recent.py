"""The part of the book that is looked at every few minutes says what the whole book says of it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ledger.facts import (
    DAY,
    HOUR,
    NOW,
    UNCLEAR,
    a_duty,
    a_letter,
    an_entry,
    begin,
    filed,
    finish,
    post,
    queue,
)

from mailbot.core.posting import Answer, Fate, Letter, NoticeKind, Refused, Stage
from mailbot.core.verdict import Verdict
from mailbot.ledger import Echo, Ledger, kinds

GONE = "550 5.1.1 no such user"


def digest(day: str, email: str = "vt@x.example") -> Letter:
    return a_letter(
        f"digest/{day}/{email}",
        kind=NoticeKind.DIGEST,
        unit=None,
        recipients=(email,),
        expires_at=NOW + 99 * DAY,
    )


def test_the_last_arrivals_are_in_it_with_what_was_ruled_on_them(ledger: Ledger) -> None:
    ledger.record([an_entry(name) for name in "abcd"], NOW)
    ledger.rule(1, UNCLEAR, by="vt", why="xem lại", now=NOW)
    ledger.rule(4, UNCLEAR, by="vt", why="xem lại", now=NOW)
    ledger.rule(4, filed("2013-05"), by="vt", why="đã rõ", now=NOW)
    whole, part = ledger.book(), ledger.recent_book(2, NOW)
    assert part.arrivals == whole.arrivals[-2:]
    assert [part.verdict(arrival) for arrival in part.arrivals] == [
        whole.verdict(arrival) for arrival in part.arrivals
    ]


def test_of_letters_only_the_digests_since_that_moment_are_in_it(ledger: Ledger) -> None:
    assert queue(ledger, digest("2013-05-02"), now=NOW - 60 * DAY)
    assert queue(ledger, digest("2013-07-02"), digest("2013-07-03"), a_letter("k"), now=NOW)
    assert queue(ledger, withdraw=(2,), now=NOW)
    post(ledger, 3)
    part = ledger.recent_book(2, NOW - 30 * DAY)
    assert part.letters == {key: ledger.book().letters[key] for key in ("digest/2013-07-03/vt@x.example",)}


@pytest.mark.parametrize("told", ["refused", "returned"])
def test_what_became_of_a_digest_is_known(ledger: Ledger, told: str) -> None:
    assert queue(ledger, digest("2013-07-02"), a_letter("k", recipients=("cu@x.example",)))
    if told == "refused":
        _refuse(ledger, 1, "vt@x.example")
    else:
        post(ledger, 1)
        echo: dict[str, Any] = {"recipient": "vt@x.example", "action": "failed", "status": "5.1.1"}
        ledger.hear(Echo(letter=1, at=NOW + HOUR, **echo))
    _refuse(ledger, 2, "cu@x.example")
    whole, part = ledger.book(), ledger.recent_book(2, NOW - DAY)
    assert part.addresses == tuple(fact for fact in whole.addresses if fact.letter == 1)
    assert [fact.failed for fact in part.addresses][-1]


def test_how_the_mailbox_was_watched_is_in_it_whole(ledger: Ledger) -> None:
    for days in (0, 1, 9, 10, 30):
        moment = NOW + days * DAY
        ledger.note_scan("INBOX", started_at=moment, ended_at=moment, gap=timedelta(hours=30))
    ledger.vouch(NOW + DAY, NOW + 8 * DAY, by="lan", why="không ai đụng đến", now=NOW + 30 * DAY)
    whole, part = ledger.book(), ledger.recent_book(2, NOW)
    assert part.outages == whole.outages != ()
    assert part.scanned_at == whole.scanned_at


def test_nothing_else_of_former_years_is_read(ledger: Ledger) -> None:
    done = ledger.enqueue(version=0, duties=[a_duty()], letters=(), withdraw=(), rules="r", now=NOW)
    assert done
    assert ledger.recent_book(2, NOW).duties == {}
    assert ledger.recent_book(2, NOW).arrivals == ()


def test_arrivals_are_counted_by_what_they_count_as_now(ledger: Ledger) -> None:
    ledger.record([an_entry("a"), an_entry("b"), an_entry("c", verdict=UNCLEAR)], NOW)
    ledger.rule(1, UNCLEAR, by="vt", why="xem lại", now=NOW)
    ledger.rule(3, filed(), by="vt", why="đã rõ", now=NOW)
    assert ledger.kinds() == {"filed": 2, "unclear": 1}


def test_who_counts_again_reads_no_verdict_twice(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noting(form: dict[str, Any], read_as: Callable[[Any], Verdict] = kinds.verdict_of) -> Verdict:
        read.append(form["is"])
        return read_as(form)

    monkeypatch.setattr(kinds, "verdict_of", noting)
    known = kinds.Kinds()
    ledger.record([an_entry("a"), an_entry("b", verdict=UNCLEAR)], NOW)
    ledger.rule(1, UNCLEAR, by="vt", why="xem lại", now=NOW)
    assert ledger.kinds(known) == ledger.kinds() == {"unclear": 2}
    read.clear()
    assert ledger.kinds(known) == {"unclear": 2}
    assert read == []
    ledger.record([an_entry("c")], NOW)
    ledger.rule(3, UNCLEAR, by="vt", why="xem lại", now=NOW)
    ledger.rule(1, filed(), by="vt", why="đã rõ", now=NOW)
    assert ledger.kinds(known) == {"filed": 1, "unclear": 2}
    assert read == ["filed", "unclear", "filed"]
    assert ledger.kinds(known) == ledger.kinds()


def test_of_another_ledger_in_its_place_all_is_counted_anew(ledger: Ledger, tmp_path: Path) -> None:
    known = kinds.Kinds()
    ledger.record([an_entry("a"), an_entry("b")], NOW)
    assert ledger.kinds(known) == {"filed": 2}
    with Ledger.open(f"sqlite:///{tmp_path}/other.db") as other:
        other.record([an_entry("c", verdict=UNCLEAR)], NOW)
        assert other.kinds(known) == {"unclear": 1}


def _refuse(ledger: Ledger, number: int, email: str) -> None:
    assert begin(ledger, number, NOW)
    finish(ledger, number, Refused(GONE, (Answer(email, Fate.REFUSED, Stage.RCPT, GONE),)), NOW)
