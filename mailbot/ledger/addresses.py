"""What the ledger knows of addresses: how servers answered for each, and what came back later."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, or_, select, union

from mailbot.core.delivery.health import AddressFact, Sign
from mailbot.core.delivery.smtp_reply import enhanced_status
from mailbot.core.posting import Fate, PostedLetter, Stage
from mailbot.core.rules import UnitId
from mailbot.ledger.among import among
from mailbot.ledger.rows import Row
from mailbot.ledger.schema import echo, fate, letter

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
# The same, of some addresses.
_BOUNCED = (echo.c.action == "failed") & (echo.c.recipient != "")
_REFUSED = (fate.c.fate == Fate.REFUSED) & (fate.c.stage == Stage.RCPT)
_COUNTS = or_(fate.c.fate == Fate.ACCEPTED, _REFUSED)
_FATES_OF = (
    select(
        fate.c.number, fate.c.letter, fate.c.recipient, fate.c.fate, fate.c.reply, fate.c.at, letter.c.unit
    )
    .join_from(fate, letter)
    .where(_COUNTS)
)
_ECHOES_OF = (
    select(
        echo.c.number, echo.c.letter, echo.c.recipient, echo.c.action, echo.c.status, echo.c.at, letter.c.unit
    )
    .join_from(echo, letter)
    .where(echo.c.action.in_(("failed", "delivered")), echo.c.recipient != "")
)
_FAILING = union(
    select(fate.c.recipient).where(_REFUSED, fate.c.at > bindparam("since")),
    select(echo.c.recipient).where(_BOUNCED, echo.c.at > bindparam("since")),
)
_ADDRESSES_OF = select(fate.c.recipient.label("email")).join_from(fate, letter).where(_COUNTS).distinct()
_FIRST_TO_EACH = (
    select(func.min(fate.c.number).label("number"))
    .join_from(fate, letter)
    .where(_COUNTS)
    .group_by(letter.c.unit)
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
        for row in connection.execute(_FATES, {"last": self._last_fate}).mappings():
            self._last_fate = row["number"]
            yield _of_fate(row, _unit(letters, row["letter"]))

    def _echoes(self, connection: Connection, letters: Mapping[int, PostedLetter]) -> Iterator[AddressFact]:
        for row in connection.execute(_ECHOES, {"last": self._last_echo}).mappings():
            self._last_echo = row["number"]
            if row["recipient"]:
                yield _of_echo(row, _unit(letters, row["letter"]))


def failing(connection: Connection, since: datetime) -> set[str]:
    """The addresses that some letter has failed to reach since then."""
    return set(connection.execute(_FAILING, {"since": since}).scalars())


def facts_around(connection: Connection, emails: set[str]) -> tuple[AddressFact, ...]:
    """What bears on whether units with one of these addresses are reached: of others nothing follows.

    With the addresses go all others of their units; and of every unit its failures and one letter, for a
    storm is known by how many fail on one day, and measured by how many units there are.
    """
    if not emails:
        return ()
    about = [row["unit"] for row in among(connection, _FATES_OF, fate.c.recipient, emails)]
    about += [row["unit"] for row in among(connection, _ECHOES_OF, echo.c.recipient, emails)]
    units = {unit for unit in about if unit is not None}
    theirs = {row["email"] for row in among(connection, _ADDRESSES_OF, letter.c.unit, units)} | emails
    fates = {row["number"]: row for row in among(connection, _FATES_OF, fate.c.recipient, theirs)}
    fates |= {row["number"]: row for row in connection.execute(_FATES_OF.where(_REFUSED)).mappings()}
    firsts = set(connection.execute(_FIRST_TO_EACH).scalars()) - fates.keys()
    fates |= {row["number"]: row for row in among(connection, _FATES_OF, fate.c.number, firsts)}
    echoes = {row["number"]: row for row in among(connection, _ECHOES_OF, echo.c.recipient, theirs)}
    echoes |= {row["number"]: row for row in connection.execute(_ECHOES_OF.where(_BOUNCED)).mappings()}
    return (
        *(_of_fate(fates[number], fates[number]["unit"]) for number in sorted(fates)),
        *(_of_echo(echoes[number], echoes[number]["unit"]) for number in sorted(echoes)),
    )


def facts_of(connection: Connection, letters: Collection[int]) -> tuple[AddressFact, ...]:
    """What was seen of addresses when these letters went to them, and came back."""
    fates = among(connection, _FATES_OF, fate.c.letter, letters)
    echoes = among(connection, _ECHOES_OF, echo.c.letter, letters)
    return (*(_of_fate(row, row["unit"]) for row in fates), *(_of_echo(row, row["unit"]) for row in echoes))


def _of_fate(row: Row, unit: UnitId | None) -> AddressFact:
    refused = row["fate"] == Fate.REFUSED
    return AddressFact(
        email=row["recipient"],
        at=row["at"],
        sign=Sign.REFUSED if refused else Sign.TAKEN,
        unit=unit,
        letter=row["letter"],
        status=enhanced_status(row["reply"]) if refused else "",
        says=row["reply"] if refused else "",
    )


def _of_echo(row: Row, unit: UnitId | None) -> AddressFact:
    return AddressFact(
        email=row["recipient"],
        at=row["at"],
        sign=_SIGNS[row["action"]],
        unit=unit,
        letter=row["letter"],
        status=row["status"],
        says=row["status"],
    )


def _unit(letters: Mapping[int, PostedLetter], number: int) -> UnitId | None:
    letter = letters.get(number)
    return None if letter is None else letter.unit
