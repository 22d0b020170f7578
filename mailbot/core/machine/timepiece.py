"""Whether the machine's clock can be believed: everything is judged by it, and it may jump or be dead.

Two things tell: a clock that only runs and is never set, and what the ledger has seen already.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailbot.core.calendar import local

# A virtual machine that is moved or saved stands still for minutes, and its clock is right afterwards. Nobody
# is wronged by as little: late notices leave on the next morning at the earliest.
TOLERANCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks at one moment.

    Attributes:
        wall: what the machine's clock shows.
        running: how long it has been running, sleep included; nobody sets it.
    """

    wall: datetime
    running: timedelta


def behind(wall: datetime, last: datetime | None) -> str:
    """Why the clock must be wrong after the ledger has seen `last`, in plain words; "" if it need not be."""
    if last is None or wall >= last - TOLERANCE:
        return ""
    return (
        f"the clock shows {_shown(wall)}, and the mailbox has been read at {_shown(last)} already; if by"
        " `mailbot tick --now`, `mailbot outbox release` says that the clock is right"
    )


def jumped(now: Reading, believed: Reading | None) -> str:
    """How the clock was set since it was believed last, in plain words; "" if it was not."""
    if believed is None:
        return ""
    ahead = (now.wall - believed.wall) - (now.running - believed.running)
    if abs(ahead) <= TOLERANCE:
        return ""
    where = "forward" if ahead > timedelta() else "back"
    return f"the clock was set {where} by {abs(ahead)}, to {_shown(now.wall)}"


def off_the_track(wall: datetime, believed: datetime, jumped_to: datetime) -> bool:
    """Whether the clock, after the machine itself was restarted, runs no longer on as it was set wrongly.

    What runs was counted anew, so only this much is certain: one that was set forward shows at least what it
    was set to, as long as nobody puts it right.
    """
    if wall < believed - TOLERANCE:
        return False
    return jumped_to < believed or wall < jumped_to - TOLERANCE


def _shown(instant: datetime) -> str:
    return f"{local(instant):%Y-%m-%d %H:%M}"
