"""Killed in the middle of a full mailbox, mailbot loses nothing and records nothing twice."""

import signal
import time
from collections.abc import Iterator

from speed.bench import Bench
from speed.figure import Figure, Goal
from speed.office import Office, imap

_KILLS = 3
_MOST = 4_000
_LOOK_SECONDS = 0.05


def measure(bench: Bench) -> Iterator[Figure]:
    count = min(bench.mailboxes.count("small"), _MOST)
    with bench.mailboxes.filled("small", count) as user, bench.place() as folder:
        office = Office(folder / "office", "2040-01-01")
        office.doors(imap(bench.mailboxes.dovecot.imap_port, user))
        for kill in range(_KILLS):
            _killed(office, log=f"log{kill}", after=count // (2 * _KILLS))
        office.begin("tick", log="last").wait()
        hashes = [row["sha256"] for row in office.ask("arrivals")["rows"]]
        archived = sum(path.is_file() for path in (office.state / "archive").glob("??/??/*"))
        filed = len(bench.mailboxes.dovecot.names(user, "Da-ghi-nhan"))
        sound = office.ask("verify")["well"]
    lost = max(count - len(set(hashes)), count - archived, count - filed)
    bench.say(f"{len(hashes)} arrivals, {archived} archived, {filed} filed away")
    note = (
        f"{_KILLS} × SIGKILL in the middle; `mailbot verify` {'finds nothing' if sound else 'FINDS FAULTS'}"
    )
    nothing = [Goal(at_most=0)]
    yield Figure(name="mails lost by kills", unit=f"of {count}", values=[lost], goals=nothing, note=note)
    twice = len(hashes) - len(set(hashes))
    yield Figure(name="mails recorded twice by kills", unit=f"of {count}", values=[twice], goals=nothing)


def _killed(office: Office, log: str, after: int) -> None:
    running = office.begin("tick", log=log)
    while running.poll() is None and office.said(log).count("mail recorded") < after:
        time.sleep(_LOOK_SECONDS)
    running.send_signal(signal.SIGKILL)
    running.wait()
