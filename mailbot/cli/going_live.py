"""`go-live`: the end of the shadow mode."""

from collections import Counter
from datetime import datetime
from typing import Any

import click

from mailbot.cli.options import configured, moment, with_by, with_config, with_json, with_now
from mailbot.cli.outbox import take_back_outdated
from mailbot.cli.printing import iso, print_json, print_rows, say
from mailbot.core.changes.taught import taught
from mailbot.core.plan import justified_keys
from mailbot.core.posting import State
from mailbot.daemon.house import House, opened
from mailbot.ledger.letters import LetterRow

_DROPPED = "written in the shadow mode; the office chose to begin with what comes after it"


@click.command("go-live")
@click.option("--yes", is_flag=True, help="Do it; without, it is only shown.")
@click.option(
    "--drop", is_flag=True, help="Never send what was written so far: begin with what comes from now on."
)
@with_by("Who decides.")
@with_now
@with_json
@with_config
def go_live(
    yes: bool, drop: bool, by: str, now: datetime | None, as_json: bool, config_path: str | None
) -> None:
    """End the shadow mode: show what would leave, and with --yes let it.

    In the shadow mode (`[approval] shadow`) everything is recorded, every letter is written, none is sent.
    Letters that are held wait for a person all the same, now as before.
    """
    config = configured(config_path)
    instant = moment(now)
    with opened(config) as house:
        before = house.ledger.live_since
        shadow = config.approval.shadow and before is None
        leaving = _leaving(house, instant) if shadow else []
        held = len(house.ledger.letters(states={State.HELD})) if shadow else 0
        if shadow and yes:
            if drop:
                house.ledger.drop_letters([row.number for row in leaving], _DROPPED, instant)
            take_back_outdated(house.ledger, instant)
            house.ledger.go_live(by, instant)
        live_since = house.ledger.live_since
    told = {"shadow": shadow and not yes, "live_since": iso(live_since), "held": held}
    if as_json:
        print_json({**told, "dropped": yes and drop, "rows": [_described(row) for row in leaving]})
    elif shadow:
        _print(leaving, held, yes=yes, drop=drop)
    else:
        since = f" since {iso(before)}" if before else ""
        say(f"there is no shadow mode to end: letters leave{since}")


def _print(leaving: list[LetterRow], held: int, *, yes: bool, drop: bool) -> None:
    rows = [_described(row) for row in leaving]
    print_rows(rows, as_json=False, columns=("letter", "kind", "unit", "recipients", "subject"))
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(row["kind"] for row in rows).items())
    click.echo()
    say(f"letters that would leave: {kinds or 'none'}; held for a person: {held}")
    if yes:
        say("dropped; what is written from now on leaves" if drop else "they leave now")
    else:
        say("nothing was changed: `mailbot go-live --yes` lets them leave; --drop only what follows")


def _described(row: LetterRow) -> dict[str, Any]:
    letter = row.letter
    told = {"letter": row.number, "kind": str(letter.kind), "unit": letter.unit, "subject": letter.subject}
    return {**told, "recipients": list(letter.recipients)}


def _leaving(house: House, now: datetime) -> list[LetterRow]:
    """What would pass every question that is asked of a letter before it leaves, but for the brakes."""
    book = house.ledger.book()
    justified = justified_keys(taught(house.rules, book.lessons), book, now, house.config.go_live)
    return [
        row
        for row in house.ledger.letters(states={State.WAITING})
        if row.letter.expires_at > now and justified.issuperset(row.letter.keys)
    ]
