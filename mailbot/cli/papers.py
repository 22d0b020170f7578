"""`papers`: what people read, sign and publish, written into a folder."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from mailbot.cli.called import unit_asked_for
from mailbot.cli.options import PeriodName, configured, moment, refuse_own, with_config, with_json, with_now
from mailbot.cli.period_asked import refuse_unknown
from mailbot.cli.printing import iso, print_json
from mailbot.config import Config
from mailbot.core.calendar import local
from mailbot.core.changes.in_force import in_force
from mailbot.core.changes.revision import changes
from mailbot.core.deadlines import deadlines as deadlines_of
from mailbot.core.duty import DutyKey
from mailbot.core.letters.digest import digest_matter
from mailbot.core.notice import Notice
from mailbot.core.period import Cadence, Period
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import ReportId, StaffRole, UnitId
from mailbot.core.standings.figures import Figures, Rating
from mailbot.core.standings.figures_form import checksum
from mailbot.daemon.house import House, opened
from mailbot.daemon.papers import report_of
from mailbot.disk import put
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


def _report(house: House, period: Period, now: datetime) -> Report:
    """The report on `period`, which tells from which day on mailbot knows of it.

    Raises:
        click.UsageError: mailbot knows nothing of that period.
    """
    go_live = house.config.go_live
    refuse_unknown(period, house.ledger, go_live, now)
    return replace(report_of(house.rules, house.ledger, period, now), known_since=local(go_live).date())


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
    with opened(config, words=True) as house:
        told = period or last_month(instant)
        report = _report(house, told, instant)
        name = f"bao-cao-{report.figures.period}"
        written = {
            f"{name}.docx": document(report, load_wording(config.templates)),
            f"{name}.xlsx": register_workbook(report, house.rules, house.ledger.book()),
        }
    files = write_files(config, out, written)
    tell(as_json, files, now=iso(instant), **described(report.figures), amendments=list(report.amendments))


@papers.command()
@click.option("--period", type=PeriodName(), required=True, help="Such as 2013-H1 or 2013.")
@with_out
@with_now
@with_json
@with_config
def emulation(
    period: Period, out: Path, now: datetime | None, as_json: bool, config_path: str | None
) -> None:
    """The evaluation for the Emulation board: letter and workbook, grades as proposals."""
    from mailbot.papers.emulation import evaluation, letter  # noqa: PLC0415 - for this command alone

    config = configured(config_path)
    instant = moment(now)
    with opened(config, words=True) as house:
        report = _report(house, period, instant)
        name = f"thi-dua-{period}"
        written = {
            f"{name}.docx": letter(report, load_wording(config.templates)),
            f"{name}.xlsx": evaluation(report),
        }
    tell(as_json, write_files(config, out, written), now=iso(instant), **described(report.figures))


@papers.command()
@click.option("--year", type=click.IntRange(1990, 2100), help="The year [this year].")
@click.option("--unit", help="Only this unit's calendar: id, name or symbol.")
@with_out
@with_now
@with_json
@with_config
def deadlines(
    year: int | None,
    unit: str | None,
    out: Path,
    now: datetime | None,
    as_json: bool,
    config_path: str | None,
) -> None:
    """The deadlines of a year: a calendar file for all and for each unit, and a chart for the wall."""
    from mailbot.papers.ics import calendar_file  # noqa: PLC0415 - for this command alone
    from mailbot.papers.wall import wall_chart  # noqa: PLC0415 - as above

    config = configured(config_path)
    instant = moment(now)
    of_year = year or local(instant).year
    first, last = date(of_year, 1, 1), date(of_year, 12, 31)
    with opened(config, words=True) as house:
        book = house.ledger.book()
        rules = in_force(house.rules, book)
        unit = unit_asked_for(unit, (), lambda: rules, instant)
        written: dict[str, bytes] = {}
        if unit is None:
            found = deadlines_of(rules, book, first, last)
            written |= wall_chart(config.templates, rules.office, rules.calendar, of_year, found)
            name = f"Hạn gửi báo cáo năm {of_year}"
            written[f"lich-{of_year}.ics"] = calendar_file(rules.office, name, found, instant)
        for each in rules.units:
            own = deadlines_of(rules, book, first, last, each.id) if unit in {None, each.id} else ()
            if own:
                name = f"Hạn gửi báo cáo năm {of_year}, {each.name}"
                written[f"don-vi/{each.id}-{of_year}.ics"] = calendar_file(rules.office, name, own, instant)
    tell(as_json, write_files(config, out, written), now=iso(instant), year=of_year)


@papers.command()
@click.argument("unit_id", metavar="UNIT")
@click.argument("report_id", metavar="REPORT")
@click.argument("period", type=PeriodName())
@with_out
@with_now
@with_json
@with_config
def evidence(
    unit_id: str,
    report_id: str,
    period: Period,
    out: Path,
    now: datetime | None,
    as_json: bool,
    config_path: str | None,
) -> None:
    """Everything that one verdict rests on, in one file."""
    from mailbot.daemon.evidence import evidence_of  # noqa: PLC0415 - for this command alone
    from mailbot.papers.evidence import pack  # noqa: PLC0415 - as above

    config = configured(config_path)
    instant = moment(now)
    with opened(config, words=True) as house:
        owing = {key.unit for key in house.ledger.book().duties}
        unit = unit_asked_for(unit_id, owing, lambda: house.rules, instant, period)
        key = DutyKey(unit or UnitId(unit_id), ReportId(report_id), period)
        try:
            found = evidence_of(house, key, instant)
        except LookupError as error:
            raise click.UsageError(str(error.args[0])) from error
    name = f"chung-cu-{key.unit}-{report_id}-{period}.zip"
    files = write_files(config, out, {name: pack(found, config.templates)})
    told = {
        "standing": str(found.line.standing),
        "mails": [exhibit.arrival.number for exhibit in found.exhibits],
        "letters": [letter.number for letter in found.letters],
    }
    tell(as_json, files, now=iso(instant), **told)


@papers.command()
@with_out
@with_now
@with_json
@with_config
def digest(out: Path, now: datetime | None, as_json: bool, config_path: str | None) -> None:
    """The daily digest as it would be written now, as a page and as text; sends nothing."""
    config = configured(config_path)
    instant = moment(now)
    day = local(instant).date()
    with opened(config, words=True) as house:
        book = house.ledger.book()
        rules = in_force(house.rules, book)
        edited = changes(house.rules, book, instant, config.go_live)
        notice = Notice(
            kind=NoticeKind.DIGEST,
            keys=(f"{NoticeKind.DIGEST}/{day}",),
            to=rules.office.emails(StaffRole.DIGEST),
            due_at=instant,
            expires_at=instant,
            matter=digest_matter(rules, book, day, instant, config.go_live, edited),
        )
        words = house.renderer.word(notice, rules, instant)
    name = f"tong-hop-{day}"
    files = write_files(
        config, out, {f"{name}.html": words.html.encode(), f"{name}.txt": words.text.encode()}
    )
    tell(as_json, files, now=iso(instant), subject=words.subject)


def last_month(now: datetime) -> Period:
    """The last month that is over."""
    return Period.containing(Cadence.MONTH, local(now).date()).previous()


def write_files(config: Config, out: Path, files: dict[str, bytes]) -> list[Path]:
    """Write the files into `out`, each of them whole; their paths.

    Raises:
        click.ClickException: they cannot be written, or mailbot itself works in that folder.
    """
    refuse_own(config, out)
    try:
        for name, content in files.items():
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            # A web server may be reading: it sees the old page or the new one.
            put(path, content)
    except OSError as error:
        raise click.ClickException(f"cannot write into {out}: {error.strerror}") from error
    return [out / name for name in files]


def described(figures: Figures) -> dict[str, Any]:
    """The figures as scripts read them."""
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


def tell(as_json: bool, files: list[Path], **told: Any) -> None:
    """Say what was written."""
    if as_json:
        print_json({**told, "files": [str(path) for path in files]})
        return
    for path in files[:12]:
        click.echo(f"wrote {path}")
    if len(files) > 12:  # noqa: PLR2004 - a screen is enough
        click.echo(f"and {len(files) - 12} more")
