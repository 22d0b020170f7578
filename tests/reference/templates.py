"""The reference of the templates: every variable of every letter, paper and public page, and every filter.

Letters are told by their contexts' types. What papers and pages know is seen when they are tried with
samples, as `mailbot check` tries them.
"""

import inspect
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from unittest import mock

import jinja2
from jinja2.defaults import DEFAULT_FILTERS, DEFAULT_NAMESPACE

from mailbot.core.calendar import at
from mailbot.core.period import Period
from mailbot.core.posting import NoticeKind
from mailbot.core.rules import Office, Staff, Unit
from mailbot.core.verdict import Question
from mailbot.papers import emulation, monthly, page_check, reprimand
from mailbot.papers.shown import ShownLetter, ShownMail, ShownYear
from mailbot.papers.wording import Wording
from mailbot.post import words as letter_words
from mailbot.post.samples import SAMPLES

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
PAGE = TEMPLATES / "TRA-CUU.md"
MEANINGS: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "templates.toml").read_text(encoding="utf-8")
)
EVERYWHERE, FILTERS, FUNCTIONS = MEANINGS["chung"], MEANINGS["bo-loc"], MEANINGS["ham"]
SHARED = ("office", "now")
# Of values from elsewhere a page needs little, and only what the templates that we ship use is told.
_WHOLE = (
    "mailbot.papers",
    "mailbot.core.standings.figures",
    "mailbot.core.paper_rules",
    "mailbot.core.deadlines",
)
_WHOLE_TOO = {Office, Staff, Period}
# What the pages of a rehearsed year know; no samples pass through them.
PAGES: dict[str, Any] = {
    "shown": ShownYear,
    "root": str,
    "unit": Unit,
    "letter": ShownLetter,
    "mail": ShownMail,
    "months": list[date],
    "table": Mapping[str, int],
    "days": list[date],
    "count": int,
    "kinds": list[str],
    "of_month": date | None,
    "of_kind": str,
    "letter_kinds": Mapping[str, str],
    "mail_kinds": Mapping[str, str],
    "sources": Mapping[str, str],
    "standing_words": Mapping[str, str],
}
_MOMENT = at(date(2013, 6, 5), time(17, 0))
_FILTERED: dict[str, tuple[Any, ...]] = {
    "words": (Question.PERIOD,),
    "number": (1370,),
    "working_days": (2,),
    "size": (1_258_291,),
    "code": (123,),
    "mailto": ("baocao@mau.example", "TRẠNG THÁI"),
    "percent": (85.71,),
    "points": (2.5,),
    "report_title": ("Báo cáo", "quý II năm 2013"),
    "column": (Period.parse("2013-Q2"),),
    "share": (9, 10),
}
_KINDS = {str: "chữ", int: "số", float: "số", bool: "đúng, sai", datetime: "thời điểm", date: "ngày",
          time: "giờ", bytes: "nguyên văn"}  # fmt: skip
_HEAD = """# Tra cứu: mọi biến của mẫu

Trang này do `make reference` viết từ mã nguồn; đừng sửa bằng tay. Cách viết mẫu: [README.md](README.md).

Giá trị ghép, ví dụ `FiledReport`, có các phần của mình, viết sau dấu chấm: `{{ report.title }}`.
Danh sách được in bằng `{% for … in … %}`. “Có thể trống”: dùng `{% if … %}` trước khi in.
"""


@cache
def page() -> str:
    """The whole reference."""
    return "\n".join([_HEAD, *_filters(), *_letters(), *_pages()])


# --- letters ---


def contexts() -> dict[type[Any], list[NoticeKind]]:
    """The kinds of letter that know each context."""
    found: dict[type[Any], list[NoticeKind]] = {}
    for kind in NoticeKind:
        found.setdefault(type(SAMPLES[kind][0]), []).append(kind)
    return found


def _letters() -> Iterator[str]:
    yield "## Thư: thư mục `vi`\n"
    yield "Thư nào cũng có `office` ([Office](#office)) và `now`, thời điểm viết thư.\n"
    for context, kinds in contexts().items():
        yield f"### Thư {', '.join(f'`{kind}`' for kind in kinds)}\n"
        yield from _table(context, hidden=SHARED)
    yield "## Giá trị ghép trong thư\n"
    for shape in letter_shapes():
        yield from _shape(shape)


