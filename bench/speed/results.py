"""The file of results: what this run found, on which machine, beside what an earlier one found."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from speed.figure import Figure
from speed.table import table


class Results:
    """Figures of one run, written after each, so that a run that is broken off leaves what it had."""

    def __init__(self, file: Path, scale: str) -> None:
        self._file = file
        self._before: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
        self._told: dict[str, Any] = {
            "date": datetime.now(UTC).date().isoformat(),
            "scale": scale,
            "machine": machine(),
            "commit": _commit(),
            "figures": [],
        }

    def add(self, figure: Figure) -> None:
        self._told["figures"].append(figure.kept())
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._told, ensure_ascii=False, indent=1) + "\n", "utf-8")

    def table(self) -> str:
        return table(self._told, self._before)


def machine() -> dict[str, Any]:
    """Its shape, as far as figures depend on it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gib": round(memory),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _commit() -> str:
    asked = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(asked, check=False, capture_output=True, text=True)
    return done.stdout.strip()
