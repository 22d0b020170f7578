"""`watch`: when the mailbox was being read, and a person's word on the gaps."""

from datetime import datetime

import click

from mailbot.cli.options import Instant, Words, configured, moment, with_config, with_json, with_now
from mailbot.cli.printing import iso, print_json, print_rows, say, short
from mailbot.core.machine.watch import outages
from mailbot.daemon.house import open_ledger


@click.group(invoke_without_command=True)
@with_json
@with_config
@click.pass_context
def watch(ctx: click.Context, as_json: bool, config_path: str | None) -> None:
    """When the mailbox was being read. Over an outage nobody is called late until a person vouches for it."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_watch, as_json=as_json, config_path=config_path)


@watch.command("list")
@with_json
@with_config
def list_watch(as_json: bool = False, config_path: str | None = None) -> None:
    """The outages, and who vouched for the mailbox in them."""
    with open_ledger(configured(config_path)) as ledger:
        gaps, vouches = [*outages(ledger.stretches()), *ledger.vanishings()], ledger.vouches()
        last = ledger.last_scan()
    rows = []
    for gap in gaps:
        word = next((v for v in vouches if v.covers(gap)), None)
        rows.append(
            {
                "mailbox": gap.mailbox,
                "since": iso(gap.since),
                "until": iso(gap.until),
                "what": "a mail vanished unread" if gap.vanished else "nobody watched",
                "vouched_by": word.by if word else None,
                "why": word.why if word else None,
            }
        )
    print_rows(
        rows,
        as_json=as_json,
        columns=("mailbox", "since", "until", "what", "vouched_by", "why"),
        read_until=iso(last[1]) if last else None,
    )


@watch.command()
@click.option("--from", "since", type=Instant(), required=True, help="Where the outage begins.")
@click.option("--until", type=Instant(), required=True, help="Where it ends.")
@click.option("--by", type=Words(), required=True, help="Who says so.")
@click.option(
    "--why",
    type=Words(),
    required=True,
    help="How that is known: whom you asked, what the server's log says.",
)
@with_now
@with_json
@with_config
def vouch(
    since: datetime,
    until: datetime,
    by: str,
    why: str,
    now: datetime | None,
    as_json: bool,
    config_path: str | None,
) -> None:
    """Say that no report was taken out of the mailbox in an outage; what was due over it is then judged.

    Where mailbot watches, it counts once the mailbox was read again: what was put back is seen first.
    """
    if until <= since:
        raise click.BadParameter("must be after --from", param_hint="--until")
    given_at = moment(now)
    if until > given_at:
        # Else an outage of which nobody knows yet would be taken for proven.
        raise click.BadParameter(f"{iso(until)} is still to come", param_hint="--until")
    with open_ledger(configured(config_path)) as ledger:
        given = ledger.vouch(since, until, by=by, why=why, now=given_at)
    if as_json:
        print_json({"vouch": given.number, "since": iso(given.since), "until": iso(given.until)})
    else:
        say(f"recorded: the mailbox was left alone from {short(given.since)} to {short(given.until)}")
