"""`replay`: whether approved figures still follow from the facts that they were made of."""

import sys

import click

from mailbot.cli.options import PeriodName, configured, with_config, with_json
from mailbot.cli.printing import print_rows
from mailbot.core.period import Period
from mailbot.daemon.house import opened
from mailbot.daemon.papers import replayed


@click.command()
@click.argument("period", type=PeriodName(), required=False)
@with_json
@with_config
def replay(period: Period | None, as_json: bool, config_path: str | None) -> None:
    """Make approved figures anew from the facts of their day, and compare; exit status 1 if they differ."""
    with opened(configured(config_path)) as house:
        rows = [
            {
                "closing": found.closing.number,
                "period": str(found.closing.period),
                "closed_at": found.closing.closed_at.isoformat(),
                "by": found.closing.by,
                "checksum": found.closing.checksum,
                "same": found.same,
                "rules_changed": found.closing.rules != house.rules.fingerprint,
                "differences": [difference.says for difference in found.differences],
            }
            for found in replayed(house.rules, house.ledger, period)
        ]
    print_rows(
        rows, as_json=as_json, columns=("closing", "period", "by", "same", "rules_changed", "differences")
    )
    sys.exit(0 if all(row["same"] for row in rows) else 1)
