"""Postfix's smtp-sink: takes every letter and forgets it."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from servers.loopback import free_ports, greets
from servers.process import program


@contextmanager
def smtp_sink() -> Iterator[int]:
    """The port that it listens on."""
    port = free_ports(1)[0]
    command = [program("smtp-sink", "/usr/sbin"), "-c", f"inet:127.0.0.1:{port}", "256"]
    if os.geteuid() == 0:
        command[1:1] = ["-u", "nobody"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not greets(port, b"220"):
            if running.poll() is not None:
                raise RuntimeError("smtp-sink does not start")
            time.sleep(0.05)
        yield port
    finally:
        running.kill()
        running.wait()
