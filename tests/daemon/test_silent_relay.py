"""A relay that takes letters and never says so: of each letter nobody knows whether it arrived."""

from datetime import timedelta
from pathlib import Path

from servers.sink import Reply, SmtpSink
from structlog.testing import capture_logs

from daemon.test_delivery import MINUTE, Bench


def unknown(bench: Bench) -> int:
    with bench.opened() as house:
        return sum(row.posting.unknown for row in house.ledger.letters())


def test_it_does_not_take_letter_after_letter(tmp_path: Path, sink: SmtpSink) -> None:
    bench = Bench(tmp_path, sink, units=20)
    sink.answer("DOT", Reply(250, delay=2.0), times=None)
    with bench.opened() as house:
        bench.plan(house)
        for _ in range(20):
            if house.ledger.held_because is not None:
                break
            assert bench.post(house) == -1, "the loop is in trouble, which health and alarm tell"
            bench.now += MINUTE
        assert "no answer to the end of 4 letters" in (house.ledger.held_because or "")
        assert unknown(bench) == 4
        with capture_logs() as told:
            for _ in range(3):
                bench.now += timedelta(hours=5)
                assert bench.post(house) == 0
        assert told == [], "a round each minute must not say it again"
        assert unknown(bench) == 4


def test_a_daemon_that_dies_at_final_dots_blames_no_relay(tmp_path: Path, sink: SmtpSink) -> None:
    bench = Bench(tmp_path, sink, units=8)
    with bench.opened() as house:
        bench.plan(house)
        ledger, version = house.ledger, house.ledger.book().version
        numbers = [
            one.number for one in ledger.outgoing(bench.now, quiet=False, limit=6, caps=house.delivery.caps)
        ]
        ledger.advance(bench.now, begin=numbers, version=version)
        ledger.advance(bench.now, dots=numbers, version=version)
        bench.post(house)
        assert unknown(bench) == len(numbers) == 6
        assert ledger.held_because is None
