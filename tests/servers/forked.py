"""Commands of mailbot, each in a process of its own, forked from one that has loaded the program.

Loading it takes a second, and whoever waits for something asks again and again. A command shares with the
next what was imported, and nothing else.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryFile

from mailbot.cli import main

_PROCESSES = get_context("forkserver")
# What is asked most; another command loads the rest of what it needs by itself.
_PROCESSES.set_forkserver_preload([f"mailbot.cli.{name}" for name in ("outbox", "register", "standings")])


def run(arguments: Sequence[str], cwd: Path, timeout: float) -> subprocess.CompletedProcess[str]:
    """Run `mailbot` with these arguments as `subprocess.run` would; `timeout` in seconds.

    Raises:
        subprocess.TimeoutExpired: it had not ended by then, and was killed.
    """
    with TemporaryFile("w+", encoding="utf-8") as out, TemporaryFile("w+", encoding="utf-8") as err:
        printed = (f"/proc/{os.getpid()}/fd/{out.fileno()}", f"/proc/{os.getpid()}/fd/{err.fileno()}")
        command = _PROCESSES.Process(target=_obey, args=(tuple(arguments), cwd, dict(os.environ), printed))
        command.start()
        command.join(timeout)
        if command.exitcode is None:
            command.kill()
            command.join()
            raise subprocess.TimeoutExpired(list(arguments), timeout)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(list(arguments), command.exitcode, out.read(), err.read())


def _obey(
    arguments: tuple[str, ...], cwd: Path, environment: dict[str, str], printed: tuple[str, str]
) -> None:
    """In the new process: be `mailbot`."""
    for number, path in enumerate(printed, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    sys.argv = ["mailbot", *arguments]
    main()
