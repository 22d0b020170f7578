"""The administrator's commands, and the contract that scripts use.

People read by default; `--json` prints JSON on standard output, lists as `{"rows": [...]}`, instants
as ISO 8601 with offset. Logs go to standard error. Exit status: 0 done, 1 failed, 2 misconfigured.
"""

import sys

import click

from mailbot import __version__
from mailbot.errors import MailbotError, Misconfigured

_COMMANDS = {
    "init": "keeping",
    "check": "keeping",
    "run": "keeping",
    "health": "keeping",
    "demo": "rehearsal",
    "ingest": "judging",
    "explain": "judging",
    "units": "rules",
    "duties": "rules",
    "plan": "standings",
    "tick": "standings",
    "status": "standings",
    "arrivals": "register",
    "show": "register",
    "settle": "register",
    "stamp": "register",
    "outbox": "outbox",
}


class _Commands(click.Group):
    """Loads a command's module when it is called: `--help` must not wait for the database's libraries."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = __import__(f"mailbot.cli.{_COMMANDS[cmd_name]}", fromlist=[cmd_name])
        command: click.Command = getattr(module, cmd_name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "config_path", type=click.Path(), help="The configuration [config.toml].")
@click.version_option(__version__, prog_name="mailbot")
@click.pass_context
def cli(ctx: click.Context, config_path: str | None) -> None:
    """The clerk at a province's shared reporting mailbox."""
    ctx.obj = config_path


def main() -> None:
    """Run the command line; every error that mailbot raises on purpose ends in words, not a trace."""
    try:
        cli.main(prog_name="mailbot")
    except Misconfigured as error:
        for fault in error.faults:
            click.echo(f"mailbot: {fault}", err=True)
        sys.exit(2)
    except MailbotError as error:
        click.echo(f"mailbot: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has gone (`mailbot status | head`); that is no fault.
        sys.stderr.close()
        sys.exit(1)
