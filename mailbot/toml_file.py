"""One TOML file that people edit: read once, then checked table by table; every fault is collected.

A fault names the key and the line, and never the value: values may be secret, keys are not.
"""

import difflib
import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, TypeAdapter, ValidationError

from mailbot.errors import Fault
from mailbot.toml_lines import Loc, line_index, line_of

Shape = TypeVar("Shape")
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")
_TABLE_BEGINS = re.compile(r"^(?=[ \t]*\[)", re.MULTILINE)
_SAYS = {
    "missing": "is missing",
    "extra_forbidden": "unknown key",
    "unexpected_keyword_argument": "unknown key",
    "dataclass_type": "must be a table",
    "model_type": "must be a table",
    "tuple_type": "must be a list in square brackets",
    "frozen_set_type": "must be a list in square brackets",
}


def _plain(text: str) -> str:
    # A line break in a name would break out of a letter's header.
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"} for letter in text):
        raise ValueError("must not contain line breaks or control characters")
    if not text.strip():
        raise ValueError("must not be empty")
    return unicodedata.normalize("NFC", text.strip())


PlainText = Annotated[str, AfterValidator(_plain)]
"""One line of text for people, NFC, not empty."""

# Narrower than RFC 5321: a slash, for one, would climb out of the folder that a Maildir post writes to.
_EMAIL = re.compile(
    r"[a-z0-9_+&'=~-]+(\.[a-z0-9_+&'=~-]+)*@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+"
)
_LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, less the angle brackets


def _email(written: str) -> str:
    folded = written.lower()
    if len(folded) > _LONGEST_EMAIL or _EMAIL.fullmatch(folded) is None:
        raise ValueError("is not an email address such as vanthu@example.gov.vn")
    return folded


Email = Annotated[str, AfterValidator(_email)]
"""A mail address, folded to lower case."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[Shape]):
    """A table that has the right shape, and where it stands."""

    loc: Loc
    value: Shape
    file: "TomlFile"

    def fault(self, path: Loc, says: str) -> None:
        """Note a fault at `path` inside the table."""
        self.file.fault((*self.loc, *path), says)


@dataclass
class TomlFile:
    """A file's data, its text, and the faults found so far.

    Attributes:
        faults: grows with each check; empty means that everything checked is sound.
        readable: whether the file could be read; nothing more is said about one that could not.
    """

    path: Path
    data: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    faults: list[Fault] = field(default_factory=list)
    readable: bool = False

    @classmethod
    def read(cls, path: Path) -> "TomlFile":
        """Read `path`; a file that cannot be read has one fault and no data."""
        file = cls(path)
        try:
            # Windows editors begin a file with a byte order mark, which TOML does not know.
            text = path.read_text(encoding="utf-8-sig")
            file.data, file.text = tomllib.loads(text), text
        except OSError as error:
            file.faults.append(Fault(path, f"cannot be read: {error.strerror}"))
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            file.faults.append(Fault(path, "is not UTF-8 text", line))
        except tomllib.TOMLDecodeError as error:
            at_line = _AT_LINE.search(str(error))
            says = f"is not TOML: {_AT_LINE.sub('', str(error))}"
            file.faults.append(Fault(path, says, int(at_line[1]) if at_line else None))
        except (RecursionError, ValueError):
            # Python's reader gives up over brackets within brackets and over numbers of thousands of digits.
            says = "cannot be read as TOML: a value is nested too deeply, or is a number of too many digits"
            file.faults.append(Fault(path, says))
        else:
            file.readable = True
        return file

    @cached_property
    def lines(self) -> dict[Loc, int]:
        """Where its keys stand; most files have no fault, and nobody asks."""
        try:
            return line_index(self.text)
        except RecursionError:
            # Brackets within brackets, which the file's reader has just borne: a fault without its line.
            return {}

    def fault(self, loc: Loc, says: str) -> None:
        """Note a fault at `loc`."""
        self.faults.append(Fault(self.path, says, line_of(self.lines, loc), dotted(loc)))

    def only(self, *names: str) -> None:
        """Note every top-level key that is not in `names`."""
        for key in self.data:
            if key not in names:
                self.fault((key,), _unknown(key, names))

    def table(self, name: str, shape: type[Shape]) -> Shape | None:
        """The table `name`, if it has that shape; a table that is not there is read as empty."""
        if not self.readable:
            return None
        entry = self.check((name,), self.data.get(name, {}), shape)
        return entry.value if entry else None

    def tables(self, name: str, shape: type[Shape]) -> list[Entry[Shape]]:
        """Those elements of the array of tables `name` that have that shape."""
        elements = self.data.get(name, [])
        if not isinstance(elements, list):
            self.fault((name,), f"must be written as [[{name}]]")
            return []
        entries = (self.check((name, n), element, shape) for n, element in enumerate(elements))
        return [entry for entry in entries if entry is not None]

    def check(self, loc: Loc, value: object, shape: type[Shape], **context: object) -> Entry[Shape] | None:
        """`value` in that shape, or None and its faults noted; `context` is for the shape's validators."""
        kind: Any = shape
        try:
            return Entry(loc, _reader(kind).validate_python(value, context=context), self)
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=False):
                self.fault((*loc, *detail["loc"]), _says(detail["type"], detail["msg"]))
            return None


@cache
def _reader(kind: Any) -> TypeAdapter[Any]:
    """What reads that shape; a profile has hundreds of tables of a dozen shapes."""
    return TypeAdapter(kind)


def sound_tables(path: Path) -> dict[str, Any]:
    """Of a file that is no TOML, the tables that are sound by themselves, and each sound line above them."""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return {}
    found: dict[str, Any] = {}
    for piece in _TABLE_BEGINS.split(text):
        try:
            table = tomllib.loads(piece)
        except (RecursionError, ValueError):
            table = _sound_lines(piece) if not piece.lstrip().startswith("[") else {}
        found = table | found
    return found


def _sound_lines(piece: str) -> dict[str, Any]:
    """Those keys above the first table that stand on one sound line each."""
    found: dict[str, Any] = {}
    for line in piece.splitlines():
        try:
            found = tomllib.loads(line) | found
        except (RecursionError, ValueError):
            continue
    return found


def dotted(loc: Loc) -> str:
    """`loc` as people read it; elements count from 1: `unit.4.addresses.1.email`."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in loc)


def _says(kind: str, message: str) -> str:
    if kind in _SAYS:
        return _SAYS[kind]
    return message.removeprefix("Value error, ").replace("Input should", "must")


def _unknown(key: str, names: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(key, names, n=1)
    return f"unknown key; did you mean {close[0]}?" if close else f"unknown key; known are {', '.join(names)}"
