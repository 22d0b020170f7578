"""The papers' templates of an office, loaded and tried."""

from pathlib import Path

from mailbot.papers import emulation, monthly, reprimand
from mailbot.papers.wording import Wording


def load_wording(templates: Path) -> Wording:
    """The wording in `templates`/papers.

    Raises:
        Misconfigured: with every fault found in any of the templates.
    """
    papers = (monthly, emulation, reprimand)
    return Wording(templates / "papers", {paper.NAME: paper.samples() for paper in papers})
