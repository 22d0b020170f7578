"""Taking in a full mailbox, from Dovecot to the ledger, beside programs that only download it.

mailbot fetches, forces to disk, reads in its cage, judges, records and files away; its time runs from the
start of the program to its end. The peers store, or not even that.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from speed.bench import Bench
from speed.figure import Figure, Goal, interleaved
from speed.office import Office, imap
from speed.peers import DOWNLOADS
from speed.tree import Watch

# Before this nothing is answered: what is measured is a first start on a mailbox of many years.
_GO_LIVE = "2040-01-01"
_GOALS = (Goal(at_least=1.0, peer="mbsync"), Goal(at_least=10.0, peer="getmail6"))


@dataclass(slots=True)
class _Peaks:
    """The most memory of any round, in MiB."""

    resident: float = 0.0
    proportional: float = 0.0


def measure(bench: Bench) -> Iterator[Figure]:
    for corpus in ("large", "small"):
        peaks = _Peaks()
        found = interleaved(
            bench.scale.rounds,
            {
                "mailbot": partial(_mailbot, bench, corpus, peaks),
                **{name: partial(_peer, bench, corpus, name) for name in DOWNLOADS},
            },
        )
        ours = found.pop("mailbot")
        yield Figure(name=f"ingest, {corpus} mails", unit="mails/s", values=ours, peers=found, goals=_GOALS)
        yield Figure(
            name=f"memory of that, {corpus} mails",
            unit="MiB",
            values=[peaks.proportional or peaks.resident],
            goals=[Goal(at_most=150)],
            note=f"the whole tree at its highest; {peaks.resident:.0f} with shared pages counted in each",
        )


def _mailbot(bench: Bench, corpus: str, peaks: _Peaks) -> float:
    count = bench.mailboxes.count(corpus)
    with bench.mailboxes.filled(corpus) as user, bench.place() as folder:
        office = Office(folder / "office", _GO_LIVE)
        office.doors(imap(bench.mailboxes.dovecot.imap_port, user))
        # The ledger is there, as `mailbot check` leaves it: making it holds 11 MiB of Alembic once.
        office.ask("status")
        began = time.perf_counter()
        running = office.begin("tick")
        with Watch(running.pid) as watch:
            status = running.wait()
        seconds = time.perf_counter() - began
        peaks.resident = max(peaks.resident, watch.resident)
        peaks.proportional = max(peaks.proportional, watch.proportional)
        if status or f"recorded: {count}" not in office.said():
            raise RuntimeError(f"mailbot did not record {count} mails: {office.said()[-2000:]}")
    bench.say(f"mailbot, {corpus}: {count / seconds:.0f} mails/s")
    return count / seconds


def _peer(bench: Bench, corpus: str, name: str) -> float:
    most = bench.scale.getmail if name == "getmail6" else None
    count = min(bench.mailboxes.count(corpus), most or bench.mailboxes.count(corpus))
    with bench.mailboxes.filled(corpus, most) as user, bench.place() as folder:
        rate = DOWNLOADS[name](bench.mailboxes.dovecot.imap_port, user, folder / "peer", count)
    bench.say(f"{name}, {corpus}: {rate:.0f} mails/s")
    return rate
