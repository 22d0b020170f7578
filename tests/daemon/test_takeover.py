"""Two machines on one PostgreSQL: one works, and when it dies or is cut off the other goes on.

`make torture` runs the long form, 50 deaths and 50 cuts.
"""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import pytest
from figures import in_time, keep
from servers.loop import PASSWORD, REPORT, MailHome
from servers.postgresql import Postgresql
from servers.sink import SmtpSink
from servers.wire import Wire

from daemon.office import UNIT, Office, a_report
from mailbot.config import load_config
from mailbot.daemon.house import opened

pytestmark = pytest.mark.servers
ROUNDS = int(os.environ.get("MAILBOT_TAKEOVERS", "2"))
YEAR = 2026
# Short enough for a test; the default is ten times as long.
LEASE_SECONDS = 4
BRAKES = "[brakes]\nper_address_per_day = 100000\nper_hour = 100000\nper_day = 100000\n"


class Machine:
    """One of the machines that share the database; all its wires can be cut at once."""

    def __init__(self, folder: Path, home: MailHome, sink: SmtpSink, database: str) -> None:
        address = urlsplit(database)
        assert address.port is not None
        self.imap, self.smtp = Wire(home.dovecot.imaps_port), Wire(sink.port)
        # By the keep-alives that mailbot asks the database for, see `ledger.engine`.
        self.sql = Wire(address.port, found_out=20)
        self.office = Office(folder, go_live=f"{YEAR}-01-01")
        secret = folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o600)
        login = f'user = "{REPORT}"\npassword_file = "password"\nca_file = "{home.ca_file}"\n'
        self.office.configure(
            f'kind = "imap"\nhost = "localhost"\nport = {self.imap.port}\n{login}poll_seconds = 1\n'
            "connect_seconds = 2\nread_seconds = 2\n",
            f'kind = "smtp"\nhost = "localhost"\nport = {self.smtp.port}\n{login}read_seconds = 2\n',
            f'[ledger]\nkind = "postgresql"\nhost = "127.0.0.1"\nport = {self.sql.port}\n'
            f'database = "{address.path[1:]}"\ntls = false\nlease_seconds = {LEASE_SECONDS}\n'
            f"[planning]\ntick_seconds = 1\n[approval]\nnew_addresses = false\n{BRAKES}",
        )
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._daemon = self.office.start()

    def works(self) -> bool:
        return self.office.starts() > 0

    def stands_by(self) -> bool:
        return self.office.says("standing by")

    def tell(self, what: signal.Signals) -> None:
        """Send the daemon a signal that does not end it."""
        assert self._daemon is not None
        self._daemon.send_signal(what)

    def end(self, how: signal.Signals) -> int:
        """End the daemon, whatever it does; its exit status."""
        daemon, self._daemon = self._daemon, None
        assert daemon is not None
        daemon.send_signal(how)
        status = daemon.wait(timeout=60)
        self.office.forget_log()
        return status

    def ended(self) -> bool:
        """Whether the daemon has ended by itself."""
        return self._daemon is not None and self._daemon.poll() is not None

    @property
    def wires(self) -> tuple[Wire, ...]:
        return self.imap, self.smtp, self.sql

    def close(self) -> None:
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon.wait()
        for wire in self.wires:
            wire.close()


@pytest.fixture
def sink(mail_home: MailHome) -> Iterator[SmtpSink]:
    with SmtpSink(mail_home.server_tls(), {REPORT: PASSWORD}) as sink:
        yield sink


@pytest.fixture
def machines(
    tmp_path: Path, mail_home: MailHome, sink: SmtpSink, postgresql: Postgresql
) -> Iterator[tuple[Machine, Machine]]:
    with ExitStack() as stack:
        database = postgresql.url(stack.enter_context(postgresql.database()))
        pair = []
        for name in ("one", "two"):
            pair.append(Machine(tmp_path / name, mail_home, sink, database))
            stack.callback(pair[-1].close)
        yield pair[0], pair[1]


