"""Columns that both databases keep alike: instants, any text, and values in JSON."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

# Where a value is read by one function of ours, it takes half the time of `process_result_value`.
Reads = Callable[[Any], Any]

_UNSTORABLE = re.compile("[\\\\\0\ud800-\udfff]")
_ESCAPED = re.compile(r"\\(?:\\|u([0-9a-f]{4}))")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. SQLite has no such type: there it is text of one width, so that order holds."""

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the moment is in that database."""
        return dialect.type_descriptor(DateTime(timezone=True) if _has_zones(dialect) else String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """A moment with a time zone on its way in.

        Raises:
            ValueError: if it has none: nobody could say when it was.
        """
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"an instant without a time zone cannot be stored: {value}")
        moment = value.astimezone(UTC)
        return moment if _has_zones(dialect) else moment.isoformat(timespec="microseconds")

    def result_processor(self, dialect: Dialect, coltype: object) -> Reads:  # noqa: ARG002 - SQLAlchemy's signature
        """What reads a moment on its way out, in UTC."""
        return _in_utc if _has_zones(dialect) else _as_bound


class AnyText(TypeDecorator[str]):
    r"""Text as it came, with what databases refuse: NUL, and the lone surrogates of undecodable bytes.

    These are written as \uXXXX, and a backslash as two.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The text with its unstorable characters written out."""
        return None if value is None else _UNSTORABLE.sub(_escape, value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Reads:  # noqa: ARG002 - as above
        """What reads the text as it came."""
        return _as_it_came


class Json(TypeDecorator[Any]):
    """A value in JSON, as text: PostgreSQL's own types refuse the character U+0000."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002 - as above
        """The value written out; Vietnamese stays readable."""
        written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return json.dumps(value, separators=(",", ":")) if _SURROGATE.search(written) else written

    def result_processor(self, dialect: Dialect, coltype: object) -> Reads:  # noqa: ARG002 - as above
        """What reads the value back."""
        return read_json


def read_json(written: str | bytes) -> Any:
    """What a JSON text says, by what `pydantic` reads with: it takes half the time of `json.loads`.

    Raises:
        ValueError: it is none.
    """
    try:
        return from_json(written)
    except ValueError:
        # Lone surrogates are not for it.
        return json.loads(written)


def _as_bound(value: str | None) -> datetime | None:
    """The moment that was bound as text, in UTC."""
    return None if value is None else datetime.fromisoformat(value)


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def _as_it_came(value: str | None) -> str | None:
    return value if value is None or "\\" not in value else _ESCAPED.sub(_unescape, value)


def _has_zones(dialect: Dialect) -> bool:
    return dialect.name == "postgresql"


def _escape(found: re.Match[str]) -> str:
    return "\\\\" if found[0] == "\\" else f"\\u{ord(found[0]):04x}"


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else "\\"
