"""A sheet: one subject of a profile, in one file or in several.

A hundred units are easier to keep in several files: `units.toml` may be followed by `units-xa.toml`,
`units-so.toml` and so on. In how many files a sheet is written, and in which order, changes nothing but the
order of lists.
"""

from dataclasses import dataclass
from pathlib import Path

from mailbot.errors import Fault
from mailbot.toml_file import Entry, Shape, TomlFile
from mailbot.toml_lines import Loc

NAMES = ("calendar", "notices", "office", "reports", "units")
# The one subject that has defaults for everything.
OPTIONAL = "papers"
# Settings that hold once are in one file; what may be long is a list, and may go on in others.
_LONG = frozenset({"calendar", "reports", "units"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """The files of one subject, the main one first."""

    main: TomlFile
    others: tuple[TomlFile, ...]

    @classmethod
    def read(cls, folder: Path, name: str) -> "Sheet":
        """Read `name`.toml of the profile, and the files that go on with it."""
        more = sorted(folder.glob(f"{name}-*.toml")) if name in _LONG else ()
        return cls(TomlFile.read(folder / f"{name}.toml"), tuple(TomlFile.read(path) for path in more))

    @property
    def pages(self) -> tuple[TomlFile, ...]:
        """All files of the sheet."""
        return (self.main, *self.others)

    @property
    def readable(self) -> bool:
        """Whether every file could be read; what stands in one that could not is unknown."""
        return all(page.readable for page in self.pages)

    @property
    def faults(self) -> list[Fault]:
        """The faults of all files."""
        return [fault for page in self.pages for fault in page.faults]

    def only(self, *settings: str, lists: tuple[str, ...]) -> None:
        """Note every top-level key that is neither a setting of the main file nor one of the lists."""
        self.main.only(*settings, *lists)
        for page in self.others:
            page.only(*lists)

    def fault(self, loc: Loc, says: str) -> None:
        """Note a fault in the main file."""
        self.main.fault(loc, says)

    def table(self, name: str, shape: type[Shape]) -> Shape | None:
        """The settings `name` of the main file, if they have that shape."""
        return self.main.table(name, shape)

    def tables(self, name: str, shape: type[Shape]) -> list[Entry[Shape]]:
        """The elements of the list `name` that have that shape, from all files."""
        return [entry for page in self.pages for entry in page.tables(name, shape)]


def strangers(folder: Path) -> list[Fault]:
    """A fault for every TOML file of the folder that no sheet reads: its rules would silently not count."""
    known = ", ".join(f"{name}.toml" for name in (*NAMES, OPTIONAL))
    return [
        Fault(path, f"unknown file; a profile has {known}, and may have units-….toml, reports-….toml, "
              "calendar-….toml beside them")
        for path in sorted(folder.glob("*.toml"))
        if path.stem not in (*NAMES, OPTIONAL) and not any(path.stem.startswith(f"{name}-") for name in _LONG)
    ]  # fmt: skip
