"""`run` and `health`: mailbot at work, and whether it is well."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

import click

from mailbot.cli.options import config_file, configured, moment, step_down, with_config, with_json, with_now
from mailbot.cli.printing import iso, print_rows
from mailbot.config import salvage
from mailbot.core.machine.alarm import Alarm
from mailbot.daemon.alarm import sound, sound_misconfigured
from mailbot.daemon.health import examine, examine_misconfigured
from mailbot.daemon.house import House, opened
from mailbot.daemon.metrics import exposition, measure
from mailbot.daemon.supervisor import Supervisor, keep_for_later
from mailbot.errors import Misconfigured

# An alarm may be a text message; `mailbot check` names all.
_FAULTS_TOLD = 3


@click.command()
@with_config
def run(config_path: str | None) -> None:
    """The daemon: reads, plans and posts until SIGTERM; SIGHUP takes up rules and templates anew."""
    keep_for_later()
    config = configured(config_path, quiet=False)
    with opened(config, alone=True, words=True) as house:
        asyncio.run(_supervised(house))


@click.command()
@click.option("--alarm", is_flag=True, help="Tell people by the channels of [alarm], for a timer.")
@click.option(
    "--metrics", is_flag=True, help="Print figures for Prometheus, as its textfile collector reads them."
)
@with_now
@with_json
@with_config
def health(alarm: bool, metrics: bool, now: datetime | None, as_json: bool, config_path: str | None) -> None:
    """Whether mailbot is well; exit status 1 if something needs a person.

    It asks nothing of the daemon, so with --alarm a timer also hears of a daemon that died.
    """
    instant = moment(now)
    try:
        config = configured(config_path)
    except Misconfigured as error:
        if alarm:
            _tell_of_the_configuration(config_file(config_path), error, instant)
        raise
    conditions = examine(config, instant)
    if alarm:
        _say(sound(config, conditions, instant))
    if metrics:
        click.echo(exposition(measure(config, conditions, instant)), nl=False)
        return
    rows = [{"what": c.what, "well": c.well, "says": c.says} for c in conditions]
    well = all(condition.well for condition in conditions)
    print_rows(rows, as_json=as_json, columns=("what", "well", "says"), now=iso(instant), well=well)
    sys.exit(0 if well else 1)


def _tell_of_the_configuration(file: Path, error: Misconfigured, now: datetime) -> None:
    """A daemon that is started again ends at such a file, and says so to nobody."""
    found = salvage(file)
    step_down(found.state)
    says = "; ".join(str(fault) for fault in error.faults[:_FAULTS_TOLD])
    _say(sound_misconfigured(found, examine_misconfigured(found, says, now), now))


def _say(alarms: tuple[Alarm, ...]) -> None:
    for told in alarms:
        click.echo(f"mailbot: alarm {'over' if told.over else 'raised'}: {told.what}", err=True)


async def _supervised(house: House) -> None:
    await Supervisor(house).run()
