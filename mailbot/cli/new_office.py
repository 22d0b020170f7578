"""A new office: a folder with a working configuration, and words to edit."""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import click

from mailbot.cli.office_files import remember, share
from mailbot.config import server_faults
from mailbot.resources import resource

# Where the package and the service keep things.
INSTALLED, STATE = Path("/etc/mailbot"), Path("/var/lib/mailbot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A mail server, as a section of config.toml names it; None stands for that section's default."""

    host: str
    user: str | None = None
    password_file: str | None = None
    port: int | None = None
    tls: str | None = None
    ca_file: str | None = None
    folder: str | None = None

    def keys(self, kind: str) -> dict[str, str | int]:
        """The keys of its section that have not their default."""
        told = {"kind": kind, "host": self.host, "port": self.port, "tls": self.tls, "ca_file": self.ca_file}
        told |= {"user": self.user, "password_file": self.password_file, "folder": self.folder}
        return {key: value for key, value in told.items() if value is not None}

    def lines(self, kind: str) -> str:
        """The section, as it is written."""
        return "".join(f"{key} = {_toml(value)}\n" for key, value in self.keys(kind).items())


_FOLDER_IN = """\
# The embedded default: mails are read from a Maildir, letters are written to Maildirs.
[inbox]
kind = "maildir"
path = "inbox"
"""
_FOLDER_OUT = """\
[post]
kind = "maildir"
path = "letters"
"""
_SHADOW = """
# Everything is recorded and every letter written, and none is sent, until `mailbot go-live`.
[approval]
shadow = true
"""


def write_office(
    folder: Path,
    profile: str,
    go_live: date,
    *,
    state: Path = Path("state"),
    inbox: Door | None = None,
    post: Door | None = None,
    tokens: str = "",
    secrets: Mapping[str, str] = MappingProxyType({}),
) -> Path:
    """Write the folder, overwriting nothing; return the path of its configuration.

    Without `inbox` and `post`, mails and letters are in folders. `tokens` are further lines of config.toml,
    and `secrets` files of one line each, by name.

    Raises:
        click.ClickException: there is no such profile, a server cannot be meant so, or something is in the
            way; nothing was written.
    """
    source = resource("rules") / profile
    if not (source / "units.toml").is_file():
        raise click.UsageError(f"there is no profile {profile!r}; there are {', '.join(profiles())}")
    refuse_if_taken(folder)
    config = folder / "config.toml"
    _refuse_what_check_would(config, inbox, post)
    folder.mkdir(parents=True, exist_ok=True)
    before = set(folder.rglob("*"))
    shutil.copytree(source, folder / "rules" / profile)
    shutil.copytree(resource("templates"), folder / "templates")
    remember(folder / "templates")
    if inbox is None:
        for box in ("cur", "new", "tmp"):
            (folder / "inbox" / box).mkdir(parents=True, mode=0o700)
    written = _config(profile, go_live, state)
    written += _FOLDER_IN if inbox is None else f"[inbox]\n{inbox.lines('imap')}"
    written += "\n" + (_FOLDER_OUT if post is None else f"[post]\n{post.lines('smtp')}{_SHADOW}")
    for name, secret in secrets.items():
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(f"{secret}\n", encoding="utf-8")
    config.write_text(written + tokens, encoding="utf-8")
    if os.geteuid() == 0 and folder.stat().st_gid != os.getegid():
        share(folder, set(folder.rglob("*")) - before)
    return config


def refuse_if_taken(folder: Path) -> None:
    """See that no office is in `folder`; whatever else lies there stays.

    Raises:
        click.ClickException: there is one.
    """
    for path in (folder / "config.toml", folder / "rules", folder / "templates"):
        if path.exists():
            raise click.ClickException(f"{path} is there already; nothing was written")


def _refuse_what_check_would(config: Path, inbox: Door | None, post: Door | None) -> None:
    """See that the servers are written as config.toml takes them; their files may still be made."""
    faults = []
    for name, door, kind in (("inbox", inbox, "imap"), ("post", post, "smtp")):
        if door is not None:
            faults += server_faults(config, name, replace(door, password_file=None, ca_file=None).keys(kind))
    if faults:
        raise click.UsageError("; ".join(f"{fault.key}: {fault.says}" for fault in faults))


def profiles() -> list[str]:
    """The names of the profiles that came with mailbot."""
    return sorted(path.name for path in resource("rules").iterdir() if path.is_dir())


def state_of(folder: Path) -> Path:
    """Where an office in `folder` keeps what mailbot writes, as its configuration names it."""
    return STATE if folder.resolve() == INSTALLED else Path("state")


def _config(profile: str, go_live: date, state: Path) -> str:
    return f"""\
# mailbot's configuration. Every key, with its default and why one would change it, is explained in
# config.example.toml; what the office decides stands in the rules.

# Nothing that was due or arrived before this day causes a letter.
go_live = {go_live}
rules = "rules/{profile}"
templates = "templates"
state = {_toml(str(state))}

"""


def _toml(value: str | int) -> str:
    # A basic string of TOML is written as one of JSON is.
    return json.dumps(value, ensure_ascii=False)
