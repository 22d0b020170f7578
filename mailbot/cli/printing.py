"""How commands print: JSON for scripts, aligned columns for people."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from mailbot.core.calendar import ZONE
from mailbot.core.visible import name


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


def print_rows(
    rows: Iterable[Mapping[str, Any]], *, as_json: bool, columns: Sequence[str], **beside: Any
) -> None:
    """Print `rows`; as JSON whole, with `beside` around them; for people the `columns` only."""
    found = list(rows)
    if as_json:
        print_json({**beside, "rows": found})
        return
    table = [list(columns), *([visible(_cell(row.get(column))) for column in columns] for row in found)]
    widths = [max(len(line[index]) for line in table) for index in range(len(columns))]
    for line in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


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