def letter_shapes() -> list[type[Any]]:
    """What the variables of letters are put together from."""
    found: list[type[Any]] = []
    for context in contexts():
        _walk(context, found)
    return [shape for shape in found if shape not in contexts()]


# --- papers and pages ---


@cache
def known() -> dict[str, dict[str, list[Any]]]:
    """The values that each template of a paper or page was tried with, by its name and theirs."""
    found: dict[str, dict[str, list[Any]]] = {}
    for module in (monthly, emulation, reprimand):
        for sample in module.samples():
            _note(found, module.NAME, sample)
    for name, values in _tried():
        _note(found, name, values)
    return found


def _note(found: dict[str, dict[str, list[Any]]], name: str, values: Mapping[str, Any]) -> None:
    for variable, value in values.items():
        found.setdefault(name, {}).setdefault(variable, []).append(value)


def _tried() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for template, values in _renderings():
        path = Path(str(template.filename)).relative_to(TEMPLATES)
        name = path.name.removesuffix(".html.j2")
        yield (name if path.parent.name == "papers" else f"{path.parent.name}/{name}"), values


@cache
def _renderings() -> list[tuple[jinja2.Template, Mapping[str, Any]]]:
    found: list[tuple[jinja2.Template, Mapping[str, Any]]] = []
    render = jinja2.Template.render

    def noting(self: jinja2.Template, *args: Any, **more: Any) -> str:
        found.append((self, dict(*args, **more)))
        return render(self, *args, **more)

    with mock.patch.object(jinja2.Template, "render", noting):
        page_check.check_pages(TEMPLATES)
    return found


def page_shapes() -> list[type[Any]]:
    """What the variables of papers and pages are put together from."""
    found: list[type[Any]] = []
    for variables in known().values():
        for values in variables.values():
            for value in values:
                for one in _flat(value):
                    _walk(type(one), found)
    for hint in PAGES.values():
        _walk(hint, found)
    return [shape for shape in found if attributes(shape) and shape not in letter_shapes()]


def functions() -> set[str]:
    """What the templates of pages may call or look up."""
    return {name for template, _ in _renderings() for name in template.environment.globals} - set(
        DEFAULT_NAMESPACE
    )


def filters() -> dict[str, dict[str, Callable[..., Any]]]:
    """The filters of letters, of papers and of pages, beside those of jinja2 itself."""
    pages = {name: function for one, _ in _renderings() for name, function in one.environment.filters.items()}
    papers = Wording(TEMPLATES / "papers", {})._environment.filters
    found = {"Trong thư": letter_words.FILTERS, "Trong văn bản Word": papers, "Trong trang": pages}
    return {
        where: {name: one for name, one in known.items() if name not in DEFAULT_FILTERS}
        for where, known in found.items()
    }


def _pages() -> Iterator[str]:
    yield "## Văn bản và trang: thư mục `papers`, `portal`, `pages`\n"
    for name, variables in known().items():
        yield f"### Mẫu `{name}`\n\n{MEANINGS[name]['_']}.\n\n| biến | kiểu | nghĩa |\n|---|---|---|"
        for variable, values in variables.items():
            yield f"| `{variable}` | {_seen(values)} | {meaning(name, variable)} |"
        yield ""
    yield "### Các trang của buổi diễn tập: thư mục `pages`\n"
    yield "Mỗi trang có một số biến sau đây.\n\n| biến | kiểu | nghĩa |\n|---|---|---|"
    yield from (f"| `{name}` | {_kind(hint)} | {meaning('pages', name)} |" for name, hint in PAGES.items())
    yield "\n### Hàm và bảng tên của trang công khai\n\n| tên | nghĩa |\n|---|---|"
    yield from (f"| `{name}` | {FUNCTIONS[name]} |" for name in sorted(functions()))
    yield "\n## Giá trị ghép trong văn bản và trang\n"
    for shape in page_shapes():
        yield from _shape(shape)


# --- what both are made of ---


def _filters() -> Iterator[str]:
    yield "## Bộ lọc\n"
    yield "Cũng dùng được các bộ lọc của Jinja2, như `upper` (CHỮ IN HOA), `length` (số phần tử), `join`.\n"
    for where, found in filters().items():
        yield f"### {where}\n\n| bộ lọc | dùng cho | viết thành |\n|---|---|---|"
        for name, function in sorted(found.items()):
            yield f"| `{name}` | {FILTERS[name]} | {_example(name, function)} |"
        yield ""


