"""The corpus against a daemon at work, with Dovecot and Postfix: it lives, stays small, answers the next.

MAILBOT_CORPUS=all delivers every entry, those of 50 and 150 MB among them; else some of each kind.
"""

import os
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from daemon.office import Office, a_report
from figures import keep
from hostile.corpus import ENTRIES, Entry
from servers.loop import REPORT, UNITS, MailHome

pytestmark = pytest.mark.servers
WHOLE = os.environ.get("MAILBOT_CORPUS") == "all"
# Too heavy for every run: tens of megabytes, or seconds of the cage.
HEAVY = frozenset({"H50", "H52", "H53", "H54", "H55", "H56", "H57", "H59", "H60", "H61", "H62", "H63", "H68"})
GROUP = 10
NEIGHBOUR = UNITS[1]
MOST_GROWTH_KIB = 32 << 10
# The cage ends a mail after 10 s of computing; other work on the machine may triple that.
SECONDS_EACH, SECONDS_OF_ITS_OWN = 30.0, 120.0
BRAKES = "[brakes]\nper_address_per_day = 1000\nper_hour = 1000\nper_day = 5000\n"


def chosen() -> list[Entry]:
    """Every entry, or every fourth that is light."""
    if WHOLE:
        return ENTRIES
    return [entry for entry in ENTRIES if entry.id not in HEAVY][::4]


def groups() -> Iterator[list[Entry]]:
    """The entries, some at a time."""
    entries = chosen()
    return (entries[at : at + GROUP] for at in range(0, len(entries), GROUP))


def resident(pid: int, line: str = "VmRSS") -> int:
    """How much memory a process holds, in KiB; with "VmHWM" the most it ever held."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return next(int(told.split()[1]) for told in status.splitlines() if told.startswith(f"{line}:"))


def put(home: MailHome, entries: list[Entry]) -> Iterator[str]:
    """Into the mailbox's own folder: no server between may refuse or mend what is wrong with them."""
    for entry in entries:
        raw = entry.raw()
        name = f"{time.time():.6f}.{entry.id}.hostile"
        path = home.dovecot.maildir(REPORT) / "tmp" / name
        path.write_bytes(raw)
        path.chmod(0o666)
        path.rename(path.parent.parent / "new" / name)
        yield sha256(raw).hexdigest()


def answered(home: MailHome, number: int, within: float) -> float:
    """Send an ordinary report, and wait for its receipt; in seconds."""
    sent = a_report("Báo cáo quý I năm 2026", number, sender=NEIGHBOUR)
    began = time.monotonic()
    home.send(NEIGHBOUR, REPORT, sent)
    home.wait_for(NEIGHBOUR, lambda mail: mail["In-Reply-To"] == sent["Message-ID"], within=within)
    return time.monotonic() - began


@pytest.mark.timeout(4 * 3_600 if WHOLE else 900)
def test_a_daemon_at_work_outlives_the_corpus_and_answers_the_next_mail(
    tmp_path: Path, mail_home: MailHome
) -> None:
    office = Office(tmp_path / "office", go_live="2026-01-01")
    office.join(mail_home)
    office.config.write_text(office.config.read_text("utf-8") + BRAKES, "utf-8")
    delivered: set[str] = set()
    waited: list[float] = []
    with office.daemon() as daemon:
        for number in range(2):
            answered(mail_home, number, SECONDS_OF_ITS_OWN)
        before = resident(daemon.pid)
        for number, group in enumerate(groups(), start=2):
            delivered.update(put(mail_home, group))
            within = SECONDS_OF_ITS_OWN + SECONDS_EACH * len(group)
            waited.append(answered(mail_home, number, within))
            assert daemon.poll() is None
        grown = resident(daemon.pid) - before
        most = resident(daemon.pid, "VmHWM") - before
        rows = office.json("arrivals")["rows"]
    keep(
        "corpus_live" if WHOLE else "corpus_live_short",
        mails=len(delivered),
        answered=len(waited),
        longest_seconds=round(max(waited), 1),
        grown_kib=grown,
        peak_kib=most,
    )
    assert grown < MOST_GROWTH_KIB
    assert len(rows) >= len(delivered) + len(waited)
    assert "Traceback" not in office.log.read_text("utf-8")
