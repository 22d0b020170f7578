"""Seccomp: which system calls a program may still make, given up for good (`man 2 seccomp`).

What reads mails needs memory, its open files, more files to read, and a clock. It needs no socket, no new
program, no new file. What is not on the list is refused, not punished: a library that tries more than it
needs must not look like a hostile mail.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Iterator

# Name, number on x86-64, number on 64-bit ARM; from <asm/unistd_64.h>, <asm-generic/unistd.h>.
_READING = """
    read 0 63; write 1 64; close 3 57; stat 4 -; fstat 5 80; lstat 6 -; poll 7 -; lseek 8 62;
    mmap 9 222; mprotect 10 226; munmap 11 215; brk 12 214; rt_sigaction 13 134; rt_sigprocmask 14 135;
    rt_sigreturn 15 139; ioctl 16 29; pread64 17 67; readv 19 65; writev 20 66; access 21 -;
    select 23 -; sched_yield 24 124; mremap 25 216; mincore 27 232; madvise 28 233; dup 32 23;
    nanosleep 35 101; getpid 39 172; sendto 44 206; recvfrom 45 207; recvmsg 47 212; exit 60 93;
    uname 63 160; fcntl 72 25; getcwd 79 17; readlink 89 -; gettimeofday 96 169; getrusage 98 165;
    sysinfo 99 179; times 100 153; getuid 102 174; getgid 104 176; geteuid 107 175; getegid 108 177;
    getppid 110 173; getpgrp 111 -; sigaltstack 131 132; arch_prctl 158 -; gettid 186 178; time 201 -;
    futex 202 98; sched_getaffinity 204 123; getdents64 217 61; set_tid_address 218 96;
    restart_syscall 219 128; fadvise64 221 223; clock_gettime 228 113; clock_getres 229 114;
    clock_nanosleep 230 115; exit_group 231 94; newfstatat 262 79; readlinkat 267 78;
    faccessat 269 48; pselect6 270 72; ppoll 271 73; set_robust_list 273 99; get_robust_list 274 100;
    eventfd2 290 19; getcpu 309 168; getrandom 318 278; membarrier 324 283;
    statx 332 291; rseq 334 293
"""
# What a shell of one program needs beside: to begin it, to speak with it, to wait for it, to end it.
_RUNNING = """
    pipe 22 -; dup2 33 -; vfork 58 -; execve 59 221; wait4 61 260; kill 62 129; chdir 80 49;
    umask 95 166; getrlimit 97 163; setpgid 109 154; setsid 112 157; getgroups 115 158;
    getpgid 121 155; getsid 124 156; statfs 137 43; fstatfs 138 44; getpriority 140 141;
    setpriority 141 140; sched_getparam 143 121; sched_getscheduler 145 120; prctl 157 167;
    sched_setaffinity 203 122; epoll_wait 232 -; epoll_ctl 233 21; waitid 247 95; epoll_pwait 281 22;
    epoll_create1 291 20; dup3 292 24; pipe2 293 59
"""
_OPEN_AT, _CLONE = "openat 257 56", "clone 56 220"
_TGKILL, _PRLIMIT = "tgkill 234 131", "prlimit64 302 261"
_COLUMNS = {"x86_64": (1, 0xC000003E), "aarch64": (2, 0xC00000B7)}
_X32 = 0x40000000
# Calls since Linux 5.1 have the same number everywhere. Libraries try them first, and fall back where the
# kernel "does not know" them.
_FIRST_NEW = 424

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_CLONE_THREAD = 0x10000

# <linux/prctl.h>, <linux/seccomp.h>, <linux/bpf_common.h>
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16

_Step = tuple[int, int, int, int]  # operation, steps to skip if true, if false, and the operand


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def read_only(*, programs: bool) -> bool:
    """Refuse all calls but those for reading; with `programs` also those for running others.

    Needs `no_new_privs`. Returns whether the kernel took it.
    """
    machine = os.uname().machine
    if machine not in _COLUMNS:
        return False
    steps = [struct.pack("<HBBI", *step) for step in _steps(machine, programs=programs)]
    program = _Program(len(steps), b"".join(steps))
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _steps(machine: str, *, programs: bool) -> Iterator[_Step]:
    column, architecture = _COLUMNS[machine]
    allowed = f"{_READING}; {_RUNNING}; {_CLONE}" if programs else _READING
    yield _LOAD, 0, 0, _ARCHITECTURE_AT
    yield _EQUAL, 1, 0, architecture
    yield _RETURN, 0, 0, _REFUSE | errno.EPERM
    yield _LOAD, 0, 0, _NUMBER_AT
    yield _AT_LEAST, 0, 1, _X32
    yield _RETURN, 0, 0, _REFUSE | errno.EPERM
    for number in _numbers(allowed, column):
        yield _EQUAL, 0, 1, number
        yield _RETURN, 0, 0, _ALLOW
    # Files are opened for reading; of clones only threads are its own; it ends and limits only itself.
    yield from _where(_OPEN_AT, column, 2, (_ANY_BIT, 0, 1, _WRITING), _REFUSE | errno.EACCES, _ALLOW)
    yield from _where(_CLONE, column, 0, (_ANY_BIT, 0, 1, _CLONE_THREAD), _ALLOW, _REFUSE | errno.EPERM)
    yield from _where(_TGKILL, column, 0, (_EQUAL, 0, 1, os.getpid()), _ALLOW, _REFUSE | errno.EPERM)
    yield from _where(_PRLIMIT, column, 0, (_EQUAL, 0, 1, 0), _ALLOW, _REFUSE | errno.EPERM)
    yield _AT_LEAST, 0, 1, _FIRST_NEW
    yield _RETURN, 0, 0, _REFUSE | errno.ENOSYS
    yield _RETURN, 0, 0, _REFUSE | errno.EPERM


def _where(
    call: str, column: int, argument: int, test: _Step, if_true: int, otherwise: int
) -> Iterator[_Step]:
    """What becomes of a call by one of its arguments (the lower half of it)."""
    (number,) = _numbers(call, column)
    yield _EQUAL, 0, 4, number
    yield _LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument
    yield test
    yield _RETURN, 0, 0, if_true
    yield _RETURN, 0, 0, otherwise


def _numbers(table: str, column: int) -> Iterator[int]:
    """The numbers in one column of a table; a dash where that architecture has no such call."""
    for entry in table.replace("\n", " ").split(";"):
        number = entry.split()[column]
        if number != "-":
            yield int(number)
