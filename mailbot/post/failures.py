"""What the staff is told of letters that do not arrive."""

from datetime import datetime

from mailbot.core import vietnamese
from mailbot.core.digest_matter import UnreachedLine
from mailbot.core.notice import AlarmMatter
from mailbot.core.rules import Rules
from mailbot.post import context


def alarm(matter: AlarmMatter, rules: Rules, now: datetime) -> context.Alarm:
    """What the letter about many failures at once may tell."""
    found = (rules.finds_unit(unit) for unit in matter.storm.units)
    return context.Alarm(
        office=rules.office,
        now=now,
        began_at=matter.storm.began_at,
        units=tuple(vietnamese.foreign(unit.name) for unit in found if unit is not None),
        says=vietnamese.foreign(matter.storm.says, longest=250),
    )


def unreached(line: UnreachedLine) -> context.UnreachedUnit:
    """What the digest may tell of one dead address."""
    failure = line.failure
    return context.UnreachedUnit(
        unit=vietnamese.foreign(line.unit.name),
        email=failure.email,
        since=failure.at,
        says=vietnamese.foreign(failure.says or failure.status),
        instead=line.instead,
    )
