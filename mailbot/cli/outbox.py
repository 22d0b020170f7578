"""`outbox`: the letters, and the hold switch."""

from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

import click

from mailbot.cli.options import configured, moment, with_config, with_json
from mailbot.cli.printing import iso, print_json, print_rows
from mailbot.core.posting import State
from mailbot.core.rules import UnitId
from mailbot.daemon.house import open_ledger
from mailbot.ledger.letters import LetterRow


@click.group(invoke_without_command=True)
@with_json
@with_config
@click.pass_context
def outbox(ctx: click.Context, as_json: bool, config_path: str | None) -> None:
    """The letters: list, show, hold, release, retry."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_letters, as_json=as_json, config_path=config_path)


@outbox.command("list")
@click.option("--state", "states", type=click.Choice([str(state) for state in State]), multiple=True)
@click.option("--unit", help="Only letters to this unit.")
@with_json
@with_config
def list_letters(
    states: tuple[str, ...] = (),
    unit: str | None = None,
    as_json: bool = False,
    config_path: str | None = None,
) -> None:
    """Every letter, with its state."""
    wanted = {State(state) for state in states} or None
    config = configured(config_path)
    with open_ledger(config) as ledger:
        rows = [_described(row) for row in ledger.letters(states=wanted, unit=UnitId(unit) if unit else None)]
        held = ledger.held_because
        stopped = config.hold_file.exists()
    print_rows(
        rows,
        as_json=as_json,
        columns=("letter", "kind", "state", "unit", "recipients", "queued_at", "settled_at", "last_reply"),
        held=held,
        hold_file=stopped,
    )


@outbox.command()
@click.argument("number", type=int)
@with_json
@with_config
def show(number: int, as_json: bool, config_path: str | None) -> None:
    """One letter as its receiver sees it, and what became of each try."""
    config = configured(config_path)
    with open_ledger(config) as ledger:
        row = ledger.letter(number)
        attempts = ledger.attempts(number) if row else []
    if row is None:
        raise click.UsageError(f"there is no letter {number}")
    message = message_from_bytes(row.letter.raw, policy=policy.default)
    body = message.get_body(("plain",))
    told = {
        **_described(row),
        "expires_at": iso(row.letter.expires_at),
        "attempts": [
            {
                "began_at": iso(attempt.began_at),
                "ended_at": iso(attempt.ended_at),
                "outcome": attempt.outcome,
                "reply": attempt.reply,
            }
            for attempt in attempts
        ],
        "text": body.get_content() if body is not None else "",
    }
    if as_json:
        print_json(told)
        return
    for name in (
        "letter",
        "kind",
        "state",
        "unit",
        "recipients",
        "keys",
        "subject",
        "message_id",
        "queued_at",
    ):
        click.echo(f"{name}: {told[name]}")
    for attempt in told["attempts"]:
        click.echo(f"attempt: {attempt['began_at']} {attempt['outcome']} {attempt['reply']}")
    click.echo()
    click.echo(told["text"])


@outbox.command()
@click.argument("numbers", type=int, nargs=-1)
@click.option("--why", default="held by the administrator", help="The reason, shown in health and lists.")
@with_json
@with_config
def hold(numbers: tuple[int, ...], why: str, as_json: bool, config_path: str | None) -> None:
    """Hold these letters; without numbers hold everything."""
    config = configured(config_path)
    with open_ledger(config) as ledger:
        if numbers:
            _print_changed(ledger.hold_letters(numbers), "held", as_json=as_json)
            return
        ledger.hold(why, moment(None))
    _print_switch(why, as_json=as_json)


@outbox.command()
@click.argument("numbers", type=int, nargs=-1)
@with_json
@with_config
def release(numbers: tuple[int, ...], as_json: bool, config_path: str | None) -> None:
    """Let these held letters go; without numbers open the hold switch."""
    config = configured(config_path)
    with open_ledger(config) as ledger:
        if numbers:
            _print_changed(ledger.release_letters(numbers), "released", as_json=as_json)
            return
        ledger.release(moment(None))
    if config.hold_file.exists():
        click.echo(f"mailbot: the file {config.hold_file} still holds everything; remove it", err=True)
    _print_switch(None, as_json=as_json)


@outbox.command()
@click.argument("numbers", type=int, nargs=-1, required=True)
@with_json
@with_config
def retry(numbers: tuple[int, ...], as_json: bool, config_path: str | None) -> None:
    """Try these letters again although they were given up."""
    config = configured(config_path)
    with open_ledger(config) as ledger:
        _print_changed(ledger.retry_letters(numbers), "waiting again", as_json=as_json)


def _described(row: LetterRow) -> dict[str, Any]:
    letter, posting = row.letter, row.posting
    times: dict[str, datetime | None] = {
        "queued_at": row.queued_at,
        "settled_at": row.settled_at,
        "not_before": posting.not_before,
    }
    return {
        "letter": row.number,
        "kind": str(letter.kind),
        "state": str(posting.state),
        "unit": letter.unit,
        "recipients": list(letter.recipients),
        "keys": list(letter.keys),
        "subject": letter.subject,
        "message_id": letter.message_id,
        "answers": letter.answers,
        "tries": posting.tries,
        **{name: iso(instant) for name, instant in times.items()},
        "last_reply": row.last_reply,
    }


def _print_changed(numbers: list[int], what: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"rows": [{"letter": number} for number in numbers]})
    else:
        click.echo(f"{what}: {', '.join(map(str, numbers)) or 'none'}")


def _print_switch(held: str | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"held": held})
    else:
        click.echo(f"everything is held: {held}" if held else "the hold switch is open")
