"""What a machine can run out of, on the real program: room on the disk, file descriptors, memory.

Mails wait meanwhile, none is blamed for it, and mailbot goes on by itself.
"""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from servers.process import program

from daemon.office import UNIT, Office, a_report
from mailbot.config import load_config
from mailbot.core.verdict import Filed
from mailbot.daemon.audit import audit
from mailbot.daemon.house import opened
from mailbot.ledger import Ledger

YEAR = 2026
# The program itself, only more impatient: a loop that fails is begun again after half a second.
IMPATIENT = (
    "import mailbot.daemon.supervisor as s; s._FIRST_PAUSE_SECONDS = s._LONGEST_PAUSE_SECONDS = 0.5;"
    "from mailbot.cli import cli; cli(prog_name='mailbot')"
)
# What daemon and timer do every five minutes.
LOOK_FOR_AN_HOUR = """
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from mailbot.config import load_config
from mailbot.daemon.alarm import sound
from mailbot.daemon.health import examine
config, eight = load_config(Path(sys.argv[1])), datetime(2026, 11, 26, 1, tzinfo=timezone.utc)
for minutes in (0, 5, 10, 60, 65):
    now = eight + timedelta(minutes=minutes)
    sound(config, examine(config, now), now)
"""
OWN_DISK = 'mount -t tmpfs -o size=16m,mode=0700 tmpfs "$0" && exec "$@"'
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'


@pytest.fixture
def office(tmp_path: Path) -> Office:
    found = Office(tmp_path / "office", go_live=f"{YEAR}-01-01")
    found.rest()
    with found.config.open("a", encoding="utf-8") as config:
        config.write("\n[planning]\ntick_seconds = 1\n")
    (found.folder / "state").mkdir(mode=0o700, exist_ok=True)
    return found


def mounted(folder: Path, how: str) -> list[str]:
    """What begins a program that alone sees another file system in `folder`."""
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    prefix = ["unshare", *as_root, "--mount", "sh", "-c", how, str(folder)]
    tried = subprocess.run([*prefix, "true"], capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        pytest.skip(f"this kernel lets nobody but root mount: {tried.stderr.strip()}")
    return prefix


@contextmanager
def at_work(office: Office, prefix: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [*prefix, sys.executable, "-c", IMPATIENT, "run", "--config", str(office.config)]
    with office.log.open("ab") as out:
        daemon = subprocess.Popen(command, stderr=out, stdout=out, cwd=office.folder)
    try:
        office.until(lambda: office.starts() or daemon.poll() is not None)
        # Its first reading is over, and all that it works with is there.
        office.until(lambda: office.says("] plan ") or daemon.poll() is not None)
        assert daemon.poll() is None, office.log.read_text(encoding="utf-8")
        yield daemon
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(timeout=60) == 0, office.log.read_text(encoding="utf-8")
    finally:
        if daemon.poll() is None:
            daemon.kill()
            daemon.wait()


def deliver(office: Office, number: int) -> None:
    path = office.folder / "inbox" / "new" / str(number)
    for part in ("tmp", "new", "cur"):
        (office.folder / "inbox" / part).mkdir(parents=True, exist_ok=True)
    path.write_bytes(a_report(f"Báo cáo quý I năm {YEAR} - bản {number}", number).as_bytes())


def answered(office: Office) -> int:
    return len(list((office.folder / "letters").glob(f"{UNIT}/new/*")))


def waits(office: Office, daemon: subprocess.Popen[bytes]) -> None:
    """It tells that something is in the way, again and again, and lives."""
    office.until(lambda: office.log.read_text(encoding="utf-8").count("loop=intake") > 2)
    assert daemon.poll() is None, office.log.read_text(encoding="utf-8")


def nothing_is_lost_or_blamed(office: Office, mails: int) -> None:
    with opened(load_config(office.config)) as house:
        book = house.ledger.book()
        assert [type(book.verdict(arrival)) for arrival in book.arrivals] == [Filed] * mails
        assert [defect for arrival in book.arrivals for defect in arrival.mail.defects] == []
        assert [finding for finding in audit(house, house.clock()) if not finding.well] == []
    assert not (office.folder / "state" / "archive" / "reading.json").exists()


def test_while_the_disk_is_full_to_the_last_byte_mailbot_lives_and_goes_on_when_there_is_room(
    office: Office,
) -> None:
    state = office.folder / "state"
    with at_work(office, mounted(state, OWN_DISK)) as daemon:
        seen = Path(f"/proc/{daemon.pid}/root{state}")
        filler = seen / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
        deliver(office, 1)
        waits(office, daemon)
        assert answered(office) == 0
        filler.unlink()
        office.until(lambda: answered(office) == 1)
        # Of what it could not write meanwhile nothing is missing.
        assert '"troubles": {}' in (seen / "health.json").read_text(encoding="utf-8")


def test_without_a_free_descriptor_mails_wait_and_none_is_blamed(office: Office) -> None:
    with at_work(office, []) as daemon:
        most = resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE)
        # Those below stay in use; no number is left for another.
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (4, most[1]))
        deliver(office, 1)
        waits(office, daemon)
        assert answered(office) == 0
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, most)
        office.until(lambda: answered(office) == 1)
    nothing_is_lost_or_blamed(office, 1)


