"""What commands have in common: where the configuration is, `--json`, and instants."""

import getpass
import os
import pwd
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from mailbot import log
from mailbot.clock import system_clock
from mailbot.config import Config, load_config
from mailbot.core.calendar import YEARS, ZONE, end_of
from mailbot.core.period import Period
from mailbot.errors import Fault, Misconfigured

Command = TypeVar("Command", bound=Callable[..., Any])


# What SQLite can hold; a greater number it would not even look for.
_MOST = 2**63 - 1


class Number(click.ParamType[int]):
    """The number of a letter, an arrival or whatever else the ledger counts."""

    name = "integer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read the number, or fail as a wrong argument does."""
        number: int = click.INT.convert(value, param, ctx)
        if abs(number) > _MOST:
            self.fail(f"{number} is greater than any number that mailbot gives", param, ctx)
        return number


class Instant(click.ParamType[datetime]):
    """An instant in ISO 8601; without an offset it is the office's time."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the instant, or fail as a wrong argument does."""
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no instant such as 2013-06-25T16:30+07:00", param, ctx)
        if instant.year not in YEARS:
            self.fail(f"{value!r} is not of a year from {YEARS[0]} to {YEARS[-1]}", param, ctx)
        return instant if instant.tzinfo else instant.replace(tzinfo=ZONE)


class Day(click.ParamType[date]):
    """A day as ISO 8601 writes it."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day, or fail as a wrong argument does."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day such as 2013-12-10", param, ctx)
        if day.year not in YEARS:
            self.fail(f"{value!r} is not of a year from {YEARS[0]} to {YEARS[-1]}", param, ctx)
        return day


class DueMoment(click.ParamType[datetime]):
    """A due moment: a day, which counts to its last second, or an instant."""

    name = "due moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the moment, or fail as a wrong argument does."""
        if isinstance(value, datetime):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return Instant().convert(value, param, ctx)
        return end_of(Day().convert(day.isoformat(), param, ctx))


class Words(click.ParamType[str]):
    """A reason, a name: something that people will read, and not nothing."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take the words, or fail where there are none."""
        words = str(value).strip()
        if not words:
            self.fail("it is empty", param, ctx)
        return words


class PeriodName(click.ParamType[Period]):
    """A period as mailbot writes it."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        """Read the period, or fail as a wrong argument does."""
        if isinstance(value, Period):
            return value
        try:
            return Period.parse(value)
        except ValueError:
            self.fail(f"{value!r} is no period such as 2013-06, 2013-Q2, 2013-H1 or 2013", param, ctx)


def with_config(command: Command) -> Command:
    """Give the command `--config`, which may also stand before its name."""
    return click.option(
        "--config", "config_path", type=click.Path(), help="The configuration [config.toml]."
    )(command)


def with_json(command: Command) -> Command:
    """Give the command `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")(command)


def with_now(command: Command) -> Command:
    """Give the command `--now`."""
    return click.option("--now", type=Instant(), help="Judge at that instant instead of now.")(command)


def with_by(says: str) -> Callable[[Command], Command]:
    """Give a command `--by`, who does it, by default whoever is logged in; `says` is its help."""
    return click.option("--by", type=Words(), default=getpass.getuser, show_default="your login", help=says)


# Where the package and the service look.
_INSTALLED = Path("/etc/mailbot/config.toml")


def config_file(given: str | None) -> Path:
    """The configuration's path: the command's option, the program's, the environment's, or the usual one.

    An office in the working folder comes before the one that is installed.
    """
    outer = click.get_current_context().find_root().obj
    if named := given or outer or os.environ.get("MAILBOT_CONFIG"):
        return Path(named)
    here = Path("config.toml")
    return _INSTALLED if not here.exists() and _INSTALLED.exists() else here


def configured(given: str | None, *, quiet: bool = True) -> Config:
    """The configuration that the command is to use; `quiet` commands log only what is wrong.

    Raises:
        Misconfigured: with every fault.
    """
    path = config_file(given)
    if not path.is_file():
        raise Misconfigured(
            [Fault(path, "there is no such file; `mailbot init DIR` writes one, `--config` names another")]
        )
    config = load_config(path)
    step_down(config.state)
    log.configure("warning" if quiet else config.log.level, config.log.format)
    return config


def step_down(state: Path) -> None:
    """Let root work as the one whom the folder `state` belongs to.

    A ledger's file that root made beside the service's would stop the service.
    """
    if os.geteuid() != 0 or not state.is_dir():
        return
    found = state.stat()
    if found.st_uid == 0:
        return
    try:
        os.initgroups(pwd.getpwuid(found.st_uid).pw_name, found.st_gid)
    except KeyError:
        os.setgroups([found.st_gid])
    os.setgid(found.st_gid)
    os.setuid(found.st_uid)


def refuse_own(config: Config, folder: Path) -> None:
    """See that what is written for people goes into no folder that mailbot itself reads or keeps.

    Raises:
        click.UsageError: it does.
    """
    whole = [config.rules, config.templates, config.archive, config.vault]
    whole += [door.path for door in (config.inbox, config.post) if door.kind == "maildir"]
    there = folder.resolve()
    if there == config.state.resolve() or any(there.is_relative_to(own.resolve()) for own in whole):
        raise click.UsageError(f"{folder} is where mailbot itself works; name another folder")


def moment(now: datetime | None) -> datetime:
    """`now` as given, or the machine's time."""
    return now or system_clock()
