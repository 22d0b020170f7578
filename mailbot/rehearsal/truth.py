"""What each mail really was. Only the province knows; mailbot's verdicts are checked against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.core.rules import UnitId
from mailbot.core.verdict import Filing


class Meant(StrEnum):
    """What a mail was meant to be."""

    REPORT = "report"
    NO_FILE = "no_file"  # a report whose file was forgotten
    OTHER = "other"  # a plan, a report of another regime, a stranger's letter
    SECRET = "secret"  # noqa: S105 - bears a mark of State secrecy
    MACHINE = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What one mail really was.

    Attributes:
        unit: who sent it, from whatever address.
        filings: what it hands in, or would if its file were there.
        label: in English, for those who look for the odd ones.
        text: the body as its sender wrote it.
        twin: delivered a second time, unchanged.
    """

    meant: Meant
    label: str
    subject: str
    text: str
    arrived_at: datetime
    message_id: str
    unit: UnitId | None = None
    filings: tuple[Filing, ...] = ()
    twin: bool = False


Truths = Mapping[str, Truth]
"""By the SHA-256 of the mail's bytes."""
