"""Free ports on loopback, and the question whether somebody greets there."""

import fcntl
import os
import random
import socket
import tempfile
from collections.abc import Iterable
from pathlib import Path

HOST = "127.0.0.1"

# Below the kernel's usual range for outgoing connections (32768 and up): a server that is stopped and
# started again must find its port still free, though other tests open hundreds of connections meanwhile.
_FIRST, _LAST = 15000, 32000

_DRAW = random.SystemRandom()
"""Not the seedable generator: workers of pytest-xdist may share a seed, and would draw the same ports."""


_CLAIMS = Path(tempfile.gettempdir()) / f"mailbot-ports-{os.geteuid()}"

_claimed: dict[int, int] = {}
"""The ports that this process has drawn, each with the descriptor of its locked file; the kernel lets go of
them at our end."""


def free_ports(count: int) -> list[int]:
    """So many different ports on which nobody listens, and which no other test draws while we run.

    Seconds pass between a draw and the server that listens there, and a server may be stopped and started
    again: somebody else's server in its place would fail every test of a worker.
    """
    ports: list[int] = []
    while len(ports) < count:
        port = _DRAW.randint(_FIRST, _LAST)
        if port not in _claimed and _free(port) and _claim(port):
            ports.append(port)
    return ports


def taken(ports: Iterable[int]) -> list[int]:
    """Those of the ports on which a server could not listen now."""
    return [port for port in ports if not _free(port)]


def _claim(port: int) -> bool:
    _CLAIMS.mkdir(exist_ok=True)
    claim = os.open(_CLAIMS / str(port), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(claim)
        return False
    _claimed[port] = claim
    return True


def _free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port in TIME_WAIT is free, one with a listener is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def greets(port: int, greeting: bytes, patience: float = 5.0) -> bool:
    """Whether the server at `port` opens the talk with these bytes (within `patience` seconds)."""
    try:
        with socket.create_connection((HOST, port), patience) as talk:
            return talk.recv(512).startswith(greeting)
    except OSError:
        return False
