"""Free ports on loopback, and the question whether somebody greets there."""

import random
import socket

HOST = "127.0.0.1"

# Below the kernel's usual range for outgoing connections (32768 and up): a server that is stopped and
# started again must find its port still free, though other tests open hundreds of connections meanwhile.
_FIRST, _LAST = 15000, 32000

_DRAW = random.SystemRandom()
"""Not the seedable generator: workers of pytest-xdist may share a seed, and would draw the same ports."""


def free_ports(count: int) -> list[int]:
    """So many different ports on which nobody listens now."""
    ports: list[int] = []
    while len(ports) < count:
        port = _DRAW.randint(_FIRST, _LAST)
        if port not in ports and _free(port):
            ports.append(port)
    return ports


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
