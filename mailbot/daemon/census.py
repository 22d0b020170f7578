"""Watching that mails do not leave the mailbox behind mailbot's back; one object for one session.

A mail program beside mailbot that fetches and deletes, a retention, somebody who tidies up: what mailbot has
recorded is safe in its archive, but what was taken away unread nobody knows. That is noted like a mail that
vanished before its bytes were here, so that nobody is judged over it, if the server's numbers prove it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from mailbot.core.machine.numbering import LOOKED_AT, counts_every_mail, skipped
from mailbot.core.mail import Place
from mailbot.ledger.store import Ledger

log = structlog.get_logger()

# A person who tidies up takes away some; that most are gone at once is told, although they are archived.
_MANY, _MOST = 20, 0.5
_TOLD = 3
# So long a person is told.
_TOLD_FOR = timedelta(days=1)


class Census:
    """What was in the mailbox at the look before."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._before: tuple[Place, ...] = ()
        self._seen: set[int] = set()
        self._highest: int | None = None
        self._says = ""
        self._said_at: datetime | None = None

    def taken(self, places: Sequence[Place], now: datetime, *, ours: bool) -> list[Place]:
        """What was certainly taken away unread since the look before, each run of numbers as one place.

        What is only likely, or concerns mails on record, becomes `warning`.

        Args:
            places: every mail that lies in the mailbox now.
            now: when they were listed.
            ours: mailbot itself moves mails out of it, so their going tells nothing.
        """
        before, self._before = self._before, tuple(places)
        gone = len(set(before).difference(places))
        if not ours and gone >= _MANY and gone >= _MOST * len(before):
            self._warn(f"{gone} of {len(before)} mails have left the mailbox at once; they are archived", now)
        return self._runs(places, now)

    def warning(self, now: datetime) -> str:
        """What people should hear of the mailbox, for a day; "" for nothing."""
        return self._says if self._said_at is not None and now - self._said_at < _TOLD_FOR else ""

    def _warn(self, says: str, now: datetime) -> None:
        log.warning("mails left the mailbox", says=says)
        self._says, self._said_at = says, now

    def _runs(self, places: Sequence[Place], now: datetime) -> list[Place]:
        listed = [int(place.name) for place in places if place.name.isdecimal()]
        if not listed:
            return []
        if self._highest is None:
            self._remember(places[0])
            self._highest = max(listed)
        highest, self._highest = self._highest, max(self._highest, *listed)
        runs = [f"{first}:{last}" for first, last in skipped(listed, highest)]
        proven = counts_every_mail(self._seen, highest)
        self._seen = {number for number in (*self._seen, *listed) if number > self._highest - LOOKED_AT}
        if runs and not proven:
            told = ", ".join(runs[:_TOLD])
            says = f"the server gave the numbers {told} to mails that were gone before they were seen"
            self._warn(f"{says}, or it skips numbers as a habit", now)
        here = places[0]
        return [Place(here.mailbox, here.validity, run) for run in runs] if proven else []

    def _remember(self, here: Place) -> None:
        """What earlier sessions recorded, to know how the server counts."""
        names = self._ledger.sightings(here.mailbox, here.validity)
        self._seen.update(sorted(int(name) for name in names if name.isdecimal())[-LOOKED_AT:])
