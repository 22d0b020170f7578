"""What the child gives up before it opens anything; each step as far as the system allows it.

Limits are no wall against code that has taken the child over, so it also gives up the network and
the gain of privileges. What more a system offers (filters of system calls, Landlock) belongs here.
"""

import ctypes
import os
import resource
from contextlib import suppress

from mailbot.inbox.extract.limits import Limits

# From <linux/prctl.h> and <linux/sched.h>.
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
# Pipes, the mail, libraries while they load, and one program at a time.
_MOST_FILES = 64
# Counted over all of the user's tasks, so it can only stop a flood; systemd's TasksMax counts ours.
_MOST_TASKS = 1_024
# Reading mails may be slow; the daemon's answers to servers may not.
_NICENESS = 10


def confine(limits: Limits) -> None:
    """Confine this program for good, and all that it starts."""
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
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


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
