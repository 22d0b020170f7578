"""How commands print: JSON for scripts, tables for people that fit their terminal."""

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from mailbot.cli.columns import laid_out, pad, wrapped
from mailbot.core.calendar import ZONE
from mailbot.core.language.visible import name

# Where output is no terminal, it is for a pager, a file or another program: nothing is cut.
_NO_TERMINAL = 100_000
# What a person should see first in a table; the words are those of JSON.
_COLOURS = {
    "False": "red",
    "overdue": "red",
    "given_up": "red",
    "sealed": "red",
    "late": "yellow",
    "held": "yellow",
    "unclear": "yellow",
    "not_judged": "yellow",
    "on_time": "green",
}


def iso(instant: datetime | None) -> str | None:
    """The instant in ISO 8601 with the office's offset."""
    return None if instant is None else instant.astimezone(ZONE).isoformat()


def short(instant: datetime | None) -> str:
    """The instant for a column: day, month, year, hour."""
    return "" if instant is None else instant.astimezone(ZONE).strftime("%d/%m/%Y %H:%M")


def visible(text: str) -> str:
    """Other people's text on one line, without what could steer a terminal or pass for other text."""
    return name(text)


def print_json(value: Any) -> None:
    """One JSON value on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))


def width() -> int:
    """How many columns there are to print in: COLUMNS, the terminal's, or as many as one likes."""
    return shutil.get_terminal_size(fallback=(_NO_TERMINAL, 24)).columns


def coloured() -> bool:
    """Whether colours are wanted: on a terminal, unless NO_COLOR says no (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def say(line: str) -> None:
    """One line for people, broken where their terminal ends."""
    for part in wrapped(line, width()):
        click.echo(part)


def print_rows(
    rows: Iterable[Mapping[str, Any]], *, as_json: bool, columns: Sequence[str], **beside: Any
) -> None:
    """Print `rows`; as JSON whole, with `beside` around them; for people the `columns` only.

    On a narrow terminal cells go on in further lines, and the last columns are left out if need be: the first
    ones are what a row is known by.
    """
    found = list(rows)
    if as_json:
        print_json({**beside, "rows": found})
        return
    table = [list(columns), *([visible(_cell(row.get(column))) for column in columns] for row in found)]
    for line in _painted(table):
        click.echo(line)


def _painted(table: list[list[str]]) -> Iterator[str]:
    widths, lines = laid_out(table, width())
    colours = coloured()
    for row, cells in lines:
        padded = [pad(cell, to) for cell, to in zip(cells, widths, strict=True)]
        if colours:
            padded = [
                click.style(text, bold=True) if row == 0 else click.style(text, fg=_COLOURS.get(whole))
                for text, whole in zip(padded, table[row], strict=False)
            ]
            yield "  ".join(padded)
        else:
            yield "  ".join(padded).rstrip()


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list | tuple):
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, str) and "T" in value:
        try:
            return short(datetime.fromisoformat(value))
        except ValueError:
            return value
    return str(value)
