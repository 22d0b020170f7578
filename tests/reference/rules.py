"""The reference of the rules: every key of every file of a profile, from the tables that read it."""

import tomllib
from collections.abc import Iterator
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from mailbot.core.period import Period
from mailbot.rulebook import files, papers, report_tables
from mailbot.rulebook.files import Table
from mailbot.toml_file import Email, PlainText

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "rules" / "TRA-CUU.md"
MEANINGS = tomllib.loads((Path(__file__).parent / "rules.toml").read_text(encoding="utf-8"))
# What the top level of each file holds; a list of tables is written `[[name]]`.
SHEETS: dict[str, dict[str, type[Table] | None]] = {
    "office": {"[office]": files.OfficeTable, "[[staff]]": files.StaffTable},
    "units": {"[groups]": None, "[[composed_group]]": files.GroupTable, "[[unit]]": files.UnitTable},
    "reports": {
        "[terms]": report_tables.TermsTable,
        "[topics]": report_tables.TopicsTable,
        "[[report]]": report_tables.ReportTable,
    },
    "notices": {"[sending]": files.SendingTable, "[late]": files.LateTable, "[[step]]": files.StepTable},
    "calendar": {
        "[base]": files.BaseTable,
        "[[day_off]]": files.DayOffTable,
        "[[worked]]": files.DayTable,
        "[[removed]]": files.DayTable,
    },
    "papers": {
        "[letterhead]": papers.LetterheadTable,
        "[naming]": papers.NamingTable,
        "[monthly]": papers.TimetableTable,
        "[evaluation]": papers.EvaluationTable,
        "[calendar]": papers.CalendarTable,
        "[[grade]]": papers.GradeTable,
    },
}
_HEAD = """# Tra cứu: mọi khóa của tệp quy tắc

Trang này do `make reference` viết từ mã nguồn; đừng sửa bằng tay. Cách ghi và việc thường gặp:
[README.md](README.md).

Cột “mặc định”: “bắt buộc” là phải ghi; dấu – là không ghi thì không áp dụng.
"""
_KINDS = {
    Email: "địa chỉ thư",
    PlainText: "chữ",
    files.Slug: "mã",
    files.Domain: "tên miền",
    files.ClockTime: "giờ",
    report_tables.PeriodWord: "kỳ",
    Period: "kỳ",
    str: "chữ",
    int: "số",
    bool: "`true`, `false`",
    date: "ngày",
    time: "giờ",
}


def page() -> str:
    """The whole reference."""
    return "\n".join([_HEAD, *(line for name, tables in SHEETS.items() for line in _sheet(name, tables))])


def tables() -> list[type[Table]]:
    """Every table that is told of, those within tables too."""
    found = [table for sheet in SHEETS.values() for table in sheet.values() if table]
    for table in found:
        found += [inner for inner in _inner(table) if inner not in found]
    return found


def _sheet(name: str, sheet: dict[str, type[Table] | None]) -> Iterator[str]:
    yield f"## `{name}.toml`\n"
    told: list[type[Table]] = []
    for heading, table in sheet.items():
        yield f"### `{heading}`\n"
        yield f"{MEANINGS[table.__name__ if table else 'groups']['_']}.\n"
        if table:
            yield from _rows(table)
            told += [inner for inner in _inner(table) if inner not in told]
    for inner in told:
        told += [deeper for deeper in _inner(inner) if deeper not in told]
        yield f"### Bảng `{_held_as(inner)}`\n"
        yield f"{MEANINGS[inner.__name__]['_']}.\n"
        yield from _rows(inner)


def _rows(table: type[Table]) -> Iterator[str]:
    yield "| khóa | kiểu | mặc định | nghĩa |\n|---|---|---|---|"
    hints = get_type_hints(table, include_extras=True)
    for key, field in table.model_fields.items():
        yield f"| `{key}` | {_kind(hints[key])}{_range(field)} | {_default(field)} | {meaning(table, key)} |"
    yield ""


def meaning(table: type[Table], key: str) -> str:
    """What a key means: as its own table says, or the one that it takes the key over from."""
    told = [MEANINGS.get(one.__name__, {}) for one in table.__mro__]
    known = next((own[key] for own in told if key in own), None)
    assert known, f"tests/reference/rules.toml has no meaning of {key} in [{table.__name__}]"
    return known


def _inner(table: type[Table]) -> Iterator[type[Table]]:
    for hint in get_type_hints(table).values():
        for one in (hint, *get_args(hint)):
            if isinstance(one, type) and issubclass(one, Table):
                yield one


def _held_as(table: type[Table]) -> str:
    """The key that such a table stands under; the same one wherever it stands."""
    (name,) = {
        key
        for holder in tables()
        for key, hint in get_type_hints(holder).items()
        if table in (hint, *get_args(hint))
    }
    return name


def _kind(hint: Any) -> str:
    if hint in _KINDS:
        return _KINDS[hint]
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _kind(inner[0])
    if origin in {Union, UnionType}:
        return next(_kind(one) for one in inner if one is not NoneType)
    if origin in {list, tuple}:
        return f"danh sách: {_kind(inner[0])}"
    if issubclass(hint, StrEnum):
        return ", ".join(f"`{word}`" for word in hint)
    return f"bảng `{_held_as(hint)}`"


def _range(field: FieldInfo) -> str:
    limits = {
        name: getattr(one, name) for one in field.metadata for name in ("ge", "le") if hasattr(one, name)
    }
    least = f" từ {limits['ge']}" if "ge" in limits else ""
    return f"{least} đến {limits['le']}" if "le" in limits else least


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "bắt buộc"
    value = field.get_default(call_default_factory=True)
    assert value is not PydanticUndefined
    if value is None or value in ([], ()):
        return "–"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, list | tuple):
        return ", ".join(f"`{one}`" for one in value)
    return f"`{value}`"
