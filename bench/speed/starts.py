"""Cold starts, beside Python loading one of the libraries that the office fixed."""

import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial

from speed.bench import Bench
from speed.figure import Figure, Goal, interleaved
from speed.office import PROGRAM, Office
from speed.ready import Ready


def measure(bench: Bench) -> Iterator[Figure]:
    with bench.place() as folder:
        office = Office(folder / "office", "2026-01-01")
        found = interleaved(
            bench.scale.starts,
            {
                "help": partial(_program, [*PROGRAM, "--help"]),
                "ready": partial(_ready, office),
                "import sqlalchemy": partial(_program, [sys.executable, "-c", "import sqlalchemy"]),
            },
        )
    beside = {"import sqlalchemy": found["import sqlalchemy"]}
    goal = [Goal(at_most=0.3)]
    yield Figure(name="mailbot --help, cold", unit="s", values=found["help"], peers=beside, goals=goal)
    goal = [Goal(at_most=2)]
    yield Figure(name="mailbot run, until ready", unit="s", values=found["ready"], peers=beside, goals=goal)


def _program(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _ready(office: Office) -> float:
    with Ready() as ready:
        began = time.perf_counter()
        with ready.daemon(office) as running:
            ready.wait(running)
            return time.perf_counter() - began
