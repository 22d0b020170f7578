"""What a config.toml with faults still says of alarms: no daemon starts with it, and somebody must hear."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from mailbot.config.sections import TABLE, AlarmRoute
from mailbot.config.values import AnyPath
from mailbot.toml_file import Shape, TomlFile, sound_tables


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    __pydantic_config__: ClassVar[ConfigDict] = TABLE

    state: AnyPath = Path("state")


@dataclass(frozen=True, slots=True, kw_only=True)
class Salvage:
    """Where it is remembered who was told what, and by which channels people are told."""

    state: Path
    alarm: AlarmRoute


def salvage(path: Path) -> Salvage:
    """The state folder and the channels of alarms that `path` names, as far as either is sound.

    Of a file that is no TOML, those tables count that are sound by themselves. What is not sound has its
    default; of channels, a command is taken even where the mail cannot be sent.
    """
    file = TomlFile.read(path)
    data = file.data if file.readable else sound_tables(path)
    alarm = data.get("alarm", {})
    command = {"command": alarm["command"]} if isinstance(alarm, dict) and "command" in alarm else {}
    place = _first_sound(file, _Place, {key: data[key] for key in ("state",) if key in data}, {})
    route = _first_sound(file, AlarmRoute, alarm, command, {})
    return Salvage(state=place.state, alarm=route)


def _first_sound(file: TomlFile, shape: type[Shape], *tables: object) -> Shape:
    found = (file.check((), table, shape, folder=file.path.absolute().parent) for table in tables)
    return next(entry.value for entry in found if entry is not None)
