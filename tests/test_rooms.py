"""Who may import whom, and how big a room may get: the house plan as a test."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mailbot

PACKAGE = Path(mailbot.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
# The doors and the papers know the core and nothing of each other; the daemon knows all of them.
ROOMS = {
    "core": set(),
    "inbox": {"core", "disk"},
    "ledger": {"core"},
    "post": {"core", "disk"},
    "papers": {"core"},
    "config": {"core", "toml_file", "toml_lines"},
    "rulebook": {"core", "toml_file", "toml_lines"},
    "toml_file": {"toml_lines"},
    "toml_lines": set(),
    "clock": set(),
    "disk": set(),
    "tokens": {"clock", "disk"},
    "log": {"core"},
    "resources": set(),
    "errors": set(),
    "daemon": {
        "core",
        "inbox",
        "ledger",
        "post",
        "papers",
        "config",
        "rulebook",
        "clock",
        "disk",
        "resources",
        "tokens",
    },
}
ROOMS["rehearsal"] = {*ROOMS["daemon"], "daemon"}
ROOMS["cli"] = {*ROOMS["rehearsal"], "rehearsal", "log"}
# Folders of the core that know less than the rest of it; None stands for the files beside the folders. What
# words say must be told without knowing what anybody owes, and how words are written without either.
NARROW: dict[str, set[str | None]] = {
    "language": set(),
    "wording": {"language", "standings", "changes", None},
    "reading": {"language", None},
    "senders": {"language", "reading", "changes", None},
    "seals": {"language", None},
}
FENCED = {
    "imapclient": {"inbox"},
    "mailparser": {"inbox"},
    "flufl": {"inbox"},
    "dkim": {"inbox"},
    "dns": {"inbox"},
    "turbohtml": {"inbox"},
    "sqlalchemy": {"ledger"},
    "alembic": {"ledger"},
    "jinja2": {"post", "papers"},
    "aiosmtplib": {"post"},
    "apscheduler": {"daemon"},
    "signal": {"daemon"},
    "tomllib": {"toml_file", "toml_lines"},
    "holidays": {"rulebook"},
    "pypdfium2": {"inbox"},
    "python_calamine": {"inbox"},
    "olefile": {"inbox"},
    "libarchive": {"inbox"},
    "pydantic": {"config", "rulebook", "toml_file"},
    "pydantic_core": {"ledger"},
    "click": {"cli"},
    "docx": {"papers"},
    "xlsxwriter": {"papers"},
    "reportlab": {"papers"},
    "structlog": {"daemon", "log"},
    "icalendar": {"papers"},
}
# Loops await; the mail relay is spoken to by an asynchronous library; a command starts a loop.
AWAITING = {"daemon", "post", "cli", "rehearsal"}
BANNED = {"utils", "helper", "helpers", "manager", "handler", "common", "misc"}
MOST_LINES, MOST_FUNCTION_LINES = 350, 45


def room(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_room_imports_only_the_rooms_below_it(path: Path) -> None:
    here = room(path)
    if here in {"__init__", "__main__"}:
        return
    own = {name.split(".")[1] for name in imports(path) if name.startswith("mailbot.")}
    modules = {name for name in own if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()}
    assert modules - {here, "errors"} <= ROOMS[here]


@pytest.mark.parametrize("folder", NARROW)
def test_a_folder_of_the_core_knows_only_what_it_needs(folder: str) -> None:
    for path in (PACKAGE / "core" / folder).glob("*.py"):
        for name in imports(path):
            parts = name.split(".")
            if parts[:2] == ["mailbot", "core"] and len(parts) > 2:
                other = parts[2] if (PACKAGE / "core" / parts[2]).is_dir() else None
                assert other in {folder, *NARROW[folder]}, f"{named(path)} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_library_stays_behind_its_door(path: Path) -> None:
    for name in imports(path):
        library = name.split(".")[0]
        assert room(path) in FENCED.get(library, {room(path)}), f"{name} is not for {room(path)}"
        assert library != "asyncio" or room(path) in AWAITING


@pytest.mark.parametrize("path", [path for path in FILES if room(path) == "core"], ids=named)
def test_the_core_is_standard_library_and_touches_no_world(path: Path) -> None:
    worldly = {"os", "pathlib", "socket", "subprocess", "logging", "asyncio", "threading", "time", "io"}
    for name in imports(path):
        library = name.split(".")[0]
        assert library == "mailbot" or library in sys.stdlib_module_names
        assert library not in worldly


@pytest.mark.parametrize("path", [path for path in FILES if room(path) != "clock"], ids=named)
def test_only_the_clock_reads_the_wall_clock(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            read = f"{node.value.id}.{node.attr}"
            assert read not in {"datetime.now", "datetime.utcnow", "date.today", "time.time"}, node.lineno


@pytest.mark.parametrize("path", FILES, ids=named)
def test_files_are_nouns_of_a_readable_size(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES
    assert path.stem not in BANNED
    tree = ast.parse(text)
    assert not text.strip() or ast.get_docstring(tree), "every module says what it is for"
    if "migrations" in path.parts:
        # One statement for each table, and never edited again.
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < MOST_FUNCTION_LINES, node.name
