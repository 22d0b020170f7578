"""A ledger that grows for years: how start-up, a month's standings and the digest fare as it does.

The duties follow from the rules; each is met by one mail with a file, and answered by one receipt that was
sent. The facts go in by the ledger's own doors, with their chain; only how letters left is noted at once.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from datetime import date, datetime, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection, insert, select, update

from mailbot.cli import cli
from mailbot.config import load_config
from mailbot.core.calendar import ZONE, local
from mailbot.core.duty import Duty, duties
from mailbot.core.letters.digest import digest_matter
from mailbot.core.mail import Address, ArrivalClock, Attachment, Clocks, Mail, Nature, Place
from mailbot.core.plan import plan
from mailbot.core.posting import Fate, Letter, NoticeKind, Stage, State
from mailbot.core.verdict import Evidence, Filed, Filing, Findings, Source
from mailbot.daemon.house import House, opened
from mailbot.ledger.engine import Database
from mailbot.ledger.schema import attempt, fate, letter
from mailbot.ledger.store import Entry
from speed.bench import Bench
from speed.figure import Figure, Goal
from speed.office import Office
from speed.province import address, write_reports, write_units

_FIRST_YEAR = 2016
_DUTIES_A_YEAR = 12
_LETTER = b"Subject: Da nhan bao cao\r\n\r\n" + b"x" * 3_000
_ROUNDS = 3
# Some addresses fail now and then; those of a unit that nothing reached are looked at in all the years.
_ONE_REFUSED_OF = 501
_GOALS = {"status of a month": 0.3, "digest": 1.0, "start-up": 2.0}


def measure(bench: Bench) -> Iterator[Figure]:
    curves: dict[str, dict[int, float]] = {}
    with bench.place() as folder:
        office = Office(folder / "office", f"{_FIRST_YEAR}-01-01")
        office.doors("[approval]\nfirst_days = 0\nnew_addresses = false\n")
        write_units(office.rules, bench.scale.office)
        write_reports(office.rules, 1)
        for years in range(1, bench.scale.years + 1):
            began = time.perf_counter()
            _live(office.config, _FIRST_YEAR + years - 1)
            bench.say(f"year {years} written in {time.perf_counter() - began:.0f} s")
            if years in {1, 2, 5, bench.scale.years}:
                for name, seconds in _measured(office.config, _FIRST_YEAR + years - 1).items():
                    curves.setdefault(name, {})[years] = seconds
                    bench.say(f"{name}: {seconds:.3f} s")
    size = f"{bench.scale.years} years × {bench.scale.office} units × {_DUTIES_A_YEAR} reports"
    for name, curve in curves.items():
        yield Figure(
            name=f"{name}, {size}",
            unit="s",
            values=[curve[bench.scale.years]],
            goals=[Goal(at_most=_GOALS[name])] if name in _GOALS else [],
            note="after " + ", ".join(f"{years}: {seconds:.3g} s" for years, seconds in curve.items()),
        )


def _live(config: Path, year: int) -> None:
    """Let a year's facts come into the ledger."""
    with opened(load_config(config), lambda: _at(year, 12, 31), alone=True) as house:
        house.take_up()
        owed = sorted(duties(house.rules, date(year, 1, 1), date(year, 12, 31)), key=lambda duty: duty.due_at)
        for month in range(1, 13):
            due = [duty for duty in owed if local(duty.due_at).month == month]
            now = _at(year, month, 28)
            entries = [_entry(duty, house.rules.fingerprint) for duty in due]
            _enqueue(house, due, [], _at(year, month, 1))
            numbers = house.ledger.record(entries, now)
            _enqueue(house, [], [_receipt(*pair) for pair in zip(numbers, due, strict=True)], now)
            house.ledger.note_scan("INBOX", started_at=now, ended_at=now, gap=timedelta(days=40))
    database = Database(load_config(config).ledger_url)
    with database.altering() as connection:
        _send(connection, _at(year, 12, 28))
    database.close()


def _send(connection: Connection, now: datetime) -> None:
    """Let all waiting letters be sent at once, each in one try; a few addresses are refused."""
    waiting = letter.c.state == State.WAITING
    sent = connection.execute(select(letter.c.number, letter.c.recipients).where(waiting)).all()
    tried = {"began_at": now, "ended_at": now, "outcome": Fate.ACCEPTED}
    connection.execute(insert(attempt), [{"number": n, "letter": n, **tried} for n, _ in sent])
    connection.execute(insert(fate), [_fate(number, email, now) for number, (email,) in sent])
    connection.execute(update(letter).where(waiting).values(state=State.SENT, settled_at=now))


