"""`backup`, `restore` and `reconcile`: what a lost machine must not take with it."""

from datetime import datetime
from pathlib import Path

import click

from mailbot.cli.bar import bar
from mailbot.cli.options import configured, moment, with_config, with_json
from mailbot.cli.printing import print_json, say, short
from mailbot.daemon import backup as keeping
from mailbot.daemon.house import opened

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@with_json
@with_config
def backup(folder: Path, as_json: bool, config_path: str | None) -> None:
    """Write ledger, archived mails, rules and templates into DIR, or bring the backup there up to date.

    mailbot may be at work meanwhile. Passwords and sealed mails are no part of it. Copy DIR elsewhere.
    """
    made = keeping.back_up(configured(config_path), folder, moment(None), bar("Copying the mails"))
    if as_json:
        print_json(
            {"folder": str(folder), "arrivals": made.arrivals, "letters": made.letters, "head": made.head}
        )
    else:
        say(f"{folder}: {made.arrivals} arrivals, {made.letters} letters, {made.mails} archived mails")


@click.command()
@click.argument("folder", type=_FOLDER, metavar="DIR")
@with_json
@with_config
def restore(folder: Path, as_json: bool, config_path: str | None) -> None:
    """Put the backup in DIR into an empty state folder; it starts on hold, and nothing leaves.

    Then `mailbot reconcile` takes in what was filed since, and shows what would leave.
    """
    found = keeping.restore(configured(config_path), folder, moment(None), bar("Copying the mails"))
    if as_json:
        print_json(
            {"made_at": found.made_at, "arrivals": found.arrivals, "letters": found.letters, "held": True}
        )
    else:
        made_at = short(datetime.fromisoformat(found.made_at))
        say(f"restored {found.arrivals} arrivals and {found.letters} letters of {made_at}")
        say("nothing leaves until you release it; next: mailbot reconcile")


@click.command()
@with_json
@with_config
def reconcile(as_json: bool, config_path: str | None) -> None:
    """After a restore: take in the mails that were filed since, and show the letters that would leave."""
    with opened(configured(config_path), alone=True) as house:
        found = keeping.reconcile(house, moment(None))
    if as_json:
        rows = [{"letter": number} for number in found.waiting]
        print_json({"recovered": list(found.recovered), "rows": rows})
        return
    say(f"{len(found.recovered)} mails were recorded in the life before, and are again; none is answered")
    say(f"{len(found.waiting)} letters would leave: mailbot outbox list --state waiting")
    say("drop those that were sent before: mailbot outbox drop N …; then: mailbot outbox release")
