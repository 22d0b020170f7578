"""Paper copies from a spreadsheet, and the register of incoming documents in and out."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from mailbot.cli.options import Day, configured, moment, with_config, with_json, with_now
from mailbot.cli.papers import write_files
from mailbot.cli.period_asked import refuse_reversed
from mailbot.cli.printing import iso, print_json, print_rows
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.in_force import in_force
from mailbot.core.rules import Rules
from mailbot.core.sheets.paper_sheet import COLUMNS, REQUIRED, Apart, Paper, paper_of
from mailbot.daemon.house import opened
from mailbot.errors import Fault, Misconfigured
from mailbot.inbox.tables import read_table
from mailbot.papers.incoming import incoming_workbook

_WORKBOOK = ".xlsx"


@click.group()
def register() -> None:
    """The office's register of incoming documents (Decree 30/2020/NĐ-CP, Appendix IV)."""


@register.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_now
@with_json
@with_config
def import_register(file: Path, now: datetime | None, as_json: bool, config_path: str | None) -> None:
    """Record the paper copies of reports that the register has; its other documents are left out."""
    stamp_all(file, now, config_path, as_json=as_json, others=True)


@register.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--from", "since", type=Day(), help="First day [the year's first].")
@click.option("--to", "until", type=Day(), help="Last day [today].")
@with_now
@with_json
@with_config
def export(
    out: Path,
    since: date | None,
    until: date | None,
    now: datetime | None,
    as_json: bool,
    config_path: str | None,
) -> None:
    """Write the documents that came in a stretch of days, by mail and on paper, as an XLSX file."""
    config = configured(config_path)
    if out.suffix.lower() != _WORKBOOK:
        # Excel opens no workbook of another name, and what is there may be the configuration.
        raise click.UsageError(f"{out} is no workbook; name a file that ends in {_WORKBOOK}")
    today = local(moment(now)).date()
    first, last = since or today.replace(month=1, day=1), until or today
    refuse_reversed(first, last)
    with opened(config) as house:
        book = house.ledger.book()
        made = incoming_workbook(in_force(house.rules, book), book, first, last, moment(now))
    write_files(config, out.parent, {out.name: made})
    if as_json:
        print_json({"files": [str(out)], "from": first.isoformat(), "until": last.isoformat()})
    else:
        click.echo(f"{out}")


def stamp_all(
    file: Path, now: datetime | None, config_path: str | None, *, as_json: bool, others: bool
) -> None:
    """Record every paper copy in the file, or none and every bad row by its line.

    With `others` rows that are no reports of ours are left out, and counted; else they are bad rows.
    """
    instant = moment(now)
    with opened(configured(config_path)) as house:
        book = house.ledger.book()
        papers, left_out = _read(file, in_force(house.rules, book), book, instant, others=others)
        stamps = house.ledger.stamp_all(
            [(key, paper.stamped_at, paper.register_no) for paper in papers for key in paper.duties],
            now=instant,
        )
    rows: list[dict[str, Any]] = [
        {"stamp": one.number, "duty": str(one.duty), "at": iso(one.stamped_at), "no": one.register_no}
        for one in stamps
    ]
    print_rows(rows, as_json=as_json, columns=("stamp", "duty", "at", "no"), left_out=left_out)
    if left_out and not as_json:
        click.echo(f"{left_out} other documents are left out")


def _read(file: Path, rules: Rules, book: Book, now: datetime, *, others: bool) -> tuple[list[Paper], int]:
    table = read_table(file, dict(COLUMNS))
    missing = [COLUMNS[column][0] for column in REQUIRED if column not in table.columns]
    if missing:
        says = f"these columns are missing: {'; '.join(missing)}"
        raise Misconfigured([Fault(file, says, table.heading_line)])
    faults: list[Fault] = []
    papers: list[Paper] = []
    left_out = 0
    for row in table.rows:
        found, wrong = paper_of(row.cells, rules, book, now)
        if isinstance(found, Apart):
            left_out += others
            wrong = [] if others else [found.says]
        elif found is not None:
            papers.append(found)
        faults += [Fault(file, says, row.line) for says in wrong]
    if faults:
        raise Misconfigured(faults)
    return papers, left_out
