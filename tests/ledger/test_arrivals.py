"""Arrivals on record: equal to what was recorded, their mails read only where somebody asks."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from builders import GO_LIVE, filed, some_rules
from ledger.facts import DAY, NOW, UNIT, a_letter, an_entry, begin, finish, queue

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.mail import Mail
from mailbot.core.period import Period
from mailbot.core.plan import plan
from mailbot.core.posting import Answer, Fate, NoticeKind, Refused, Stage
from mailbot.core.senders.known_since import known_since
from mailbot.core.standings.objection import lines_key
from mailbot.core.verdict import Findings, Ignored, Question, Reason, Sealed, Unclear
from mailbot.daemon.hearing import Hearing
from mailbot.errors import LedgerBroken
from mailbot.ledger import Ledger, mails, shelf
from mailbot.ledger.engine import Database

REFUSAL = "550 5.1.1 no such user"
GONE = Refused(REFUSAL, (Answer("cu@stc.example", Fate.REFUSED, Stage.RCPT, REFUSAL),))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The subjects of the mails that were read from their rows."""
    subjects: list[str] = []

    def noting(form: dict[str, Any], read_as: Callable[[Any], Mail] = mails.mail_of) -> Mail:
        subjects.append(form["subject"])
        return read_as(form)

    monkeypatch.setattr(mails, "mail_of", noting)
    return subjects


def test_an_arrival_on_record_equals_one_that_is_made_of_the_same_facts(ledger: Ledger) -> None:
    entry = an_entry("một", muted=True)
    ledger.record([entry], NOW)
    kept = ledger.book().arrivals[0]
    made = Arrival(
        number=1,
        mail=entry.mail,
        verdict=entry.verdict,
        arrived_at=entry.arrived_at,
        clock=entry.clock,
        clocks=entry.clocks,
        recorded_at=NOW,
        rules=entry.rules,
        muted=True,
    )
    assert kept == made
    assert made == kept
    assert hash(kept) == hash(made)
    assert replace(kept, muted=False) == replace(made, muted=False) != kept
    assert kept.sender == made.sender == "vanthu@stc.example"
    assert kept != entry
    assert not hasattr(kept, "subject")


def test_no_plan_reads_the_mails_of_former_months(ledger: Ledger, read: list[str]) -> None:
    """Not for what was handed in, who objected, whose address fails, nor which letters came back."""
    now = NOW + 20 * DAY
    ledger.record([an_entry(str(n), verdict=filed("2013-06", unit=UNIT)) for n in range(10)], NOW)
    ledger.record([an_entry("mới", verdict=filed("2013-07", unit=UNIT), arrived_at=now)], now)
    lines = a_letter(lines_key(UNIT, Period.parse("2013-06")), kind=NoticeKind.LINES)
    assert queue(ledger, lines, a_letter("k", recipients=("cu@stc.example",)), now=now)
    assert begin(ledger, 2, now)
    finish(ledger, 2, GONE, now)
    book = ledger.book()
    assert any(fact.failed for fact in book.health.facts)
    plan(some_rules(), book, now, GO_LIVE)
    Hearing(ledger).round()
    assert set(read) == {"Báo cáo mới"}


def test_no_plan_reads_what_strangers_wrote_and_nobody_has_settled(ledger: Ledger, read: list[str]) -> None:
    """Of some hundreds that wait for years each plan asks whether the register knows their senders by now."""
    nobodys = Unclear(question=Question.UNIT, findings=Findings())
    came = NOW - 99 * DAY
    ledger.record([an_entry(str(n), verdict=nobodys, arrived_at=came) for n in range(9)], came)
    book, strange = ledger.book(), replace(some_rules(), units=())
    assert list(known_since(strange, book, local(NOW).date())) == []
    plan(strange, book, NOW, GO_LIVE)
    assert read == []


def test_a_mail_is_read_once(ledger: Ledger, read: list[str]) -> None:
    ledger.record([an_entry("một")], NOW)
    (arrival,) = ledger.book().arrivals
    assert arrival.mail is arrival.mail
    assert read == ["Báo cáo một"]


