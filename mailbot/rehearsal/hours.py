"""When people are at their desks."""

from datetime import date, datetime, time, timedelta

from mailbot.core.calendar import Calendar, at, local
from mailbot.rehearsal.dice import Dice

_MORNING, _AFTERNOON = time(7, 40), time(13, 20)
_HALF_DAY = 3 * 3600 + 1800


def desk_time(day: date, drawn: Dice) -> datetime:
    """Some moment of that day's working hours."""
    begins = drawn.pick((_MORNING, _AFTERNOON))
    return at(day, begins) + timedelta(seconds=drawn.randrange(_HALF_DAY))


def evening(day: date, drawn: Dice) -> datetime:
    """Some moment of that day's evening, up to a minute before midnight."""
    return at(day, time(18)) + timedelta(seconds=drawn.randrange(6 * 3600 - 60))


def at_desk_after(moment: datetime, calendar: Calendar, drawn: Dice) -> datetime:
    """`moment`, if people are at their desks then; else some moment of the next working hours."""
    here = local(moment)
    if calendar.is_working(here.date()) and _MORNING <= here.time() <= time(16, 50):
        return moment
    day = here.date() if here.time() < _MORNING else here.date() + timedelta(days=1)
    return desk_time(calendar.on_or_after(day), drawn)
