"""`mailbot travel`: journeys of units' heads that need consent, and the consent."""

from datetime import date, datetime
from typing import Any

import click

from mailbot.cli.noting import enter_note, with_note
from mailbot.cli.options import (
    Day,
    Number,
    Words,
    configured,
    moment,
    with_by,
    with_config,
    with_json,
    with_now,
)
from mailbot.cli.period_asked import refuse_far
from mailbot.cli.printing import iso, print_rows
from mailbot.cli.progressing import of_line
from mailbot.core.calendar import local
from mailbot.core.changes.in_force import in_force
from mailbot.core.seals import secrecy
from mailbot.core.sheets.sheet_values import a_unit
from mailbot.core.tasks.assignment import Travel, Word
from mailbot.core.tasks.progress import lines, unconsented
from mailbot.daemon.house import opened


@click.group()
def travel() -> None:
    """Journeys abroad, or of three days or more: reported, consented to, warned of (13/CT-UBND, point 4)."""


@travel.command()
@click.option("--unit", "unit_name", required=True, help="Whose head travels: id, name or symbol.")
@click.option("--who", "traveller", type=Words(), required=True, help="Who travels.")
@click.option("--to", "place", type=Words(), required=True, help="Where to.")
@click.option("--abroad", is_flag=True, help="To another country.")
@click.option("--from", "first_on", type=Day(), required=True, help="First day.")
@click.option("--until", "last_on", type=Day(), required=True, help="Last day.")
@click.option("--purpose", default="", help="What for.")
@with_by("Who records it.")
@with_now
@with_json
@with_config
def add(now: datetime | None, as_json: bool, config_path: str | None, **given: Any) -> None:
    """Record a journey that a unit reported; the staff is warned if it begins without consent."""
    instant = moment(now)
    first_on, last_on = given["first_on"], given["last_on"]
    if last_on < first_on:
        raise click.UsageError("it ends before it begins")
    refuse_far("--from", first_on, local(instant).date())
    refuse_far("--until", last_on, first_on)
    if any(map(secrecy.marked, (given["traveller"], given["place"], given["purpose"]))):
        raise click.UsageError("it bears a mark of State secrecy, and nothing of it may be entered here")
    with opened(configured(config_path)) as house:
        try:
            unit = a_unit(given["unit_name"], house.rules, local(instant).date())
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        journey = Travel(
            lead=unit.id,
            traveller=given["traveller"].strip(),
            place=given["place"].strip(),
            abroad=given["abroad"],
            first_on=first_on,
            last_on=last_on,
            purpose=given["purpose"].strip(),
        )
        (entered,) = house.ledger.assign(
            [journey], by=given["by"], rules=house.rules.fingerprint, now=instant
        )
    told = {"travel": entered.number, "code": entered.code, "days": journey.days}
    told["needs_consent"] = journey.needs_consent
    print_rows([told], as_json=as_json, columns=tuple(told))


@travel.command()
@click.argument("number", type=Number(), metavar="N")
@with_note
@with_now
@with_json
@with_config
def consent(number: int, **given: Any) -> None:
    """Record the consent to journey N; --why says who gave it and by what document."""
    if not given["reason"].strip():
        raise click.UsageError('say who consented with --why: "Phó Chủ tịch …, văn bản số …"')
    enter_note(number, Travel, Word.CONSENTED, given)


@travel.command("list")
@click.option("--from", "since", type=Day(), help="Only those that end on this day or later.")
@with_now
@with_json
@with_config
def list_travel(since: date | None, now: datetime | None, as_json: bool, config_path: str | None) -> None:
    """The journeys; `consent` is missing, given, or not needed, `warning` tells of one that began without."""
    instant = moment(now)
    with opened(configured(config_path)) as house:
        book = house.ledger.book()
        warned = {found.number for found in unconsented(book, instant)}
        rows = []
        for line in lines(in_force(house.rules, book), book, instant):
            given = line.assignment.given
            if not isinstance(given, Travel) or (since and given.last_on < since):
                continue
            words = {event.word for event in line.events}
            missing = "missing" if given.needs_consent else "not needed"
            consented = "given" if Word.CONSENTED in words else missing
            warning = line.assignment.number in warned
            rows.append({**of_line(line), "consent": consented, "warning": warning})
    columns = ("travel", "lead", "traveller", "place", "from", "to", "days", "consent", "warning")
    print_rows(rows, as_json=as_json, columns=columns, now=iso(instant))