def test_a_mail_that_cannot_be_understood_breaks_the_ledger_for_whoever_asks(
    ledger: Ledger, sql: Callable[[str], Any]
) -> None:
    ledger.record([an_entry("một")], NOW)
    kept = "identity, message_id, sender, arrived_at, clock, recorded_at, rules, muted, verdict, clocks"
    sql(f"INSERT INTO arrival (number, sha256, mail, {kept}) SELECT 2, 'x', '{{}}', {kept} FROM arrival")
    sound, broken = ledger.book().arrivals
    assert sound.mail.subject == "Báo cáo một"
    with pytest.raises(LedgerBroken, match="arrival 2 cannot be understood"):
        assert broken.mail


def test_what_was_sealed_is_known_without_its_mail(ledger: Ledger, read: list[str]) -> None:
    sealed = Sealed(unit=UNIT, findings=filed("2013-06", unit=UNIT).findings)
    aside = Ignored(reason=Reason.NOT_A_REPORT, findings=sealed.findings)
    ledger.record([an_entry("a"), an_entry("b", verdict=sealed), an_entry("c", verdict=aside)], NOW)
    ledger.blank(1, by="vt", now=NOW)
    read.clear()
    assert [arrival.number for arrival in ledger.book().sealed] == [1, 2]
    assert read == []


def test_what_follows_from_many_arrivals_is_derived_when_they_are_read(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_derived(book: Book) -> bool:
        return {"copies", "dues", "undecided", "orders"} <= vars(book).keys()

    ledger.record([an_entry("a"), an_entry("b")], NOW)
    assert not is_derived(ledger.book())
    monkeypatch.setattr(shelf, "_MANY", 2)
    ledger.record([an_entry("c"), an_entry("d")], NOW)
    assert is_derived(ledger.book())


def test_what_was_read_of_mails_does_not_grow_without_end(
    ledger: Ledger, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mails, "_KEPT", 2)
    monkeypatch.setattr(mails, "_TOGETHER", 1)
    ledger.record([an_entry(name) for name in "abc"], NOW)
    first, *others = ledger.book().arrivals
    for arrival in (first, first, *others, first):
        assert arrival.mail.subject
    assert read == ["Báo cáo a", "Báo cáo b", "Báo cáo c", "Báo cáo a"]


def test_what_was_asked_for_is_not_given_up_for_its_neighbours(
    ledger: Ledger, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few mails of many years are looked at in each round; those between them never are."""
    monkeypatch.setattr(mails, "_KEPT", 5)
    monkeypatch.setattr(mails, "_TOGETHER", 4)
    rows: list[int] = []

    def noting(self: mails.Mails, number: int, of: Callable[..., Any] = mails.Mails._read) -> Any:
        rows.append(number)
        return of(self, number)

    monkeypatch.setattr(mails.Mails, "_read", noting)
    ledger.record([an_entry(str(n)) for n in range(40)], NOW)
    ledger.book()
    rows.clear()
    wanted = ledger.book().arrivals[::8]
    for _ in range(3):
        assert [arrival.mail.subject for arrival in wanted] == [f"Báo cáo {n}" for n in range(0, 40, 8)]
    assert rows == [1, 9, 17, 25, 33]
    assert len(read) == 5
    # Whoever goes through them in order still has the next at hand.
    assert [arrival.mail.subject for arrival in ledger.book().arrivals[34:38]]
    assert rows[5:] == [37]


def test_sealed_words_are_forgotten_by_the_daemon_that_had_read_them(ledger: Ledger) -> None:
    ledger.record([an_entry("mật")], NOW)
    assert ledger.book().arrivals[0].mail.subject == "Báo cáo mật"
    ledger.blank(1, by="vt", now=NOW)
    assert ledger.book().arrivals[0].mail.subject == ""


def test_who_asks_for_an_arrival_that_is_not_there_is_told_that_the_ledger_is_broken(
    ledger: Ledger, url: str
) -> None:
    ledger.record([an_entry("một")], NOW)
    with Database(url) as database, pytest.raises(LedgerBroken, match="arrival 2 is not in the ledger"):
        mails.Mails(database).contents(2)


def test_of_a_closed_ledger_nothing_more_is_read(url: str) -> None:
    """A connection made then would be given up by nobody, and keep whoever comes next from the file."""
    with Ledger.open(url) as ledger:
        ledger.record([an_entry("một")], NOW)
        (arrival,) = ledger.book().arrivals
    assert arrival.sender == "vanthu@stc.example"
    with pytest.raises(RuntimeError, match="closed"):
        assert arrival.mail
