"""A daemon that has nothing to do: a province's duties in its ledger, and no mail."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from speed.bench import Bench
from speed.figure import Figure, Goal
from speed.office import Office, imap
from speed.province import write_units
from speed.ready import Ready
from speed.tree import use

# What a start leaves to be done is over by then.
_CALM_SECONDS = 8


def measure(bench: Bench) -> Iterator[Figure]:
    port = bench.mailboxes.dovecot.imap_port
    with bench.mailboxes.filled("small", 0) as user, bench.place() as folder, Ready() as ready:
        # Duties are announced, and no letter is due before tomorrow.
        office = Office(folder / "office", f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}")
        office.doors(imap(port, user), "[approval]\nfirst_days = 0\nnew_addresses = false\n")
        write_units(office.rules, bench.scale.units)
        # The ledger is made by another program, as on every day but the first.
        office.ask("status")
        with ready.daemon(office) as running:
            ready.wait(running)
            time.sleep(min(_CALM_SECONDS, bench.scale.idle_seconds))
            before = use(running.pid)
            time.sleep(bench.scale.idle_seconds)
            after = use(running.pid)
    yield Figure(
        name="memory of the idle daemon", unit="MiB", values=[after.resident], goals=[Goal(at_most=90)]
    )
    share = 100 * (after.seconds - before.seconds) / bench.scale.idle_seconds
    yield Figure(
        name="computing of the idle daemon", unit="% of a core", values=[share], goals=[Goal(at_most=0.1)]
    )