class Unit:
    """The unit's secretary, who sends one report after the other and counts what comes back."""

    def __init__(self, home: MailHome, sink: SmtpSink) -> None:
        self._home = home
        self._sink = sink
        self.sent: list[str] = []

    def send(self, count: int) -> None:
        for _ in range(count):
            mail = a_report(f"Báo cáo quý I năm {YEAR} - bản {len(self.sent)}", len(self.sent))
            self.sent.append(str(mail["Message-ID"]))
            self._home.dovecot.deliver(REPORT, mail.as_bytes(), UNIT)

    def answered(self) -> bool:
        return {mail.message["In-Reply-To"] for mail in self._sink.accepted} >= set(self.sent)


def settled(office: Office, unit: Unit, home: MailHome, sink: SmtpSink) -> dict[str, int]:
    """Nothing lost, nothing recorded twice, no letter twice outside the window after the final dot."""
    office.until(lambda: not office.json("outbox", "list", "--state", "waiting")["rows"], within=120)
    rows = office.json("arrivals")["rows"]
    assert len(rows) == len(unit.sent) == len({row["sha256"] for row in rows})
    office.until(lambda: len(home.inbox(REPORT, "Da-ghi-nhan")) == len(unit.sent))
    copies = Counter(mail.message_id for mail in sink.accepted)
    for row in office.json("outbox")["rows"]:
        if copies[row["message_id"]] > 1:
            attempts = office.json("outbox", "show", str(row["letter"]))["attempts"]
            assert [attempt["outcome"] for attempt in attempts] == ["lost", "accepted"]
    twice = sum(count > 1 for count in copies.values())
    return {"mails": len(rows), "lost": 0, "recorded_twice": 0, "twice_after_the_dot": twice}


def slowest(seconds: list[float]) -> dict[str, float]:
    """How long it took until the other machine worked."""
    return {"seconds_median": round(median(seconds), 1), "seconds_most": round(max(seconds), 1)}


@pytest.mark.timeout(120 + ROUNDS * 60)
def test_when_the_active_machine_dies_the_other_takes_over(
    machines: tuple[Machine, Machine], mail_home: MailHome, sink: SmtpSink
) -> None:
    active, standby = machines
    unit, choice, took = Unit(mail_home, sink), random.Random(1), list[float]()
    active.start()
    active.office.until(active.works)
    for _ in in_time(range(ROUNDS)):
        standby.start()
        standby.office.until(standby.stands_by)
        unit.send(5)
        time.sleep(choice.uniform(0.0, 2.0))
        active.end(signal.SIGKILL)
        began = time.monotonic()
        unit.send(2)
        standby.office.until(standby.works, within=60)
        took.append(time.monotonic() - began)
        standby.office.until(unit.answered, within=90)
        active, standby = standby, active
    seen = settled(active.office, unit, mail_home, sink)
    keep("takeovers, SIGKILL", deaths=len(took), lease_seconds=LEASE_SECONDS, **slowest(took), **seen)
    assert active.end(signal.SIGTERM) == 0


@pytest.mark.timeout(120 + ROUNDS * 90)
def test_a_machine_that_was_cut_off_writes_nothing_more_and_ends(
    machines: tuple[Machine, Machine], mail_home: MailHome, sink: SmtpSink
) -> None:
    active, standby = machines
    unit, choice, took = Unit(mail_home, sink), random.Random(2), list[float]()
    active.start()
    active.office.until(active.works)
    for _ in in_time(range(ROUNDS)):
        standby.start()
        standby.office.until(standby.stands_by)
        unit.send(5)
        time.sleep(choice.uniform(0.0, 2.0))
        for wire in active.wires:
            wire.cut()
        began = time.monotonic()
        unit.send(2)
        standby.office.until(standby.works, within=60)
        took.append(time.monotonic() - began)
        standby.office.until(unit.answered, within=90)
        for wire in active.wires:
            wire.heal()
        active.office.until(active.ended, within=60)
        assert active.office.says("another mailbot works with this ledger")
        assert active.end(signal.SIGKILL) == 1
        active, standby = standby, active
    seen = settled(active.office, unit, mail_home, sink)
    keep("takeovers, cut network", cuts=len(took), lease_seconds=LEASE_SECONDS, **slowest(took), **seen)
    assert active.end(signal.SIGTERM) == 0


