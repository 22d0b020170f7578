"""While mails pour in, letters are planned all the same: who sent one of the first waits for a receipt."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from builders import a_mail, at
from servers.sink import SmtpSink

from daemon.test_delivery import Bench, states
from mailbot.core.book import Book
from mailbot.core.mail import ArrivalClock, Clocks
from mailbot.core.plan import Plan, plan
from mailbot.core.verdict import Findings, Question, Unclear
from mailbot.daemon import planning
from mailbot.ledger import Entry

NOW = at("2026-06-15 09:00")


def entry(number: int) -> Entry:
    return Entry(
        mail=a_mail(sha256=f"{number:064x}", identity=f"{number:064x}"),
        verdict=Unclear(question=Question.UNREADABLE, findings=Findings()),
        arrived_at=NOW,
        clock=ArrivalClock.SERVER,
        clocks=Clocks(seen_at=NOW, server_at=NOW),
        rules="r",
    )


def test_a_mail_that_comes_during_each_plan_does_not_keep_letters_from_being_written(
    tmp_path: Path, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path / "office", sink)
    bench.now = NOW
    numbers = count(1)
    with bench.opened() as house, ThreadPoolExecutor(1) as desk:

        def disturbed(rules: object, book: Book, *more: object) -> Plan:
            found = plan(rules, book, *more)  # type: ignore[arg-type]
            recording = desk.submit(house.ledger.record, [entry(next(numbers))], NOW)
            # Where it must wait for the plan, the plan must not wait for it.
            with suppress(TimeoutError):
                recording.result(1)
            return found

        monkeypatch.setattr(planning, "plan", disturbed)
        bench.plan(house)
        desk.shutdown()
        assert states(house) == ["waiting", "waiting"]
        # The one before which the plan was in vain, and the one that waited for it.
        assert len(house.ledger.book().arrivals) == next(numbers) - 1 == 2
