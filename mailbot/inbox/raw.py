"""What a source yields: where a mail was seen, under which hash its bytes are kept, or why not."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from mailbot.core.mail import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMail:
    """A mail whose bytes are safe in the archive, not yet read.

    Attributes:
        sha256: of the raw bytes, the name under which the archive keeps them.
        size: in bytes.
        place: where it was seen; None for a mail that came as a file.
        server_at: the mailbox's own date of the mail in UTC (INTERNALDATE, the time of a Maildir
            file); None for a mail that came as a file.
        junk: it lay in the provider's folder for junk.
    """

    sha256: str
    size: int
    place: Place | None = None
    server_at: datetime | None = None
    junk: bool = False


@dataclass(frozen=True, slots=True)
class Vanished:
    """The mail was gone before its bytes were here; someone else moved or deleted it."""

    place: Place


@dataclass(frozen=True, slots=True)
class Unfetchable:
    """The server lists the mail but does not give it; others can be fetched, and it is tried again."""

    place: Place
    says: str


Fetched: TypeAlias = RawMail | Vanished | Unfetchable
