"""What the daemon's tests share."""

from collections.abc import Iterator

import pytest
from servers.sink import SmtpSink


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server
