"""`arrivals`, `show`, `settle` and `stamp`: the register and a person's word on it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from mailbot.cli.called import unit_asked_for, unit_called
from mailbot.cli.described import of_arrival, of_filings, of_verdict
from mailbot.cli.dossier import of_a_mail
from mailbot.cli.options import (
    Instant,
    Number,
    PeriodName,
    Words,
    configured,
    moment,
    with_by,
    with_config,
    with_json,
    with_now,
)
from mailbot.cli.papers_in import stamp_all
from mailbot.cli.period_asked import refuse_slips, with_old_year
from mailbot.cli.printing import iso, print_json, print_rows, say
from mailbot.config import Config
from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.in_force import in_force
from mailbot.core.duty import DutyKey, duty_of
from mailbot.core.period import Period
from mailbot.core.rules import Report, ReportId, Rules, Unit, UnitId
from mailbot.core.seals import secrecy
from mailbot.core.senders.predecessor import whose_reports, whose_task
from mailbot.core.standings.objection import heard, objection_by
from mailbot.core.verdict import (
    Evidence,
    Filed,
    Filing,
    Findings,
    Ignored,
    Reason,
    Source,
    Verdict,
    kind,
    unit_of,
)
from mailbot.daemon.house import open_ledger, opened
from mailbot.errors import Misconfigured
from mailbot.ledger.letters import LetterRow
from mailbot.ledger.store import Ledger
from mailbot.rulebook import load_rules

_KINDS = ("filed", "unclear", "sealed", "bounce", "delayed", "auto_reply", "duplicate", "ignored")


@click.command()
@click.option("--kind", "kinds", type=click.Choice(_KINDS), multiple=True, help="Only these verdicts.")
@click.option("--unit", help="Only this unit's: id, name or symbol.")
@with_json
@with_config
def arrivals(kinds: tuple[str, ...], unit: str | None, as_json: bool, config_path: str | None) -> None:
    """The register of mails, in the order of recording."""
    config = configured(config_path)
    with open_ledger(config) as ledger:
        book = ledger.book()
        senders = {unit_of(book.verdict(arrival)) for arrival in book.arrivals} if unit else set()
        asked = unit_asked_for(unit, senders, lambda: load_rules(config.rules), moment(None))
        rows = [
            of_arrival(arrival, book)
            for arrival in book.arrivals
            if (not kinds or kind(book.verdict(arrival)) in kinds)
            and asked in {None, unit_of(book.verdict(arrival))}
        ]
    print_rows(rows, as_json=as_json, columns=("arrival", "arrived_at", "kind", "unit", "periods", "subject"))


@click.command()
@click.argument("number", type=Number())
@with_json
@with_config
def show(number: int, as_json: bool, config_path: str | None) -> None:
    """One arrival with its evidence, its rulings and the letters that answer it."""
    config = configured(config_path)
    with open_ledger(config) as ledger:
        book = ledger.book()
        arrival = _arrival(book, number)
        letters = [row for row in ledger.letters() if row.letter.answers == number]
        told = {
            **of_arrival(arrival, book),
            "size": arrival.mail.size,
            "message_id": arrival.mail.message_id,
            "files": [{"name": a.name, "size": a.size, "sha256": a.sha256} for a in arrival.mail.attachments],
            "clocks": {
                "given_at": iso(arrival.clocks.given_at),
                "server_at": iso(arrival.clocks.server_at),
                "seen_at": iso(arrival.clocks.seen_at),
                "absent_at": iso(arrival.clocks.absent_at),
                "dated_at": iso(arrival.clocks.dated_at),
                "received": [{"by": hop.by, "at": iso(hop.at)} for hop in arrival.clocks.received],
            },
            "rules": arrival.rules,
            "judged_as": of_verdict(arrival.verdict),
            "rulings": [
                {
                    "by": ruling.by,
                    "why": ruling.why,
                    "ruled_at": iso(ruling.ruled_at),
                    **of_verdict(ruling.verdict),
                }
                for ruling in book.rulings
                if ruling.arrival == number
            ],
            "letters": [_life(ledger, row) for row in letters],
        }
    if as_json:
        print_json(told)
        return
    for line in of_a_mail(told, _names(config)):
        say(line)


def _names(config: Config) -> Rules | None:
    """The rules, for the names of units and reports in them; None while they have faults."""
    try:
        return load_rules(config.rules)
    except Misconfigured:
        return None


def _life(ledger: Ledger, row: LetterRow) -> dict[str, Any]:
    """What became of a letter, in short; `mailbot outbox show` tells all of it."""
    return {
        "letter": row.number,
        "kind": str(row.letter.kind),
        "state": str(row.posting.state),
        "queued_at": iso(row.queued_at),
        "settled_at": iso(row.settled_at),
        "tries": len(ledger.attempts(row.number)),
        "last_reply": row.last_reply,
        "held_why": row.held_why if row.posting.state == "held" else None,
        "echoes": [f"{echo.action} {echo.recipient}".strip() for echo in ledger.echoes(row.number)],
    }


@click.command()
@click.argument("number", type=Number())
@click.option("--unit", "unit_id", help="Whose mail it is [the unit already found].")
@click.option("--report", "reports", multiple=True, help="Which report it hands in; one for each --period.")
@click.option("--period", "periods", multiple=True, type=PeriodName(), help="For which period.")
@with_old_year
@click.option("--reject", is_flag=True, help="It does not count: empty, unreadable, wrong.")
@click.option("--ignore", is_flag=True, help="It is no report and needs no answer.")
@click.option("--uphold", "hears", flag_value="uphold", help="It objects to a month's lines, rightly.")
@click.option("--dismiss", "hears", flag_value="dismiss", help="It objects to a month's lines; they stand.")
@with_by("Who rules.")
@click.option("--why", type=Words(), required=True, help="The reason, kept with the ruling.")
@with_now
@with_json
@with_config
def settle(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    number: int,
    unit_id: str | None,
    reports: tuple[str, ...],
    periods: tuple[Period, ...],
    old_year: bool,
    reject: bool,
    ignore: bool,
    hears: str | None,
    by: str,
    why: str,
    now: datetime | None,
    as_json: bool,
    config_path: str | None,
) -> None:
    """Correct the verdict on arrival NUMBER, as a new ruling; everything derived follows.

    `mailbot settle 12 --period 2013-06 --why "..."` files it; --report is needed only where the rules
    ask for more than one report of that period.
    """
    with opened(configured(config_path)) as house:
        book = house.ledger.book()
        rules = in_force(house.rules, book)
        arrival = _arrival(book, number)
        chosen = [reject, ignore, hears is not None, bool(periods or reports)]
        if sum(chosen) > 1:
            raise click.UsageError("--reject, --ignore, --uphold, --dismiss and --period exclude each other")
        if hears is not None:
            verdict: Verdict = _heard(rules, book, number, why, upholds=hears == "uphold")
        elif reject or ignore:
            if objection_by(rules, book, number) and not isinstance(book.verdict(arrival), Filed):
                # Set aside it would count as dismissed, and its unit be named without a word.
                raise click.UsageError("it objects to a month's lines: --uphold or --dismiss, and why")
            verdict = _set_aside(book, arrival, Reason.REJECTED if reject else Reason.NOT_A_REPORT, why)
        else:
            verdict = _filed(rules, book, arrival, unit_id, reports, periods, why)
            for filing in verdict.filings:
                key = DutyKey(verdict.unit, filing.report, filing.period)
                refuse_slips(book, key, (moment(now), arrival.arrived_at), old_year=old_year)
        ruling = house.ledger.rule(number, verdict, by=by, why=why, now=moment(now))
        told = of_arrival(arrival, house.ledger.book())
    if as_json:
        print_json({**told, "ruling": ruling.number})
    else:
        say(f"arrival {number}: {told['kind']} {told['unit'] or ''} {of_filings(told)}".rstrip())


@click.command()
@click.argument("unit_id", metavar="UNIT", required=False)
@click.argument("report_id", metavar="REPORT", required=False)
@click.argument("period", type=PeriodName(), metavar="PERIOD", required=False)
@click.option("--at", "stamped_at", type=Instant(), help="Date and hour of the stamp.")
@click.option("--no", "register_no", type=Words(), help="Number in the register of incoming documents.")
@with_old_year
@click.option(
    "--import",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An XLSX or CSV file.",
)
@with_now
@with_json
@with_config
def stamp(
    file: Path | None,
    old_year: bool,
    now: datetime | None,
    as_json: bool,
    config_path: str | None,
    **one: Any,
) -> None:
    """Record a paper copy that arrived at the counter, or with --import all that a spreadsheet lists."""
    if file is not None:
        if any(one.values()):
            raise click.UsageError("--import takes its papers from the file alone")
        stamp_all(file, now, config_path, as_json=as_json, others=False)
        return
    if not all(one.values()):
        raise click.UsageError("say UNIT, REPORT and PERIOD, --at and --no; or --import FILE")
    if secrecy.marked(one["register_no"]):
        raise click.UsageError("it bears a mark of State secrecy; secret copies have their own register")
    if local(one["stamped_at"]).date() > local(moment(now)).date():
        raise click.UsageError(f"{iso(one['stamped_at'])} is still to come")
    with opened(configured(config_path)) as house:
        book = house.ledger.book()
        rules = in_force(house.rules, book)
        unit = unit_called(one["unit_id"], rules, one["stamped_at"])
        report = _report(rules, one["report_id"])
        key = DutyKey(unit.id, report.id, one["period"])
        if duty_of(rules, key) is None and not book.is_owed(key):
            raise click.UsageError(f"{unit.id} owes no {report.id} for {one['period']}")
        refuse_slips(book, key, (one["stamped_at"], one["stamped_at"]), old_year=old_year)
        found = house.ledger.stamp(
            key, stamped_at=one["stamped_at"], register_no=one["register_no"], now=moment(now)
        )
    told = {"stamp": found.number, "duty": str(key), "at": iso(found.stamped_at), "no": found.register_no}
    if as_json:
        print_json(told)
    else:
        say(f"{key}: stamped {found.register_no}")


def _arrival(book: Book, number: int) -> Arrival:
    if (arrival := book.by_number.get(number)) is None:
        raise click.UsageError(f"there is no arrival {number}")
    return arrival


def _report(rules: Rules, report_id: str) -> Report:
    try:
        return rules.report(ReportId(report_id))
    except KeyError:
        known = ", ".join(report.id for report in rules.reports)
        raise click.UsageError(f"there is no report {report_id!r}; there are {known}") from None


def _heard(rules: Rules, book: Book, number: int, why: str, *, upholds: bool) -> Verdict:
    found = objection_by(rules, book, number)
    if found is None:
        raise click.UsageError(f"arrival {number} is no objection to a month's lines")
    if secrecy.marked(why):
        raise click.UsageError("--why bears a mark of State secrecy, and the unit's letter would show it")
    return heard(book, found[1], why, upholds=upholds)


def _set_aside(book: Book, arrival: Arrival, reason: Reason, why: str) -> Ignored:
    unit = unit_of(book.verdict(arrival))
    findings = Findings(unit=unit, confidence=1.0, evidence=(Evidence(Source.RULING, why),))
    return Ignored(reason=reason, findings=findings)


def _filed(
    rules: Rules,
    book: Book,
    arrival: Arrival,
    unit_id: str | None,
    reports: tuple[str, ...],
    periods: tuple[Period, ...],
    why: str,
) -> Filed:
    found = unit_id or unit_of(book.verdict(arrival))
    if found is None:
        raise click.UsageError("the mail's unit is not known; say it with --unit")
    unit = unit_called(found, rules, arrival.arrived_at)
    if not periods:
        raise click.UsageError("say what it hands in with --period, or use --reject or --ignore")
    if reports and len(reports) != len(periods):
        raise click.UsageError("give one --report for each --period, or none")
    names: tuple[str | None, ...] = reports or (None,) * len(periods)
    filings = tuple(
        _filing(rules, book, unit, arrival, name, period) for name, period in zip(names, periods, strict=True)
    )
    on = local(arrival.arrived_at).date()
    owner, *others = whose_reports(rules, book, unit.id, filings, on)
    if others:
        units = ", ".join(sorted((owner, *others)))
        raise click.UsageError(f"these are tasks of different units, {units}: settle one")
    evidence = Evidence(Source.RULING, why)
    findings = Findings(unit=unit.id, periods=periods, confidence=1.0, evidence=(evidence,))
    return Filed(unit=owner, filings=filings, findings=findings)


def _filing(
    rules: Rules, book: Book, unit: Unit, arrival: Arrival, name: str | None, period: Period
) -> Filing:
    on = local(arrival.arrived_at).date()

    def owner(report: Report) -> UnitId:
        return whose_task(rules, book, unit.id, Filing(report.id, period), on)

    owed = [
        report
        for report in ([_report(rules, name)] if name else (*rules.reports, *rules.once))
        if book.is_owed(DutyKey(owner(report), report.id, period))
        or (report.asks_for(period) and unit in rules.owing(report, on))
    ]
    if len(owed) != 1:
        names = ", ".join(report.id for report in owed) or "none"
        raise click.UsageError(f"reports that {unit.id} owes for {period}: {names}; say which with --report")
    return Filing(owed[0].id, period)
