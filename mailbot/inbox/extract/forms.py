"""Values as JSON and back, for what a child says: every type is checked against the class that is wanted.

The child may have been taken over by what it read. What comes back is a sound value of the class asked
for, or an error; that its words are true nobody can promise.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, partial
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
    hint: Any = kind
    read: _T = _reading(hint)(form)
    return read


@cache
def _reading(hint: Any) -> Callable[[Any], Any]:
    """What reads a value of that type; found out once for each, for every mail has a hundred of them."""
    origin = get_origin(hint)
    if origin is UnionType:
        return partial(_optional, *(_reading(kind) for kind in get_args(hint) if kind is not NoneType))
    if origin is tuple:
        return partial(_row, _reading(get_args(hint)[0]))
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return partial(_object, hint, tuple((name, _reading(kind)) for name, kind in hints.items()))
    if issubclass(hint, StrEnum):
        return partial(_word, hint)
    if hint is datetime:
        return _instant
    return _text if hint is str else partial(_plain, hint)


def _optional(read: Callable[[Any], Any], form: Any) -> Any:
    return None if form is None else read(form)


def _row(read: Callable[[Any], Any], form: Any) -> tuple[Any, ...]:
    return tuple(map(read, _plain(list, form)))


def _object(kind: Any, readings: tuple[tuple[str, Callable[[Any], Any]], ...], form: Any) -> Any:
    if len(_plain(dict, form)) != len(readings):
        raise ValueError(f"not the fields of {kind.__name__}")
    try:
        return kind(**{name: read(form[name]) for name, read in readings})
    except KeyError:
        raise ValueError(f"not the fields of {kind.__name__}") from None


def _word(kind: type[StrEnum], form: Any) -> StrEnum:
    return kind(_plain(str, form))


def _instant(form: Any) -> datetime:
    read = datetime.fromisoformat(_plain(str, form))
    if read.utcoffset() is None:
        raise ValueError("an instant without a time zone")
    return read


def _text(form: Any) -> str:
    text = _plain(str, form)
    # Half a surrogate pair fits into JSON, and into nothing else.
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _plain(kind: type[_T], form: Any) -> _T:
    if type(form) is not kind:
        raise ValueError(f"not {kind.__name__}")
    return form
