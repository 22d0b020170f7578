"""Every command, in one office and in order: its help and its output at 80 columns, and its JSON."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from cli.story import TASK, WHY, Story
from click.testing import CliRunner

from mailbot.cli import cli
from mailbot.cli.columns import shown_width

NOW = ("--now", "2013-07-08T09:00")
DOCUMENT = ("--no", "2500/UBND-TH", "--date", "2013-06-03", "--issuer", "UBND tỉnh")
MOVED = ("--period", "2013", "--move-to", "2013-12-10")
# What each command is called with, in the office of `story.py`.
# The first call is for people, the second for scripts; None takes the first once more.
CALLS: dict[str, tuple[tuple[str, ...], tuple[str, ...] | None]] = {
    "init": (("{out}/mot", "--profile", "gia-lai-2019"), ("{out}/hai", "--profile", "gia-lai-2019")),
    "check": (("--offline",), None),
    "explain": (("{mail}",), None),
    "ingest": (
        ("{fresh}", "--arrived-at", "2013-06-20T09:00"), ("{fresh2}", "--arrived-at", "2013-06-20T09:00"),
    ),
    "units": ((), None),
    "duties": (("--from", "2013-06-01", "--to", "2013-07-31"), None),
    "rules diff": ((), None),
    "rules apply": ((*WHY, *NOW), None),
    "plan": (("--now", "2013-07-09T09:00"), None),
    "tick": (NOW, None),
    "status": (("--period", "2013-06", *NOW), None),
    "arrivals": ((), None),
    "show": (("1",), None),
    "settle": (("2", "--period", "2013-06", *WHY, *NOW), None),
    "seal": (("3", *NOW), None),
    "retry": (("2", *NOW), None),
    "proposals list": (NOW, None),
    "proposals confirm": (("thu.ky@mail.example", *WHY, *NOW), None),
    "proposals decline": (("van.thu@mail.example", *WHY, *NOW), None),
    "stamp": (("so-tai-chinh", "bc-thang", "2013-06", "--at", "2013-06-20T16:00", "--no", "812", *NOW), None),
    "letter add": ((*DOCUMENT, "--report", "bc-nam", *MOVED, *NOW), None),
    "letter list": ((), None),
    "letter show": (("1",), None),
    "letter revoke": (("1", *DOCUMENT, *NOW), None),
    "incident demand": (
        ("so-tai-chinh", "--about", "Mưa lũ", "--by-when", "2013-07-09T09:00", *NOW),
        ("so-y-te", "--about", "Mưa lũ", "--by-when", "2013-07-09T09:00", *NOW),
    ),
    "incident list": (("--all",), None),
    "incident close": (("{incident}",), None),
    "outbox list": ((), None),
    "outbox show": (("1",), None),
    "outbox hold": ((), ()),
    "outbox release": (NOW, NOW),
    "outbox drop": (("--kind", "late", *NOW), None),
    "outbox retry": (("1",), None),
    "question pass": (
        ("--text", "Hồ sơ đất đai", "--to", "so-y-te", "--due", "2013-07-20", *NOW),
        ("--text", "Hồ sơ quá hạn", "--to", "so-y-te", "--due", "2013-07-20", *NOW),
    ),
    "question close": (("2", "--state", "invalid", *WHY, *NOW), None),
    "question list": (NOW, None),
    "question report": (("--from", "2013-06-01", "--to", "2013-06-30", *NOW), None),
    "travel add": (
        ("--unit", "so-y-te", "--who", "Giám đốc", "--to", "Lào", "--abroad", "--from", "2013-08-01",
         "--until", "2013-08-05", *NOW),
        ("--unit", "so-tai-chinh", "--who", "Giám đốc", "--to", "Lào", "--abroad", "--from", "2013-08-01",
         "--until", "2013-08-05", *NOW),
    ),
    "travel consent": (("3", *WHY, *NOW), None),
    "travel list": (NOW, None),
    "task add": ((*TASK, "A", "--lead", "so-y-te", *NOW), (*TASK, "B", "--lead", "so-y-te", *NOW)),
    "task import": (("{tasks}", *NOW), ("{tasks2}", *NOW)),
    "task list": (NOW, None),
    "task show": (("1", *NOW), None),
    "task note": (("1", "--state", "in_progress", *WHY, *NOW), None),
    "task report": (("--from", "2013-06-01", "--to", "2013-07-08", *NOW), None),
    "task close": (("1", "--state", "done", *WHY, *NOW), None),
    "papers emulation": (("--period", "2013-H1", "--out", "{out}", *NOW), None),
    "papers approve": (("2013-06", *WHY, *NOW), None),
    "papers board": (("--out", "{out}"), None),
    "papers deadlines": (("--unit", "so-tai-chinh", "--out", "{out}", *NOW), None),
    "papers digest": (("--out", "{out}", *NOW), None),
    "papers evidence": (("so-tai-chinh", "bc-thang", "2013-06", "--out", "{out}", *NOW), None),
    "papers monthly": (("--period", "2013-06", "--out", "{out}", *NOW), None),
    "register import": (("{papers}", *NOW), None),
    "register export": (("{out}.xlsx", "--from", "2013-06-01", "--to", "2013-06-30", *NOW), None),
    "watch list": ((), None),
    "watch vouch": (
        ("--from", "2013-06-26T08:00", "--until", "2013-06-27T08:00", "--by", "an", *WHY), None,
    ),
    "replay": ((), None),
    "verify": ((), None),
    "backup": (("{out}/sao-luu",), None),
    "restore": (("{backup}", "--config", "{empty1}"), ("{backup}", "--config", "{empty2}")),
    "reconcile": (("--config", "{restored}"), None),
    "go-live": (NOW, None),
    "upgrade": (("--dry-run",), None),
    "health": (NOW, None),
}  # fmt: skip
# What serves for ever and has no output but its log, and what takes a minute, are looked at elsewhere.
ELSEWHERE = {
    "run": "tests/daemon/test_closed_loop.py",
    "demo": "tests/rehearsal/test_year.py",
}
# Lists that may show nothing although all is there.
EMPTY = {
    "rules diff",
    "rules apply",
    "replay",
    "upgrade",
    "go-live",
    "reconcile",
    "outbox hold",
    "outbox drop",
    "outbox retry",
}
# One for a person: whoever calls it for its status must not be told that all is well.
# The letter that is named to be tried again was not given up, and that is told.
STATUS_ONE = {"health", "outbox retry"}


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> list[str]:
    if not isinstance(command, click.Group):
        return [" ".join(path)]
    context = click.Context(command)
    found = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [leaf for name, inner in found if inner is not None for leaf in leaves(inner, (*path, name))]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(tmp_path_factory.mktemp("story"))


def test_every_command_is_tried_here_or_where_it_says() -> None:
    known = set(leaves(cli))
    assert known - CALLS.keys() - ELSEWHERE.keys() == set()
    assert (CALLS.keys() | ELSEWHERE.keys()) - known == set()
    root = Path(__file__).parent.parent.parent
    assert [file for file in ELSEWHERE.values() if not (root / file).is_file()] == []


@pytest.mark.parametrize("command", leaves(cli))
def test_the_help_of_every_command_fits_and_says_how_it_is_called(command: str) -> None:
    help_ = CliRunner().invoke(cli, [*command.split(), "--help"], env={"COLUMNS": "80"}).stdout
    assert help_.startswith(f"Usage: {cli.name or 'cli'}")
    assert max(map(shown_width, help_.splitlines())) <= 80
    assert command == "run" or "--json" in help_


@pytest.mark.parametrize("command", CALLS)
def test_people_read_every_command_in_80_columns_and_scripts_read_json(command: str, story: Story) -> None:
    first, second = CALLS[command]
    statuses = frozenset({0, 1}) if command in STATUS_ONE else frozenset({0})
    shown = story.call([*command.split(), *story.filled(first)], statuses)
    wide = [line for line in shown.splitlines() if shown_width(line) > 80 and " " in line.strip()]
    # A path is broken by nobody.
    assert [line for line in wide if str(story.folder) not in line] == []
    assert "\x1b" not in shown
    told = story.call(
        [*command.split(), *story.filled(first if second is None else second), "--json"], statuses
    )
    values = [json.loads(line) for line in told.splitlines()]
    assert values != []
    for value in values:
        # There is something to be seen of every list, and not in JSON alone.
        assert value.get("rows") != [] or command in EMPTY, command
        assert all(re.fullmatch(r"[a-z][a-z_0-9]*", name) for name in names_in(value)), command
    assert shown.strip()


def names_in(value: object) -> Iterator[str]:
    """The names of everything in a JSON value; names of mailbot's words, not of files or units."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from names_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_in(inner)
