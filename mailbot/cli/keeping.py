"""`init`, `check`, `run` and `health`: setting mailbot up and keeping it well."""

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from mailbot.cli.new_office import write_office
from mailbot.cli.options import config_file, configured, moment, with_config, with_json, with_now
from mailbot.cli.printing import iso, print_json, print_rows
from mailbot.clock import system_clock
from mailbot.config import Config
from mailbot.core.calendar import local
from mailbot.core.revision import changes
from mailbot.daemon.alarm import sound
from mailbot.daemon.canary import fly
from mailbot.daemon.doors import open_inbox, open_post, open_tokens
from mailbot.daemon.health import examine
from mailbot.daemon.house import House, load_words, opened
from mailbot.daemon.supervisor import Supervisor
from mailbot.errors import Fault, MailbotError, Misconfigured

# The rules in force today, of the province that asked first.
_PROFILE = "thai-nguyen-2026"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--profile", default=_PROFILE, show_default=True, help="The rules to begin with.")
@click.option(
    "--go-live",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Nothing due or arrived before that day causes a letter [today].",
)
@with_json
def init(folder: Path, profile: str, go_live: datetime | None, as_json: bool) -> None:
    """Write a working configuration into DIR, on the embedded default, with rules and templates to edit."""
    day = go_live.date() if go_live else local(moment(None)).date()
    config = write_office(folder, profile, day)
    if as_json:
        print_json({"config": str(config), "profile": profile, "go_live": day.isoformat()})
        return
    click.echo(f"wrote {config} with the rules {profile}; letters are written from {day} on")
    click.echo(f"next: mailbot check --config {config}")


@click.command()
@click.option("--offline", is_flag=True, help="Do not try the connections.")
@click.option(
    "--auth", is_flag=True, help="Send forged mails from outside, to see whether they are believed."
)
@with_json
@with_config
def check(offline: bool, auth: bool, as_json: bool, config_path: str | None) -> None:
    """Load everything, compile every template, try every connection.

    With --auth the account of [canary] sends mails with forged Authentication-Results to our mailbox. All is
    well if none of them would be believed as it arrives. The daemon must not run meanwhile.
    """
    config = configured(config_path)
    rules, _ = load_words(config)
    rows = [
        {"what": "configuration", "well": True, "says": str(config_file(config_path))},
        {
            "what": "rules",
            "well": True,
            "says": f"{rules.profile}: {len(rules.units)} units, {len(rules.reports)} reports",
        },
        {"what": "templates", "well": True, "says": str(config.templates)},
    ]
    sender = config.post.sender or rules.office.mailbox
    if not offline:
        rows += [
            _tried("ledger", lambda: _try_ledger(config)),
            _tried("inbox", lambda: _try_inbox(config)),
            _tried("post", lambda: asyncio.run(_try_post(config, sender))),
        ]
    if auth:
        rows += _forged(config, config_file(config_path))
    print_rows(rows, as_json=as_json, columns=("what", "well", "says"))
    sys.exit(0 if all(row["well"] for row in rows) else 1)


@click.command()
@with_config
def run(config_path: str | None) -> None:
    """The daemon: reads, plans and posts until SIGTERM; SIGHUP takes up rules and templates anew."""
    config = configured(config_path, quiet=False)
    with opened(config, alone=True) as house:
        asyncio.run(_supervised(house))


@click.command()
@click.option("--alarm", is_flag=True, help="Tell people by the channels of [alarm], for a timer.")
@with_now
@with_json
@with_config
def health(alarm: bool, now: datetime | None, as_json: bool, config_path: str | None) -> None:
    """Whether mailbot is well; exit status 1 if something needs a person.

    It asks nothing of the daemon, so with --alarm a timer also hears of a daemon that died.
    """
    config = configured(config_path)
    instant = moment(now)
    conditions = examine(config, instant)
    if alarm:
        for told in sound(config, conditions, instant):
            click.echo(f"mailbot: alarm {'over' if told.over else 'raised'}: {told.what}", err=True)
    rows = [{"what": c.what, "well": c.well, "says": c.says} for c in conditions]
    well = all(condition.well for condition in conditions)
    print_rows(rows, as_json=as_json, columns=("what", "well", "says"), now=iso(instant), well=well)
    sys.exit(0 if well else 1)


def _forged(config: Config, file: Path) -> list[dict[str, Any]]:
    """What becomes of mails with forged results."""
    if config.canary.host is None or config.canary.sender is None:
        says = "needs host and sender: an account outside, from which forged mails are sent"
        raise Misconfigured([Fault(file, says, key="canary")])
    with opened(config, alone=True) as house:
        found = asyncio.run(fly(house))
    return [{"what": f"forged {f.name}", "well": f.well, "says": f.says} for f in found]


async def _supervised(house: House) -> None:
    await Supervisor(house).run()


def _tried(what: str, attempt: Callable[[], str]) -> dict[str, Any]:
    try:
        return {"what": what, "well": True, "says": attempt()}
    except MailbotError as error:
        return {"what": what, "well": False, "says": str(error)}


def _try_ledger(config: Config) -> str:
    with opened(config) as house:
        book = house.ledger.book()
        edited = changes(house.rules, book, house.clock(), config.go_live)
        found = f"{len(book.arrivals)} arrivals"
        past = sum(change.past for change in edited)
        return (
            f"{found}; {past} duties that are due would change, see `mailbot rules diff`" if past else found
        )


def _try_inbox(config: Config) -> str:
    inbox = open_inbox(config, open_tokens(config, system_clock))
    try:
        inbox.connect()
        found = f"{len(inbox.scan())} mails in the inbox"
        return f"{found}; {inbox.not_filing_because}" if inbox.not_filing_because else found
    finally:
        inbox.close()


async def _try_post(config: Config, sender: str) -> str:
    post = open_post(config, sender, sender, open_tokens(config, system_clock))
    try:
        return await post.check()
    finally:
        await post.close()
