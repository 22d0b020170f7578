"""Knowing when a daemon is ready: it tells whoever starts it, as systemd asks it to."""

import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from speed.office import Office

_LONGEST_SECONDS = 120


class Ready:
    """Where a daemon reports; use it in a `with` block."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory()
        self._path = Path(self._folder.name) / "notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self._path))
        self._socket.settimeout(_LONGEST_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._folder.cleanup()

    @contextmanager
    def daemon(self, office: Office) -> Iterator[subprocess.Popen[bytes]]:
        """A daemon that reports here, ended when the block is left."""
        os.environ["NOTIFY_SOCKET"] = str(self._path)
        try:
            with office.daemon() as running:
                del os.environ["NOTIFY_SOCKET"]
                yield running
        finally:
            os.environ.pop("NOTIFY_SOCKET", None)

    def wait(self, running: subprocess.Popen[bytes]) -> None:
        """Return when the daemon says that it is ready."""
        while b"READY=1" not in self._socket.recv(4096):
            if running.poll() is not None:
                raise RuntimeError("the daemon ended while it started")
