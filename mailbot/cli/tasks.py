"""`mailbot task`: what the Chairman assigned, who answers for it, and how far it has come."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from mailbot.cli.called import unit_asked_for
from mailbot.cli.noting import enter_note, with_note
from mailbot.cli.options import Day, Number, configured, moment, with_by, with_config, with_json, with_now
from mailbot.cli.printing import iso, print_json, print_rows, say
from mailbot.cli.progressing import line_of, lines_of_span, of_line
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.in_force import in_force
from mailbot.core.rules import Rules
from mailbot.core.sheets.task_sheet import COLUMNS, REQUIRED, same_task, task_of
from mailbot.core.tasks.assignment import Assignment, Task, Word
from mailbot.core.tasks.progress import Line, State, lines, tasks_in
from mailbot.daemon.house import House, opened
from mailbot.errors import Fault, Misconfigured
from mailbot.inbox.tables import read_table

_COLUMNS = ("task", "symbol", "content", "lead", "due_at", "state", "overdue", "working_days", "reason")
_STATES = (*map(str, State), "overdue")


@click.group()
def task() -> None:
    """Tasks that the committee or its Chairman assigned; a state is derived, never stored."""


@task.command()
@click.option("--document", default="Công văn", show_default=True, help="The document's name.")
@click.option("--no", "symbol", required=True, help='Its number and symbol: "123/UBND-TH".')
@click.option("--date", "issued_on", required=True, help="Its date.")
@click.option("--signer", required=True, help="Who signed it.")
@click.option("--giver", default="", help='Who gave the task: "Chủ tịch UBND tỉnh".')
@click.option("--summary", default="", help="The document's abstract (trích yếu).")
@click.option("--content", required=True, help="What is to be done.")
@click.option("--lead", required=True, help="The unit that answers for it: id, name or symbol.")
@click.option("--supporting", multiple=True, help="A unit that cooperates.")
@click.option("--watcher", default="", help="Who follows it.")
@click.option("--due", default="", help="Due day; without, the task has no deadline.")
@click.option("--output", default="báo cáo", show_default=True, help="trình, báo cáo or thực hiện.")
@with_by("Who enters it.")
@with_now
@with_json
@with_config
def add(by: str, now: datetime | None, as_json: bool, config_path: str | None, **given: Any) -> None:
    """Enter one task; the units are told by a letter, and reminded like of any report."""
    cells = {name: value for name, value in given.items() if value and name != "supporting"}
    if given["supporting"]:
        cells["supporting"] = "; ".join(given["supporting"])
    with opened(configured(config_path)) as house:
        book = house.ledger.book()
        found, wrong = task_of(cells, in_force(house.rules, book), local(moment(now)).date())
        if found is None:
            raise click.UsageError("\n".join(wrong))
        if same_task(found, _tasks(book)):
            raise click.UsageError("this task is entered already")
        told = _enter(house, [found], by, moment(now))
    _print(told, as_json=as_json)


@task.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_by("Who enters them.")
@click.option("--dry-run", is_flag=True, help="Only say what is wrong.")
@with_now
@with_json
@with_config
def import_tasks(
    file: Path, by: str, dry_run: bool, now: datetime | None, as_json: bool, config_path: str | None
) -> None:
    """Enter the tasks of an XLSX or CSV file: all of them, or none and every bad row by its line."""
    with opened(configured(config_path)) as house:
        book = house.ledger.book()
        found = _read(file, in_force(house.rules, book), book, local(moment(now)).date())
        told = [] if dry_run else _enter(house, found, by, moment(now))
    if dry_run and not as_json:
        click.echo(f"{len(found)} tasks, nothing wrong; nothing entered")
    else:
        _print(told, as_json=as_json)


@task.command("list")
@click.option("--unit", help="Only those that this unit leads: id, name or symbol.")
@click.option("--state", type=click.Choice(_STATES), help="Only those that stand so.")
@with_now
@with_json
@with_config
def list_tasks(
    unit: str | None, state: str | None, now: datetime | None, as_json: bool, config_path: str | None
) -> None:
    """The tasks as they stand now, or at --now."""
    instant = moment(now)
    with opened(configured(config_path)) as house:
        book = house.ledger.book()
        leads = {each.given.lead for each in book.assignments if isinstance(each.given, Task)}
        asked = unit_asked_for(unit, leads, lambda: house.rules, instant)
        found = [
            line
            for line in lines(in_force(house.rules, book), book, instant)
            if isinstance(line.assignment.given, Task)
            and asked in {None, line.assignment.given.lead}
            and (state is None or line.state == state or (state == "overdue" and line.overdue))
        ]
        rows = [of_line(line) for line in found]
    print_rows(rows, as_json=as_json, columns=_COLUMNS, now=iso(instant))


@task.command()
@click.argument("number", type=Number(), metavar="N")
@with_now
@with_json
@with_config
def show(number: int, now: datetime | None, as_json: bool, config_path: str | None) -> None:
    """One task with everything that became known of it."""
    with opened(configured(config_path)) as house:
        told = of_line(line_of(house, number, Task, moment(now)), whole=True)
    print_json(told) if as_json else print_rows(
        told["events"], as_json=False, columns=("at", "word", "reason", "proposal", "by", "arrival")
    )


@task.command()
@click.argument("number", type=Number(), metavar="N")
@with_note
@with_now
@with_json
@with_config
def close(number: int, **given: Any) -> None:
    """Record that task N is done, was given back, or need not be done any more."""
    enter_note(number, Task, Word.DONE, given)


@task.command()
@click.argument("number", type=Number(), metavar="N")
@with_note
@with_now
@with_json
@with_config
def note(number: int, **given: Any) -> None:
    """Record news of task N: how far it has come, why it is not done, what the unit proposes."""
    enter_note(number, Task, Word.IN_PROGRESS, given)


@task.command()
@click.option("--from", "since", type=Day(), help="First day [the month's first].")
@click.option("--to", "until", type=Day(), help="Last day [today].")
@with_now
@with_json
@with_config
def report(
    since: date | None, until: date | None, now: datetime | None, as_json: bool, config_path: str | None
) -> None:
    """The lists for a monthly or quarterly report, as things stand at its last day's end."""
    with opened(configured(config_path)) as house:
        span, stood = lines_of_span(house, since, until, moment(now))
        found = tasks_in(stood, span.begins_at, span.ends_at)
        rows = [{"class": _class_of(line), **of_line(line)} for line in found]
    print_rows(rows, as_json=as_json, columns=("class", *_COLUMNS), **span.told)


