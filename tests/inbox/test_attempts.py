"""A mail that ends mailbot itself is set aside after three tries; the others go on."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mailbot.errors import Unavailable
from mailbot.inbox.attempts import MOST_TRIES, Attempts

MAIL, OTHER = "a" * 64, "b" * 64


def test_a_try_is_written_down_before_the_reading_and_survives_a_kill(tmp_path: Path) -> None:
    file = tmp_path / "reading.json"
    program = (
        "import os, signal, sys; from pathlib import Path; from mailbot.inbox.attempts import Attempts\n"
        "Attempts(Path(sys.argv[1])).begin(sys.argv[2:]); os.kill(os.getpid(), signal.SIGKILL)"
    )
    for tries in range(1, MOST_TRIES + 1):
        done = subprocess.run([sys.executable, "-c", program, str(file), MAIL], check=False)
        assert done.returncode == -signal.SIGKILL
        found = Attempts(file)
        assert found.suspects([OTHER, MAIL])
        assert not found.suspects([OTHER])
        assert found.tries(MAIL) == tries
    last = Attempts(file)
    last.begin([MAIL, OTHER])
    assert last.tries(MAIL) > MOST_TRIES > last.tries(OTHER)


def test_no_mail_is_read_whose_try_could_not_be_forced_to_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "reading.json"
    Attempts(file).begin([OTHER])

    def refuse(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", refuse)
        with pytest.raises(Unavailable, match="cannot be written"):
            Attempts(file).begin([MAIL])
    # What was on the disk before is there, and nothing half written in its place.
    found = Attempts(file)
    assert (found.tries(OTHER), found.tries(MAIL)) == (1, 0)


def test_nothing_is_left_when_nothing_is_under_way(tmp_path: Path) -> None:
    file = tmp_path / "reading.json"
    attempts = Attempts(file)
    attempts.begin([MAIL, OTHER])
    attempts.end([MAIL])
    assert Attempts(file).suspects([OTHER])
    attempts.end([OTHER])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"{", b"\xff", b""])
def test_a_damaged_file_only_costs_tries(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "reading.json"
    file.write_bytes(content)
    assert not Attempts(file).suspects([MAIL])


def test_a_folder_that_cannot_be_written_is_the_worlds_fault(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"cannot be written"):
        Attempts(tmp_path / "no" / "reading.json").begin([MAIL])
