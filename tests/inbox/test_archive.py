"""The archive: durable, idempotent, and honest about a disk that does not serve."""

import errno
import hashlib
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.errors import LedgerBroken, Unavailable
from mailbot.inbox.archive import Archive, ArchiveBroken

RAW = b"From: a@x\r\n\r\nbao cao\r\n"
SHA256 = hashlib.sha256(RAW).hexdigest()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "state" / "archive")


def incoming(archive: Archive) -> list[Path]:
    return list((archive.folder / "incoming").iterdir())


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """A disk that is full after `size` bytes of a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_bytes_are_kept_under_their_hash_for_nobody_else_to_read(archive: Archive) -> None:
    assert archive.keep(RAW) == SHA256
    path = archive.path(SHA256)
    assert path == archive.folder / SHA256[:2] / SHA256[2:4] / SHA256
    assert path.read_bytes() == archive.read(SHA256) == RAW
    assert path.stat().st_mode & 0o777 == 0o400
    folders = [archive.folder, path.parent, path.parent.parent]
    assert all(folder.stat().st_mode & 0o777 == 0o700 for folder in folders)
    assert archive.holds(SHA256)
    assert archive.intact(SHA256)
    assert incoming(archive) == []


def test_keeping_twice_changes_nothing(archive: Archive) -> None:
    archive.keep(RAW)
    before = archive.path(SHA256).stat()
    assert archive.keep(RAW) == SHA256
    after = archive.path(SHA256).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert incoming(archive) == []


@given(raw=st.binary(max_size=5_000), cuts=st.lists(st.integers(0, 5_000), max_size=5))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_slices_make_the_same_mail(archive: Archive, raw: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    with archive.open_incoming() as mail:
        for begin, end in pairwise(edges):
            mail.write(memoryview(raw)[begin:end])
        assert mail.finish() == (hashlib.sha256(raw).hexdigest(), len(raw))
    assert archive.read(hashlib.sha256(raw).hexdigest()) == raw


def test_other_bytes_under_a_name_are_an_alarm_and_stay_as_they_are(archive: Archive) -> None:
    archive.keep(RAW)
    path = archive.path(SHA256)
    path.chmod(0o600)
    path.write_bytes(RAW.replace(b"bao", b"BAO"))
    with pytest.raises(ArchiveBroken) as raised:
        archive.keep(RAW)
    assert isinstance(raised.value, LedgerBroken)
    assert not archive.intact(SHA256)
    assert b"BAO" in path.read_bytes()
    assert incoming(archive) == []


def test_a_full_disk_keeps_nothing_and_serves_again_later(archive: Archive) -> None:
    with files_no_larger_than(1_000), pytest.raises(Unavailable, match="may not grow"):
        archive.keep(b"x" * 5_000)
    assert incoming(archive) == []
    assert archive.keep(b"x" * 5_000)


def test_an_abandoned_mail_leaves_nothing(archive: Archive) -> None:
    with archive.open_incoming() as mail:
        mail.write(b"half of a")
        assert len(incoming(archive)) == 1
    assert incoming(archive) == []
    assert [path for path in archive.folder.rglob("*") if path.is_file()] == []


def test_what_a_killed_run_left_is_swept_when_it_is_old(archive: Archive) -> None:
    now = datetime.now(UTC)
    old, fresh = archive.folder / "incoming" / "old", archive.folder / "incoming" / "fresh"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (now.timestamp() - 7_200,) * 2)
    assert archive.sweep(now - timedelta(hours=1)) == 1
    assert incoming(archive) == [fresh]


def test_a_discarded_mail_is_gone_and_stays_gone(archive: Archive) -> None:
    archive.keep(RAW)
    archive.discard(SHA256)
    archive.discard(SHA256)
    assert not archive.holds(SHA256)
    with pytest.raises(Unavailable, match="not there"):
        archive.read(SHA256)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63])
def test_only_a_hash_names_a_mail(archive: Archive, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        archive.path(name)


def test_a_folder_that_cannot_be_made_is_said_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable, match="the archive cannot open"):
        Archive(tmp_path / "file" / "archive")


KEEPER = """
import sys
from pathlib import Path
from mailbot.inbox.archive import Archive
archive = Archive(Path(sys.argv[1]))
for n in range(100_000):
    print(archive.keep(b"%d" % n * 50_000), flush=True)
"""


def test_what_was_kept_before_a_kill_is_whole_after_it(archive: Archive) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(archive.folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as keeper:
        assert keeper.stdout is not None
        kept = [keeper.stdout.readline().strip() for _ in range(50)]
        keeper.kill()
        kept += [line.strip() for line in keeper.stdout if line.endswith("\n")]
    assert all(archive.intact(sha256) for sha256 in kept)
    files = [path for path in archive.folder.glob("??/??/*") if path.is_file()]
    assert all(archive.intact(path.name) for path in files)


def test_mails_settled_together_are_kept_also_when_two_are_the_same(archive: Archive) -> None:
    raws = [b"x" * n for n in (10, 2_000, 10, 0)]
    mails = [archive.open_incoming() for _ in raws]
    for mail, raw in zip(mails, raws, strict=True):
        mail.write(raw)
    settled = archive.settle(mails)
    assert settled == [(hashlib.sha256(raw).hexdigest(), len(raw)) for raw in raws]
    assert [archive.read(sha256) for sha256, _ in settled] == raws
    assert incoming(archive) == []


def test_of_mails_settled_together_none_is_left_half_done(archive: Archive) -> None:
    archive.keep(RAW)
    archive.path(SHA256).chmod(0o600)
    archive.path(SHA256).write_bytes(b"")
    mails = [archive.open_incoming() for _ in range(3)]
    for mail, raw in zip(mails, (b"one", RAW, b"two"), strict=True):
        mail.write(raw)
    with pytest.raises(ArchiveBroken):
        archive.settle(mails)
    assert incoming(archive) == []


def _failing(monkeypatch: pytest.MonkeyPatch, of_folders: bool) -> list[Path]:
    """From now on the first fsync of a file, or of a folder of mails, fails; what was asked for since."""
    real, asked = os.fsync, []

    def fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path.is_dir() == of_folders:
            asked.append(path)
            if len(asked) == 1:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return asked


def test_a_mail_that_could_not_be_forced_to_disk_is_dropped_and_never_forced_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel may have thrown its bytes away, and would say of a second try that all is well."""
    asked = _failing(monkeypatch, of_folders=False)
    with pytest.raises(Unavailable, match="input/output error"):
        archive.keep(RAW)
    assert len(asked) == 1
    assert incoming(archive) == []
    assert not archive.holds(SHA256)
    assert archive.keep(RAW) == SHA256
    # Written anew, and forced as another file.
    assert len(set(asked)) == 2
    assert archive.intact(SHA256)


def test_a_mail_whose_name_could_not_be_forced_to_disk_is_named_anew(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with its bytes: a folder that is forced once more without a change may hold no such name."""
    asked = _failing(monkeypatch, of_folders=True)
    with pytest.raises(Unavailable, match="input/output error"):
        archive.keep(RAW)
    assert asked
    assert not archive.holds(SHA256)
    assert incoming(archive) == []
    assert archive.keep(RAW) == SHA256
    assert archive.intact(SHA256)


def test_what_was_kept_before_stays_where_a_later_mail_cannot_be_forced(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.keep(RAW)
    _failing(monkeypatch, of_folders=True)
    with pytest.raises(Unavailable):
        archive.keep(RAW)
    assert archive.intact(SHA256)
