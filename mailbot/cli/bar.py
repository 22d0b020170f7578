"""A bar that shows how far long work has come, to a person at a terminal and to nobody else."""

import sys
from collections.abc import Iterable, Sequence

import click

from mailbot.daemon.progress import Progress, T, unseen


def bar(label: str) -> Progress:
    """A bar on the standard error stream, where that is a terminal: output that is piped on stays clean."""
    if not sys.stderr.isatty():
        return unseen

    def shown(things: Sequence[T], /) -> Iterable[T]:
        with click.progressbar(things, label=label, file=sys.stderr) as each:
            yield from each

    return shown
