"""What letters about urgent matters are about."""

from dataclasses import dataclass
from datetime import datetime

from mailbot.core.arrival import Arrival
from mailbot.core.emergencies.emergency import Emergency
from mailbot.core.emergencies.incident_act import IncidentAct
from mailbot.core.rules import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentMatter:
    """Urgent reports that just came, for the officers on duty.

    Attributes:
        unproven: nothing proves who sent them: they name the unit, and are nobody's.
        beside: they came beside something else, by which their mail was judged; there is no matter.
    """

    emergency: Emergency
    reports: tuple[Arrival, ...]
    unit: Unit
    unproven: bool = False
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMatter:
    """An urgent report that was passed on; the unit is to tell more by `update_by` at the latest.

    Attributes:
        over: the report itself says that the matter is over, and nothing more is asked for.
    """

    arrival: Arrival
    update_by: datetime
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandMatter:
    """A person of the office asks a unit to report on what is known from elsewhere."""

    act: IncidentAct


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeMatter:
    """An urgent matter without news, for the `ordinal`-th time."""

    emergency: Emergency
    ordinal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentMatter:
    """An urgent matter of which the unit told nothing although it was nudged."""

    emergency: Emergency
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyLine:
    """One urgent matter that is not over, or whose reports nobody has seen."""

    emergency: Emergency
    unit: Unit
    version: int
