"""`incident`: urgent matters, listed, demanded from a unit that kept silent, and closed."""

from datetime import datetime

import click

from mailbot.cli.options import Instant, Words, configured, moment, with_by, with_config, with_json, with_now
from mailbot.cli.period_asked import refuse_far
from mailbot.cli.printing import iso, print_json, print_rows, say, short
from mailbot.core.calendar import local
from mailbot.core.command import Done
from mailbot.core.emergencies.emergency import emergencies, unseen
from mailbot.core.replies.order import Demand
from mailbot.core.replies.staff_order import close as close_order
from mailbot.core.rules import UnitId
from mailbot.core.seals import secrecy
from mailbot.daemon.house import open_ledger, opened
from mailbot.errors import Unavailable

# Mails come in between reading the book and writing; looking again is cheap, but not for ever.
_TRIES = 5


@click.group()
def incident() -> None:
    """Urgent matters: list, demand, close."""


@incident.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@with_json
@with_config
def list_incidents(everything: bool, as_json: bool, config_path: str | None) -> None:
    """The urgent matters, the oldest first; without --all those that are going on or not seen."""
    with open_ledger(configured(config_path)) as ledger:
        book = ledger.book()
        rows = [
            {
                "incident": found.ref,
                "unit": found.unit,
                "summary": found.summary,
                "opened_at": iso(found.opened_at),
                "last_news_at": iso(found.last_news_at),
                "reports": [report.number for report in found.reports],
                "demanded": found.demand is not None,
                "due_at": iso(found.demand.due_at) if found.demand else None,
                "unseen": len(unseen(book, found)),
                "closed_at": iso(found.closed_at),
                "closed_by": found.closed_by or None,
            }
            for found in emergencies(book)
            if everything or found.closed_at is None or unseen(book, found)
        ]
    columns = ("incident", "unit", "opened_at", "last_news_at", "reports", "unseen", "closed_at", "summary")
    print_rows(rows, as_json=as_json, columns=columns)


@incident.command()
@click.argument("unit_id", metavar="UNIT")
@click.option("--about", type=Words(), required=True, help="What happened, and where; stands in the letter.")
@click.option("--source", default="", help="Who told it: the press, the police; stands in the letter.")
@click.option("--by-when", type=Instant(), required=True, help="By when the unit is to report.")
@with_by("Who demands it.")
@with_now
@with_json
@with_config
def demand(
    unit_id: str,
    about: str,
    source: str,
    by_when: datetime,
    by: str,
    now: datetime | None,
    as_json: bool,
    config_path: str | None,
) -> None:
    """Ask UNIT to report on a matter that is known from elsewhere; its head and the officers get a copy."""
    asked_at = moment(now)
    if by_when <= asked_at:
        raise click.UsageError("--by-when lies in the past")
    refuse_far("--by-when", local(by_when).date(), local(asked_at).date())
    if any(map(secrecy.marked, (about, source))):
        raise click.UsageError("it bears a mark of State secrecy, and nothing of it may be entered here")
    with opened(configured(config_path)) as house:
        if all(unit.id != unit_id for unit in house.rules.units):
            raise click.UsageError(f"there is no unit {unit_id!r}; `mailbot units` lists them")
        asked = Demand(summary=about, source=source, due_at=by_when)
        act = house.ledger.demand(UnitId(unit_id), asked, by=by, now=asked_at)
    told = {"incident": f"d{act.number}", "unit": unit_id, "due_at": iso(by_when)}
    if as_json:
        print_json(told)
    else:
        say(f"incident d{act.number}: demanded of {unit_id} by {short(by_when)}")


@incident.command()
@click.argument("ref", metavar="INCIDENT")
@with_by("Who closes it.")
@with_now
@with_json
@with_config
def close(ref: str, by: str, now: datetime | None, as_json: bool, config_path: str | None) -> None:
    """Say that an urgent matter is over; all its reports count as seen, and no more news is asked for."""
    with open_ledger(configured(config_path)) as ledger:
        for _ in range(_TRIES):
            book = ledger.book()
            outcome = close_order(book, ref, by=by)
            if outcome.done is Done.REFUSED:
                raise click.UsageError(
                    f"there is no incident {ref!r}; `mailbot incident list --all` lists them"
                )
            if ledger.close_incident(outcome, book.version, moment(now)):
                break
        else:
            raise Unavailable("mails come in faster than the incident can be closed")
    told = {"incident": ref, "seen": [ruling.arrival for ruling in outcome.rulings]}
    if as_json:
        print_json(told)
    else:
        say(f"incident {ref}: closed; reports seen: {len(outcome.rulings)}")
