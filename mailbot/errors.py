"""What can go wrong with the world. Strange mail is no error: it is a value.

Divided by what follows from it: put the configuration right, try again later, give up one letter,
or stop.
"""

from dataclasses import dataclass
from pathlib import Path


class MailbotError(Exception):
    """The root of every error that mailbot raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a file that people edit; `line` counts from 1, `key` is dotted."""

    file: Path
    says: str
    line: int | None = None
    key: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{where}: {self.key}: {self.says}" if self.key else f"{where}: {self.says}"


class Misconfigured(MailbotError):  # noqa: N818 - reads as what it is: the office's files are misconfigured
    """Configuration, rules or templates are wrong; exit status 2, and no restart helps.

    Attributes:
        faults: every fault found, not only the first.
    """

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class Unavailable(MailbotError):  # noqa: N818 - a state of the other side, not an error of ours
    """A server or disk cannot serve us now; the loop tries again after a pause."""


class FilingRefused(Unavailable):
    """Recorded mails cannot be moved out of the inbox now; they stay there, and reading goes on."""


class LoginRefused(Unavailable):
    """The server said that our credentials are wrong; tried again rarely, for locks follow haste."""


class Superseded(MailbotError):  # noqa: N818 - as above
    """Another mailbot has taken over this ledger; this one must write nothing more, and stops."""


class Unwelcome(Unavailable):
    """The mail server refuses us ourselves, whatever the letter; a person must look."""


class LedgerBroken(MailbotError):  # noqa: N818 - as above
    """The ledger cannot be trusted or is held by another daemon; mailbot stops."""
