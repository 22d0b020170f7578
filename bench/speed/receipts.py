"""From a mail's delivery to Dovecot until an SMTP server has accepted its receipt, one mail at a time."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import quantiles

from servers.sink import Accepted, SmtpSink

from speed.bench import Bench
from speed.corpus import todays
from speed.figure import Figure, Goal
from speed.office import Office, imap, smtp
from speed.ready import Ready

_LONGEST_SECONDS = 60.0
# What the first plan writes is gone by then.
_CALM_SECONDS = 3.0
_BRAKES = "[brakes]\nper_address_per_day = 100000\nper_hour = 100000\nper_day = 100000\n"


class _Clock(SmtpSink):
    """A sink that notes when it accepted the answer to which mail."""

    def __init__(self) -> None:
        super().__init__()
        self.at: dict[str, float] = {}
        self.news = threading.Condition()

    def record(self, mail: Accepted) -> None:
        with self.news:
            self.at[str(mail.message["In-Reply-To"] or "")] = time.perf_counter()
            self.news.notify_all()

    def wait(self, message_id: str) -> float:
        with self.news:
            if not self.news.wait_for(lambda: message_id in self.at, _LONGEST_SECONDS):
                raise RuntimeError(f"no receipt for {message_id} within {_LONGEST_SECONDS:g} s")
            return self.at[message_id]


def measure(bench: Bench) -> Iterator[Figure]:
    dovecot, now = bench.mailboxes.dovecot, datetime.now(UTC)
    seconds = []
    with (
        bench.mailboxes.filled("small", 0) as user,
        bench.place() as folder,
        _Clock() as sink,
        Ready() as ready,
    ):
        office = Office(folder / "office", f"{now - timedelta(days=1):%Y-%m-%d}")
        office.doors(
            imap(dovecot.imap_port, user),
            smtp(sink.port),
            "[approval]\nfirst_days = 0\nnew_addresses = false\n",
            _BRAKES,
        )
        with ready.daemon(office) as running:
            ready.wait(running)
            time.sleep(_CALM_SECONDS)
            for mailing in todays(bench.rules, bench.scale.receipts, now):
                began = time.perf_counter()
                dovecot.deliver(user, mailing.raw, "vanthu@bench.example")
                seconds.append(sink.wait(_message_id(mailing.raw)) - began)
    bench.say(f"{min(seconds):.2f} to {max(seconds):.2f} s")
    note = "Dovecot itself takes half a second to announce"
    cuts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else [seconds[0]] * 99
    goal = [Goal(at_most=1)]
    yield Figure(name="delivery to receipt, median", unit="s", values=[cuts[49]], goals=goal, note=note)
    goal = [Goal(at_most=3)]
    yield Figure(name="delivery to receipt, 99th percentile", unit="s", values=[cuts[98]], goals=goal)


def _message_id(raw: bytes) -> str:
    return raw.partition(b"\nMessage-ID: ")[2].partition(b"\n")[0].decode("ascii")
