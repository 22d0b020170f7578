"""`papers`: what people read, sign and publish, written into a folder."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from mailbot.cli.options import PeriodName, configured, moment, with_config, with_json, with_now
from mailbot.cli.printing import iso, print_json
from mailbot.core.calendar import local
from mailbot.core.figures import Rating
from mailbot.core.figures_form import checksum
from mailbot.core.period import Cadence, Period
from mailbot.core.period_figures import figures
from mailbot.daemon.house import House, opened
from mailbot.papers.monthly import Report, document
from mailbot.papers.paper_words import load_wording

with_out = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("papers"),
    show_default=True,
    help="The folder to write into.",
)
with_period = click.option("--period", type=PeriodName(), help="Such as 2013-06 [the last whole month].")


@click.group()
def papers() -> None:
    """Documents for people: monthly report, portal pages, deadlines, evidence."""


@papers.command()
@with_period
@with_out
@with_now
@with_json
@with_config
def monthly(
    period: Period | None, out: Path, now: datetime | None, as_json: bool, config_path: str | None
) -> None:
    """The report to the Chairman as a Word file, and the same numbers as a workbook."""
    from mailbot.papers.register import register_workbook  # noqa: PLC0415 - xlsxwriter is for this alone

    config = configured(config_path)
    instant = moment(now)
    with opened(config) as house:
        report = report_of(house, period or last_month(instant), instant)
        wording = load_wording(config.templates)
        name = f"bao-cao-{report.figures.period}"
        written = {
            f"{name}.docx": document(report, wording),
            f"{name}.xlsx": register_workbook(report, house.rules, house.ledger.book()),
        }
    files = _write(out, written)
    counts = report.figures.counts
    _tell(
        as_json,
        files,
        period=str(report.figures.period),
        now=iso(instant),
        checksum=checksum(report.figures),
        owed=counts.owed,
        on_time=counts.on_time,
        late=counts.late,
        overdue=counts.overdue,
        not_judged=counts.not_judged,
        good=[unit.id for unit in report.figures.rated(Rating.GOOD)],
        poor=[unit.id for unit in report.figures.rated(Rating.POOR)],
        not_rated=[unit.id for unit in report.figures.rated(Rating.NOT_RATED)],
    )


def last_month(now: datetime) -> Period:
    """The last month that is over."""
    return Period.containing(Cadence.MONTH, local(now).date()).previous()


def report_of(house: House, period: Period, now: datetime) -> Report:
    """The report on `period` as its figures stand at `now`."""
    book, rules = house.ledger.book(), house.rules
    found = figures(rules, book, period, now)
    before = figures(rules, book, period.previous(), now)
    return Report(
        office=rules.office,
        rules=rules.papers,
        figures=found,
        before=before if before.units else None,
    )


def _write(out: Path, files: dict[str, bytes]) -> list[Path]:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"cannot write into {out}: {error.strerror}") from error
    return [out / name for name in files]


def _tell(as_json: bool, files: list[Path], **told: Any) -> None:
    if as_json:
        print_json({**told, "files": [str(path) for path in files]})
        return
    for path in files:
        click.echo(f"wrote {path}")
