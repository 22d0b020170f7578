"""One server as a process group of its own, so that it and all its children can be ended by number."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from servers.loopback import taken

SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"])
"""An ordinary user's PATH lacks the sbin folders, where the servers live."""

LOG_TAIL = 30
"""Lines of a server's log that an error quotes: enough for a start-up, short enough to be read."""

_PORTS_SECONDS = 65.0
"""How long a start waits for its ports: where the kernel's range for outgoing connections reaches down to
ours, anybody's passing connection may sit on one, and for a minute after its end (TIME_WAIT); a master that
meets it ends (Postfix: mutely)."""


class ServerMissingError(RuntimeError):
    """A server program is not on this machine."""


class ServerFailedError(RuntimeError):
    """A server did not start, did not answer or did not end."""


def program(name: str, *folders: str) -> str:
    """The path of a server program, looked for in `folders` first; raises with advice when it is absent."""
    found = shutil.which(name, path=os.pathsep.join([*folders, SEARCH_PATH]))
    if found is None:
        raise ServerMissingError(f"{name} is not installed; run tests/servers/install.sh (once, as root)")
    return found


def tail(log: Path, lines: int = LOG_TAIL) -> str:
    """The last lines of a log file, or a word that there is none."""
    try:
        return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])
    except OSError:
        return f"(no log at {log})"


def until(done: Callable[[], bool], within: float, pause: float = 0.02) -> bool:
    """Whether `done()` came true within so many seconds, asking every `pause` seconds."""
    deadline = time.monotonic() + within
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


class ServerProcess:
    """A master process, the group that it leads, and a guard that ends them if the tests die.

    The guard is a shell that waits for a pipe to close. A worker of pytest that is killed outright
    closes the pipe without running any fixture's end, and the servers must not outlive it. (The
    kernel's parent-death signal would not do: it also fires when a mere thread of the parent ends.)
    """

    def __init__(self, name: str, command: Sequence[str], log: Path, ports: Sequence[int] = ()) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.ports = list(ports)
        self._master: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The master's process number, which is also its group's; None when not started."""
        return self._master.pid if self._master else None

    def alive(self) -> bool:
        """Whether the master runs."""
        return self._master is not None and self._master.poll() is None

    def start(self) -> None:
        """Start the master in a new session; its output goes to `<log>.out`."""
        if self._master is not None:
            raise ServerFailedError(f"{self.name} is already started")
        if not until(lambda: not taken(self.ports), _PORTS_SECONDS):
            raise ServerFailedError(f"{self.name} cannot start: others hold its ports {taken(self.ports)}")
        with Path(f"{self.log}.out").open("ab") as output:
            self._master = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", 'read -r _; kill -s KILL -- "-$1"', "guard", str(self._master.pid)],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def await_ready(self, ready: Callable[[], bool], within: float) -> None:
        """Wait until `ready()`; when it fails, end what was started and raise with the server's own words."""
        if until(lambda: ready() or not self.alive(), within) and self.alive():
            return
        how = f"did not answer within {within:g} s" if self.alive() else "ended while starting"
        self.kill()
        held = f"; others hold its ports {busy}" if (busy := taken(self.ports)) else ""
        raise ServerFailedError(f"{self.name} {how}{held}\n{self.words()}")

    def words(self) -> str:
        """The tails of the server's output and log, for an error's text."""
        return "\n".join(tail(path) for path in (Path(f"{self.log}.out"), self.log) if path.exists())

    def members(self) -> list[int]:
        """The living processes of the group. Zombies do not count: init may be slow to bury them."""
        if self._master is None:
            return []
        return group_members(self._master.pid)

    def stop(self, within: float = 10.0, how: signal.Signals = signal.SIGTERM) -> None:
        """Ask the master to end as an administrator would, and insist after `within` seconds."""
        if self._master is None:
            return
        if self.alive():
            self._master.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._master.wait(within)
            until(lambda: not self.members(), within)
        self.kill()

    def kill(self) -> None:
        """End the whole group at once (SIGKILL), as a power cut would, and see that nothing is left."""
        if self._master is None:
            return
        if self.alive() or self.members():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._master.pid, signal.SIGKILL)
        self._master.wait(10)
        if not until(lambda: not self.members(), 10):
            raise ServerFailedError(f"{self.name}: processes {self.members()} survived SIGKILL")
        self._dismiss_guard()
        self._master = None

    def _dismiss_guard(self) -> None:
        """End the guard before its pipe closes, so that it cannot strike a group number used anew."""
        if self._guard is None:
            return
        self._guard.kill()
        self._guard.wait(10)
        if self._guard.stdin:
            self._guard.stdin.close()
        self._guard = None


def group_members(group: int) -> list[int]:
    """The living processes whose process group is `group`, as the kernel lists them."""
    members = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            told = (process / "stat").read_text("utf-8", "replace")
        except OSError:
            continue  # It ended while we looked: a walk by pattern would ask after it once more, and fail.
        # The second field is the program's name in brackets, and may itself hold blanks and brackets.
        state, _parent, pgrp = told.rpartition(")")[2].split()[:3]
        if int(pgrp) == group and state not in "ZX":
            members.append(int(process.name))
    return members
