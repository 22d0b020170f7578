"""Values as JSON and back, for what a child says: every type is checked against the class that is wanted.

The child may have been taken over by what it read. What comes back is a sound value of the class asked
for, or an error; that its words are true nobody can promise.
"""

from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

_T = TypeVar("_T")


def to_form(value: Any) -> Any:
    """`value` as what JSON can say: dataclasses as objects, tuples as lists, instants in ISO 8601."""
    if is_dataclass(value):
        return {field.name: to_form(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [to_form(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return value


def from_form(kind: type[_T], form: Any) -> _T:
    """The value of class `kind` that `form` says.

    Raises:
        ValueError: it says no such value.
    """
    read: _T = _read(kind, form)
    return read


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(hint: Any, form: Any) -> Any:
    origin = get_origin(hint)
    if origin is UnionType:
        return _optional(hint, form)
    if origin is tuple:
        return tuple(_read(get_args(hint)[0], item) for item in _is(list, form))
    if is_dataclass(hint):
        return _object(hint, form)
    if issubclass(hint, StrEnum):
        return hint(_is(str, form))
    if hint is datetime:
        return _instant(form)
    if hint is str:
        return _sound(_is(str, form))
    return _is(hint, form)


def _optional(hint: Any, form: Any) -> Any:
    (kind,) = (kind for kind in get_args(hint) if kind is not NoneType)
    return None if form is None else _read(kind, form)


def _object(kind: Any, form: Any) -> Any:
    hints = _hints(kind)
    if _is(dict, form).keys() != hints.keys():
        raise ValueError(f"not the fields of {kind.__name__}")
    return kind(**{name: _read(hint, form[name]) for name, hint in hints.items()})


def _instant(form: Any) -> datetime:
    read = datetime.fromisoformat(_is(str, form))
    if read.utcoffset() is None:
        raise ValueError("an instant without a time zone")
    return read


def _sound(text: str) -> str:
    # Half a surrogate pair fits into JSON, and into nothing else.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _is(kind: type[_T], form: Any) -> _T:
    if type(form) is not kind:
        raise ValueError(f"not {kind.__name__}")
    return form
