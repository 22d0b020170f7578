"""`init`, `check`, `run` and `health`: setting mailbot up and keeping it well."""

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from mailbot.cli.new_office import write_office
from mailbot.cli.options import config_file, configured, moment, with_config, with_json, with_now
from mailbot.cli.printing import iso, print_json, print_rows
from mailbot.config import Config
from mailbot.core.calendar import local
from mailbot.daemon.doors import open_inbox, open_post
from mailbot.daemon.house import House, load_words, open_ledger, opened
from mailbot.daemon.supervisor import Supervisor
from mailbot.errors import MailbotError

# The rules in force today, of the province that asked first.
_PROFILE = "thai-nguyen-2026"
# A scan is due every minute and an idle mailbox is still scanned; a quarter of an hour means trouble.
_SCAN_AGE = timedelta(minutes=15)
_WAITING_AGE = timedelta(hours=1)
_PULSE_AGE = timedelta(minutes=10)


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
@with_json
@with_config
def check(offline: bool, as_json: bool, config_path: str | None) -> None:
    """Load everything, compile every template, try every connection."""
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
@with_now
@with_json
@with_config
def health(now: datetime | None, as_json: bool, config_path: str | None) -> None:
    """Whether mailbot is well; exit status 1 if something needs a person."""
    config = configured(config_path)
    instant = moment(now)
    with open_ledger(config) as ledger:
        scan = ledger.last_scan()
        oldest = ledger.oldest_waiting(instant)
        held = ledger.held_because
        holder = ledger.holder if ledger.is_shared else None
    pulse = _pulse(config.state / "health.json")
    rows = [*_pulse_rows(pulse, instant), _scan_row(scan[1] if scan else None, instant)]
    rows.append(
        {
            "what": "letters",
            "well": oldest is None or instant - oldest < _WAITING_AGE,
            "says": f"the oldest has waited since {iso(oldest)}" if oldest else "none waits",
        }
    )
    if holder is not None:
        says = f"{holder.name} works, until {iso(holder.until)} or longer"
        rows.append({"what": "active machine", "well": True, "says": says})
    if held or config.hold_file.exists():
        says = held or f"the file {config.hold_file} exists"
        rows.append({"what": "hold", "well": False, "says": f"nothing leaves: {says}"})
    well = all(row["well"] for row in rows)
    print_rows(rows, as_json=as_json, columns=("what", "well", "says"), now=iso(instant), well=well)
    sys.exit(0 if well else 1)


async def _supervised(house: House) -> None:
    await Supervisor(house).run()


def _tried(what: str, attempt: Callable[[], str]) -> dict[str, Any]:
    try:
        return {"what": what, "well": True, "says": attempt()}
    except MailbotError as error:
        return {"what": what, "well": False, "says": str(error)}


def _try_ledger(config: Config) -> str:
    with opened(config) as house:
        return f"{len(house.ledger.book().arrivals)} arrivals"


def _try_inbox(config: Config) -> str:
    inbox = open_inbox(config)
    try:
        inbox.connect()
        found = f"{len(inbox.scan())} mails in the inbox"
        return f"{found}; {inbox.not_filing_because}" if inbox.not_filing_because else found
    finally:
        inbox.close()


async def _try_post(config: Config, sender: str) -> str:
    post = open_post(config, sender, sender)
    try:
        return await post.check()
    finally:
        await post.close()


def _pulse(file: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def _pulse_rows(pulse: dict[str, Any] | None, now: datetime) -> list[dict[str, Any]]:
    if pulse is None:
        return [
            {"what": "daemon", "well": True, "says": "has not run here; mails are read by `mailbot tick`"}
        ]
    at = datetime.fromisoformat(pulse["at"]).astimezone(UTC)
    alive = now - at < _PULSE_AGE
    rows = [{"what": "daemon", "well": alive, "says": f"last sign of life {iso(at)}"}]
    for what, trouble in pulse["troubles"].items():
        says = f"since {trouble['since']}: {trouble['reason']}"
        rows.append({"what": what, "well": False, "says": says})
    return rows


def _scan_row(read_at: datetime | None, now: datetime) -> dict[str, Any]:
    if read_at is None:
        return {"what": "mailbox", "well": False, "says": "has never been read to its end"}
    says = f"last read to its end {iso(read_at)}"
    return {"what": "mailbox", "well": now - read_at < _SCAN_AGE, "says": says}
