"""`papers approve` and `papers board`: a person's word on a month, and the pages that show it."""

from datetime import datetime
from pathlib import Path

import click

from mailbot.cli.options import PeriodName, configured, moment, with_by, with_config, with_json, with_now
from mailbot.cli.papers import described, papers, tell, with_out, write_files
from mailbot.cli.period_asked import refuse_unknown
from mailbot.cli.printing import iso, print_json, say
from mailbot.core.calendar import local
from mailbot.core.period import Period
from mailbot.core.seals import secrecy
from mailbot.core.standings.closing import differences, rerated
from mailbot.daemon.house import opened
from mailbot.daemon.papers import close, unapproved


@papers.command()
@click.argument("period", type=PeriodName())
@with_by("Who approves.")
@click.option("--why", default="", help="For a period approved before: why its figures change; public.")
@click.option("--internal", is_flag=True, help="Approved for the report only, not for the public pages.")
@with_now
@with_json
@with_config
def approve(
    period: Period,
    by: str,
    why: str,
    internal: bool,
    now: datetime | None,
    as_json: bool,
    config_path: str | None,
) -> None:
    """Freeze the figures of PERIOD as they stand; what changes later is an amendment."""
    instant = moment(now)
    if local(instant).date() <= period.last_on:
        # Frozen too early it would be published half, and no unit would be told its lines to object to.
        raise click.UsageError(f"{period} is not over; it can be approved after {period.last_on}")
    if secrecy.marked(why):
        raise click.UsageError("--why bears a mark of State secrecy, and the public pages would show it")
    config = configured(config_path)
    with opened(config, words=True) as house:
        refuse_unknown(period, house.ledger, config.go_live, instant)
        before = house.ledger.closings(period)
        if before and not why:
            raise click.UsageError(f"{period} was approved before; say with --why what changes its figures")
        kept = close(house.rules, house.ledger, period, instant, by=by, why=why, public=not internal)
        changed: list[str] = []
        if before:
            then = before[-1].figures
            changed += [found.says for found in differences(then, kept.figures, instant, why)]
            changed += rerated(then, kept.figures)
    told = {
        "closing": kept.number,
        "now": iso(instant),
        **described(kept.figures),
        "public": kept.public,
        "amendments": changed,
    }
    if as_json:
        print_json(told)
        return
    say(f"{period}: approved by {by}, checksum {kept.checksum}")
    for says in changed:
        say(f"  {says}")


@papers.command()
@with_out
@with_now
@with_json
@with_config
def board(out: Path, now: datetime | None, as_json: bool, config_path: str | None) -> None:
    """The public pages with every approved month, for any web server to serve.

    Tells which months stand otherwise by now than they were approved, and so than the pages show them.
    """
    from mailbot.papers.portal import Portal, published  # noqa: PLC0415 - pages are for this command alone

    config = configured(config_path)
    with opened(config, words=True) as house:
        closings = house.ledger.closings()
        written = Portal(config.templates).files(house.rules.office, closings)
        waiting = dict(unapproved(house.rules, house.ledger, moment(now)))
    files = write_files(config, out, written)
    months = [str(month.figures.period) for month in published(closings)]
    tell(as_json, files, months=months, unapproved={str(period): says for period, says in waiting.items()})
    for period, changes in waiting.items() if not as_json else ():
        say(f'{period} stands otherwise now; to publish it: mailbot papers approve {period} --why "..."')
        for says in changes:
            say(f"  {says}")


__all__ = ["papers"]
