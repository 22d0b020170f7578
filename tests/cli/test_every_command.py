"""Every command, in one office and in order: its help and its output at 80 columns, and its JSON."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from mailbot.cli import cli
from mailbot.cli.columns import shown_width
from mailbot.errors import Misconfigured

NOW = ("--now", "2013-07-08T09:00")
WHY = ("--why", "mở tệp xem")
DOCUMENT = ("--no", "2500/UBND-TH", "--date", "2013-06-03", "--issuer", "UBND tỉnh")
MOVED = ("--period", "2013", "--move-to", "2013-12-10")
TASK = ("--no", "81/UBND", "--date", "2013-06-10", "--signer", "Chủ tịch", "--content")
# What each command is called with, in an office with a filed and an unclear mail, letters sent, a task.
# The first call is for people, the second for scripts; None takes the first once more.
CALLS: dict[str, tuple[tuple[str, ...], tuple[str, ...] | None]] = {
    "check": (("--offline",), None),
    "explain": (("{mail}",), None),
    "ingest": (("{mail}", "--arrived-at", "2013-06-20T09:00"), None),
    "units": ((), None),
    "duties": (("--from", "2013-06-01", "--to", "2013-07-31"), None),
    "rules diff": ((), None),
    "rules apply": ((*WHY,), None),
    "plan": (NOW, None),
    "tick": (NOW, None),
    "status": (("--period", "2013-06", *NOW), None),
    "arrivals": ((), None),
    "show": (("1",), None),
    "settle": (("2", "--period", "2013-06", *WHY, *NOW), None),
    "retry": (("2", *NOW), None),
    "proposals list": ((), None),
    "stamp": (("so-tai-chinh", "bc-thang", "2013-06", "--at", "2013-06-20T16:00", "--no", "812", *NOW), None),
    "letter add": ((*DOCUMENT, "--report", "bc-nam", *MOVED, *NOW), None),
    "letter list": ((), None),
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
    "question list": (NOW, None),
    "question report": (("--from", "2013-06-01", "--to", "2013-06-30", *NOW), None),
    "travel add": (
        ("--unit", "so-y-te", "--who", "Giám đốc", "--to", "Lào", "--abroad", "--from", "2013-08-01",
         "--until", "2013-08-05", *NOW),
        ("--unit", "so-tai-chinh", "--who", "Giám đốc", "--to", "Lào", "--abroad", "--from", "2013-08-01",
         "--until", "2013-08-05", *NOW),
    ),
    "travel list": (NOW, None),
    "task add": ((*TASK, "A", "--lead", "so-y-te", *NOW), (*TASK, "B", "--lead", "so-y-te", *NOW)),
    "task list": (NOW, None),
    "task show": (("1", *NOW), None),
    "task note": (("1", "--state", "in_progress", *WHY, *NOW), None),
    "task report": (("--from", "2013-06-01", "--to", "2013-07-08", *NOW), None),
    "task close": (("1", "--state", "done", *WHY, *NOW), None),
    "papers approve": (("2013-06", *WHY, *NOW), None),
    "papers board": (("--out", "{out}"), None),
    "papers deadlines": (("--unit", "so-tai-chinh", "--out", "{out}", *NOW), None),
    "papers digest": (("--out", "{out}", *NOW), None),
    "papers evidence": (("so-tai-chinh", "bc-thang", "2013-06", "--out", "{out}", *NOW), None),
    "papers monthly": (("--period", "2013-06", "--out", "{out}", *NOW), None),
    "watch list": ((), None),
    "replay": ((), None),
    "verify": ((), None),
    "backup": (("{out}/sao-luu",), None),
    "go-live": (NOW, None),
    "upgrade": (("--dry-run",), None),
    "health": (NOW, None),
}  # fmt: skip
# Called elsewhere: they serve for ever, take a minute, or need what only a story of their own brings about.
ELSEWHERE = {
    "init": "tests/cli/test_first_hour.py",
    "run": "tests/daemon/test_closed_loop.py",
    "demo": "tests/rehearsal/test_year.py",
    "papers emulation": "tests/cli/test_contract.py",
    "proposals confirm": "tests/cli/test_contract.py",
    "proposals decline": "tests/cli/test_contract.py",
    "watch vouch": "tests/cli/test_contract.py",
    "letter revoke": "tests/cli/test_letters.py",
    "letter show": "tests/cli/test_letters.py",
    "task import": "tests/cli/test_tasks.py",
    "question pass": "tests/cli/test_questions.py",
    "question close": "tests/cli/test_questions.py",
    "travel consent": "tests/cli/test_tasks.py",
    "register export": "tests/cli/test_register.py",
    "register import": "tests/cli/test_register.py",
    "seal": "tests/test_canary.py",
    "restore": "tests/test_administrators_guide.py",
    "reconcile": "tests/daemon/test_backup.py",
}
# One for a person: whoever calls it for its status must not be told that all is well.
STATUS_ONE = {"health"}


def leaves(command: click.Command, path: tuple[str, ...] = ()) -> list[str]:
    if not isinstance(command, click.Group):
        return [" ".join(path)]
    context = click.Context(command)
    found = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [leaf for name, inner in found if inner is not None for leaf in leaves(inner, (*path, name))]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office") / "o"
    call(["init", str(folder), "--profile", "thai-nguyen-2013", "--go-live", "2013-06-01"])
    text = "Content-Type: text/plain; charset=utf-8\n\nGửi báo cáo kèm theo.\n"
    rtf = "Content-Type: application/rtf; name=bc.rtf\nContent-Disposition: attachment\n\n{\\rtf1 x}\n"
    for number, subject in ((1, "Báo cáo tháng 6 năm 2013"), (2, "Gửi Văn phòng")):
        mail = f"From: sotaichinh@thainguyen.example\nTo: baocao@thainguyen.example\nSubject: {subject}\n"
        mail += f"Message-ID: <{number}@x.example>\nMIME-Version: 1.0\n"
        mail += f"Content-Type: multipart/mixed; boundary=b\n\n--b\n{text}\n--b\n{rtf}\n--b--\n"
        path = folder / f"{number}.eml"
        path.write_text(mail, "utf-8")
        call(["ingest", "--post", "--arrived-at", "2013-06-20T09:00", str(path)], folder)
    call(["tick", "--now", "2013-06-20T09:05"], folder)
    call(["task", "add", *TASK, "Rà soát", "--lead", "so-tai-chinh", "--now", "2013-06-20T09:10"], folder)
    call(["tick", "--now", "2013-07-08T08:00"], folder)
    return folder


def call(words: list[str], office: Path | None = None, statuses: frozenset[int] = frozenset({0})) -> str:
    where = ["--config", str(office / "config.toml")] if office else []
    done = CliRunner().invoke(cli, [*words, *where], env={"COLUMNS": "80", "TERM": "dumb"})
    assert not isinstance(done.exception, Misconfigured), done.exception.faults
    assert done.exit_code in statuses, f"{words}: {done.output}\n{done.exception!r}"
    return done.stdout


def filled(words: tuple[str, ...], office: Path) -> list[str]:
    incident = ""
    if "{incident}" in words:
        incident = json.loads(call(["incident", "list", "--json"], office))["rows"][0]["incident"]
    return [word.format(mail=office / "1.eml", out=office / "out", incident=incident) for word in words]


def test_every_command_is_tried_here_or_where_it_says() -> None:
    known = set(leaves(cli))
    assert known - CALLS.keys() - ELSEWHERE.keys() == set()
    assert (CALLS.keys() | ELSEWHERE.keys()) - known == set()
    root = Path(__file__).parent.parent.parent
    assert [file for file in ELSEWHERE.values() if not (root / file).is_file()] == []


@pytest.mark.parametrize("command", leaves(cli))
def test_the_help_of_every_command_fits_and_says_how_it_is_called(command: str) -> None:
    help_ = call([*command.split(), "--help"])
    assert help_.startswith(f"Usage: {cli.name or 'cli'}")
    assert max(map(shown_width, help_.splitlines())) <= 80
    assert command in {"run", "register export"} or "--json" in help_


@pytest.mark.parametrize("command", CALLS)
def test_people_read_every_command_in_80_columns_and_scripts_read_json(command: str, office: Path) -> None:
    first, second = CALLS[command]
    statuses = frozenset({0, 1}) if command in STATUS_ONE else frozenset({0})
    shown = call([*command.split(), *filled(first, office)], office, statuses)
    wide = [line for line in shown.splitlines() if shown_width(line) > 80 and " " in line.strip()]
    # A path or a letter's own line is broken by nobody.
    assert [line for line in wide if str(office) not in line] == [] or command in {"outbox show", "show"}
    assert "\x1b" not in shown
    again = filled(first if second is None else second, office)
    told = call([*command.split(), *again, "--json"], office, statuses)
    assert [json.loads(line) for line in told.splitlines()] != []
