"""`seal`: a mail that is secret and bore no mark loses every word here."""

import getpass
from datetime import datetime

import click

from mailbot.cli.options import configured, moment, with_config, with_json, with_now
from mailbot.cli.printing import iso, print_json
from mailbot.core.sealing import is_sealed
from mailbot.core.verdict import Commanded, unit_of
from mailbot.daemon.house import opened
from mailbot.daemon.sealing import seal as seal_mail
from mailbot.errors import Unavailable

_LEFT = (
    "Left for people: the mail itself in the mailbox and its folders; letters that had left and repeated its"
    " words; backups made before now (`mailbot backup DIR` into the same folder takes its bytes out); papers"
    " and evidence packs already written."
)


@click.command()
@click.argument("number", type=int)
@click.option("--by", default=getpass.getuser, show_default="your login", help="Who seals it.")
@click.option("--yes", is_flag=True, help="Do it; without this, only what would be done is shown.")
@with_now
@with_json
@with_config
def seal(
    number: int, by: str, yes: bool, now: datetime | None, as_json: bool, config_path: str | None
) -> None:
    """Seal arrival NUMBER: a person saw that it is secret, and it bore no mark.

    Its bytes and every word of it that mailbot keeps are removed, for good. What it counts for stays: who
    sent which report, and when. `mailbot settle` corrects that afterwards.
    """
    with opened(configured(config_path)) as house:
        book = house.ledger.book()
        arrival = book.by_number.get(number)
        if arrival is None:
            raise click.UsageError(f"there is no arrival {number}")
        verdict = book.verdict(arrival)
        if isinstance(arrival.verdict, Commanded):
            raise click.UsageError(f"arrival {number} is a command by reply, and no document")
        told = {"arrival": number, "unit": unit_of(verdict), "arrived_at": iso(arrival.arrived_at)}
        if is_sealed(arrival) or not yes:
            state = "is sealed already" if is_sealed(arrival) else "would be sealed, for good: --yes does it"
            _say({**told, "sealed": is_sealed(arrival)}, f"arrival {number} {state}", as_json=as_json)
            return
        try:
            done = seal_mail(house, arrival, by=by, now=moment(now))
        except ValueError as error:
            raise Unavailable(str(error)) from error
    counted = ", ".join(f"{name} {len(numbers)}" for name, numbers in sorted(done.facts.items()))
    text = f"arrival {number} is sealed; facts that lost its words: {counted}\n{_LEFT}"
    if done.told:
        text += f"\nLetters that repeated its words had gone to: {', '.join(done.told)}"
    _say({**told, "sealed": True, "facts": done.facts, "told": list(done.told)}, text, as_json=as_json)


def _say(form: dict[str, object], text: str, *, as_json: bool) -> None:
    if as_json:
        print_json(form)
    else:
        click.echo(text)
