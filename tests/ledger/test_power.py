"""Power that fails: what SQLite had not forced to the disk is gone, torn, or there after all.

With `synchronous = FULL` a commit is forced into the log of writes before it is reported, and a checkpoint
forces the log before it touches the ledger's pages, and these before the log begins anew. So after a loss of
power the log is some prefix of itself with a tail of any content, or the pages are any mixture of old and new
beside a whole log. Each of these states is made here from real files, opened, and must be exactly what some
commit left.
"""

import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from ledger.facts import HOUR, NOW, a_letter, an_entry, queue

from mailbot.ledger import Ledger

# The log's header and that of each frame in it (https://sqlite.org/fileformat.html, 4.1).
_LOG_HEAD, _FRAME_HEAD = 32, 24
_PAGE_SIZE_AT, _SIZE_AFTER_COMMIT_AT = 8, 4


@dataclass(frozen=True)
class State:
    """What a ledger knows: enough to tell any two commits apart."""

    changes: int
    head: str | None
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Work:
    """A ledger's file before the work and after a checkpoint; its log, and the states after each commit."""

    before: bytes
    after: bytes
    log: bytes
    states: tuple[State, ...]
    page: int

    @property
    def ends(self) -> list[int]:
        """Where each frame of the log ends."""
        return list(range(_LOG_HEAD + _FRAME_HEAD + self.page, len(self.log) + 1, _FRAME_HEAD + self.page))

    def commits_by(self, length: int) -> int:
        """How many commits lie whole within so many octets of the log."""
        whole = [end for end in self.ends if end <= length]
        heads = (self.log[end - self.page - _FRAME_HEAD :] for end in whole)
        return sum(struct.unpack_from(">I", head, _SIZE_AFTER_COMMIT_AT)[0] > 0 for head in heads)


def state_of(ledger: Ledger) -> State:
    with ledger._database.reading() as connection:
        changes = connection.exec_driver_sql("SELECT changes FROM tally").scalar_one()
    return State(changes, ledger.head, tuple(sorted(ledger.counts().items())))


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Work:
    file = tmp_path_factory.mktemp("power") / "ledger.db"
    log = file.with_name("ledger.db-wal")
    url = f"sqlite:///{file}"
    Ledger.open(url).close()
    before = file.read_bytes()
    with Ledger.open(url) as ledger:
        states = [state_of(ledger)]
        for number in range(2):
            ledger.record([an_entry(f"{number}-{n}", name=f"{number}-{n}") for n in range(3)], NOW)
            states.append(state_of(ledger))
            ledger.vouch(NOW, NOW + HOUR, by="an", why=str(number), now=NOW)
            states.append(state_of(ledger))
            assert queue(ledger, a_letter(f"receipt/{number + 1}"))
            states.append(state_of(ledger))
        written = log.read_bytes()
        with ledger._database._readers.raw_connection() as raw:
            raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        after = file.read_bytes()
    page = struct.unpack_from(">I", written, _PAGE_SIZE_AT)[0]
    return Work(before, after, written, tuple(states), page)


def reopened(folder: Path, pages: bytes, log: bytes) -> State:
    """The state of a ledger that is opened after the power came back; also what `verify` would find of it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "ledger.db").write_bytes(pages)
    (folder / "ledger.db-wal").write_bytes(log)
    with Ledger.open(f"sqlite:///{folder / 'ledger.db'}") as ledger:
        assert ledger.damaged_pages() == []
        assert ledger.broken_links() == []
        assert ledger.gaps() == []
        assert ledger.odd_letters() == []
        return state_of(ledger)


def torn(work: Work, chance: Random) -> Iterator[tuple[bytes, int]]:
    """Logs as a loss of power leaves them, each with how many commits of it must be there."""
    for end in [0, _LOG_HEAD, *work.ends]:
        yield work.log[:end], work.commits_by(end)
        cut = end + chance.randrange(1, work.page)
        left = len(work.log) - cut
        if left > 0:
            # The file may have its length already, and not its content.
            tail = chance.choice((b"", bytes(left), chance.randbytes(left)))
            yield work.log[:cut] + tail, work.commits_by(cut)


def test_of_a_torn_log_every_whole_commit_is_there_and_nothing_of_the_next(
    work: Work, tmp_path: Path
) -> None:
    assert work.commits_by(len(work.log)) + 1 == len(work.states)
    seen = set()
    for log, commits in torn(work, Random(7)):
        assert reopened(tmp_path / "office", work.before, log) == work.states[commits]
        seen.add(commits)
    assert seen == set(range(len(work.states)))


def test_frames_of_the_last_commit_that_came_in_another_order_are_no_commit(
    work: Work, tmp_path: Path
) -> None:
    """Nothing orders the writes between two times that the log is forced: any of them may be missing."""
    chance, last = Random(8), len(work.states) - 2
    ends = [end for end in work.ends if work.commits_by(end - 1) == last]
    for _ in range(10):
        lost = chance.sample(ends, chance.randrange(1, len(ends) + 1))
        log = bytearray(work.log)
        for end in lost:
            log[end - work.page - _FRAME_HEAD : end] = bytes(_FRAME_HEAD + work.page)
        assert reopened(tmp_path / "office", work.before, bytes(log)) == work.states[last]


def test_a_checkpoint_that_was_cut_off_is_done_again(work: Work, tmp_path: Path) -> None:
    chance, length = Random(9), max(len(work.before), len(work.after))
    assert work.before != work.after
    for _ in range(10):
        pages = bytearray(work.before.ljust(length, b"\0"))
        for at in range(0, length, work.page):
            if chance.random() < 1 / 2:
                pages[at : at + work.page] = work.after[at : at + work.page]
        pages = pages[: chance.randrange(len(work.before) // work.page, length // work.page + 1) * work.page]
        assert reopened(tmp_path / "office", bytes(pages), work.log) == work.states[-1]
