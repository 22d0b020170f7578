"""Brakes: what a bug, a flood or a sick relay meets on the way out, whatever the plan says.

They only ever make letters wait: what may not leave now leaves later, or a person is asked.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from mailbot.core.posting import Fate, NoticeKind

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
# 1, 2, 4 … letters a minute: past a dozen doublings the other caps are far below.
_MOST_DOUBLINGS = 12

# Chases are what an address must never be flooded with; a unit that sends ten reports has ten receipts.
_CHASES = frozenset({NoticeKind.REMINDER, NoticeKind.LATE, NoticeKind.SUPPLEMENT})
# A flood is no fault of ours: who is on duty hears of every half hour of it, whatever else he was written.
UNCAPPED = frozenset({NoticeKind.URGENT, NoticeKind.SILENT})

# One refusal is about a letter, six in a row are about us: a block list, a policy, a changed relay.
_MOST_REFUSED_IN_A_ROW = 5
# Of each nobody knows whether it arrived, and a person must decide. Three are on the wire at once when a link
# breaks; a further one means that the relay takes letters and does not say so.
_MOST_LOST_IN_A_ROW = 3
# Some boxes are always dead. More than every tenth, and at least six, means that the fault is ours.
_BOUNCED_SHARE, _FEW_BOUNCES = 0.1, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Letters begun, at most; each counts once, however often it is tried.

    Attributes:
        per_address_per_day: to one address in 24 hours.
        chases_per_address_per_day: reminders and late notices among them.
        per_hour, per_day: all together.
    """

    per_address_per_day: int
    chases_per_address_per_day: int
    per_hour: int
    per_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A letter that was begun in the last 24 hours, and when last."""

    number: int
    kind: NoticeKind
    recipients: Sequence[str]
    began_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """The last time that the relay itself was in trouble, and how many tries there were since."""

    at: datetime
    tries_since: int


class Brakes:
    """Counts letters against the caps; what was begun lately counts with what is let pass now."""

    def __init__(self, begun: Sequence[Begun], trouble: Trouble | None, caps: Caps, now: datetime) -> None:
        self._caps = caps
        self._today = {letter.number for letter in begun}
        self._this_hour = {letter.number for letter in begun if letter.began_at > now - _HOUR}
        self._addresses = Counter(email for letter in begun for email in letter.recipients)
        self._chased = Counter(
            email for letter in begun if letter.kind in _CHASES for email in letter.recipients
        )
        self._slowly = _allowed_after(trouble, now)

    def let_pass(self, number: int, kind: NoticeKind, recipients: Sequence[str]) -> bool:
        """Whether the letter may be begun now; if so, it counts from here on."""
        if self._slowly is not None and self._slowly <= 0:
            return False
        if number not in self._this_hour and len(self._this_hour) >= self._caps.per_hour:
            return False
        if number not in self._today and not self._first_try(kind, recipients):
            return False
        self._today.add(number)
        self._this_hour.add(number)
        if self._slowly is not None:
            self._slowly -= 1
        return True

    def _first_try(self, kind: NoticeKind, recipients: Sequence[str]) -> bool:
        chases = kind in _CHASES
        if len(self._today) >= self._caps.per_day:
            return False
        capped = kind not in UNCAPPED
        if capped and any(self._addresses[email] >= self._caps.per_address_per_day for email in recipients):
            return False
        if chases and any(
            self._chased[email] >= self._caps.chases_per_address_per_day for email in recipients
        ):
            return False
        self._addresses.update(recipients)
        if chases:
            self._chased.update(recipients)
        return True


def _allowed_after(trouble: Trouble | None, now: datetime) -> int | None:
    """How many more tries a relay that was in trouble is given: one at once, 3 after a minute, 7, 15 …"""
    if trouble is None or now - trouble.at >= _HOUR:
        return None
    minutes = min(max((now - trouble.at) // _MINUTE, 0), _MOST_DOUBLINGS)
    return int(2 ** (minutes + 1) - 1 - trouble.tries_since)


def breaker(latest: Sequence[Fate], accepted: int, bounced: int) -> str | None:
    """Why everything must be held now, if it must.

    Args:
        latest: the outcomes of the last tries, the newest first.
        accepted: letters that the relay took in the last 24 hours.
        bounced: letters that came back in the last hour.
    """
    refused, lost = _in_a_row(latest, Fate.REFUSED), _in_a_row(latest, Fate.LOST)
    if refused > _MOST_REFUSED_IN_A_ROW:
        return f"the mail server refused {refused} letters in a row"
    if lost > _MOST_LOST_IN_A_ROW:
        return f"the mail server gave no answer to the end of {lost} letters in a row: they may have arrived"
    if bounced > _FEW_BOUNCES and bounced > _BOUNCED_SHARE * accepted:
        return f"{bounced} letters came back within an hour, of {accepted} sent in a day"
    return None


def _in_a_row(latest: Sequence[Fate], fate: Fate) -> int:
    return sum(1 for _ in takewhile(lambda one: one is fate, latest))
