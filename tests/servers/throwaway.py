"""A machine to throw away: a copy of this one, in which everything may be written and nothing stays.

All files are those of this machine, seen through an overlay in a mount namespace of its own; what is written
lies in memory and is gone with it. Its processes have a namespace of their own, too, and end with it; the
network is this machine's. There is no systemd in it: `systemctl` and `journalctl` are stand-ins that read the
real unit files (`systemctl.py`).
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

from servers.process import ServerFailedError, until
from servers.terminal import Terminal

_MOUNTS = """
set -e
mount -t tmpfs throwaway "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay throwaway -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
for folder in dev sys; do mount --rbind "/$folder" "$1/root/$folder"; done
mount -t proc proc "$1/root/proc"
exec chroot "$1/root" sleep infinity
"""
_STAND_INS = Path(__file__).with_name("systemctl.py")
_ENV = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "TERM": "xterm",
    # Nothing is downloaded: what pip is asked for must be there.
    "PIP_NO_INDEX": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}


class Throwaway:
    """The machine; `with Throwaway() as machine:`."""

    def __enter__(self) -> Self:
        """Make the namespaces.

        Raises:
            ServerFailedError: this machine does not let us.
        """
        self._folder = Path(tempfile.mkdtemp(prefix="mailbot-machine-"))
        apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        self._holder = subprocess.Popen(
            [*apart, "sh", "-c", _MOUNTS, "sh", str(self._folder)], stderr=subprocess.PIPE, text=True
        )
        made = until(lambda: self._holder.poll() is not None or self._init() is not None, 20)
        if not made or self._holder.poll() is not None:
            said = self._holder.stderr.read() if self._holder.stderr and self._holder.poll() else ""
            self.__exit__()
            raise ServerFailedError(
                "the administrator's guide is followed as root, in a mount namespace with an overlay; this "
                f"machine does not let us make one: {said}"
            )
        self._furnish()
        return self

    def __exit__(self, *_: object) -> None:
        """End whatever runs in it, and forget what was written."""
        self._holder.kill()
        self._holder.communicate()
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self._folder)

    def run(self, script: str, *, expect: int = 0) -> str:
        """Run a script of the shell in it as root, without a terminal; return all that it says."""
        done = subprocess.run(
            [*self._enter(), *_bash(script)],
            env=_ENV,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == expect, f"{script}\n{done.stdout}"
        return done.stdout

    def terminal(self, script: str) -> Terminal:
        """A script of the shell at a terminal in it."""
        return Terminal([*self._enter(), *_bash(script)], env=_ENV)

    def path(self, inside: str) -> Path:
        """Where a file of the machine is to be found from outside."""
        return Path(f"/proc/{self._init()}/root{inside}")

    def _enter(self) -> list[str]:
        return ["nsenter", f"--target={self._init()}", "--mount", "--pid", "--root", "--wdns=/root"]

    def _init(self) -> int | None:
        """Its first process, once that is at rest in its own root."""
        try:
            children = Path(f"/proc/{self._holder.pid}/task/{self._holder.pid}/children").read_text("ascii")
            first = int(children.split()[0])
            at_rest = Path(f"/proc/{first}/cmdline").read_bytes().startswith(b"sleep\0")
        except (OSError, IndexError):
            return None
        return first if at_rest else None

    def _furnish(self) -> None:
        """Stand-ins for systemd, and folders that a service's user may pass through to this Python."""
        for name in ("systemctl", "journalctl"):
            target = self.path(f"/usr/local/bin/{name}")
            target.write_text(f"#!{sys.executable}\n{_STAND_INS.read_text('utf-8')}", "utf-8")
            target.chmod(0o755)
        for folder in (*Path(sys.executable).parents, *Path(os.path.realpath(sys.executable)).parents):
            inside = self.path(str(folder))
            inside.chmod(inside.stat().st_mode | 0o111)


def _bash(script: str) -> list[str]:
    return ["bash", "-euo", "pipefail", "-c", script]
