"""The administrator's commands, and the contract that scripts use.

People read by default; `--json` prints JSON on standard output, lists as `{"rows": [...]}`, instants
as ISO 8601 with offset. Logs go to standard error. Exit status: 0 done, 1 failed, 2 misconfigured.
"""

import gc
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from types import ModuleType

import click
from click.shell_completion import CompletionItem

from mailbot import __version__
from mailbot.errors import MailbotError, Misconfigured

# Where each command lives, and what `mailbot --help` says of it without loading it.
_COMMANDS = {
    "init": ("beginning", "Write a working configuration into a folder; on a terminal it asks."),
    "check": ("checking", "Load everything, compile every template, try every connection."),
    "run": ("keeping", "The daemon: reads, plans and posts until SIGTERM."),
    "demo": ("rehearsal", "Rehearse a reporting year of a simulated province."),
    "ingest": ("judging", "Take mails in through the real intake."),
    "explain": ("judging", "Judge mails without recording them, and say why."),
    "units": ("rules", "The register of units with their addresses."),
    "duties": ("rules", "The duties that rules and official letters give, by due day."),
    "rules": ("revision", "What an edit of the rules changes, and applying it."),
    "plan": ("standings", "What would be posted now, and why; sends nothing."),
    "tick": ("standings", "One round of intake, planning and delivery, then exit."),
    "status": ("standings", "The standings: which duty was met, when, and how it is judged."),
    "arrivals": ("register", "The register of mails."),
    "show": ("register", "One arrival with its evidence, rulings and letters."),
    "settle": ("register", "Correct the verdict on an arrival, as a new ruling."),
    "seal": ("sealing", "Take every word of a mail away that a person found to be secret."),
    "retry": ("reading", "Read an arrival once more that was set aside or unreadable."),
    "proposals": ("proposals", "What rulings suggest to remember: list, confirm, decline."),
    "stamp": ("register", "Record a paper copy that arrived at the counter, or a file of them."),
    "register": ("papers_in", "The office's register of incoming documents: import, export."),
    "letter": ("letters", "Official letters that move a deadline, excuse, or announce a report."),
    "incident": ("incident", "Urgent matters: list, demand, close."),
    "outbox": ("outbox", "The letters: list, show, hold, release, drop, retry."),
    "question": ("questions", "Citizens' questions: list, pass on, close, report."),
    "travel": ("travel", "Journeys that need consent: add, consent, list."),
    "task": ("tasks", "Tasks from the Chairman: add, import, list, show, close, note, report."),
    "papers": ("publishing", "Documents for people: monthly report, portal pages, deadlines, evidence."),
    "watch": ("watch", "When the mailbox was being read: list the outages, vouch for one."),
    "replay": ("replay", "Whether approved figures still follow from the facts of their day."),
    "verify": ("verify", "Check all that must hold of ledger and archive."),
    "backup": ("backup", "Write ledger, mails, rules and templates into a folder."),
    "restore": ("backup", "Put a backup into an empty state folder, on hold."),
    "reconcile": ("backup", "After a restore, find out what was done since the backup."),
    "go-live": ("going_live", "End the shadow mode: show what would leave; with --yes let it."),
    "upgrade": ("upgrading", "Bring an office's templates up to this version; edited ones stay."),
    "health": ("keeping", "Whether mailbot is well; exit status 1 if something needs a person."),
}
# The files 0, 1 and 2; Python has None for one that is closed.
_STREAMS = ("stdin", "stdout", "stderr")


class _Commands(click.Group):
    """Loads a command's module when it is called: `--help` must not wait for the database's libraries."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = _loaded(f"mailbot.cli.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands and options that begin so, without loading any of them."""
        options = click.Command.shell_complete(self, ctx, incomplete)
        begun = [(name, says) for name, (_, says) in _COMMANDS.items() if name.startswith(incomplete)]
        return [*(CompletionItem(name, help=says) for name, says in begun), *options]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, says) for name, (_, says) in _COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "config_path", type=click.Path(), help="The configuration [config.toml].")
@click.version_option(__version__, prog_name="mailbot")
@click.pass_context
def cli(ctx: click.Context, config_path: str | None) -> None:
    """The clerk at a province's shared reporting mailbox."""
    ctx.obj = config_path


def _loaded(module: str) -> ModuleType:
    """The module; the collector never walks over what loading it brings, for all of that stays."""
    if module in sys.modules:
        return sys.modules[module]
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()


def _open_what_is_closed() -> None:
    """Some callers close our output (`>&-`): the ledger, opened next, must not become it."""
    while (number := os.open(os.devnull, os.O_RDWR)) < len(_STREAMS):
        os.set_inheritable(number, True)
        if getattr(sys, _STREAMS[number]) is None:
            mode = "r" if number == 0 else "w"
            setattr(sys, _STREAMS[number], os.fdopen(number, mode, encoding="utf-8", closefd=False))
    os.close(number)


def _print_whatever_it_is() -> None:
    """File names need not be text (old mails have names of their day); they are shown with escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _is_text(argument: str) -> bool:
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def main() -> None:
    """Run the command line; every error that mailbot raises on purpose ends in words, not a trace."""
    _open_what_is_closed()
    _print_whatever_it_is()
    try:
        cli.main(prog_name="mailbot")
    except Misconfigured as error:
        for fault in error.faults:
            click.echo(f"mailbot: {fault}", err=True)
        sys.exit(2)
    except MailbotError as error:
        click.echo(f"mailbot: {error}", err=True)
        sys.exit(1)
    except UnicodeEncodeError:
        if all(map(_is_text, sys.argv)):
            raise
        click.echo("mailbot: an argument is no text in UTF-8", err=True)
        sys.exit(2)
    except BrokenPipeError:
        # The reader of our output has gone (`mailbot status | head`); that is no fault.
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        # A folder that is not ours to write, a full disk; nothing is half done: files are exchanged whole.
        click.echo(f"mailbot: {error.filename or 'the system'}: {error.strerror or error}", err=True)
        sys.exit(1)