def _example(name: str, function: Callable[..., Any]) -> str:
    hints = [hint for key, hint in get_type_hints(function).items() if key != "return"]
    if name not in _FILTERED and not (hints and hints[0] in {datetime, date, datetime | None}):
        return "–"
    return f"`{function(*_FILTERED.get(name, (_MOMENT,)))}`"


def _shape(shape: type[Any]) -> Iterator[str]:
    yield f"### {label(shape)}\n\n{MEANINGS[label(shape)]['_']}.\n"
    yield from _table(shape)


def _table(shape: type[Any], hidden: tuple[str, ...] = ()) -> Iterator[str]:
    yield "| biến | kiểu | nghĩa |\n|---|---|---|"
    for name, hint in attributes(shape).items():
        if name not in hidden:
            yield f"| `{name}` | {_kind(hint)} | {meaning(label(shape), name)} |"
    yield ""


def label(shape: type[Any]) -> str:
    """What a value is called: its class; with the module where two are called so."""
    twice = shape.__name__ == "Evidence" and shape.__module__.startswith("mailbot.core")
    return f"{shape.__module__.rpartition('.')[2]}.{shape.__name__}" if twice else shape.__name__


def meaning(where: str, name: str) -> str:
    """What a variable means there, or everywhere."""
    known = EVERYWHERE | MEANINGS.get(where, {})
    assert name in known, f"tests/reference/templates.toml has no meaning of {name} in [{where}]"
    return known[name]


def attributes(shape: type[Any]) -> dict[str, Any]:
    """The types of what a template may ask a value for: its fields and properties."""
    hints = get_type_hints(shape)
    found = {field.name: hints[field.name] for field in fields(shape)}
    for name, member in inspect.getmembers(shape):
        getter = member.func if isinstance(member, cached_property) else getattr(member, "fget", None)
        if getter and not name.startswith("_"):
            found[name] = get_type_hints(getter)["return"]
    if shape in _WHOLE_TOO or shape.__module__.startswith(
        (*_WHOLE, "mailbot.post", "mailbot.core.standings.closing")
    ):
        return found
    return {name: hint for name, hint in found.items() if name in _used()}


@cache
def _used() -> frozenset[str]:
    """What the templates of papers and pages ask anything for."""
    found = set()
    for file in TEMPLATES.glob("p*/*.j2"):
        tree = jinja2.Environment(autoescape=True).parse(file.read_text(encoding="utf-8"))
        found |= {used.attr for used in tree.find_all(jinja2.nodes.Getattr)}
    return frozenset(found)


def _walk(shape: Any, found: list[type[Any]]) -> None:
    if is_dataclass(shape) and isinstance(shape, type) and shape not in found:
        found.append(shape)
        for hint in attributes(shape).values():
            for one in _types(hint):
                _walk(one, found)


def _types(hint: Any) -> Iterator[Any]:
    yield hint
    for inner in get_args(hint):
        yield from _types(inner)


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for one in value:
            yield from _flat(one)
    else:
        yield value


def _kind(hint: Any) -> str:
    if hint in _KINDS:
        return _KINDS[hint]
    inner = [one for one in get_args(hint) if one not in {NoneType, Ellipsis}]
    origin = get_origin(hint)
    if origin in {Union, UnionType}:
        empty = ", có thể trống" if NoneType in get_args(hint) else ""
        return " hoặc ".join(dict.fromkeys(map(_kind, inner))) + empty
    if origin in {tuple, list, frozenset} or getattr(origin, "__name__", "") == "Sequence":
        return f"danh sách: {_kind(inner[0])}"
    if getattr(origin, "__name__", "") in {"Mapping", "dict"}:
        return f"bảng: {_kind(inner[1])}"
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return "một từ"
    if is_dataclass(hint):
        return f"[{label(hint)}](#{label(hint).lower().replace('.', '')})"
    return _kind(hint.__supertype__)


def _seen(values: list[Any]) -> str:
    """The kind of a variable, from the values that it had."""
    some = [value for value in values if value is not None]
    empty = ", có thể trống" if len(some) < len(values) else ""
    if isinstance(some[0], list | tuple):
        inner = {_kind(type(one)) for value in some for one in _flat(value) if one is not None}
        return "danh sách: " + ", ".join(sorted(inner)) if inner else "danh sách"
    return ("bảng: chữ" if isinstance(some[0], dict) else _kind(type(some[0]))) + empty
