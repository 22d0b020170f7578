"""`demo`: a year of a simulated province, in a minute."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from textwrap import wrap
from typing import Any

import click

from mailbot import log
from mailbot.cli.new_office import write_office
from mailbot.cli.options import with_json
from mailbot.cli.printing import print_json, say
from mailbot.config import Reading, load_config
from mailbot.core.standings.figures import PERCENT, shown_share
from mailbot.rehearsal.stage import Stage, rehearse
from mailbot.rehearsal.year import whole_year

# The first full year under the directive of June 2013, with the units of that time.
_YEAR = 2014
_PROFILE = "thai-nguyen-2013"
# What fits any terminal, and reads well on a wider one.
_COLUMNS = 80


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-out"),
    show_default=True,
    help="The folder to put it into; a former demo there is replaced.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Another seed, another year."
)
@with_json
def demo(out: Path, seed: int, as_json: bool) -> None:
    """Rehearse one reporting year of a simulated province through the real pipeline, and show the result."""
    stage = Stage(out)
    if not stage.free:
        raise click.ClickException(f"{out} is there already and is no former demo; nothing was written")
    log.configure("warning", "console")
    stage.clear()
    config = load_config(write_office(stage.office, _PROFILE, date(_YEAR, 1, 1)))
    # Recognising scans takes a second each; what they say would not be told from the year's other mails.
    config = replace(config, reading=Reading(ocr=False))
    with _progress() as day_begins:
        _, shown = rehearse(config, whole_year(_YEAR, seed), day_begins)
    told = stage.show(shown)
    if as_json:
        print_json({**told, "index": str(stage.index)})
    else:
        for line in _lines(told, stage):
            say(line)


@contextmanager
def _progress() -> Iterator[Callable[[date], None]]:
    """A bar on a terminal, a line for each month elsewhere; both on standard error."""
    if sys.stderr.isatty():
        with click.progressbar(length=365, label=f"Rehearsing {_YEAR}", file=sys.stderr) as bar:
            yield lambda day: bar.update(day.timetuple().tm_yday - bar.pos)
        return
    begun: set[int] = set()

    def tell(day: date) -> None:
        if day.month not in begun:
            begun.add(day.month)
            click.echo(f"rehearsing {day:%B %Y}", err=True)

    yield tell


def _lines(told: dict[str, Any], stage: Stage) -> Iterator[str]:
    """The summary for people."""
    yield f"{told['year']} in a simulated province of {told['units']} units (seed {told['seed']})"
    yield ""
    yield from _entry("Mails", _mails(told))
    yield from _entry("Letters", _letters(told["letters"]))
    yield from _entry("Reports", _standings(told["standings"]))
    if outage := told["outage"]:
        yield from _entry("Outage", _outage(outage))
    yield from _entry("Truth", _truth(told))
    yield ""
    yield f"Open {stage.index}: the year's standings, and every letter as its receiver sees it."
    yield f"Go on with: mailbot --config {stage.office / 'config.toml'} status --now {told['now']}"


def _entry(name: str, says: str) -> Iterator[str]:
    lines = wrap(says, _COLUMNS - 9)
    yield f"{name:9}{lines[0]}"
    yield from (f"{'':9}{line}" for line in lines[1:])


def _mails(told: dict[str, Any]) -> str:
    received = told["received"]
    aside = received["ignored"] + received["duplicate"]
    machines = received["auto_reply"] + received["bounce"] + received["delayed"]
    return (
        f"{sum(received.values()):,} came: {received['filed']} recorded as reports at once, "
        f"{received['unclear']} unclear, {aside} set aside, {machines} written by machines, "
        f"{received['sealed']} sealed for their mark of secrecy; the staff ruled on {told['settled']}"
    )


def _letters(letters: dict[str, int]) -> str:
    return (
        f"{sum(letters.values()):,} posted: {letters['receipt']} receipts, {letters['query']} queries, "
        f"{letters['reminder']} reminders, {letters['late']} late notices, {letters['digest']} digests, "
        f"{letters['lines']} with a unit's own lines of a month, {letters['month']} drafts for the approver, "
        f"{letters['sealed'] + letters['alert']} about secrecy"
    )


def _standings(standings: dict[str, int]) -> str:
    owed = sum(standings.values())
    judged = sum(standings[each] for each in ("on_time", "late", "overdue"))
    share = shown_share(PERCENT * standings["on_time"] / judged) if judged else 0
    return (
        f"{owed} owed: {standings['on_time']} on time ({share}% of those judged), "
        f"{standings['late']} late, {standings['overdue']} overdue, {standings['not_judged']} not judged"
    )


def _outage(outage: dict[str, Any]) -> str:
    since, until = (datetime.fromisoformat(outage[end]) for end in ("since", "until"))
    return (
        f"mailbot was down from {since:%d %B %H:%M} to {until:%d %B %H:%M}; {outage['mails']} mails came "
        f"meanwhile, {outage['due']} reports fell due, {outage['passed_over']} notices were passed over; "
        f"the first round afterwards posted {outage['letters']} letters, at most "
        f"{outage['most_per_duty']} for each report"
    )


def _truth(told: dict[str, Any]) -> str:
    return (
        f"{told['wrong']} reports recorded that the mail did not hand in, {told['overlooked']} overlooked "
        f"beside another in one mail, {told['unjust']} late notices for reports that had come in time"
    )
