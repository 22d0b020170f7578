"""`papers`: what people read, sign and publish, written into a folder."""

import getpass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from mailbot.cli.options import PeriodName, configured, moment, with_config, with_json, with_now
from mailbot.cli.printing import iso, print_json
from mailbot.core.calendar import local
from mailbot.core.closing import differences
from mailbot.core.figures import Figures, Rating
from mailbot.core.figures_form import checksum
from mailbot.core.period import Cadence, Period
from mailbot.daemon.house import opened
from mailbot.daemon.papers import close, report_of
from mailbot.papers.monthly import document
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
        report = report_of(house.rules, house.ledger, period or last_month(instant), instant)
        name = f"bao-cao-{report.figures.period}"
        written = {
            f"{name}.docx": document(report, load_wording(config.templates)),
            f"{name}.xlsx": register_workbook(report, house.rules, house.ledger.book()),
        }
    files = write_files(out, written)
    _tell(as_json, files, now=iso(instant), **_described(report.figures), amendments=list(report.amendments))


@papers.command()
@click.argument("period", type=PeriodName())
@click.option("--by", default=getpass.getuser, show_default="your login", help="Who approves.")
@click.option("--why", default="", help="For a period approved before: why its figures change.")
@click.option("--internal", is_flag=True, help="Approved for the report only, not for the public pages.")
@with_now
@with_json
@with_config
def approve(
    period: Period,
    by: str,
    why: str,
    internal: bool,
    now: datetime | None,
    as_json: bool,
    config_path: str | None,
) -> None:
    """Freeze the figures of PERIOD as they stand; what changes later is an amendment."""
    instant = moment(now)
    with opened(configured(config_path)) as house:
        before = house.ledger.closings(period)
        if before and not why:
            raise click.UsageError(f"{period} was approved before; say with --why what changes its figures")
        kept = close(house.rules, house.ledger, period, instant, by=by, why=why, public=not internal)
        changed = (
            [found.says for found in differences(before[-1].figures, kept.figures, instant, why)]
            if before
            else []
        )
    told = {
        "closing": kept.number,
        "now": iso(instant),
        **_described(kept.figures),
        "public": kept.public,
        "amendments": changed,
    }
    if as_json:
        print_json(told)
        return
    click.echo(f"{period}: approved by {by}, checksum {kept.checksum}")
    for says in changed:
        click.echo(f"  {says}")


@papers.command()
@with_out
@with_json
@with_config
def board(out: Path, as_json: bool, config_path: str | None) -> None:
    """The public pages with every approved month, for any web server to serve."""
    from mailbot.papers.portal import Portal, published  # noqa: PLC0415 - pages are for this command alone

    config = configured(config_path)
    with opened(config) as house:
        closings = house.ledger.closings()
        written = Portal(config.templates).files(house.rules.office, closings)
    files = write_files(out, written)
    _tell(as_json, files, months=[str(month.figures.period) for month in published(closings)])


def last_month(now: datetime) -> Period:
    """The last month that is over."""
    return Period.containing(Cadence.MONTH, local(now).date()).previous()


def write_files(out: Path, files: dict[str, bytes]) -> list[Path]:
    """Write the files into `out`, each of them whole; their paths."""
    try:
        for name, content in files.items():
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            # A web server may be reading: it sees the old page or the new one.
            fresh = path.with_name(f".{path.name}.new")
            fresh.write_bytes(content)
            fresh.replace(path)
    except OSError as error:
        raise click.ClickException(f"cannot write into {out}: {error.strerror}") from error
    return [out / name for name in files]


def _described(figures: Figures) -> dict[str, Any]:
    counts = figures.counts
    return {
        "period": str(figures.period),
        "as_of": iso(figures.as_of),
        "checksum": checksum(figures),
        "owed": counts.owed,
        "on_time": counts.on_time,
        "late": counts.late,
        "overdue": counts.overdue,
        "not_judged": counts.not_judged,
        "excused": counts.excused,
        "rate": counts.rate,
        "good": [unit.id for unit in figures.rated(Rating.GOOD)],
        "poor": [unit.id for unit in figures.rated(Rating.POOR)],
        "not_rated": [
            {"unit": unit.id, "reserves": [str(reserve) for reserve in unit.reserves]}
            for unit in figures.rated(Rating.NOT_RATED)
        ],
    }


def _tell(as_json: bool, files: list[Path], **told: Any) -> None:
    if as_json:
        print_json({**told, "files": [str(path) for path in files]})
        return
    for path in files[:12]:
        click.echo(f"wrote {path}")
    if len(files) > 12:  # noqa: PLR2004 - a screen is enough
        click.echo(f"and {len(files) - 12} more")
