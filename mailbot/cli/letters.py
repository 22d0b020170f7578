"""`mailbot letter`: official letters that move a deadline, excuse, announce or decree a day off.

Their effect is shown first; nothing is recorded without `--yes`.
"""

from datetime import date
from typing import Any

import click

from mailbot.cli.described import of_change, of_letter
from mailbot.cli.options import (
    Command,
    Day,
    DueMoment,
    Number,
    PeriodName,
    Words,
    configured,
    moment,
    with_by,
    with_config,
    with_json,
    with_now,
)
from mailbot.cli.printing import print_json, print_rows, say
from mailbot.core.book import Book
from mailbot.core.changes.amend import changes
from mailbot.core.changes.objections import worked_out
from mailbot.core.changes.official import (
    Announce,
    DaysOff,
    Document,
    Effect,
    Excuse,
    Move,
    OfficialLetter,
    Revoke,
    Scope,
    in_effect,
)
from mailbot.core.period import Period
from mailbot.core.rules import ReportId, UnitId
from mailbot.daemon.house import House, open_ledger, opened
from mailbot.errors import Unavailable

_COLUMNS = ("unit", "report", "period", "was_due_at", "due_at", "excused", "announced", "past")
# Mails may come in between showing and recording; what they do not change need not be shown again.
_TRIES = 5


@click.group()
def letter() -> None:
    """Official letters: what they change is shown first, then recorded for good."""


def _with_document(command: Command) -> Command:
    for option in (
        click.option("--past", is_flag=True, help="Change also what has come due already."),
        click.option("--yes", is_flag=True, help="Record it; without, only the effect is shown."),
        with_by("Who records it."),
        click.option("--reason", default="", help='What for, or why: "phục vụ Kỳ họp thứ 9 của HĐND tỉnh".'),
        click.option("--issuer", type=Words(), required=True, help='Who issued it: "UBND tỉnh".'),
        click.option("--date", "issued_on", type=Day(), required=True, help="The date on it."),
        click.option(
            "--no", "number", type=Words(), required=True, help='Its number and symbol: "2500/UBND-TH".'
        ),
    ):
        command = option(command)
    return command


def _with_scope(command: Command) -> Command:
    for option in (
        click.option("--period", "periods", multiple=True, type=PeriodName(), help="Of this period."),
        click.option("--report", "reports", multiple=True, help="This report."),
        click.option("--except", "without", multiple=True, help="But not this unit."),
        click.option("--group", "groups", multiple=True, help="The units of this group."),
        click.option("--unit", "units", multiple=True, help="This unit; without any, all that owe it."),
    ):
        command = option(command)
    return command


@letter.command()
@_with_document
@_with_scope
@click.option("--move-to", type=DueMoment(), help="The new deadline: a day, counted to 24:00, or an instant.")
@click.option("--excuse", is_flag=True, help="Nothing has to be handed in.")
@click.option("--announce", type=DueMoment(), help="A report is owed by then: of the rules, or with --title.")
@click.option("--title", default="", help="What a report is called that is asked for once.")
@click.option("--day-off", "off", multiple=True, help='A day off and its name: "2027-02-05=nghỉ bù".')
@click.option("--worked", multiple=True, type=Day(), help="A day that is worked instead.")
@with_now
@with_json
@with_config
def add(**given: Any) -> None:
    """Show what an official letter changes; record it with --yes.

    `mailbot letter add --no 2500/UBND-TH --date 2013-12-02 --issuer "UBND tỉnh"
    --reason "phục vụ Kỳ họp thứ 9 của HĐND tỉnh" --report bc-nam --period 2013 --move-to 2013-12-10`
    """
    scope = Scope(
        units=frozenset(map(UnitId, given["units"])),
        groups=frozenset(given["groups"]),
        without=frozenset(map(UnitId, given["without"])),
        reports=frozenset(map(ReportId, given["reports"])),
        periods=frozenset[Period](given["periods"]),
    )
    _enter(_effect(given), scope, given)


@letter.command()
@click.argument("letter_number", type=Number(), metavar="N")
@_with_document
@with_now
@with_json
@with_config
def revoke(letter_number: int, **given: Any) -> None:
    """Let official letter N count no more, by the document that says so; N stays on record."""
    _enter(Revoke(letter_number), Scope(), given)


