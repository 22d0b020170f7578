"""Slips of the pen in the periods and stretches of days that commands are told."""

from datetime import date, datetime

import click

from mailbot.cli.options import Command
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.duty import DutyKey
from mailbot.core.period import Cadence, Period
from mailbot.core.reading.slip import another_year, not_begun
from mailbot.ledger.store import Ledger

# Shorter by a day than a year that has 366: whatever is misread by one lies beyond it.
_A_YEAR = 365


def with_old_year(command: Command) -> Command:
    """Give the command `--old-year`."""
    says = "The year is no slip: it is that year's report, though another year's is owed now."
    return click.option("--old-year", is_flag=True, help=says)(command)


def refuse_slips(book: Book, key: DutyKey, by_and_came: tuple[datetime, datetime], *, old_year: bool) -> None:
    """See that the duty can have been met by the one moment, and is meant at the other, when its paper came.

    Raises:
        click.UsageError: its period has not begun, or another year's is owed and `old_year` was not said.
    """
    by, came = (local(instant).date() for instant in by_and_came)
    if says := not_begun(key.period, by):
        raise click.UsageError(says)
    if not old_year and (other := another_year(key, book, came)):
        says = f"{key.unit} owes {key.report} for {other.period} now, not for {key.period}"
        raise click.UsageError(f"{says}; if the year is right, say --old-year")


def refuse_unknown(period: Period, ledger: Ledger, go_live: datetime, now: datetime) -> None:
    """See that a paper on `period` can tell of something: mailbot was at work in it, and it has begun.

    Raises:
        click.UsageError: it is to come, or was over before `go_live`; or what is named is no stretch of days.
    """
    if period.cadence is Cadence.EVENT:
        raise click.UsageError(f"{period} is no stretch of days such as 2013-06, 2013-Q2, 2013-H1 or 2013")
    if not period.has_begun(local(now).date()):
        raise click.UsageError(
            f"{period} begins on {period.first_on:%d/%m/%Y}; there is nothing to tell of it"
        )
    if period.last_on < local(go_live).date() and not ledger.closings(period):
        raise click.UsageError(
            f"{period} was over before go_live, {local(go_live):%d/%m/%Y}; nothing is known of it"
        )


def refuse_far(what: str, on: date, since: date) -> None:
    """See that a day lies less than a year after `since`: with the next year in its place it does not.

    Raises:
        click.UsageError: it lies a year or more after it.
    """
    if (on - since).days >= _A_YEAR:
        raise click.UsageError(
            f"{what} {on:%d/%m/%Y} lies a year or more after {since:%d/%m/%Y}: is the year a slip?"
        )


def refuse_reversed(since: date, until: date) -> None:
    """See that a stretch of days does not end before it begins: its list would be empty without a word.

    Raises:
        click.BadParameter: it does.
    """
    if until < since:
        raise click.BadParameter(f"{until:%d/%m/%Y} is before {since:%d/%m/%Y}", param_hint="--to")
