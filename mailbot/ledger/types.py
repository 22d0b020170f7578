"""Columns that both databases keep alike: instants, any text, and values in JSON."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from pydantic_core import from_json
from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

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

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """A moment on its way out, in UTC."""
        if isinstance(value, str):
            # As it was bound: in UTC.
            return datetime.fromisoformat(value)
        return None if value is None else value.astimezone(UTC)


class AnyText(TypeDecorator[str]):
    r"""Text as it came, with what databases refuse: NUL, and the lone surrogates of undecodable bytes.

    These are written as \uXXXX, and a backslash as two.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """The text with its unstorable characters written out."""
        return None if value is None else _UNSTORABLE.sub(_escape, value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - as above
        """The text as it came."""
        return value if value is None or "\\" not in value else _ESCAPED.sub(_unescape, value)


class Json(TypeDecorator[Any]):
    """A value in JSON, as text: PostgreSQL's own types refuse the character U+0000."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002 - as above
        """The value written out; Vietnamese stays readable."""
        written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return json.dumps(value, separators=(",", ":")) if _SURROGATE.search(written) else written

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - as above
        """The value read back."""
        return read_json(value)


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


def _has_zones(dialect: Dialect) -> bool:
    return dialect.name == "postgresql"


def _escape(found: re.Match[str]) -> str:
    return "\\\\" if found[0] == "\\" else f"\\u{ord(found[0]):04x}"


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else "\\"
