"""What a program gives up before it opens a mail, for good, and all that it starts with it.

Four layers, for each may be missing: limits of the kernel on what it uses, no network, Landlock on what it
sees, seccomp on what it asks the kernel for. None needs root; `Walls` says which of them stand.
"""

import ctypes
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import mailbot
from mailbot.inbox.extract import landlock, seccomp
from mailbot.inbox.extract.limits import Limits

# From <linux/prctl.h> and <linux/sched.h>.
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
# Pipes, the mail, libraries while they load, and one program at a time.
_MOST_FILES = 64
# Counted over all of the user's tasks, so it can only stop a flood; systemd's TasksMax counts ours.
_MOST_TASKS = 1_024
# Reading mails may be slow; the daemon's answers to servers may not.
_NICENESS = 10
# Python, libraries, Tesseract with its languages, time zones. Neither mails nor the ledger nor passwords.
_SYSTEM = (
    "/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives",
    "/dev/null", "/dev/urandom",
)  # fmt: skip


class Walls(NamedTuple):
    """Which walls stand around a program; limits on what it uses always do."""

    network: bool
    landlock: bool
    seccomp: bool


def confine(limits: Limits, *, programs: bool = False) -> Walls:
    """Confine this program for good; with `programs` it may still run others, as confined as itself."""
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    # Nothing is written to files: not even a library's cache.
    _limit(resource.RLIMIT_FSIZE, 0)
    # A core file would hold what the mail said.
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, _MOST_FILES)
    _limit(resource.RLIMIT_NPROC, _MOST_TASKS)
    with suppress(OSError):
        os.nice(_NICENESS)
    libc = ctypes.CDLL(None, use_errno=True)
    # Each may be refused inside a container or a hardened service, which then confines us itself.
    alone = libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    # Nobody of the same user may look into its memory, where mails are.
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    blind = landlock.see_only(_needed())
    return Walls(network=alone, landlock=blind, seccomp=seccomp.read_only(programs=programs))


def _needed() -> set[Path]:
    """What a program of ours has to see: Python with its libraries, and mailbot itself."""
    libraries = {Path(path) for path in sys.path if path.endswith(("-packages", ".zip", "lib-dynload"))}
    own = {Path(mailbot.__file__).parent, Path(sys.prefix), Path(sys.base_prefix)}
    return {*map(Path, _SYSTEM), *libraries, *own}


def allow_cpu(seconds: int) -> None:
    """Let this program compute for that long from now; beyond it the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    soft = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def confine_program(limits: Limits) -> None:
    """Confine a program that was just begun; it inherits all but its time of computing."""
    seconds = int(limits.ocr_seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    ours = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (ours, ours))
