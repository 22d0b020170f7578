"""`init`: a new office; on a terminal it asks what it must know, and tries it."""

import sys
from datetime import date
from pathlib import Path

import click

from mailbot.cli.new_office import Door, refuse_if_taken, state_of, write_office
from mailbot.cli.options import Day, moment, with_json
from mailbot.cli.printing import print_json, say
from mailbot.cli.questionnaire import ask
from mailbot.core.calendar import local

# The rules in force today, of the province that asked first.
_PROFILE = "thai-nguyen-2026"
_TLS = click.Choice(["tls", "starttls", "none"])


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--profile", default=_PROFILE, show_default=True, help="The rules to begin with.")
@click.option(
    "--go-live",
    type=Day(),
    help="Nothing due or arrived before that day causes a letter [today].",
)
@click.option("--state", type=click.Path(path_type=Path), help="Where mailbot writes [DIR/state].")
@click.option("--imap", "imap_host", help="The mailbox's server; without it mails are read from a folder.")
@click.option("--imap-port", type=int, help="[993]")
@click.option("--imap-tls", type=_TLS, help="[tls]")
@click.option("--folder", "box", help="The folder that is read [INBOX].")
@click.option("--smtp", "smtp_host", help="The server that letters leave by [that of --imap].")
@click.option("--smtp-port", type=int, help="[587]")
@click.option("--smtp-tls", type=_TLS, help="[starttls]")
@click.option("--user", help="The account at both servers.")
@click.option("--password-file", help="The file that holds its password.")
@click.option("--ca-file", help="Certificates to trust, where the province issues its own.")
@click.option("--no-questions", is_flag=True, help="Ask nothing, also on a terminal.")
@with_json
def init(
    folder: Path,
    profile: str,
    go_live: date | None,
    state: Path | None,
    no_questions: bool,
    as_json: bool,
    **servers: str | int | None,
) -> None:
    """Write a working configuration into DIR, with rules and templates to edit.

    On a terminal it asks for the mail servers, tries them and offers the folders it sees. With --imap it
    takes them from the options. With neither, mails are read from a folder and letters written to folders: a
    rehearsal that needs no server. Where letters would leave by a real server, the office begins in the
    shadow mode: everything is recorded, every letter is written, and none is sent, until `mailbot go-live`.
    """
    day = go_live or local(moment(None)).date()
    where = state or state_of(folder)
    if any(servers.values()) or no_questions or as_json or not sys.stdin.isatty():
        inbox, post = _doors(servers)
        config = write_office(folder, profile, day, state=where, inbox=inbox, post=post)
    else:
        # Before the questions: nobody answers a dozen of them in vain.
        refuse_if_taken(folder)
        answers = ask(profile, day)
        profile, day = answers.profile, answers.go_live
        config = write_office(folder, profile, day, state=where, **answers.doors)
    if as_json:
        print_json({"config": str(config), "profile": profile, "go_live": day.isoformat()})
        return
    say(f"wrote {config} with the rules {profile}; letters are written from {day} on")
    say(f"next: mailbot check --config {config}")


def _doors(servers: dict[str, str | int | None]) -> tuple[Door | None, Door | None]:
    """The mail servers that the options name; both or none."""
    host = servers["imap_host"]
    if host is None:
        if any(servers.values()):
            raise click.UsageError("--imap goes together with the other options about servers")
        return None, None
    if not (servers["user"] and servers["password_file"]):
        raise click.UsageError("--imap goes together with --user and --password-file")
    account = {name: servers[name] for name in ("user", "password_file", "ca_file")}
    inbox = {"host": host, "port": servers["imap_port"], "tls": servers["imap_tls"], "folder": servers["box"]}
    post = {
        "host": servers["smtp_host"] or host,
        "port": servers["smtp_port"],
        "tls": servers["smtp_tls"],
    }
    return Door(**inbox, **account), Door(**post, **account)  # type: ignore[arg-type]
