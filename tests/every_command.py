"""Every command of mailbot, called once in an office that has lived a month: what they say, and write.

A command that is not listed here fails the test that walks them, so that none can be forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click
from click.testing import CliRunner, Result

from mailbot.cli import cli

# What works without the office's ledger: a province, or a configuration, of its own.
_ELSEWHERE = frozenset({"init", "demo"})
# The loop for ever; `tick` is one round of it, and tests/hostile/test_live.py runs the daemon itself.
_FOR_EVER = frozenset({"run"})
# Asked for what there is not, or what must not be: these say why in words, and are searched like the others.
REFUSED = frozenset(
    {
        "papers approve", "register import", "retry", "incident close", "proposals confirm",
        "proposals decline", "question pass", "question close", "task import", "reconcile", "restore",
        "outbox retry",
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Visit:
    """An office to be asked about everything.

    Attributes:
        config: its configuration.
        out: a folder for what the commands write.
        now: the moment to ask about.
        numbers: of the arrivals that are shown.
        secret: a file with a secret mail.
    """

    config: Path
    out: Path
    now: str
    numbers: tuple[int, ...]
    secret: Path
    told: dict[str, Result] = field(default_factory=dict)


def leaves() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    yield from _below(cli, ())


def _below(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _below(below, (*path, name))
    else:
        yield " ".join(path), command


def _asking(visit: Visit) -> dict[str, list[list[str]]]:
    """With which words each command is called that only tells, or writes papers."""
    unit, period, out = "cong-an-tinh", "2014-06", visit.out
    days = ["--from", "2014-06-01", "--to", "2014-07-20"]
    months = (["--out", str(out), "--period", month] for month in (period, "2014-07"))
    return {
        "check": [["--offline"]],
        "units": [[]],
        "duties": [days],
        "plan": [[]],
        "status": [[]],
        "arrivals": [[]],
        "show": [[str(number)] for number in visit.numbers],
        "explain": [[str(visit.secret)]],
        "rules diff": [[]],
        "proposals list": [["--all"]],
        "letter list": [[]],
        "incident list": [["--all"]],
        "outbox list": [[]],
        "outbox show": [["1"], ["2"]],
        "question list": [[]],
        "question report": [days],
        "travel list": [[]],
        "task list": [[]],
        "task report": [days],
        "watch list": [[]],
        "replay": [[]],
        "verify": [[]],
        "health": [[], ["--metrics"], ["--alarm"]],
        "papers digest": [["--out", str(out)]],
        "papers monthly": list(months),
        "papers emulation": [["--out", str(out), "--period", "2014-H1"]],
        "papers evidence": [[unit, "bc-thang", period, "--out", str(out)]],
        "papers deadlines": [["--out", str(out)]],
        "papers approve": [[period]],
        "papers board": [["--out", str(out)]],
        "register export": [[str(out / "so.xlsx")]],
        "backup": [[str(out / "backup")]],
        "upgrade": [["--dry-run"]],
    }


def _doing(visit: Visit) -> dict[str, list[list[str]]]:
    """With which words each command is called that records something, in this order."""
    unit, period, sheet = "cong-an-tinh", "2014-06", str(visit.out / "so.xlsx")
    # The journey is the first thing given to somebody, the task the second.
    note = ["--why", "đã rõ"]
    task = [
        "--no",
        "5/UBND-TH",
        "--date",
        "2014-07-01",
        "--signer",
        "A",
        "--content",
        "rà soát",
        "--lead",
        unit,
    ]
    letter = ["--no", "7/UBND-TH", "--date", "2014-07-01", "--issuer", "UBND tỉnh", "--yes"]
    return {
        "register import": [[sheet]],
        "ingest": [[str(visit.secret)]],
        "settle": [["1", "--period", period, "--why", "đã giải mật"]],
        "retry": [["2"]],
        "seal": [[str(visit.numbers[-1])]],
        "stamp": [[unit, "bc-thang", period, "--at", "2014-06-24T08:00", "--no", "12"]],
        "rules apply": [["--why", "rà soát", "--yes"]],
        "letter add": [[*letter, "--report", "bc-thang", "--period", "2014-08", "--unit", unit, "--excuse"]],
        "letter show": [["1"]],
        "letter revoke": [["1", *letter]],
        "incident demand": [[unit, "--about", "mưa lũ", "--by-when", "2014-07-21T17:00"]],
        "incident close": [["1"]],
        "proposals confirm": [["x"]],
        "proposals decline": [["x"]],
        "question pass": [["1", "--to", unit]],
        "question close": [["1"]],
        "travel add": [
            ["--unit", unit, "--who", "B", "--to", "Hà Nội", "--from", "2014-08-01", "--until", "2014-08-03"]
        ],
        "travel consent": [["1", *note]],
        "task add": [[*task, "--lead", unit]],
        "task import": [[sheet]],
        "task show": [["2"]],
        "task note": [["2", *note]],
        "task close": [["2", *note]],
        "watch vouch": [
            ["--from", "2014-06-21T00:00", "--until", "2014-06-21T02:00", "--by", "vt", "--why", "đã hỏi"]
        ],
        "tick": [[]],
        "outbox hold": [["--all", "--why", "kiểm tra"]],
        "outbox drop": [["--all"]],
        "outbox retry": [["1"]],
        "outbox release": [[]],
        "go-live": [["--yes"]],
        "reconcile": [[]],
        "restore": [[str(visit.out / "backup")]],
    }


def ask_all(visit: Visit) -> None:
    """Call every command; what each said is in `visit.told`.

    What tells does it twice, for people and for scripts; what does something does it once.
    """
    commands, asking = dict(leaves()), _asking(visit)
    calls = {**asking, **_doing(visit)}
    assert set(calls) | _ELSEWHERE | _FOR_EVER == set(commands), "a command that nobody has searched"
    for name, ways in calls.items():
        takes = {option for parameter in commands[name].params for option in parameter.opts}
        now = ["--now", visit.now] if "--now" in takes else []
        form = ["--json"] if "--json" in takes else []
        for way in ways:
            for how in ([], form) if form and name in asking else (form,):
                words = [*name.split(), *way, *now, *how]
                visit.told[" ".join(words)] = CliRunner().invoke(cli, ["--config", str(visit.config), *words])
