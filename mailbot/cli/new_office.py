"""A new office: a folder with a working configuration on the embedded default, and words to edit."""

import shutil
from datetime import date
from pathlib import Path

import click

from mailbot.resources import resource


def write_office(folder: Path, profile: str, go_live: date) -> Path:
    """Write the folder, overwriting nothing; return the path of its configuration.

    Raises:
        click.ClickException: there is no such profile, or something is in the way; nothing was written.
    """
    source = resource("rules") / profile
    if not (source / "units.toml").is_file():
        known = ", ".join(sorted(path.name for path in resource("rules").iterdir() if path.is_dir()))
        raise click.UsageError(f"there is no profile {profile!r}; there are {known}")
    config = folder / "config.toml"
    taken = [path for path in (config, folder / "rules", folder / "templates") if path.exists()]
    if taken:
        raise click.ClickException(f"{taken[0]} is there already; nothing was written")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source, folder / "rules" / profile)
    shutil.copytree(resource("templates"), folder / "templates")
    for box in ("cur", "new", "tmp"):
        (folder / "inbox" / box).mkdir(parents=True, mode=0o700)
    config.write_text(_config(profile, go_live), encoding="utf-8")
    return config


def _config(profile: str, go_live: date) -> str:
    return f"""\
# mailbot's configuration. Every key, with its default and why one would change it, is explained in
# config.example.toml; what the office decides stands in the rules.

# Nothing that was due or arrived before this day causes a letter.
go_live = {go_live}
rules = "rules/{profile}"
templates = "templates"
state = "state"

# The embedded default: mails are read from a Maildir, letters are written to Maildirs.
[inbox]
kind = "maildir"
path = "inbox"

[post]
kind = "maildir"
path = "letters"
"""
