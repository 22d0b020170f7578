"""Manual pages, generated from the commands themselves: `python -m mailbot.cli.manual FOLDER`.

One page for `mailbot`, and one for each of its commands with all that belongs to it. So they say what
`--help` says, and cannot be forgotten.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from mailbot import __version__
from mailbot.cli import cli

_EXIT = (
    ("0", "done"),
    ("1", "failed, or something needs a person"),
    ("2", "misconfigured or called wrongly; every fault is listed, with file, line and key"),
)
_FILES = (
    ("/etc/mailbot/config.toml", "the configuration, unless there is a config.toml in the working folder"),
    ("/var/lib/mailbot", "mails, ledger and letters, as config.toml names them"),
    ("/usr/share/doc/mailbot/docs/huong-dan-quan-tri.md", "the administrator's guide, in Vietnamese"),
)


def pages() -> Iterator[tuple[str, str]]:
    """Every page: its file's name, and its text as man(7) writes it."""
    outer = click.Context(cli, info_name="mailbot")
    yield "mailbot.1", _page(cli, outer)
    for name in cli.list_commands(outer):
        command = cli.get_command(outer, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=outer)
        yield f"mailbot-{name}.1", _page(command, inner)


def _page(command: click.Command, context: click.Context) -> str:
    name = context.command_path.replace(" ", "-")
    says = _first_sentence(command)
    lines = [
        f'.TH "{_escaped(name.upper())}" "1" "" "mailbot {__version__}" "mailbot"',
        ".SH NAME",
        f"{_escaped(name)} \\- {_escaped(says)}",
        ".SH SYNOPSIS",
        _synopsis(command, context),
        ".SH DESCRIPTION",
        *_prose(command.help or ""),
        *_options(command, context),
    ]
    if isinstance(command, click.Group):
        lines += [".SH COMMANDS", *_commands(command, context)]
    lines += [".SH EXIT STATUS", *_list(_EXIT), ".SH FILES", *_list(_FILES)]
    lines += [".SH SEE ALSO", r"mailbot(1), systemd.service(5)"]
    return "\n".join(lines) + "\n"


def _commands(group: click.Group, context: click.Context) -> Iterator[str]:
    whole = context.parent is None
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        if whole:
            yield from _list([(f"mailbot-{name}(1)", _first_sentence(command))])
        else:
            yield f'.SS "{_escaped(inner.command_path)}"'
            yield _synopsis(command, inner)
            yield ".PP"
            yield from _prose(command.help or "")
            yield from _options(command, inner, heading=False)


def _synopsis(command: click.Command, context: click.Context) -> str:
    words = " ".join(command.collect_usage_pieces(context))
    return f"\\fB{_escaped(context.command_path)}\\fR {_escaped(words)}"


def _options(command: click.Command, context: click.Context, *, heading: bool = True) -> Iterator[str]:
    told = [found for param in command.get_params(context) if (found := param.get_help_record(context))]
    if told and heading:
        yield ".SH OPTIONS"
    yield from _list(told)


def _list(entries: "tuple[tuple[str, str], ...] | list[tuple[str, str]]") -> Iterator[str]:
    for what, says in entries:
        yield from (".TP", f"\\fB{_escaped(what)}\\fR", _escaped(says) or ".")


def _prose(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
        if number:
            yield ".PP"
        yield _escaped(" ".join(paragraph.split()))


def _first_sentence(command: click.Command) -> str:
    paragraph = " ".join((command.help or "").strip().split("\n\n")[0].split())
    return paragraph.rstrip(".")


def _escaped(text: str) -> str:
    """The text as troff prints it: no escapes of its own, and no line that is taken for a request."""
    plain = text.replace("\\", r"\e").replace("-", r"\-")
    return f"\\&{plain}" if plain[:1] in {".", "'"} else plain


def main(folder: Path) -> None:
    """Write the pages into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