def _fate(number: int, email: str, now: datetime) -> dict[str, Any]:
    refused = number % _ONE_REFUSED_OF == 0
    return {
        "number": number,
        "attempt": number,
        "letter": number,
        "recipient": email,
        "fate": Fate.REFUSED if refused else Fate.ACCEPTED,
        "stage": Stage.RCPT if refused else Stage.DOT,
        "reply": "550 5.1.1 no such user" if refused else "250 2.0.0 Ok: queued as 4XyZk2",
        "at": now,
    }


def _enqueue(house: House, announced: list[Duty], letters: list[Letter], now: datetime) -> None:
    done = house.ledger.enqueue(
        version=house.ledger.book().version,
        duties=announced,
        letters=letters,
        withdraw=(),
        rules=house.rules.fingerprint,
        now=now,
    )
    assert done, "nobody else writes"


class _Stopwatch:
    """Seconds by what they were spent on."""

    def __init__(self) -> None:
        self.found: dict[str, list[float]] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.found.setdefault(name, []).append(time.perf_counter() - began)


def _measured(config: Path, year: int) -> dict[str, float]:
    """Seconds of each, the median of some rounds, on the last morning of the year."""
    now, watch = _at(year, 12, 31), _Stopwatch()
    asked = ["status", "--period", f"{year}-11", "--now", now.isoformat(), "--json", "--config", str(config)]
    for _ in range(_ROUNDS):
        with ExitStack() as stack:
            with watch("start-up"):
                house = stack.enter_context(opened(load_config(config), lambda: now))
                book, rules, go_live = house.ledger.book(), house.rules, house.config.go_live
                plan(rules, book, now, go_live)
            with watch("digest"):
                digest_matter(rules, book, local(now).date(), now, go_live)
            with watch("planning"):
                plan(rules, book, now, go_live)
        with redirect_stdout(StringIO()), watch("status of a month"):
            cli.main(asked, "mailbot", standalone_mode=False)
    return {name: median(seconds) for name, seconds in watch.found.items()}


def _entry(duty: Duty, rules: str) -> Entry:
    key, at = duty.key, duty.due_at - timedelta(days=2)
    digest = sha256(str(key).encode()).hexdigest()
    sender = address(int(key.unit[-3:]))
    filing = Filing(key.report, key.period)
    title = f"Báo cáo chuyên đề số 01 {key.period.label}"
    return Entry(
        mail=Mail(
            sha256=digest,
            identity=digest[::-1],
            size=200_000,
            message_id=f"<{digest[:20]}@bench.example>",
            sender=Address(sender, "Văn thư"),
            to=(Address("baocao@thainguyen.example", ""),),
            subject=title,
            attachments=(
                Attachment(
                    name="bao cao.pdf",
                    content_type="application/pdf",
                    size=150_000,
                    sha256=digest,
                    nature=Nature.READ,
                ),
            ),
        ),
        verdict=Filed(
            unit=key.unit,
            filings=(filing,),
            findings=Findings(
                unit=key.unit,
                periods=(key.period,),
                document_type="BC",
                confidence=0.98,
                evidence=_evidence(title),
            ),
        ),
        arrived_at=at,
        clock=ArrivalClock.SERVER,
        clocks=Clocks(seen_at=at, server_at=at),
        rules=rules,
        place=Place("INBOX", "1", digest),
    )


def _evidence(title: str) -> tuple[Evidence, ...]:
    """As much as real mails leave: what was read where, and why it counts."""
    return tuple(
        Evidence(source, "tên báo cáo và kỳ báo cáo đọc được ở đây", title)
        for source in (Source.SENDER, Source.SUBJECT, Source.BODY, Source.HEADING)
    )


def _receipt(arrival: int, duty: Duty) -> Letter:
    name = f"receipt/{arrival}"
    return Letter(
        kind=NoticeKind.RECEIPT,
        keys=(name,),
        unit=duty.key.unit,
        message_id=f"<{name.replace('/', '.')}@bench.example>",
        recipients=(address(int(duty.key.unit[-3:])),),
        subject="Đã nhận báo cáo",
        raw=_LETTER,
        expires_at=duty.due_at + timedelta(days=30),
    )


def _at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 9, tzinfo=ZONE)
