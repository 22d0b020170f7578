"""What the arrivals count as, for whoever asks again and again: each verdict is read once."""

from collections import Counter
from threading import Lock

from sqlalchemy import Connection, bindparam, select

from mailbot.core.verdict import kind
from mailbot.ledger.schema import arrival, ruling
from mailbot.ledger.verdicts import verdict_of

_ARRIVALS = select(arrival.c.verdict).where(arrival.c.number > bindparam("last")).order_by(arrival.c.number)
_RULINGS = select(ruling).where(ruling.c.number > bindparam("last")).order_by(ruling.c.number)


class Kinds:
    """The kinds of all arrivals of one ledger as far as they were counted; any thread may go on."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._instance = ""
        # By number: they run from 1 without gaps, and no verdict or ruling is ever changed in its kind.
        self._kinds: list[str] = []
        self._rulings = 0

    def count(self, connection: Connection, instance: str) -> Counter[str]:
        """How many arrivals count as what by now, in the words of `verdict.kind`, in the ledger so called."""
        with self._lock:
            if instance != self._instance:
                self._instance, self._kinds, self._rulings = instance, [], 0
            came = connection.execute(_ARRIVALS, {"last": len(self._kinds)}).scalars()
            self._kinds += [kind(verdict_of(form)) for form in came]
            for row in connection.execute(_RULINGS, {"last": self._rulings}):
                self._kinds[row.arrival - 1] = kind(verdict_of(row.verdict))
                self._rulings = row.number
            return Counter(self._kinds)
