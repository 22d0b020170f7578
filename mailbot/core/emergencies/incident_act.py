"""What people do about urgent matters (vụ việc đột xuất): demand a report, or close one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailbot.core.unit import UnitId


class Act(StrEnum):
    """What a person does about an urgent matter."""

    DEMAND = "demand"  # asks a unit to report on what is known from elsewhere
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAct:
    """One deed of a person about an urgent matter (vụ việc đột xuất); never changed.

    Attributes:
        about: which matter is closed; "" for a demand, which begins one.
        summary: what is said to have happened, and where; `source` says who told it.
        due_at: by when the unit is asked to report.
    """

    number: int
    act: Act
    unit: UnitId
    by: str
    at: datetime
    about: str = ""
    summary: str = ""
    source: str = ""
    due_at: datetime | None = None
