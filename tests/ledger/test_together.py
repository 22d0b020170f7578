"""Several threads and daemons on one ledger, and daemons that are killed."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ledger.facts import NOW, a_letter, an_entry, begin, numbers_going, queue, settle
from sqlalchemy import create_engine, text

from mailbot.core.posting import Accepted, Posting, State
from mailbot.ledger import Ledger

ROOT = Path(__file__).parents[2]
BATCH = 5

# Records the same mails as everybody else, as soon as the others are ready too.
SAME_MAILS = """
import sys, time
from pathlib import Path
from ledger.facts import NOW, an_entry
from mailbot.ledger import Ledger
url, gate, name = sys.argv[1:]
print("ready", flush=True)
while not Path(gate).exists():
    time.sleep(0.001)
with Ledger.open(url) as ledger:
    for n in range(20):
        print(*ledger.record([an_entry(str(n), name=f"{name}.{n}")], NOW), flush=True)
"""

# Records batches without end, and tells of each when it is safe.
NO_END = f"""
import itertools, sys
from ledger.facts import NOW, a_letter, an_entry, queue
from mailbot.ledger import Ledger
ledger = Ledger.open(sys.argv[1])
for n in itertools.count():
    batch = [an_entry(f"{{n}}.{{i}} " + "x" * 5000, name=f"{{n}}.{{i}}") for i in range({BATCH})]
    ledger.record(batch, NOW)
    assert queue(ledger, *(a_letter(f"{{n}}.{{i}}", f"also/{{n}}.{{i}}") for i in range({BATCH})))
    print(n, flush=True)
"""


# A command beside the daemon: it opens the ledger, counts, and leaves as the last if it sees nobody else.
LOOK = """
import sys
from mailbot.ledger import Ledger
with Ledger.open(sys.argv[1]) as ledger:
    print(len(ledger.book().arrivals))
"""


def daemon(code: str, *arguments: str) -> subprocess.Popen[str]:
    path = f"{ROOT}:{ROOT / 'tests'}"
    setup = f"import sys; sys.path[:0] = {path.split(':')!r}\n"
    return subprocess.Popen(
        [sys.executable, "-c", setup + code, *arguments], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )


def test_threads_that_record_the_same_mails_make_one_arrival_each(ledger: Ledger) -> None:
    gate = threading.Barrier(6)

    def record(thread: int) -> list[int]:
        gate.wait()
        return [
            ledger.record([an_entry(str(n), name=f"{thread}.{n}")], NOW)[0] + 0 * len(ledger.book().arrivals)
            for n in range(15)
        ]

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(record, range(6)))
    assert all(numbers == told[0] for numbers in told)
    assert sorted(told[0]) == list(range(1, 16))
    assert [arrival.number for arrival in ledger.book().arrivals] == list(range(1, 16))
    assert len(ledger.sightings("INBOX", "7")) == 90


def test_daemons_that_open_a_new_ledger_at_once_make_one_ledger_and_one_arrival_each(
    url: str, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    daemons = [daemon(SAME_MAILS, url, str(gate), str(n)) for n in range(4)]
    for one in daemons:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    gate.touch()
    told = [one.communicate()[0].split() for one in daemons]
    assert [one.returncode for one in daemons] == [0] * 4
    assert all(numbers == told[0] for numbers in told)
    with Ledger.open(url) as ledger:
        assert [arrival.number for arrival in ledger.book().arrivals] == list(range(1, 21))


def test_threads_that_plan_at_once_queue_one_letter_a_key(ledger: Ledger) -> None:
    gate = threading.Barrier(6)

    def plan(_thread: int) -> int:
        gate.wait()
        return sum(queue(ledger, a_letter(f"k{n}"), a_letter(f"l{n}")) for n in range(10))

    with ThreadPoolExecutor(6) as pool:
        done = sum(pool.map(plan, range(6)))
    letters = ledger.letters()
    assert len(letters) == 2 * done
    assert len({row.letter.keys for row in letters}) == len(letters)


def test_threads_that_deliver_at_once_put_each_letter_on_the_wire_once(ledger: Ledger) -> None:
    queue(ledger, *(a_letter(f"k{n}") for n in range(20)))
    gate = threading.Barrier(5)

    def deliver(_thread: int) -> list[int]:
        gate.wait()
        mine = []
        for number in numbers_going(ledger):
            if begin(ledger, number, NOW):
                mine.append(number)
                settle(ledger, number, Posting(state=State.SENT), Accepted("250"), NOW)
        return mine

    with ThreadPoolExecutor(5) as pool:
        posted = [number for mine in pool.map(deliver, range(5)) for number in mine]
    assert sorted(posted) == list(range(1, 21))


@pytest.mark.parametrize("batches", [1, 3, 4, 6])
def test_a_daemon_killed_amid_many_records_leaves_only_whole_batches(url: str, batches: int) -> None:
    with daemon(NO_END, url) as victim:
        assert victim.stdout is not None
        for _ in range(batches):
            told = int(victim.stdout.readline())
        victim.kill()
    with Ledger.open(url) as ledger:
        arrivals, letters = len(ledger.book().arrivals), len(ledger.letters())
        assert arrivals % BATCH == 0
        assert letters % BATCH == 0
        assert arrivals >= letters >= (told + 1) * BATCH
        assert len(ledger.sightings("INBOX", "7")) == arrivals
        assert len(ledger.book().letters) == 2 * letters
        assert ledger.record([an_entry("after")], NOW) == [arrivals + 1]
    if url.startswith("sqlite"):
        engine = create_engine(url)
        with engine.connect() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        engine.dispose()


def test_a_reader_is_not_disturbed_by_a_writer(ledger: Ledger, url: str) -> None:
    ledger.record([an_entry("a")], NOW)
    with Ledger.open(url) as other, other._database.writing() as connection:
        connection.execute(text("UPDATE meta SET value = value"))
        assert len(ledger.book().arrivals) == 1
        assert ledger.held_because is None


def test_an_unfinished_transaction_of_another_thread_is_not_seen(ledger: Ledger) -> None:
    seen: list[Any] = []
    with ledger._database.writing() as connection:
        connection.execute(text("INSERT INTO meta (name, value) VALUES ('hold', 'x')"))
        other = threading.Thread(target=lambda: seen.append(ledger.held_because))
        other.start()
        other.join()
    assert seen == [None]
    assert ledger.held_because == "x"


def test_what_a_daemon_writes_lasts_however_often_it_looks_at_the_ledger_itself(sqlite_url: str) -> None:
    """POSIX ends all locks on a file when their process closes any descriptor of it.

    A daemon that opened the file once more, to look whether it is well, was no longer seen by commands beside
    it; the next one to leave removed the log of writes under it.
    """
    with Ledger.open(sqlite_url) as working:
        working.record([an_entry("1", name="1")], NOW)
        Ledger.open(sqlite_url).close()
        assert daemon(LOOK, sqlite_url).communicate(timeout=60)[0] == "1\n"
        working.record([an_entry("2", name="2")], NOW)
        assert daemon(LOOK, sqlite_url).communicate(timeout=60)[0] == "2\n"
