"""`retry`: a mail that was set aside is read once more."""

from datetime import datetime

import click

from mailbot.cli.described import of_arrival, of_filings
from mailbot.cli.options import Number, configured, moment, with_by, with_config, with_json, with_now
from mailbot.cli.printing import print_json, say
from mailbot.daemon.house import opened
from mailbot.daemon.retry import retry as read_again


@click.command()
@click.argument("number", type=Number())
@with_by("Who asks for it.")
@with_now
@with_json
@with_config
def retry(number: int, by: str, now: datetime | None, as_json: bool, config_path: str | None) -> None:
    """Read and judge arrival NUMBER once more: it was set aside, or could not be read.

    What is read now is recorded as a ruling; everything derived follows.
    """
    with opened(configured(config_path)) as house:
        arrival = house.ledger.arrival(number)
        if arrival is None:
            raise click.UsageError(f"there is no arrival {number}")
        ruling = read_again(house, arrival, by=by, now=moment(now))
        told = of_arrival(arrival, house.ledger.book())
    if as_json:
        print_json({**told, "ruling": ruling.number})
    else:
        say(f"arrival {number}: {told['kind']} {told['unit'] or ''} {of_filings(told)}".rstrip())
