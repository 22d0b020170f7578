"""`outbox`: the letters, and the hold switch."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from email import message_from_bytes, policy
from typing import Any

import click

from mailbot.cli.called import unit_called
from mailbot.cli.dossier import of_a_letter
from mailbot.cli.options import Number, configured, moment, with_config, with_json, with_now
from mailbot.cli.printing import iso, print_json, print_rows, say
from mailbot.core.delivery.approval import is_of_another_day
from mailbot.core.posting import NoticeKind, State
from mailbot.core.rules import UnitId
from mailbot.daemon.house import open_ledger
from mailbot.ledger.letters import LetterRow
from mailbot.ledger.proof import Attempt, Echo
from mailbot.ledger.store import Ledger
from mailbot.rulebook import load_rules

_KIND = click.Choice([str(kind) for kind in NoticeKind])
_KIND_HELP = "Letters of this kind, such as late."
_OUTDATED = "kept from leaving until another day: to be written anew"


@click.group(invoke_without_command=True)
@with_json
@with_config
@click.pass_context
def outbox(ctx: click.Context, as_json: bool, config_path: str | None) -> None:
    """The letters: list, show, hold, release, drop, retry."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_letters, as_json=as_json, config_path=config_path)


@outbox.command("list")
@click.option("--state", "states", type=click.Choice([str(state) for state in State]), multiple=True)
@click.option("--unit", help="Only letters to this unit: id, name or symbol.")
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
        found = ledger.letters(states=wanted, unit=None if unit is None else UnitId(unit))
        if unit is not None and not found:
            named = unit_called(unit, load_rules(config.rules), moment(None))
            found = ledger.letters(states=wanted, unit=named.id)
        rows = [_described(row) for row in found]
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
@click.argument("number", type=Number())
@with_json
@with_config
def show(number: int, as_json: bool, config_path: str | None) -> None:
    """One letter as its receiver sees it, and what became of each try."""
    config = configured(config_path)
    with open_ledger(config) as ledger:
        row = ledger.letter(number)
        attempts = ledger.attempts(number) if row else []
        echoes = ledger.echoes(number) if row else []
    if row is None:
        raise click.UsageError(f"there is no letter {number}")
    told = _told(row, attempts, echoes)
    if as_json:
        print_json(told)
        return
    for line in of_a_letter(told):
        say(line)


def with_choice(command: Callable[..., None]) -> Callable[..., None]:
    """Lets a command name letters by number, kind or batch."""
    for option in (
        click.argument("numbers", type=Number(), nargs=-1),
        click.option("--kind", "kinds", type=_KIND, multiple=True, metavar="KIND", help=_KIND_HELP),
        click.option("--batch", "batches", type=Number(), multiple=True, help="Letters that one plan wrote."),
        click.option("--all", "everything", is_flag=True, help="Every letter that this can be done to."),
    ):
        command = option(command)
    return command


@outbox.command()
@with_choice
@click.option("--why", default="held by the administrator", help="The reason, shown in health and lists.")
@with_json
@with_config
def hold(why: str, as_json: bool, config_path: str | None, **choice: Any) -> None:
    """Hold these letters; without a choice hold everything, also what is still to be written."""
    config = configured(config_path)
    with open_ledger(config) as ledger:
        if any(choice.values()):
            chosen = _chosen(ledger, (State.WAITING,), **choice)
            held = ledger.hold_letters([row.number for row in chosen])
            _print_changed(held, "held", as_json=as_json)
            _tell_of_others(ledger, choice["numbers"], held)
            return
        ledger.hold(why, moment(None))
    _print_switch(why, as_json=as_json)


@outbox.command()
@with_choice
@with_now
@with_json
@with_config
def release(now: datetime | None, as_json: bool, config_path: str | None, **choice: Any) -> None:
    """Let these held letters go; without a choice open the hold switch.

    What is no longer justified when it is about to leave is taken back then. A letter that counts days and
    was written on another day is written anew, also where only the switch kept it back.
    """
    config = configured(config_path)
    with open_ledger(config) as ledger:
        if any(choice.values()):
            chosen = _chosen(ledger, (State.HELD,), **choice)
            released = ledger.release_letters([row.number for row in chosen], moment(now))
            _print_changed(released, "released", as_json=as_json, rows=chosen)
            _tell_of_others(ledger, choice["numbers"], released)
            return
        anew = take_back_outdated(ledger, moment(now))
        ledger.release(moment(now))
        waiting = len(ledger.letters(states={State.WAITING}))
        shadow = config.approval.shadow and ledger.live_since is None
    if config.hold_file.exists():
        # The switch is open and nothing leaves all the same: that is not what was asked for.
        _print_switch(f"the file {config.hold_file} exists; remove it", as_json=as_json)
        sys.exit(1)
    _print_switch(None, as_json=as_json)
    if not as_json:
        then = (
            "wait for `mailbot go-live`, for the office is in the shadow mode"
            if shadow
            else "will go out now"
        )
        click.echo(f"letters that {then}: {waiting}")
        if anew:
            click.echo(f"letters of another day, to be written anew: {len(anew)}")


