"""Small facts for the ledger's tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from mailbot.core.delivery.brakes import Caps
from mailbot.core.duty import Duty, DutyKey
from mailbot.core.mail import Address, ArrivalClock, Clocks, Mail, Place
from mailbot.core.period import Period
from mailbot.core.posting import Accepted, Letter, NoticeKind, Outcome, Posting, State, step
from mailbot.core.rules import ReportId, UnitId
from mailbot.core.verdict import Filed, Filing, Findings, Question, Unclear, Verdict
from mailbot.ledger import Entry, Ledger
from mailbot.ledger.on_the_wire import Settled

NOW = datetime(2013, 6, 20, 3, 0, tzinfo=UTC)
OK = Accepted("250 2.0.0 Ok: queued")
UNIT = UnitId("so-tai-chinh")
JUNE = DutyKey(UNIT, ReportId("bc-thang"), Period.parse("2013-06"))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def filed(period: str = "2013-06") -> Filed:
    filing = Filing(ReportId("bc-thang"), Period.parse(period))
    return Filed(unit=UNIT, filings=(filing,), findings=Findings(unit=UNIT, confidence=0.9))


UNCLEAR = Unclear(question=Question.PERIOD, findings=Findings(unit=UNIT))


def an_entry(
    words: str = "one", *, name: str | None = None, verdict: Verdict | None = None, **changes: Any
) -> Entry:
    """A mail whose bytes are `words`, seen under `name` in the inbox."""
    entry = Entry(
        mail=Mail(
            sha256=sha256(words.encode()).hexdigest(),
            identity=sha256(f"identity of {words}".encode()).hexdigest(),
            size=len(words),
            message_id=f"<{words}@stc.example>",
            sender=Address("vanthu@stc.example", "Văn thư"),
            subject=f"Báo cáo {words}",
        ),
        verdict=verdict or filed(),
        arrived_at=NOW,
        clock=ArrivalClock.SERVER,
        clocks=Clocks(seen_at=NOW, server_at=NOW),
        rules="f" * 64,
        place=None if name is None else Place("INBOX", "7", name),
    )
    return replace(entry, **changes)


def a_letter(*keys: str, kind: NoticeKind = NoticeKind.RECEIPT, **changes: Any) -> Letter:
    letter = Letter(
        kind=kind,
        keys=keys,
        unit=UNIT,
        message_id=f"<{keys[0]}@mailbot.example>" if keys else "<none@mailbot.example>",
        recipients=("vanthu@stc.example",),
        subject="Đã nhận báo cáo",
        raw=b"Subject: x\r\n\r\n\xff\x00",
        expires_at=NOW + 30 * DAY,
    )
    return replace(letter, **changes)


def a_duty(key: DutyKey = JUNE, **changes: Any) -> Duty:
    duty = Duty(key=key, opens_at=NOW - 20 * DAY, due_at=NOW + 5 * DAY, basis="QĐ 1", derivation="ngày 25")
    return replace(duty, **changes)


def queue(ledger: Ledger, *letters: Letter, withdraw: tuple[int, ...] = (), now: datetime = NOW) -> bool:
    """Enqueue against the book as it is."""
    return ledger.enqueue(
        version=ledger.book().version, duties=(), letters=letters, withdraw=withdraw, rules="r", now=now
    )


def numbers_going(ledger: Ledger, now: datetime = NOW, **brakes: Any) -> list[int]:
    """The numbers of the letters that may be posted; no brakes unless given."""
    asked = {
        "quiet": False,
        "limit": 100,
        **{name: brakes.pop(name) for name in ("quiet", "limit") if name in brakes},
    }
    none = {"per_address_per_day": 100, "chases_per_address_per_day": 100, "per_hour": 100, "per_day": 100}
    return [outgoing.number for outgoing in ledger.outgoing(now, **asked, caps=Caps(**{**none, **brakes}))]


def begin(ledger: Ledger, number: int, now: datetime) -> bool:
    """Put one letter on the wire; whether it may be posted."""
    return number in ledger.advance(now, begin=[number], version=0).begun


def mark_dot(ledger: Ledger, number: int, now: datetime) -> bool:
    """Note that the final dot of one letter is about to leave; whether it may, by the newest book."""
    return number in ledger.advance(now, dots=[number], version=ledger.book().version).dots


def settle(ledger: Ledger, number: int, posting: Posting, outcome: Outcome, now: datetime) -> None:
    """Record what became of one letter on the wire."""
    ended = Settled(number=number, posting=posting, outcome=outcome, at=now)
    ledger.advance(now, settled=[ended], version=0)


def post(ledger: Ledger, number: int, outcome: Outcome = OK, now: datetime = NOW) -> None:
    assert begin(ledger, number, now)
    finish(ledger, number, outcome, now)


def finish(ledger: Ledger, number: int, outcome: Outcome, now: datetime = NOW) -> None:
    row = ledger.letter(number)
    assert row is not None
    settle(ledger, number, step(row.posting, row.letter.kind, outcome, now), outcome, now)


def state(ledger: Ledger, number: int) -> State:
    row = ledger.letter(number)
    assert row is not None
    return row.posting.state
