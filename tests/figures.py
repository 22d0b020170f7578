"""The figures of long runs: printed, and kept in bench/results/torture.json by `make torture`."""

import json
import os
import platform
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

_FILE = Path(__file__).parent.parent / "bench" / "results" / "torture.json"
_GIBIBYTE = 1 << 30
_T = TypeVar("_T")


def in_time(things: Iterable[_T]) -> Iterator[_T]:
    """As many of `things` as can be begun within MAILBOT_MINUTES, on a machine that has no more time."""
    minutes = float(os.environ.get("MAILBOT_MINUTES", "inf"))
    began = time.monotonic()
    for thing in things:
        if time.monotonic() - began > minutes * 60:
            return
        yield thing


def keep(name: str, **figures: object) -> None:
    """Print what a test has seen; with MAILBOT_KEEP set, put it in the place of what was kept as `name`."""
    print(f"\n{name}: {figures}")  # noqa: T201 - a long run is watched by a person
    if not os.environ.get("MAILBOT_KEEP"):
        return
    kept = json.loads(_FILE.read_text(encoding="utf-8")) if _FILE.exists() else {}
    kept[name] = {"on": f"{datetime.now(UTC):%Y-%m-%d}", "machine": _machine(), **figures}
    fresh = _FILE.with_suffix(".new")
    fresh.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n", encoding="utf-8")
    fresh.replace(_FILE)


def _machine() -> str:
    """Its shape, and not its name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIBIBYTE
    cores, load = os.cpu_count(), os.getloadavg()[0]
    return f"{cores} cores (load {load:.1f}), {memory:.0f} GiB, Python {platform.python_version()}"
