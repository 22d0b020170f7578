"""Files that are there whole, or as they were."""

import errno
import os
import resource
import signal
from pathlib import Path
from random import Random

import pytest

from mailbot.disk import put
from tests.simulation.disk import Disk


@pytest.mark.parametrize("seed", range(20))
def test_what_was_put_durably_survives_a_loss_of_power(tmp_path: Path, seed: int) -> None:
    disk = Disk(tmp_path)
    with disk.watched():
        put(tmp_path / "kept.json", "former", durable=True)
        put(tmp_path / "kept.json", "Đã ghi", durable=True)
    disk.lose_power(Random(seed))
    assert (tmp_path / "kept.json").read_text(encoding="utf-8") == "Đã ghi"


def test_what_cannot_be_written_leaves_the_former_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    file = tmp_path / "kept.json"
    put(file, b"former")
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="Input/output"):
        put(file, b"new", durable=True)
    assert file.read_bytes() == b"former"


def test_a_secret_is_open_to_nobody_else_whatever_a_crash_left(tmp_path: Path) -> None:
    file = tmp_path / "token.json"
    left = tmp_path / ".token.json.new"
    left.write_text("{", encoding="ascii")
    left.chmod(0o644)
    put(file, "{}", mode=0o600)
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("durable", [True, False])
def test_a_full_disk_keeps_nothing_of_what_it_had_no_room_for(tmp_path: Path, *, durable: bool) -> None:
    file = tmp_path / "bao-cao.docx"
    put(file, b"former")
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    former = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limit[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            put(file, b"x" * 100_000, durable=durable)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, former)
    assert file.read_bytes() == b"former"
    assert list(tmp_path.iterdir()) == [file]
