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


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLetter:
    """One letter that waits, with its two commands; `unit` is "" if it is for the staff.

    `addresses` are those that a person is asked to look at.
    """

    number: int
    unit: str
    release: Link
    drop: Link
    addresses: tuple[str, ...] = ()
