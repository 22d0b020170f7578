"""The daemon's loops in this process, on a clock that the test turns and with faults of our own."""

import asyncio
import errno
import hashlib
import json
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.triggers.cron import CronTrigger
from servers.sink import Reply, SmtpSink

from daemon.office import Office, a_report
from mailbot.config import Config, load_config
from mailbot.core.calendar import local
from mailbot.core.posting import NoticeKind
from mailbot.daemon.audit import audit
from mailbot.daemon.health import examine
from mailbot.daemon.house import House, opened
from mailbot.daemon.planning import plan_round
from mailbot.daemon.supervisor import Supervisor
from mailbot.errors import Misconfigured

YEAR = 2026
DAY = timedelta(days=1)


class Turned:
    """The machine's clock, set wrong by `by`."""

    def __init__(self) -> None:
        self.by = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.fixture
def clock() -> Turned:
    return Turned()


@pytest.fixture
def house(tmp_path: Path, clock: Turned) -> Iterator[House]:
    office = Office(tmp_path / "office", go_live=f"{YEAR}-01-01")
    with office.config.open("a", encoding="utf-8") as config:
        config.write("\n[planning]\ntick_seconds = 1\n")
    with opened(load_config(office.config), clock, alone=True) as found:
        yield found


def deliver(config: Config, number: int) -> None:
    inbox = config.inbox
    assert inbox.kind == "maildir"
    raw = a_report(f"Báo cáo quý I năm {YEAR} - bản {number}", number).as_bytes()
    path = inbox.path / "new" / str(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    (inbox.path / "cur").mkdir(exist_ok=True)
    (inbox.path / "tmp").mkdir(exist_ok=True)


def receipts(house: House) -> int:
    return sum(row.letter.kind is NoticeKind.RECEIPT for row in house.ledger.letters())


def trouble(house: House, clock: Turned, what: str) -> bool:
    return any(found.what == what and not found.well for found in examine(house.config, clock()))


async def until(holds: Callable[[], object]) -> None:
    ends = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < ends, "did not come true"
        await asyncio.sleep(0.1)


def work(house: House, story: Callable[[], Awaitable[None]]) -> None:
    """Let the loops work while the story goes on; they must end in order."""

    async def both() -> None:
        supervisor = Supervisor(house)
        loops = asyncio.create_task(supervisor.run())
        try:
            telling = asyncio.ensure_future(story())
            await asyncio.wait([telling, loops], return_when=asyncio.FIRST_COMPLETED)
            assert telling.done(), "the loops ended before their time"
            telling.result()
        finally:
            supervisor._stop.set()
            await loops

    asyncio.run(both())


@pytest.mark.parametrize("by", [3 * DAY, -3 * DAY])
def test_while_the_clock_has_jumped_mails_are_taken_in_and_nothing_is_planned_or_sent(
    house: House, clock: Turned, by: timedelta
) -> None:
    async def story() -> None:
        await until(lambda: house.ledger.last_scan() and house.ledger.held_because is None)
        await asyncio.sleep(1.5)
        before, scan = house.ledger.letters(), house.ledger.last_scan()
        clock.by = by
        await until(lambda: house.ledger.held_because)
        assert "clock" in (house.ledger.held_because or "")
        deliver(house.config, 1)
        await until(lambda: house.ledger.book().arrivals)
        await asyncio.sleep(1.5)
        assert house.ledger.letters() == before
        assert trouble(house, clock, "clock")
        # What is read by a wrong clock proves no watch.
        assert house.ledger.last_scan() == scan or by < timedelta()
        clock.by = timedelta()
        await until(lambda: house.ledger.held_because is None and receipts(house))
        assert not trouble(house, clock, "clock")

    work(house, story)


def test_a_person_may_say_that_the_clock_is_right_as_it_is(house: House, clock: Turned) -> None:
    async def story() -> None:
        await until(house.ledger.last_scan)
        await asyncio.sleep(1.5)
        clock.by = DAY
        await until(lambda: house.ledger.held_because)
        deliver(house.config, 1)
        await until(lambda: house.ledger.book().arrivals)
        house.ledger.release(clock())
        await until(lambda: receipts(house))
        assert house.ledger.held_because is None

    work(house, story)


@pytest.mark.parametrize("by", [3 * DAY, -3 * DAY])
def test_a_clock_that_jumped_is_doubted_over_a_restart_and_believed_when_it_is_right(
    house: House, clock: Turned, by: timedelta
) -> None:
    async def begins() -> None:
        await until(lambda: house.ledger.last_scan() and house.ledger.held_because is None)
        await asyncio.sleep(1.5)
        clock.by = by
        await until(lambda: house.ledger.held_because)

    async def goes_on() -> None:
        before, scan = house.ledger.letters(), house.ledger.last_scan()
        deliver(house.config, 1)
        await until(lambda: house.ledger.book().arrivals)
        await until(lambda: trouble(house, clock, "clock"))
        await asyncio.sleep(1.5)
        assert house.ledger.letters() == before
        assert house.ledger.last_scan() == scan
        clock.by = timedelta()
        await until(lambda: house.ledger.held_because is None and receipts(house))
        await until(lambda: not (house.config.state / "clock.json").exists())

    work(house, begins)
    work(house, goes_on)


def test_a_person_who_has_released_what_the_clock_held_is_not_asked_again_at_each_restart(
    house: House, clock: Turned
) -> None:
    ahead = clock() + 30 * DAY
    house.ledger.note_scan("maildir", started_at=ahead, ended_at=ahead)

    async def is_held() -> None:
        await until(lambda: house.ledger.held_because)

    async def works() -> None:
        deliver(house.config, 1)
        await until(lambda: receipts(house))
        assert house.ledger.held_because is None

    work(house, is_held)
    # While mailbot is stopped.
    house.ledger.release(clock())
    work(house, works)
    deliver(house.config, 2)
    work(house, works)


def test_a_machine_that_starts_with_a_dead_clock_waits_until_it_is_set(house: House, clock: Turned) -> None:
    now = clock()
    house.ledger.note_scan("maildir", started_at=now, ended_at=now)
    clock.by = -5000 * DAY

    async def story() -> None:
        await until(lambda: house.ledger.held_because)
        deliver(house.config, 1)
        await until(lambda: house.ledger.book().arrivals)
        await asyncio.sleep(1.5)
        assert house.ledger.letters() == []
        clock.by = timedelta()
        await until(lambda: house.ledger.held_because is None and receipts(house))

    work(house, story)


@pytest.mark.parametrize("moment", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_relay_that_speaks_in_an_old_charset_ends_no_loop(
    tmp_path: Path, sink: SmtpSink, moment: str
) -> None:
    office = Office(tmp_path / "office", go_live=f"{YEAR}-01-01")
    office.configure("", f'kind = "smtp"\nhost = "127.0.0.1"\nport = {sink.port}\ntls = "none"\n')
    says = "máy chủ đang bảo trì".encode("cp1258", "replace").decode("utf-8", "surrogateescape")
    sink.answer(moment, Reply(421, says, hang_up=True), times=None)
    with opened(load_config(office.config), alone=True) as house:
        deliver(house.config, 1)

        async def story() -> None:
            await until(lambda: trouble(house, Turned(), "delivery"))
            deliver(house.config, 2)
            await until(lambda: len(house.ledger.book().arrivals) == 2)
            (reply,) = {row.last_reply for row in house.ledger.letters() if row.last_reply}
            assert "421 m" in reply
            assert reply.isprintable()

        work(house, story)


def test_what_a_run_that_died_left_half_written_is_swept_at_the_start(house: House) -> None:
    old, fresh = (house.config.archive / "incoming" / name for name in ("old", "fresh"))
    for path in (old, fresh):
        path.write_bytes(b"From: ")
    two_hours_ago = time.time() - 7200
    os.utime(old, (two_hours_ago, two_hours_ago))

    async def story() -> None:
        await until(lambda: not old.exists())
        assert fresh.exists()

    work(house, story)


def test_a_loop_that_fails_by_a_fault_of_ours_is_told_and_begun_again(
    house: House, clock: Turned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailbot.daemon.supervisor._FIRST_PAUSE_SECONDS", 0.5)
    broken = [True]
    real = house.intake

    def intake(*terms: object) -> object:
        if broken:
            raise RuntimeError("a fault of ours")
        return real(*terms)  # type: ignore[arg-type]

    monkeypatch.setattr(House, "intake", lambda _, *terms: intake(*terms))

    async def story() -> None:
        await until(lambda: trouble(house, clock, "intake"))
        deliver(house.config, 1)
        broken.clear()
        await until(lambda: receipts(house))
        await until(lambda: not trouble(house, clock, "intake"))

    work(house, story)


@pytest.mark.parametrize("lack", [errno.EMFILE, errno.ENOSPC, errno.EROFS])
def test_while_no_file_can_be_made_mails_wait_and_none_is_blamed(
    house: House, clock: Turned, monkeypatch: pytest.MonkeyPatch, lack: int
) -> None:
    monkeypatch.setattr("mailbot.daemon.supervisor._FIRST_PAUSE_SECONDS", 0.5)
    real, none_left = os.open, [True]

    def short(path: object, *arguments: object, **named: object) -> int:
        if none_left and "incoming" in str(path):
            raise OSError(lack, os.strerror(lack))
        return real(path, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", short)
    deliver(house.config, 1)

    async def story() -> None:
        await until(lambda: trouble(house, clock, "intake"))
        assert house.ledger.book().arrivals == ()
        none_left.clear()
        await until(lambda: receipts(house))
        (arrival,) = house.ledger.book().arrivals
        assert not [defect for defect in arrival.mail.defects if "parsed" in defect]
        assert not (house.config.archive / "reading.json").exists()

    work(house, story)


def test_the_daemon_looks_through_the_archive_at_night_and_for_faults_every_five_minutes(
    house: House, clock: Turned
) -> None:
    night = local(clock()).date().toordinal()
    tonight = (octets for octets in map(b"mail %d".__mod__, range(1000)) if _share(octets) == night % 30)
    path = house.archive.path(house.archive.keep(octets := next(tonight)))
    path.chmod(0o600)
    path.write_bytes(b"rot")

    async def story() -> None:
        supervisor = Supervisor(house)
        scheduler = supervisor._alarm_clock()
        jobs = scheduler.get_jobs()
        scheduler.shutdown(wait=False)
        (nightly,) = [job for job in jobs if isinstance(job.trigger, CronTrigger)]
        (often,) = [job for job in jobs if getattr(job.trigger, "interval", DAY) == timedelta(minutes=5)]
        assert [local(nightly.next_run_time).hour, local(nightly.next_run_time).minute] == [2, 0]
        assert not trouble(house, clock, "archive")
        await nightly.func()
        assert trouble(house, clock, "archive")
        await often.func()
        told = json.loads((house.config.state / "alarms.json").read_text(encoding="utf-8"))
        assert "archive" in told["faults"]
        path.write_bytes(octets)
        await often.func()
        assert not trouble(house, clock, "archive")
        supervisor._waker.close()
        supervisor._wake.close()

    asyncio.run(story())


def _share(octets: bytes) -> int:
    """In which of thirty nights a mail is read again."""
    return int(hashlib.sha256(octets).hexdigest()[:4], 16) % 30


def test_mails_keep_their_order_where_the_clock_steps_back_between_them(house: House, clock: Turned) -> None:
    inbox, intake = house.inbox(), house.intake()
    deliver(house.config, 1)
    inbox.connect()
    assert intake.round(inbox) == [1]
    clock.by = -timedelta(seconds=5)
    deliver(house.config, 2)
    assert intake.round(inbox) == [2]
    inbox.close()
    first, second = house.ledger.book().arrivals
    assert second.clocks.seen_at < first.clocks.seen_at
    # The mailbox's own clock went on, and that is what counts.
    assert second.arrived_at >= first.arrived_at
    # A mail from the future is answered when its time has come.
    clock.by = timedelta()
    plan_round(house.ledger, house.desk, house.clock(), house.config.go_live)
    assert receipts(house) == 2
    assert [finding for finding in audit(house, house.clock()) if not finding.well] == []


def test_a_state_folder_that_everybody_may_open_is_refused(tmp_path: Path) -> None:
    config = load_config(Office(tmp_path / "office", go_live=f"{YEAR}-01-01").config)
    config.state.mkdir(mode=0o700, exist_ok=True)
    config.state.chmod(0o755)
    with pytest.raises(Misconfigured, match="everybody may open"), opened(config):
        pass
    config.state.chmod(0o700)
    with opened(config):
        pass
