"""`plan`, `tick` and `status`: what ought to happen, making it happen once, and where things stand."""

import asyncio
import sys
from collections.abc import Iterable
from datetime import datetime

import click

from mailbot.cli.called import unit_asked_for
from mailbot.cli.described import of_judgement, of_notice
from mailbot.cli.options import PeriodName, configured, moment, with_config, with_json, with_now
from mailbot.cli.printing import iso, print_json, print_rows
from mailbot.core.book import Book
from mailbot.core.changes.after_end import doubted
from mailbot.core.changes.amend import amended
from mailbot.core.changes.in_force import in_force
from mailbot.core.changes.official import in_effect
from mailbot.core.changes.revision import waits_for_a_person
from mailbot.core.duty import Duty, duty_of, opened_by_key
from mailbot.core.parts import with_parts
from mailbot.core.period import Period
from mailbot.core.plan import plan as plan_of
from mailbot.core.rules import ReportId, Rules
from mailbot.core.senders.known_since import with_owners
from mailbot.core.standing import Judgement, judge, judge_at_arrival, missing_copy
from mailbot.daemon.delivery import delivery_round
from mailbot.daemon.house import House, opened
from mailbot.daemon.planning import plan_round
from mailbot.errors import Unavailable


@click.command()
@with_now
@with_json
@with_config
def plan(now: datetime | None, as_json: bool, config_path: str | None) -> None:
    """What would be posted now, and why; sends nothing."""
    config = configured(config_path)
    instant = moment(now)
    with opened(config, words=True) as house:
        found = plan_of(house.rules, house.ledger.book(), instant, config.go_live)
        rows = [of_notice(notice) for notice in found.post]
    print_rows(
        rows,
        as_json=as_json,
        columns=("kind", "unit", "to", "copies", "keys", "expires_at"),
        now=iso(instant),
        announce=[str(duty.key) for duty in found.announce],
        withdraw=list(found.withdraw),
        withheld=[str(change.after.key) for change in found.withheld],
    )


@click.command()
@with_now
@with_json
@with_config
def tick(now: datetime | None, as_json: bool, config_path: str | None) -> None:
    """One round of intake, planning and delivery, then exit; for cron and scripts."""
    config = configured(config_path, quiet=False)
    instant = moment(now)
    if instant > moment(None):
        says = "this reading counts as one of the future: until then `mailbot run` will doubt its clock"
        click.echo(f"mailbot: {says}, until `mailbot outbox release`", err=True)
    with opened(config, lambda: instant, alone=True, words=True) as house:
        told, troubles = asyncio.run(_tick(house, instant))
    if as_json:
        print_json({"now": iso(instant), **told, "troubles": troubles})
    else:
        click.echo(", ".join(f"{name}: {count}" for name, count in told.items()))
    for trouble in troubles:
        click.echo(f"mailbot: {trouble}", err=True)
    sys.exit(1 if troubles else 0)


@click.command()
@click.option("--report", help="Only this report.")
@click.option("--period", type=PeriodName(), help="Only this period, such as 2013-06.")
@click.option("--unit", help="Only this unit: id, name or symbol.")
@with_now
@with_json
@with_config
def status(
    report: str | None,
    period: Period | None,
    unit: str | None,
    now: datetime | None,
    as_json: bool,
    config_path: str | None,
) -> None:
    """The standings: which duty was met, when, and how it is judged."""
    config = configured(config_path)
    instant = moment(now)
    with opened(config) as house:
        # The whole book of many years takes seconds to read.
        book = house.ledger.book() if period is None else house.ledger.book_of(period)
        # Whether others were announced decides on what is not.
        book = book if book.duties else house.ledger.book()
        rules = in_force(house.rules, book)
        book = with_owners(rules, book, instant)
        duties = _known_duties(rules, book, instant, config.go_live, period)
        asked = unit_asked_for(unit, {duty.key.unit for duty in duties}, lambda: rules, instant, period)
        if report is not None and rules.finds_report(ReportId(report)) is None and not _asks(duties, report):
            raise click.UsageError(f"there is no report {report!r}; there are {_named_reports(rules)}")
        judged = [
            with_parts(_judged(rules, duty, book, instant, config.go_live), rules, book)
            for duty in duties
            if report in {None, duty.key.report} and asked in {None, duty.key.unit}
        ]
        judged.sort(key=lambda judgement: (judgement.duty.due_at, str(judgement.duty.key)))
        rows = [{**of_judgement(found), "missing_copy": missing_copy(found.duty, book)} for found in judged]
    print_rows(
        rows,
        as_json=as_json,
        columns=("unit", "report", "period", "due_at", "standing", "arrived_at", "arrival"),
        now=iso(instant),
    )


async def _tick(house: House, now: datetime) -> tuple[dict[str, int], list[str]]:
    told = {"recorded": 0, "announced": 0, "posted": 0, "withdrawn": 0, "withheld": 0, "sent": 0}
    troubles: list[str] = []
    if house.ledger.is_shared:
        house.recognition.recognise(now)
    try:
        told["recorded"] = _read_once(house, troubles)
    except Unavailable as error:
        troubles.append(f"intake: {error}")
    try:
        house.take_up()
        found = plan_round(house.ledger, house.desk, now, house.config.go_live)
        told |= {
            "announced": len(found.announce),
            "posted": len(found.post),
            "withdrawn": len(found.withdraw),
            "withheld": len(found.withheld),
        }
    except Unavailable as error:
        troubles.append(f"planning: {error}")
    post = house.post()
    try:
        told["sent"] = await delivery_round(house.ledger, post, house.rules, house.delivery, house.clock)
    except Unavailable as error:
        troubles.append(f"delivery: {error}")
    finally:
        await post.close()
    house.recognition.remember()
    return told, troubles


def _read_once(house: House, troubles: list[str]) -> int:
    inbox, junk = house.inbox(), None
    try:
        inbox.connect()
        junk = house.junk(inbox)
        intake = house.intake()
        recorded = len(intake.read_through(inbox, junk))
        # One that came again, or lay there under another number, was kept until it was known.
        intake.discard_sealed()
        if junk is not None and junk.trouble:
            troubles.append(f"junk: {junk.trouble}")
        return recorded
    finally:
        inbox.close()
        if junk is not None:
            junk.close()


def _known_duties(
    rules: Rules, book: Book, now: datetime, go_live: datetime, period: Period | None
) -> list[Duty]:
    """The duties announced, those that would be, and those that somebody already met; of `period`, or all."""
    opened = opened_by_key(rules, now, go_live)
    fresh = (duty for key, duty in opened.items() if key not in book.duties)
    # Whatever a letter made of a duty comes behind it.
    ordered = {duty.key: duty for duty in amended(fresh, rules, in_effect(book.official))}
    owed = {key: duty for key, duty in ordered.items() if not waits_for_a_person(rules, book, duty, now)}
    found = owed | dict(book.duties)
    met = (key for key in book.copies if key not in found and period in {None, key.period})
    found |= {key: duty for key in met if (duty := duty_of(rules, key)) is not None}
    return [duty for key, duty in found.items() if period in {None, key.period}]


def _judged(rules: Rules, duty: Duty, book: Book, now: datetime, go_live: datetime) -> Judgement:
    """How the duty stands; nobody is called late for what was due before mailbot began, as in its receipt."""
    return doubted(rules, (judge_at_arrival if duty.due_at < go_live else judge)(duty, book, now))


def _asks(duties: Iterable[Duty], report: str) -> bool:
    return any(duty.key.report == report for duty in duties)


def _named_reports(rules: Rules) -> str:
    return ", ".join(report.id for report in rules.reports)