def test_without_memory_mails_wait_and_none_is_blamed_whether_it_dies_or_not(office: Office) -> None:
    with suppress(AssertionError), at_work(office, []) as daemon:
        status = Path(f"/proc/{daemon.pid}/status").read_text(encoding="ascii")
        used = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmSize")) << 10
        most = resource.prlimit(daemon.pid, resource.RLIMIT_AS)
        resource.prlimit(daemon.pid, resource.RLIMIT_AS, (used - (64 << 20), most[1]))
        deliver(office, 1)
        deadline = time.monotonic() + 6
        while daemon.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
        if daemon.poll() is None:
            resource.prlimit(daemon.pid, resource.RLIMIT_AS, most)
    with at_work(office, []):
        office.until(lambda: answered(office) == 1)
    nothing_is_lost_or_blamed(office, 1)


@pytest.mark.servers
def test_a_disk_that_takes_longer_than_the_lease_costs_neither_the_lease_nor_a_mail(
    office: Office, postgresql_url: str
) -> None:
    address = urlsplit(postgresql_url)
    with office.config.open("a", encoding="utf-8") as config:
        config.write(
            f'[ledger]\nkind = "postgresql"\nhost = "127.0.0.1"\nport = {address.port}\n'
            f'database = "{address.path[1:]}"\ntls = false\nlease_seconds = 4\n'
        )
    slow = "fsync,fdatasync"
    # The tracer stands aside (-D), so that what is begun here is mailbot itself.
    strace = [program("strace"), "-D", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", f"trace={slow}"]
    with Ledger.open(postgresql_url) as beside:
        other = beside.lease("another machine", timedelta(seconds=4))
        with at_work(office, [*strace, "-e", f"inject={slow}:delay_exit=5000000:when=1..2"]):
            deliver(office, 1)
            while not answered(office):
                assert not other.take()
                assert not office.says("lease not renewed")
                time.sleep(0.2)
        # Handed over in order, and not before.
        assert other.take()
        other.release()
    nothing_is_lost_or_blamed(office, 1)


def test_of_a_disk_that_became_read_only_people_hear_once_an_hour(office: Office) -> None:
    heard = office.folder / "heard"
    with office.config.open("a", encoding="utf-8") as config:
        config.write(f'\n[alarm]\ncommand = ["sh", "-c", "cat >> {heard}"]\n')
    office.run("tick")
    prefix = mounted(office.folder / "state", READ_ONLY)
    done = subprocess.run(
        [*prefix, sys.executable, "-c", LOOK_FOR_AN_HOUR, str(office.config)],
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    told = heard.read_text(encoding="utf-8")
    assert told.count("[mailbot] CẢNH BÁO") == 2
    assert "Đĩa" in told
    assert "cannot be written" in told
