"""What letters of several kinds are put together from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment; `fingerprint` is the start of its SHA-256."""

    name: str
    size: int
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A command of the staff: what it does, and the subject of the mail that does it."""

    label: str
    subject: str