def take_back_outdated(ledger: Ledger, now: datetime) -> list[int]:
    """Take back what counts days and was kept from leaving until another day; its numbers.

    The next plan writes it anew, as it does what a person lets go, unless it is justified no more.
    """
    waiting = ledger.letters(states={State.WAITING})
    old = [row.number for row in waiting if is_of_another_day(row.letter.kind, row.queued_at, now)]
    return ledger.end(old, _OUTDATED, now)


@outbox.command()
@with_choice
@click.option("--why", default="dropped by the administrator", help="The reason, kept with the letters.")
@with_now
@with_json
@with_config
def drop(why: str, now: datetime | None, as_json: bool, config_path: str | None, **choice: Any) -> None:
    """Never send these letters, and write no others in their place."""
    if not any(choice.values()):
        raise click.UsageError("say which letters: by number, --kind, --batch or --all")
    with open_ledger(configured(config_path)) as ledger:
        chosen = _chosen(ledger, (State.HELD, State.WAITING), **choice)
        dropped = ledger.drop_letters([row.number for row in chosen], why, moment(now))
        _print_changed(dropped, "dropped", as_json=as_json, rows=chosen)
        _tell_of_others(ledger, choice["numbers"], dropped)


def _told(row: LetterRow, attempts: Sequence[Attempt], echoes: Sequence[Echo]) -> dict[str, Any]:
    """A letter with its whole life."""
    message = message_from_bytes(row.letter.raw, policy=policy.default)
    body = message.get_body(("plain",))
    return {
        **_described(row),
        "expires_at": iso(row.letter.expires_at),
        "attempts": [
            {
                "began_at": iso(attempt.began_at),
                "ended_at": iso(attempt.ended_at),
                "dot_at": iso(attempt.dot_at),
                "outcome": attempt.outcome,
                "cause": attempt.cause,
                "reply": attempt.reply,
                "queue_id": attempt.queue_id,
                "recipients": [
                    {"recipient": a.email, "fate": str(a.fate), "stage": str(a.stage), "reply": a.reply}
                    for a in attempt.answers
                ],
            }
            for attempt in attempts
        ],
        "echoes": [
            {
                "at": iso(echo.at),
                "recipient": echo.recipient or None,
                "action": echo.action,
                "status": echo.status or None,
                "arrival": echo.arrival,
            }
            for echo in echoes
        ],
        "text": body.get_content() if body is not None else "",
    }


@outbox.command()
@click.argument("numbers", type=Number(), nargs=-1, required=True)
@with_json
@with_config
def retry(numbers: tuple[int, ...], as_json: bool, config_path: str | None) -> None:
    """Try these letters again although they were given up."""
    config = configured(config_path)
    with open_ledger(config) as ledger:
        waiting = ledger.retry_letters(numbers)
        _print_changed(waiting, "waiting again", as_json=as_json)
        _tell_of_others(ledger, numbers, waiting)


def _chosen(
    ledger: Ledger,
    states: tuple[State, ...],
    *,
    numbers: tuple[int, ...],
    kinds: tuple[str, ...],
    batches: tuple[int, ...],
    everything: bool,
) -> list[LetterRow]:
    """The letters in those states that a person named; kind and batch together narrow the choice."""
    by_choice = bool(kinds or batches)
    if everything and (numbers or by_choice):
        # Whoever writes `--all --kind receipt` means all receipts; what left cannot be taken back.
        raise click.UsageError("--all is every letter; without it go number, --kind and --batch")
    found = ledger.letters(states=states)
    if everything:
        return found
    return [
        row
        for row in found
        if row.number in numbers
        or (
            by_choice
            and (not kinds or str(row.letter.kind) in kinds)
            and (not batches or row.batch in batches)
        )
    ]


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
        "batch": row.batch,
        "held_why": row.held_why if posting.state is State.HELD else None,
        "tries": posting.tries,
        **{name: iso(instant) for name, instant in times.items()},
        "last_reply": row.last_reply,
    }


def _print_changed(numbers: list[int], what: str, *, as_json: bool, rows: Sequence[LetterRow] = ()) -> None:
    if as_json:
        print_json({"rows": [{"letter": number} for number in numbers]})
        return
    say(f"{what}: {', '.join(map(str, numbers)) or 'none'}")
    for row in rows:
        if row.number in numbers:
            say(f"  {row.number} {row.letter.kind} to {', '.join(row.letter.recipients)}")


def _tell_of_others(ledger: Ledger, asked: Sequence[int], changed: Sequence[int]) -> None:
    """Fail, with the reason, where a letter that was named by its number stays as it is.

    `mailbot outbox drop 31 32 && mailbot outbox release` must not go on after a slip in a number.
    """
    others = [number for number in asked if number not in changed]
    for number in others:
        row = ledger.letter(number)
        says = f"it is {row.posting.state}, and stays so" if row is not None else "there is none"
        click.echo(f"mailbot: letter {number}: {says}", err=True)
    if others:
        sys.exit(1)


def _print_switch(held: str | None, *, as_json: bool) -> None:
    if as_json:
        print_json({"held": held})
    else:
        click.echo(f"everything is held: {held}" if held else "the hold switch is open")
