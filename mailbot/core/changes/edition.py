"""An edition of the rules: which ones are in force since when."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The rules of that fingerprint were taken up (bản quy tắc), by a daemon's start or by a person."""

    number: int
    fingerprint: str
    profile: str
    taken_up_at: datetime
    by: str
    why: str
