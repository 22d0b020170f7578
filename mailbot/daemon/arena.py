"""Where the program takes its memory from."""

import ctypes

# As <malloc.h> of glibc names it.
_M_ARENA_MAX = -8


def use_one_arena() -> None:
    """Let all threads take their memory from one arena, from now on.

    glibc gives each new thread an arena of its own, so that threads need not wait for each other, and what
    one of them lets go no other can use. Python lets one thread run at a time, so that only costs memory:
    some 6 MiB while a full mailbox is read. Where the C library knows no such thing, nothing happens.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_ARENA_MAX, 1)
