"""`proposals`: what rulings suggest to remember, and a person's word on it."""

from datetime import datetime
from typing import Any

import click

from mailbot.cli.options import configured, moment, with_by, with_config, with_json, with_now
from mailbot.cli.printing import iso, print_json, print_rows, say, visible
from mailbot.core.calendar import local
from mailbot.core.changes.lesson import Lesson, Proposal, last_words
from mailbot.core.changes.proposals import proposal_named
from mailbot.core.changes.proposals import proposals as proposed
from mailbot.daemon.house import opened


@click.group(invoke_without_command=True)
@with_json
@with_config
@click.pass_context
def proposals(ctx: click.Context, as_json: bool, config_path: str | None) -> None:
    """What rulings suggest to remember, such as a unit's new address; nothing is learned unconfirmed."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_proposals, as_json=as_json, config_path=config_path)


@proposals.command("list")
@click.option("--all", "every", is_flag=True, help="Also those that a person has decided.")
@with_now
@with_json
@with_config
def list_proposals(
    every: bool = False, now: datetime | None = None, as_json: bool = False, config_path: str | None = None
) -> None:
    """The proposals that wait for a person."""
    with opened(configured(config_path)) as house:
        book = house.ledger.book()
        rows = [_row(found, None) for found in proposed(house.rules, book, local(moment(now)).date())]
        if every:
            rows += [_row(lesson.proposal, lesson) for lesson in last_words(book.lessons).values()]
    print_rows(
        rows,
        as_json=as_json,
        columns=("proposal", "state", "teaches", "words", "of", "arrivals", "by", "why"),
    )


_who = with_by("Who decides.")
_reason = click.option("--why", default="", help="The reason, kept with the decision.")


@proposals.command()
@click.argument("name", metavar="PROPOSAL")
@_who
@_reason
@with_now
@with_json
@with_config
def confirm(
    name: str, by: str, why: str, now: datetime | None, as_json: bool, config_path: str | None
) -> None:
    """Remember PROPOSAL, given by its code, address or phrase: it counts for mails from today on."""
    _decide(name, confirmed=True, by=by, why=why, now=now, as_json=as_json, config_path=config_path)


@proposals.command()
@click.argument("name", metavar="PROPOSAL")
@_who
@_reason
@with_now
@with_json
@with_config
def decline(
    name: str, by: str, why: str, now: datetime | None, as_json: bool, config_path: str | None
) -> None:
    """Do not remember PROPOSAL, or no longer; it is not proposed again."""
    _decide(name, confirmed=False, by=by, why=why, now=now, as_json=as_json, config_path=config_path)


def _decide(
    name: str,
    *,
    confirmed: bool,
    by: str,
    why: str,
    now: datetime | None,
    as_json: bool,
    config_path: str | None,
) -> None:
    at = moment(now)
    with opened(configured(config_path)) as house:
        found, before = proposal_named(house.rules, house.ledger.book(), local(at).date(), name)
        if found is None:
            raise click.UsageError(f"there is no proposal {name!r}; `mailbot proposals` lists them")
        # Said twice is said once: nothing is recorded that changes nothing.
        said = before is not None and before.confirmed is confirmed
        lesson = before if said else house.ledger.decide(found, confirmed=confirmed, by=by, why=why, now=at)
    row = _row(found, lesson)
    if as_json:
        print_json(row)
    else:
        say(visible(f"{row['proposal']}: {row['state']} {row['teaches']} {row['words']} -> {row['of']}"))


def _row(proposal: Proposal, lesson: Lesson | None) -> dict[str, Any]:
    state = "open" if lesson is None else "confirmed" if lesson.confirmed else "declined"
    return {
        "proposal": proposal.code,
        "state": state,
        "teaches": str(proposal.teaches),
        "words": proposal.words,
        "of": proposal.of,
        "arrivals": list(proposal.arrivals),
        "by": lesson.by if lesson else None,
        "why": lesson.why if lesson else None,
        "decided_at": iso(lesson.decided_at) if lesson else None,
    }
