"""Duties of units that had ended before they were due, where that was entered only afterwards.

What is due already changes by a person alone (`revision`). Until he has applied it, a unit that was no more
is not called late for what nobody could hand in.
"""

from dataclasses import replace

from mailbot.core.calendar import local
from mailbot.core.duty import Duty, duty_of
from mailbot.core.period import Cadence
from mailbot.core.rules import Rules
from mailbot.core.standing import Doubt, Judgement, Standing

_BLAMED = frozenset({Standing.LATE, Standing.OVERDUE})


def is_after_end(rules: Rules, duty: Duty) -> bool:
    """Whether by the rules in force the unit had ended before the duty was due, and owes it no more."""
    unit = rules.finds_unit(duty.key.unit)
    if unit is None or unit.valid.end is None or not unit.valid.is_over(local(duty.due_at).date()):
        return False
    # What a letter set or asked for is the letter's; what has no period was asked of one unit.
    by_rules = not duty.letter and duty.key.period.cadence is not Cadence.EVENT
    return by_rules and duty_of(rules, duty.key) is None


def doubted(rules: Rules, judgement: Judgement) -> Judgement:
    """The judgement, or none of a unit that had ended by then."""
    if judgement.standing in _BLAMED and is_after_end(rules, judgement.duty):
        return replace(judgement, standing=Standing.NOT_JUDGED, doubt=Doubt.ENDED)
    return judgement