def test_a_machine_that_slept_longer_than_its_lease_writes_nothing_more_and_ends(
    machines: tuple[Machine, Machine], mail_home: MailHome, sink: SmtpSink
) -> None:
    active, standby = machines
    unit = Unit(mail_home, sink)
    active.start()
    active.office.until(active.works)
    standby.start()
    standby.office.until(standby.stands_by)
    unit.send(5)
    time.sleep(0.5)
    active.tell(signal.SIGSTOP)
    unit.send(2)
    standby.office.until(standby.works, within=60)
    standby.office.until(unit.answered, within=90)
    active.tell(signal.SIGCONT)
    active.office.until(active.ended, within=60)
    assert active.office.says("another mailbot works with this ledger")
    assert active.end(signal.SIGKILL) == 1
    settled(standby.office, unit, mail_home, sink)
    assert standby.end(signal.SIGTERM) == 0


@pytest.mark.timeout(400)
def test_a_database_server_that_restarts_in_the_middle_of_work_loses_nothing(
    machines: tuple[Machine, Machine], mail_home: MailHome, sink: SmtpSink, postgresql: Postgresql
) -> None:
    machine, _ = machines
    unit, choice = Unit(mail_home, sink), random.Random(3)
    machine.start()
    machine.office.until(machine.works)
    for stop in (postgresql.stop, postgresql.shut_down):
        unit.send(5)
        time.sleep(choice.uniform(0.0, 1.5))
        stop()
        unit.send(2)
        time.sleep(choice.uniform(0.0, 2.0))
        postgresql.start()
        machine.office.until(lambda: unit.answered() or machine.ended(), within=90)
        if machine.ended():
            # Away for longer than the lease: it may not know better, and systemd begins it anew.
            machine.end(signal.SIGKILL)
            machine.start()
        machine.office.until(unit.answered, within=90)
    settled(machine.office, unit, mail_home, sink)
    assert machine.end(signal.SIGTERM) == 0


def test_a_machine_that_stops_in_order_hands_over_at_once(machines: tuple[Machine, Machine]) -> None:
    active, standby = machines
    active.start()
    active.office.until(active.works)
    standby.start()
    standby.office.until(standby.stands_by)
    assert active.end(signal.SIGTERM) == 0
    standby.office.until(standby.works)
    assert standby.end(signal.SIGTERM) == 0


def test_a_mail_that_one_machine_archived_can_be_read_on_the_other(
    machines: tuple[Machine, Machine], mail_home: MailHome
) -> None:
    active, standby = machines
    mail = a_report(f"Báo cáo quý I năm {YEAR}").as_bytes()
    mail_home.dovecot.deliver(REPORT, mail, UNIT)
    active.start()
    active.office.until(lambda: active.office.json("arrivals")["rows"])
    (row,) = standby.office.json("arrivals")["rows"]
    with opened(load_config(standby.office.config)) as house:
        assert not house.archive.holds(row["sha256"])
        assert mail.splitlines()[-1] in house.raw(row["sha256"]).read_bytes()
        assert house.archive.intact(row["sha256"])
        assert not house.raw("0" * 64).exists()
    (told,) = [
        row for row in standby.office.json("health", expect=None)["rows"] if row["what"] == "active machine"
    ]
    assert "works" in told["says"]
    assert active.end(signal.SIGTERM) == 0
