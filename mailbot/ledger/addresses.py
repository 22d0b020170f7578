"""What the ledger knows of addresses: how servers answered for each, and what came back later."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, bindparam, or_, select

from mailbot.core.health import AddressFact, Sign
from mailbot.core.posting import Fate, PostedLetter, Stage
from mailbot.core.rules import UnitId
from mailbot.core.smtp_reply import enhanced_status
from mailbot.ledger.schema import echo, fate

# A letter that is refused as a whole says nothing of its recipients.
_FATES = (
    select(fate.c.number, fate.c.letter, fate.c.recipient, fate.c.fate, fate.c.reply, fate.c.at)
    .where(
        fate.c.number > bindparam("last"),
        or_(
            fate.c.fate == Fate.ACCEPTED,
            (fate.c.fate == Fate.REFUSED) & (fate.c.stage == Stage.RCPT),
        ),
    )
    .order_by(fate.c.number)
)
_ECHOES = (
    select(echo.c.number, echo.c.letter, echo.c.recipient, echo.c.action, echo.c.status, echo.c.at)
    .where(echo.c.number > bindparam("last"), echo.c.action.in_(("failed", "delivered")))
    .order_by(echo.c.number)
)
_SIGNS = {"failed": Sign.RETURNED, "delivered": Sign.ALIVE}


class Addresses:
    """The facts about addresses, read on from where the last look ended."""

    def __init__(self) -> None:
        self.facts: tuple[AddressFact, ...] = ()
        self._last_fate = self._last_echo = 0

    def read(self, connection: Connection, letters: Mapping[int, PostedLetter]) -> None:
        """Take up what is new; `letters` by their number."""
        fresh = [*self._fates(connection, letters), *self._echoes(connection, letters)]
        if fresh:
            self.facts = (*self.facts, *fresh)

    def _fates(self, connection: Connection, letters: Mapping[int, PostedLetter]) -> Iterator[AddressFact]:
        for row in connection.execute(_FATES, {"last": self._last_fate}):
            self._last_fate = row.number
            refused = row.fate == Fate.REFUSED
            yield AddressFact(
                email=row.recipient,
                at=row.at,
                sign=Sign.REFUSED if refused else Sign.TAKEN,
                unit=_unit(letters, row.letter),
                status=enhanced_status(row.reply) if refused else "",
                says=row.reply if refused else "",
            )

    def _echoes(self, connection: Connection, letters: Mapping[int, PostedLetter]) -> Iterator[AddressFact]:
        for row in connection.execute(_ECHOES, {"last": self._last_echo}):
            self._last_echo = row.number
            if row.recipient:
                yield AddressFact(
                    email=row.recipient,
                    at=row.at,
                    sign=_SIGNS[row.action],
                    unit=_unit(letters, row.letter),
                    status=row.status,
                    says=row.status,
                )


def _unit(letters: Mapping[int, PostedLetter], number: int) -> UnitId | None:
    letter = letters.get(number)
    return None if letter is None else letter.unit
