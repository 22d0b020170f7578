"""mailbot as an administrator sets it up, and its commands as he runs them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from speed.mailboxes import PASSWORD

PROGRAM = (sys.executable, "-m", "mailbot")
_STATE = "state"


class Office:
    """A folder with a configuration; `doors` replaces its sections for mail and ledger."""

    def __init__(self, folder: Path, go_live: str, profile: str = "thai-nguyen-2013") -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.state = folder / _STATE
        asked = ("init", str(folder), "--profile", profile, "--go-live", go_live)
        subprocess.run([*PROGRAM, *asked], check=True, stdout=subprocess.DEVNULL)
        self.rules = folder / "rules" / profile
        self._head = self.config.read_text("utf-8").partition("# The embedded default")[0]
        secret = folder / "password"
        secret.write_text(PASSWORD, "utf-8")
        secret.chmod(0o600)

    def doors(self, *sections: str) -> None:
        """Configure with these sections instead of the embedded default."""
        self.config.write_text("\n".join((self._head, *sections)), "utf-8")

    def command(self, *arguments: str) -> list[str]:
        """A command of mailbot, as a list for the system."""
        return [*PROGRAM, *arguments, "--config", str(self.config)]

    def begin(self, *arguments: str, log: str = "log") -> subprocess.Popen[bytes]:
        """Start a command, with all that it says in the file `log`."""
        with (self.folder / log).open("ab") as said:
            return subprocess.Popen(self.command(*arguments), stdout=said, stderr=said, cwd=self.folder)

    def ask(self, *arguments: str) -> Any:
        """What a command answers with --json."""
        command = self.command(*arguments, "--json")
        return json.loads(subprocess.run(command, check=True, capture_output=True, cwd=self.folder).stdout)

    def said(self, log: str = "log") -> str:
        """What a started command has said."""
        path = self.folder / log
        return path.read_text("utf-8") if path.exists() else ""

    @contextmanager
    def daemon(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """The daemon, ended when the block is left."""
        running = self.begin("run", *arguments)
        try:
            yield running
        finally:
            running.terminate()
            try:
                running.wait(60)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def imap(port: int, user: str, more: str = "") -> str:
    """The section for a mailbox on the bench's Dovecot."""
    return (
        f'[inbox]\nkind = "imap"\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\nuser = "{user}"\n'
        f'password_file = "password"\n{more}'
    )


def smtp(port: int) -> str:
    """The section for a server that takes letters."""
    return f'[post]\nkind = "smtp"\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\n'


def as_installed() -> None:
    """Let every mailbot that is started from here keep its bytecode, as where it is installed."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def environment() -> dict[str, str]:
    """The environment of peers, without settings of the bench itself."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
