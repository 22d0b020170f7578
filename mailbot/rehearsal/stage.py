"""Where a rehearsal takes place: one folder, with the office's own folder and the pages in it."""

import asyncio
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from mailbot.config import Config
from mailbot.core.calendar import local
from mailbot.daemon.house import opened
from mailbot.ledger.store import Identity, Ledger
from mailbot.papers.shown import ShownYear
from mailbot.papers.site import PARTS, Site
from mailbot.rehearsal.agenda import Hands
from mailbot.rehearsal.papers import papers
from mailbot.rehearsal.showing import shown
from mailbot.rehearsal.year import Script, Year
from mailbot.resources import resource

# The folder of the rehearsed office is a working one: every command can be tried on it.
OFFICE = "office"
_MARK = "demo.json"


class Stage:
    """The folder of one rehearsal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.office = folder / OFFICE
        self.index = folder / "index.html"

    @property
    def free(self) -> bool:
        """Whether a rehearsal may be put there: nothing is in the way but a former one."""
        return not self.folder.exists() or (self.folder / _MARK).is_file() or not any(self.folder.iterdir())

    def clear(self) -> None:
        """Remove a former rehearsal, and nothing else that may have been put beside it."""
        for name in (*PARTS, OFFICE):
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        self.folder.mkdir(parents=True, exist_ok=True)
        # From now on, even if the rehearsal breaks off, the folder is known for what it is.
        (self.folder / _MARK).write_text("{}\n", encoding="utf-8")

    def show(self, year: ShownYear) -> dict[str, Any]:
        """Write the pages and the summary; return the summary."""
        Site(resource("templates") / "pages", self.folder).write(year)
        told = summary(year)
        written = json.dumps(told, ensure_ascii=False, indent=1)
        (self.folder / _MARK).write_text(f"{written}\n", encoding="utf-8")
        return told


def rehearse(config: Config, script: Script, day_begins: Callable[[date], None]) -> tuple[Year, ShownYear]:
    """Let the script's year pass in the office of `config`, which must not have begun its work."""
    hands = Hands(script.begins_at)
    config.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    Ledger.open(config.ledger_url, identity=_identity(script.seed)).close()
    with opened(config, hands, words=True) as house:
        year = Year(house, hands, script)
        asyncio.run(year.run(day_begins))
        told = shown(year, hands())
        return year, replace(told, papers=tuple(papers(house, script.first.year, hands())))


def summary(year: ShownYear) -> dict[str, Any]:
    """The year in numbers, for scripts."""
    outage = year.totals.outage
    told: dict[str, Any] = {
        "year": year.year,
        "seed": year.seed,
        "now": local(year.now).isoformat(),
        "units": len(year.units),
        "duties": len(year.duties),
        **asdict(year.totals),
    }
    if outage is not None:
        told["outage"] |= {
            "since": local(outage.since).isoformat(),
            "until": local(outage.until).isoformat(),
        }
    return told


def _identity(seed: int) -> Identity:
    """A ledger's name and secret that are no secret: a rehearsal must write the same letters each time."""
    secret = hashlib.sha256(f"rehearsal {seed}".encode()).digest()
    return Identity(instance=secret.hex()[:32], message_secret=secret)
