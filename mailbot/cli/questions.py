"""`mailbot question`: citizens' questions, passed to the unit that must answer, chased and closed."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import click

from mailbot.cli.noting import enter_note, with_note
from mailbot.cli.options import (
    Day,
    DueMoment,
    Number,
    configured,
    moment,
    with_by,
    with_config,
    with_json,
    with_now,
)
from mailbot.cli.period_asked import refuse_far
from mailbot.cli.printing import iso, print_json, print_rows, say
from mailbot.cli.progressing import lines_of_span, of_line
from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.in_force import in_force
from mailbot.core.due import Term, term_end
from mailbot.core.rules import ReportId, Rules
from mailbot.core.seals import secrecy
from mailbot.core.sheets.sheet_values import a_unit
from mailbot.core.tasks.assignment import PortalQuestion, Word
from mailbot.core.tasks.progress import Line, State, lines, questions_in
from mailbot.core.verdict import (
    Evidence,
    Findings,
    Ignored,
    Question,
    Reason,
    Sealed,
    Source,
    Unclear,
)
from mailbot.daemon.house import House, opened
from mailbot.inbox.parse import parse

# The report of the rules that says by when, and on what basis, a question is answered.
_ANSWER = ReportId("tra-loi-cau-hoi")
# A question that fills more than this is kept in the archive, and its beginning passed on.
_LONGEST = 4_000
_COLUMNS = ("question", "text", "lead", "due_at", "state", "overdue", "working_days", "done_at")


@click.group()
def question() -> None:
    """Citizens' questions of the portal's column: received, passed on, answered."""


@question.command("list")
@with_now
@with_json
@with_config
def list_questions(now: datetime | None, as_json: bool, config_path: str | None) -> None:
    """The questions as they stand, and the mails with one that wait to be passed on."""
    instant = moment(now)
    with opened(configured(config_path)) as house:
        book = house.ledger.book()
        found = _questions(lines(in_force(house.rules, book), book, instant))
        waiting = [
            {"arrival": arrival.number, "asked_at": iso(arrival.arrived_at), "state": "received"}
            for arrival in book.arrivals
            if _is_open_question(book, arrival)
        ]
        rows = [of_line(line) for line in found]
    if as_json:
        print_rows(rows, as_json=True, columns=_COLUMNS, now=iso(instant), waiting=waiting)
        return
    print_rows(rows, as_json=False, columns=_COLUMNS)
    for mail in waiting:
        say(f"arrival {mail['arrival']} waits: mailbot question pass {mail['arrival']} --to UNIT")


@question.command("pass")
@click.argument("number", type=Number(), metavar="ARRIVAL", required=False)
@click.option("--to", "unit_name", required=True, help="The unit that must answer: id, name or symbol.")
@click.option("--due", "due_at", type=DueMoment(), help="By when [the answer time of the rules].")
@click.option("--text", default="", help="The question, where it came by no mail or is to be shortened.")
@with_by("Who passes it on.")
@with_now
@with_json
@with_config
def pass_on(now: datetime | None, as_json: bool, config_path: str | None, **given: Any) -> None:
    """Pass a question that came as ARRIVAL, or --text, to the unit that must answer it."""
    instant = moment(now)
    if given["due_at"]:
        refuse_far("--due", local(given["due_at"]).date(), local(instant).date())
    with opened(configured(config_path)) as house:
        book = house.ledger.book()
        arrival = _arrival(book, given["number"]) if given["number"] else None
        text = given["text"].strip() or (_text(house, arrival) if arrival else "")
        if not text:
            raise click.UsageError("say what was asked, by ARRIVAL or --text")
        if secrecy.marked(text):
            raise click.UsageError("it bears a mark of State secrecy: nothing of it may be passed on here")
        asked = PortalQuestion(
            text=text[:_LONGEST],
            lead=_unit(house.rules, given["unit_name"], instant),
            asked_at=arrival.arrived_at if arrival else instant,
            due_at=given["due_at"] or _due_at(house.rules, instant),
            arrival=arrival.number if arrival else None,
            basis=_basis(house.rules),
        )
        (entered,) = house.ledger.assign([asked], by=given["by"], rules=house.rules.fingerprint, now=instant)
        if arrival is not None:
            _settle(house, arrival, f"chuyển {asked.lead} trả lời, mã {entered.code}", given["by"], instant)
    told = {"question": entered.number, "code": entered.code, "lead": asked.lead, "due_at": iso(asked.due_at)}
    print_json(told) if as_json else print_rows([told], as_json=False, columns=tuple(told))


@question.command()
@click.argument("number", type=Number(), metavar="N")
@with_note
@with_now
@with_json
@with_config
def close(number: int, **given: Any) -> None:
    """Record that question N is answered, or is no valid question (--state invalid)."""
    enter_note(number, PortalQuestion, Word.DONE, given)


@question.command()
@click.option("--from", "since", type=Day(), help="First day [the month's first].")
@click.option("--to", "until", type=Day(), help="Last day [today].")
@with_now
@with_json
@with_config
def report(
    since: date | None, until: date | None, now: datetime | None, as_json: bool, config_path: str | None
) -> None:
    """How each unit answered, for the report to the committee."""
    with opened(configured(config_path)) as house:
        span, stood = lines_of_span(house, since, until, moment(now))
        rows = _by_unit(questions_in(stood, span.begins_at, span.ends_at))
    columns = ("unit", "passed", "in_time", "late", "open", "overdue", "invalid")
    print_rows(rows, as_json=as_json, columns=columns, **span.told)


def _by_unit(found: Iterable[Line]) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for line in found:
        unit = line.assignment.given.lead
        row = rows.setdefault(
            unit, {"unit": unit, "passed": 0, "in_time": 0, "late": 0, "open": 0, "overdue": 0, "invalid": 0}
        )
        row["passed"] += 1
        row[_outcome(line)] += 1
    return [rows[unit] for unit in sorted(rows)]


def _outcome(line: Line) -> str:
    if line.state is State.ENDED:
        return "invalid"
    if line.state is State.DONE:
        return "late" if line.late else "in_time"
    return "overdue" if line.overdue else "open"


def _questions(found: Iterable[Line]) -> list[Line]:
    return [line for line in found if isinstance(line.assignment.given, PortalQuestion)]


def _is_open_question(book: Book, arrival: Arrival) -> bool:
    verdict = book.verdict(arrival)
    return isinstance(verdict, Unclear) and verdict.question is Question.CITIZEN


def _arrival(book: Book, number: int) -> Arrival:
    arrival = book.by_number.get(number)
    if arrival is None:
        raise click.UsageError(f"there is no arrival {number}")
    if isinstance(arrival.verdict, Sealed) or isinstance(book.verdict(arrival), Sealed):
        raise click.UsageError(f"arrival {number} is sealed: nothing of it may be passed on")
    if any(isinstance(a.given, PortalQuestion) and a.given.arrival == number for a in book.assignments):
        raise click.UsageError(f"arrival {number} is passed on already")
    return arrival


def _text(house: House, arrival: Arrival) -> str:
    """What the mail asks, as its sender wrote it; the ledger keeps no bodies, the archive does."""
    mail = arrival.mail
    path = house.archive.path(mail.sha256)
    if not path.is_file():
        raise click.UsageError(f"arrival {arrival.number} is not in the archive; give its words by --text")
    read = parse(path, sha256=mail.sha256, size=mail.size, own_addresses=frozenset())
    return " ".join(f"{read.subject}. {read.text}".split())


def _unit(rules: Rules, name: str, now: datetime) -> Any:
    try:
        return a_unit(name, rules, local(now).date()).id
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _due_at(rules: Rules, now: datetime) -> datetime:
    answer = rules.finds_report(_ANSWER)
    if answer is None or not isinstance(answer.due, Term):
        says = f"the rules give no answer time (report {_ANSWER}, due = {{ working_days = 7 }})"
        raise click.UsageError(f"{says}; say by when with --due")
    return term_end(answer.due, now, rules.calendar).at


def _basis(rules: Rules) -> str:
    answer = rules.finds_report(_ANSWER)
    return answer.basis if answer else ""


def _settle(house: House, arrival: Arrival, why: str, by: str, now: datetime) -> None:
    evidence = (Evidence(Source.RULING, why),)
    passed = Ignored(reason=Reason.PASSED, findings=Findings(confidence=1.0, evidence=evidence))
    house.ledger.rule(arrival.number, passed, by=by, why=why, now=now)
