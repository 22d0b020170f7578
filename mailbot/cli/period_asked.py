"""Slips of the pen in the period that `settle` and `stamp` are told."""

from datetime import datetime

import click

from mailbot.cli.options import Command
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.duty import DutyKey
from mailbot.core.slip import another_year, not_begun


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
    if not old_year and (says := another_year(key, book, came)):
        raise click.UsageError(f"{says}; if the year is right, say --old-year")
