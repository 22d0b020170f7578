"""What the staff is told of letters that do not arrive; beside it, what the templates know."""

from dataclasses import dataclass
from datetime import datetime

from mailbot.core.letters.digest_matter import UnreachedLine
from mailbot.core.notice import AlarmMatter
from mailbot.core.rules import Office, Rules
from mailbot.core.wording import vietnamese


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Letters to many units come back at once; `says` is what most servers said."""

    office: Office
    now: datetime
    began_at: datetime
    units: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachedUnit:
    """A registered address that takes no letters; `instead` is where they go meanwhile, or ""."""

    unit: str
    email: str
    since: datetime
    says: str
    instead: str


def alarm(matter: AlarmMatter, rules: Rules, now: datetime) -> Alarm:
    """What the letter about many failures at once may tell."""
    found = (rules.finds_unit(unit) for unit in matter.storm.units)
    return Alarm(
        office=rules.office,
        now=now,
        began_at=matter.storm.began_at,
        units=tuple(vietnamese.named(unit.name) for unit in found if unit is not None),
        says=vietnamese.foreign(matter.storm.says, longest=250),
    )


def unreached(line: UnreachedLine) -> UnreachedUnit:
    """What the digest may tell of one dead address."""
    failure = line.failure
    return UnreachedUnit(
        unit=vietnamese.named(line.unit.name),
        email=failure.email,
        since=failure.at,
        says=vietnamese.foreign(failure.says or failure.status),
        instead=line.instead,
    )
