"""What systemd hears of a daemon at work, and of one that hangs, by a socket in the place of systemd's."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers.sink import SmtpSink

from daemon.office import Office
from daemon.test_supervisor import Turned, clock, deliver, house, receipts, until, work
from mailbot.config import load_config
from mailbot.daemon.house import House, opened
from mailbot.daemon.intake import Intake
from mailbot.daemon.notify import notify
from mailbot.daemon.pulse import Pulse

__all__ = ["clock", "house"]


class Systemd:
    """The receiving end of sd_notify(3)."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)
        self.pings = 0

    def listen(self) -> int:
        """How many signs of life have come in all."""
        while True:
            try:
                self.pings += b"WATCHDOG=1" in self._socket.recv(4096).split(b"\n")
            except BlockingIOError:
                return self.pings

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Systemd]:
    found = Systemd(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "600000")
    yield found
    found.close()


def test_a_loop_that_hangs_is_known_and_no_other_however_the_clock_is_set(tmp_path: Path) -> None:
    shows, ran = [datetime(2026, 11, 26, 1, tzinfo=UTC)], [0.0]
    pulse = Pulse(tmp_path / "health.json", lambda: shows[0], lambda: ran[0])
    for loop in ("intake", "planning", "delivery"):
        pulse.beat(loop)
    shows[0] += timedelta(days=3)
    assert pulse.silent_for(timedelta(minutes=30)) == []
    shows[0] -= timedelta(days=10)
    ran[0] += 1801
    pulse.beat("planning")
    pulse.trouble("delivery", "the mail server is away")
    assert pulse.silent_for(timedelta(minutes=30)) == ["intake"]


def test_while_a_loop_hangs_systemd_hears_no_sign_of_life(
    house: House, systemd: Systemd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailbot.daemon.supervisor._LOOP_SILENCE", timedelta(seconds=5))
    real, goes_on = Intake.round, threading.Event()
    goes_on.set()

    def round_(intake: Intake, *arguments: object) -> list[int]:
        goes_on.wait()
        return real(intake, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Intake, "round", round_)

    async def story() -> None:
        await until(lambda: house.ledger.last_scan() and systemd.listen() > 2)
        goes_on.clear()
        deliver(house.config, 1)

        async def quiet() -> bool:
            before = systemd.listen()
            await asyncio.sleep(1.2)
            return systemd.listen() == before

        # The other loops are well, and yet.
        assert any([await quiet() for _ in range(6)])
        goes_on.set()
        heard = systemd.listen()
        await until(lambda: receipts(house) and systemd.listen() > heard)

    try:
        work(house, story)
    finally:
        goes_on.set()


def test_a_systemd_that_does_not_read_holds_nothing_up(systemd: Systemd) -> None:
    kept = int(Path("/proc/sys/net/unix/max_dgram_qlen").read_text("ascii"))
    for _ in range(kept + 3):
        notify("WATCHDOG=1")
    heard = systemd.listen()
    assert kept <= heard < kept + 3
    notify("WATCHDOG=1")
    assert systemd.listen() == heard + 1


def test_loops_that_wait_for_a_rare_tick_are_alive(
    tmp_path: Path, clock: Turned, systemd: Systemd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailbot.daemon.supervisor._LOOP_SILENCE", timedelta(seconds=1))
    monkeypatch.setattr("mailbot.daemon.supervisor._SIGN_OF_LIFE_SECONDS", 0.2)
    office = Office(tmp_path / "rare", go_live="2026-01-01")
    told = office.config.read_text(encoding="utf-8").replace("[inbox]", "[inbox]\npoll_seconds = 1")
    office.config.write_text(f"{told}\n[planning]\ntick_seconds = 3600\n", encoding="utf-8")

    async def story() -> None:
        await until(house.ledger.last_scan)
        await asyncio.sleep(2)
        heard = systemd.listen()
        await until(lambda: systemd.listen() > heard + 2)

    with opened(load_config(office.config), clock, alone=True) as house:
        work(house, story)


def test_a_long_queue_at_a_slow_relay_is_no_loop_that_hangs(
    tmp_path: Path, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = [0.0]
    pulse = Pulse(tmp_path / "health.json", lambda: datetime(2026, 11, 26, tzinfo=UTC), lambda: ran[0])
    pulse.trouble("delivery", "the mail server is away")
    ran[0] += 1801
    pulse.works("delivery")
    assert pulse.silent_for(timedelta(minutes=30)) == ["intake", "planning"]
    # Whether what is in the way is gone, only the end of the round tells.
    assert "away" in (tmp_path / "health.json").read_text(encoding="utf-8")

    office = Office(tmp_path / "slow", go_live="2026-01-01")
    office.configure(
        "", f'kind = "smtp"\nhost = "127.0.0.1"\nport = {sink.port}\ntls = "none"\nconnections = 1\n'
    )
    signs: list[int] = []
    monkeypatch.setattr(Pulse, "works", lambda _pulse, _loop: signs.append(sink.count()))
    with opened(load_config(office.config), alone=True) as house:
        for number in range(3):
            deliver(house.config, number)

        async def story() -> None:
            await until(lambda: sink.count() >= 3)

        work(house, story)
    # Signs came as the letters left one after the other.
    assert {0, 1, 2} <= set(signs)
