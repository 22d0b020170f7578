"""`run` and `health`: mailbot at work, and whether it is well."""

import asyncio
import sys
from datetime import datetime

import click

from mailbot.cli.options import configured, moment, with_config, with_json, with_now
from mailbot.cli.printing import iso, print_rows
from mailbot.daemon.alarm import sound
from mailbot.daemon.health import examine
from mailbot.daemon.house import House, opened
from mailbot.daemon.metrics import exposition, measure
from mailbot.daemon.supervisor import Supervisor


@click.command()
@with_config
def run(config_path: str | None) -> None:
    """The daemon: reads, plans and posts until SIGTERM; SIGHUP takes up rules and templates anew."""
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
    config = configured(config_path)
    instant = moment(now)
    conditions = examine(config, instant)
    if alarm:
        for told in sound(config, conditions, instant):
            click.echo(f"mailbot: alarm {'over' if told.over else 'raised'}: {told.what}", err=True)
    if metrics:
        click.echo(exposition(measure(config, conditions, instant)), nl=False)
        return
    rows = [{"what": c.what, "well": c.well, "says": c.says} for c in conditions]
    well = all(condition.well for condition in conditions)
    print_rows(rows, as_json=as_json, columns=("what", "well", "says"), now=iso(instant), well=well)
    sys.exit(0 if well else 1)


async def _supervised(house: House) -> None:
    await Supervisor(house).run()
