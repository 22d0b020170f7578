"""Landlock: which files a program may still see, given up for good (Linux 5.13; `man 7 landlock`).

Without root, and inherited by all that the program starts. What an older kernel does not know it does
not forbid; a kernel without Landlock forbids nothing, and seccomp remains.
"""

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

# The same numbers on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_RULE_PATH_BENEATH = 1
# Access to files by the version of the interface that brought it (<linux/landlock.h>).
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_FIRST_RIGHTS = (1 << 13) - 1
_LATER_RIGHTS = {2: 1 << 13, 3: 1 << 14, 5: 1 << 15}  # REFER, TRUNCATE, IOCTL_DEV
_TCP_SINCE, _TCP_BIND_AND_CONNECT = 4, 0b11
_SCOPES_SINCE, _ABSTRACT_SOCKETS_AND_SIGNALS = 6, 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Which version of Landlock the kernel offers; 0 if none, or if a filter of ours forbids to ask."""
    return max(0, int(_libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)))


def see_only(paths: Iterable[Path]) -> bool:
    """Let this program read and run what lies beneath `paths`, write nothing, and connect nowhere.

    Needs `no_new_privs`. Returns whether the kernel took it.
    """
    offered = version()
    if not offered:
        return False
    libc = _libc()
    handled = _FIRST_RIGHTS | sum(right for since, right in _LATER_RIGHTS.items() if offered >= since)
    ruleset = _Ruleset(
        handled,
        _TCP_BIND_AND_CONNECT if offered >= _TCP_SINCE else 0,
        _ABSTRACT_SOCKETS_AND_SIGNALS if offered >= _SCOPES_SINCE else 0,
    )
    # An older kernel takes a longer structure as long as what it does not know is zero.
    descriptor = libc.syscall(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.sizeof(ruleset), 0)
    if descriptor < 0:
        return False
    try:
        for path in paths:
            _allow(libc, descriptor, path)
        return bool(libc.syscall(_RESTRICT_SELF, descriptor, 0) == 0)
    finally:
        os.close(descriptor)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        # What is not there need not be allowed.
        return
    rights = _READ_FILE | _EXECUTE | (_READ_DIR if path.is_dir() else 0)
    try:
        libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(_Beneath(rights, parent)), 0)
    finally:
        os.close(parent)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
