"""`units` and `duties`: what the rules say."""

from datetime import date, timedelta
from typing import Any

import click

from mailbot.cli.described import of_duty
from mailbot.cli.options import Day, configured, moment, with_config, with_json
from mailbot.cli.period_asked import refuse_reversed
from mailbot.cli.printing import iso, print_rows
from mailbot.core.almanac import written
from mailbot.core.calendar import local
from mailbot.core.changes.amend import foreseen
from mailbot.core.duty import Duty, stages_of
from mailbot.core.rules import Rules
from mailbot.daemon.house import open_ledger
from mailbot.rulebook import load_rules


@click.command()
@with_json
@with_config
def units(as_json: bool, config_path: str | None) -> None:
    """The register of units with their addresses."""
    rules = load_rules(configured(config_path).rules)
    rows = [
        {
            "unit": unit.id,
            "name": unit.name,
            "group": unit.group,
            "groups": sorted(unit.groups),
            "head": unit.head,
            "addresses": [
                {
                    "email": address.email,
                    "role": str(address.role),
                    "valid_from": address.valid.start.isoformat() if address.valid.start else None,
                    "valid_to": address.valid.end.isoformat() if address.valid.end else None,
                }
                for address in unit.addresses
            ],
            "emails": [address.email for address in unit.addresses],
            "domains": list(unit.domains),
            "symbols": list(unit.symbols),
            "aliases": list(unit.aliases),
            "valid_from": unit.valid.start.isoformat() if unit.valid.start else None,
            "valid_to": unit.valid.end.isoformat() if unit.valid.end else None,
            "successors": list(unit.successors),
            "former_names": [
                {"name": former.name, "until": former.until.isoformat()} for former in unit.former_names
            ],
        }
        for unit in rules.units
    ]
    print_rows(rows, as_json=as_json, columns=("unit", "name", "emails"))


@click.command()
@click.option("--from", "since", type=Day(), help="First due day [today].")
@click.option("--to", "until", type=Day(), help="Last due day [a year later].")
@click.option("--almanac", "as_almanac", is_flag=True, help="One line for each date, not for each unit.")
@with_json
@with_config
def duties(
    since: date | None, until: date | None, as_almanac: bool, as_json: bool, config_path: str | None
) -> None:
    """The duties that rules and official letters give, by due day, with their derivation."""
    config = configured(config_path)
    rules = load_rules(config.rules)
    first = since or local(moment(None)).date()
    last = until or first + timedelta(days=365)
    refuse_reversed(first, last)
    if as_almanac and not as_json:
        click.echo("\n".join(written(rules, first, last)))
        return
    with open_ledger(config) as ledger:
        found = foreseen(rules, ledger.book(), first, last)
    found.sort(key=lambda duty: (duty.due_at, str(duty.key)))
    rows = [{**of_duty(duty), **_figures(rules, duty)} for duty in found]
    print_rows(rows, as_json=as_json, columns=("due_at", "report", "period", "unit", "derivation"))


def _figures(rules: Rules, duty: Duty) -> dict[str, Any]:
    """Which days the figures cover, and by when the office compiles and issues."""
    report = next((report for report in rules.reports if report.id == duty.key.report), None)
    if report is None:
        # A letter may have announced what the rules have dropped since.
        return {"data_from": None, "data_to": None, "stages": []}
    first, last = report.data_span(duty.key.period)
    stages = stages_of(report, duty.key.period, rules.calendar)
    return {
        "data_from": first.isoformat(),
        "data_to": last.isoformat(),
        "stages": [
            {
                "level": str(stage.level),
                "name": stage.name,
                "due_at": iso(moment.at),
                "derivation": moment.derivation,
            }
            for stage, moment in stages
        ],
    }
