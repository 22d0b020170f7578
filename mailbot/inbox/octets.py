"""The octets of a mail: held in memory or, where they are many, seen through a window into its file."""

import mmap
from typing import Self, SupportsIndex, TypeAlias, overload

_WINDOW_BYTES = 1 << 20
# The kernel brings in a few pages around each that is touched; what was only glanced at may stay.
_LEAST_GIVEN_BACK = 64 << 10


class MappedOctets(mmap.mmap):
    """The octets of an open file, of which nothing stays in memory but what is being looked at.

    Used like `bytes`, by slices and patterns. The file must not become shorter meanwhile; those of the
    archive never do.
    """

    def __new__(cls, file: int) -> Self:
        """A view of the whole file, which is not empty.

        Raises:
            OSError: it cannot be mapped.
        """
        return super().__new__(cls, file, 0, access=mmap.ACCESS_READ)

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> int: ...
    @overload
    def __getitem__(self, key: slice, /) -> bytes: ...
    def __getitem__(self, key: SupportsIndex | slice, /) -> int | bytes:
        """As of `bytes`; the pages of what was taken are given back."""
        if not isinstance(key, slice):
            return super().__getitem__(key)
        taken = super().__getitem__(key)
        if len(taken) >= _LEAST_GIVEN_BACK:
            start = key.indices(len(self))[0]
            before = start % mmap.PAGESIZE
            self.madvise(mmap.MADV_DONTNEED, start - before, before + len(taken))
        return taken

    def find(self, sub: bytes, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        """As of `bytes`, a window at a time; for plain offsets only."""
        stop = len(self) if end is None else min(end, len(self))
        for at in range(start, stop, _WINDOW_BYTES):
            # What is looked for may lie across the edge of two windows.
            found = self[at : min(at + _WINDOW_BYTES + len(sub) - 1, stop)].find(sub)
            if found >= 0:
                return at + found
        return -1


Octets: TypeAlias = bytes | MappedOctets
"""A mail as its readers see it: sliced, searched, matched."""