def _class_of(line: Line) -> str:
    """The heading of the report under which a task stands (07/QĐ-STTTT, Articles 6(1)(e) and 8(2))."""
    if line.state is State.DONE:
        return "done_late" if line.late else "done_in_time"
    if line.state in {State.REFUSED, State.WRONG, State.ENDED}:
        return str(line.state)
    return "overdue" if line.overdue else str(line.state)


def _read(file: Path, rules: Rules, book: Book, on: date) -> list[Task]:
    table = read_table(file, dict(COLUMNS))
    missing = [COLUMNS[column][0] for column in REQUIRED if column not in table.columns]
    if missing:
        says = f"these columns are missing: {'; '.join(missing)}"
        raise Misconfigured([Fault(file, says, table.heading_line)])
    faults: list[Fault] = []
    found: list[Task] = []
    for row in table.rows:
        task_found, wrong = task_of(row.cells, rules, on)
        if task_found is not None and same_task(task_found, (*_tasks(book), *found)):
            wrong = ["this task is entered already"]
        faults += [Fault(file, says, row.line) for says in wrong]
        if task_found is not None:
            found.append(task_found)
    if faults:
        raise Misconfigured(faults)
    return found


def _tasks(book: Book) -> list[Task]:
    return [found.given for found in book.assignments if isinstance(found.given, Task)]


def _enter(house: House, found: list[Task], by: str, now: datetime) -> list[Assignment]:
    return house.ledger.assign(found, by=by, rules=house.rules.fingerprint, now=now)


def _print(entered: list[Assignment], *, as_json: bool) -> None:
    rows = [
        {"task": one.number, "code": one.code, "lead": one.given.lead, "due_at": iso(one.due_at)}
        for one in entered
    ]
    print_rows(rows, as_json=as_json, columns=("task", "code", "lead", "due_at"))
    past = [one.code for one in entered if one.due_at is not None and one.due_at < one.recorded_at]
    if past and not as_json:
        says = "due before it was entered: told to its units, and nobody is chased or called late for it"
        ways = "`mailbot letter add --move-to` sets another day, `task close` ends it"
        say(f"{', '.join(past)}: {says}; {ways}")
