"""One reader for many tests: that it survives them all is part of what they show."""

from collections.abc import Iterator

import pytest

from mailbot.inbox.extract import Limits, Reader


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(ocr=False) as reader:
        yield reader


@pytest.fixture(scope="module")
def strict() -> Iterator[Reader]:
    """A reader whose patience is short, for files that are meant to exhaust it."""
    with Reader(Limits(cpu_seconds=2, wall_seconds=4, memory_bytes=400 << 20), ocr=False) as reader:
        yield reader