@letter.command("list")
@with_json
@with_config
def list_letters(as_json: bool, config_path: str | None) -> None:
    """The official letters, in the order of recording."""
    with open_ledger(configured(config_path)) as ledger:
        book = ledger.book()
    counting = in_effect(book.official)
    rows = [of_letter(found, in_effect=found in counting) for found in book.official]
    print_rows(rows, as_json=as_json, columns=("letter", "no", "date", "issuer", "effect", "state", "duties"))


@letter.command()
@click.argument("letter_number", type=Number(), metavar="N")
@with_json
@with_config
def show(letter_number: int, as_json: bool, config_path: str | None) -> None:
    """One official letter with every duty that it changed."""
    with open_ledger(configured(config_path)) as ledger:
        book = ledger.book()
        if not 1 <= letter_number <= len(book.official):
            raise click.UsageError(f"there is no official letter {letter_number}")
        found = book.official[letter_number - 1]
        _print(found, book, as_json=as_json, recorded=True, state=found in in_effect(book.official))


def _effect(given: dict[str, Any]) -> Effect:
    wanted: list[Effect] = []
    if given["move_to"]:
        wanted.append(Move(given["move_to"]))
    if given["excuse"]:
        wanted.append(Excuse())
    if given["announce"]:
        wanted.append(Announce(given["announce"], given["title"]))
    if given["off"] or given["worked"]:
        wanted.append(DaysOff(tuple(map(_day_off, given["off"])), tuple(given["worked"])))
    if len(wanted) != 1:
        raise click.UsageError("say one of --move-to, --excuse, --announce, or --day-off with --worked")
    return wanted[0]


def _day_off(written: str) -> tuple[date, str]:
    day, _, name = written.partition("=")
    try:
        return date.fromisoformat(day.strip()), name.strip()
    except ValueError:
        raise click.UsageError(f'{written!r} is no day off such as "2027-02-05=nghỉ bù"') from None


def _enter(effect: Effect, scope: Scope, given: dict[str, Any]) -> None:
    """Show the effect of the letter that was given; record it if that was wanted."""
    now = moment(given["now"])
    document = Document(
        number=given["number"].strip(),
        issued_on=given["issued_on"],
        issuer=given["issuer"].strip(),
        reason=given["reason"].strip(),
    )
    with opened(configured(given["config_path"])) as house:
        book = house.ledger.book()
        draft = OfficialLetter(
            number=len(book.official) + 1,
            document=document,
            effect=effect,
            scope=scope,
            by=given["by"],
            recorded_at=now,
        )
        found, against = worked_out(house.rules, book, draft)
        if against:
            raise click.UsageError("\n".join(against))
        past = any(change.touches_past(now) for change in found.changes)
        recorded = given["yes"] and (given["past"] or not past)
        if recorded:
            _record(house, found)
        _print(found, book, as_json=given["as_json"], recorded=recorded, state=recorded)
    if given["yes"] and not recorded:
        raise click.ClickException(
            "it changes what has come due already (past); repeat with --past to mean it"
        )
    if not recorded and not given["as_json"]:
        say("Nothing is recorded yet: repeat with --yes.")


def _record(house: House, shown: OfficialLetter) -> None:
    for _ in range(_TRIES):
        book = house.ledger.book()
        if len(book.official) + 1 != shown.number or changes(house.rules, book, shown) != shown.changes:
            raise click.ClickException("what it changes is no longer what was shown; look at it again")
        rows = [
            change.after
            for change in shown.changes
            # What is not announced yet is changed when its period opens.
            if change.after and (change.key in book.duties or isinstance(shown.effect, Announce))
        ]
        if house.ledger.record_letter(shown, rows, version=book.version, rules=house.rules.fingerprint):
            return
    raise Unavailable("facts arrive faster than the letter can be recorded")


def _print(found: OfficialLetter, book: Book, *, as_json: bool, recorded: bool, state: bool) -> None:
    rows = [of_change(change, book, found.recorded_at) for change in found.changes]
    told = {**of_letter(found, in_effect=state), "recorded": recorded}
    if as_json:
        print_json({**told, "rows": rows})
        return
    say(f"{found.document.cited}" + (f", {found.document.reason}" if found.document.reason else ""))
    print_rows(rows, as_json=False, columns=_COLUMNS)
