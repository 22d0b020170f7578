"""`rules diff` and `rules apply`: what an edit of the rules does to duties that were announced."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import click

from mailbot.cli.options import Words, configured, moment, with_by, with_config, with_json, with_now
from mailbot.cli.printing import iso, print_rows
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.amend import amended
from mailbot.core.changes.edition import Edition
from mailbot.core.changes.official import in_effect
from mailbot.core.changes.revision import Change, changes
from mailbot.core.seals import secrecy
from mailbot.daemon.house import House, opened
from mailbot.errors import Unavailable

_COLUMNS = ("change", "report", "period", "due_at_before", "due_at", "standing_before", "standing", "past",
            "unit", "reason")  # fmt: skip


# So many units are named where a change concerns more.
_NAMED = 3


@click.group()
def rules() -> None:
    """What an edit of the rules changes, and applying it."""


@rules.command()
@with_now
@with_json
@with_config
def diff(now: datetime | None, as_json: bool, config_path: str | None) -> None:
    """Every announced duty that the rules on disk would change; changes nothing itself.

    `past` marks what is due already: that waits for `mailbot rules apply --past`. The rest is taken up by the
    daemon, at SIGHUP or at its start.
    """
    config = configured(config_path)
    instant = moment(now)
    with opened(config) as house:
        book = house.ledger.book()
        edited = changes(house.rules, book, instant, config.go_live)
        _print(
            edited,
            as_json,
            now=iso(instant),
            edition=_told(book.edition),
            fingerprint=house.rules.fingerprint,
        )


@rules.command()
@click.option(
    "--why", type=Words(), required=True, help="The reason: number and date of the document behind the edit."
)
@click.option("--past", is_flag=True, help="Also what is due already.")
@click.option("--yes", is_flag=True, help="Do not ask before the past is changed.")
@with_by("Who applies it.")
@with_now
@with_json
@with_config
def apply(
    why: str,
    past: bool,
    yes: bool,
    by: str,
    now: datetime | None,
    as_json: bool,
    config_path: str | None,
) -> None:
    """Take up the rules on disk, with a reason: each change is a new row of its duty.

    What is due already is changed only with --past, and after it has been shown.
    """
    if secrecy.marked(why):
        raise click.UsageError("--why bears a mark of State secrecy, and letters and calendars show it")
    config = configured(config_path)
    instant = moment(now)
    with opened(config) as house:
        book = house.ledger.book()
        edited = changes(house.rules, book, instant, config.go_live)
        touched = [change for change in edited if past or not change.past]
        if any(change.past for change in touched) and not yes:
            _confirm(touched, instant, as_json)
        applied = tuple(_with_reason(change, why) for change in touched)
        _write(house, book, applied, by=by, why=why, now=instant)
        left = sum(change.past for change in edited) if not past else 0
        _print(applied, as_json, now=iso(instant), edition=_told(house.ledger.book().edition), withheld=left)
    if left and not as_json:
        click.echo(f"{left} changes of what is due already were not applied; --past applies them", err=True)


def _confirm(touched: list[Change], now: datetime, as_json: bool) -> None:
    if as_json:
        raise click.UsageError("with --json nobody can be asked: --past needs --yes")
    _print([change for change in touched if change.past], as_json=False, now=iso(now))
    click.confirm("This changes what is due already. Apply it?", abort=True)


def _with_reason(change: Change, why: str) -> Change:
    """The change with the document behind it; what the rules themselves know of the reason stays."""
    known = change.after.reason
    return replace(change, after=replace(change.after, reason=f"{known}; {why}" if known else why))


def _write(
    house: House, book: Book, applied: tuple[Change, ...], *, by: str, why: str, now: datetime
) -> None:
    """Note the rules as in force and add the rows; after a crash in between, the same again adds the rows.

    Raises:
        Unavailable: what was shown is no longer what would be done.
    """
    # First of all: a daemon that still has the former rules revises nothing from now on.
    house.ledger.take_up(house.rules.fingerprint, house.rules.profile, by=by, why=why, now=now)
    done = house.ledger.enqueue(
        version=book.version,
        # What a letter says of these duties holds on top of the rules.
        duties=list(amended((c.after for c in applied), house.rules, in_effect(book.official))),
        letters=(),
        withdraw=(),
        rules=house.rules.fingerprint,
        now=now,
    )
    if not done:
        raise Unavailable("facts came in while the changes were looked at; try again")


def _print(edited: tuple[Change, ...] | list[Change], as_json: bool, **beside: Any) -> None:
    rows = [_row(change) for change in edited]
    # A date that moves does so for a hundred units at once: people read it once.
    shown = rows if as_json else _grouped(rows)
    print_rows(shown, as_json=as_json, columns=_COLUMNS, **beside)


def _grouped(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that differ by their unit alone as one, which names up to three of them."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in _COLUMNS if name != "unit"), []).append(row)
    return [
        {**group[0], "unit": ", ".join(row["unit"] for row in group[:_NAMED]) + _rest(len(group) - _NAMED)}
        for group in groups.values()
    ]


def _rest(count: int) -> str:
    return f" and {count} more" if count > 0 else ""


def _row(change: Change) -> dict[str, Any]:
    before, after = change.before, change.after
    return {
        "change": str(change.kind),
        "unit": after.key.unit,
        "report": after.key.report,
        "period": str(after.key.period),
        "past": change.past,
        "due_at_before": iso(before.due_at) if before else None,
        "due_at": iso(after.due_at),
        "standing_before": str(change.stood) if change.stood else None,
        "standing": str(change.stands),
        "excused": after.excused,
        "basis": after.basis,
        "derivation": after.derivation,
        "reason": after.reason,
    }


def _told(edition: Edition | None) -> dict[str, Any] | None:
    if edition is None:
        return None
    return {
        "number": edition.number,
        "fingerprint": edition.fingerprint,
        "profile": edition.profile,
        "taken_up_at": iso(local(edition.taken_up_at)),
        "by": edition.by,
        "why": edition.why,
    }
