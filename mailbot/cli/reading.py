"""`retry`: mails are read once more that were set aside, or whose sender is registered only since."""

from datetime import datetime

import click

from mailbot.cli.described import of_arrival, of_filings
from mailbot.cli.options import Number, configured, moment, with_by, with_config, with_json, with_now
from mailbot.cli.printing import print_json, print_rows, say
from mailbot.daemon.house import opened
from mailbot.daemon.retry import retry as read_again
from mailbot.daemon.retry import retry_registered


@click.command()
@click.argument("number", type=Number(), required=False)
@click.option("--registered", is_flag=True, help="All that wait whose sender has been registered since.")
@with_by("Who asks for it.")
@with_now
@with_json
@with_config
def retry(
    number: int | None,
    registered: bool,
    by: str,
    now: datetime | None,
    as_json: bool,
    config_path: str | None,
) -> None:
    """Read and judge arrival NUMBER once more: it was set aside, or could not be read.

    With --registered all mails that wait because nobody had registered their sender's address, where the
    register has it by now. What is read is recorded as rulings; everything derived follows.
    """
    if registered is (number is not None):
        raise click.UsageError("say NUMBER, or --registered")
    at = moment(now)
    with opened(configured(config_path), lambda: at) as house:
        if number is None:
            numbers = [ruling.arrival for ruling in retry_registered(house, by=by, now=at)]
            book = house.ledger.book()
            rows = [of_arrival(book.by_number[each], book) for each in numbers]
            print_rows(rows, as_json=as_json, columns=("arrival", "kind", "unit", "periods", "subject"))
            return
        arrival = house.ledger.arrival(number)
        if arrival is None:
            raise click.UsageError(f"there is no arrival {number}")
        ruling = read_again(house, arrival, by=by, now=at)
        told = of_arrival(arrival, house.ledger.book())
    if as_json:
        print_json({**told, "ruling": ruling.number})
    else:
        say(f"arrival {number}: {told['kind']} {told['unit'] or ''} {of_filings(told)}".rstrip())
