"""Telling systemd how we are (sd_notify(3)): one datagram, no library."""

import os
import socket
from contextlib import suppress

# systemd reads at once; where it cannot, its queue of ten is full, and the work must not wait for it.
_PATIENCE_SECONDS = 0.5


def notify(*lines: str) -> None:
    """Send state lines such as "READY=1"; without systemd, or where it does not read, nothing happens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    # A leading @ stands for an abstract socket, whose name begins with a NUL byte.
    path = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
        out.settimeout(_PATIENCE_SECONDS)
        out.connect(path)
        with suppress(TimeoutError):
            out.sendall("\n".join(lines).encode())


def watchdog_seconds() -> float | None:
    """How often systemd wants to hear from us at the latest; None if it does not watch."""
    usec = os.environ.get("WATCHDOG_USEC")
    return int(usec) / 1_000_000 if usec else None
