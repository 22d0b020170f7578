"""Carries out commands by reply, before each plan: what they do is then planned for like any fact."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.changes.in_force import in_force
from mailbot.core.changes.taught import taught
from mailbot.core.command import Done, by_unit
from mailbot.core.replies.order import Order, Outcome, carried, pending
from mailbot.core.replies.ordering import carry_out
from mailbot.core.replies.rereading import as_read
from mailbot.core.rules import Rules
from mailbot.core.verdict import Commanded, Verdict
from mailbot.daemon.failures import failed
from mailbot.errors import Unavailable
from mailbot.ledger.store import Ledger

log = structlog.get_logger()

# Reads a mail on record once more; None if its bytes are gone, or it stays nobody's.
ReadAgain = Callable[[Arrival], Verdict | None]

# Facts arrive between reading the book and writing; judging again is cheap, but not for ever.
_TRIES = 5
_FAILED = "hệ thống không thực hiện được lệnh này do lỗi kỹ thuật; đề nghị cán bộ xử lý tại máy chủ"


def obey(
    ledger: Ledger,
    rules: Rules,
    now: datetime,
    go_live: datetime,
    read_again: ReadAgain,
    *,
    proves: bool = False,
) -> list[int]:
    """Carry out every command that waits, the oldest first; the numbers of their arrivals.

    Each is judged by the book as the one before it left it, so that two commands on one object do not cross.

    With `proves` the staff are believed only where our mail servers prove who wrote.

    Raises:
        Unavailable: the ledger cannot serve now, or facts arrive faster than commands can be judged.
    """
    if now < go_live:
        return []
    waiting = [arrival.number for arrival in pending(ledger.book(), go_live)]
    for number in waiting:
        _obey_one(ledger, rules, number, now, read_again, proves=proves)
    return waiting


def _obey_one(
    ledger: Ledger, rules: Rules, number: int, now: datetime, read_again: ReadAgain, *, proves: bool
) -> None:
    for _ in range(_TRIES):
        book = ledger.book()
        if number in book.commands:
            return
        order = replace(_order(ledger, rules, book, book.by_number[number], now), proves=proves)
        outcome = _outcome(order)
        if outcome.again:
            found = {number: read_again(book.by_number[number]) for number in outcome.again}
            outcome = as_read(order, outcome, found)
        if ledger.carry_out(carried(order, outcome), outcome, book.version):
            log.info(
                "command carried out",
                arrival=number,
                verb=str(order.verdict.command.verb),
                by=outcome.by,
                done=str(outcome.done),
            )
            return
    raise Unavailable("facts arrive faster than commands can be judged")


def _outcome(order: Order) -> Outcome:
    """What follows from the command; one that nobody can carry out must not keep all letters back."""
    try:
        return carry_out(order)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        failed("command cannot be carried out", error, arrival=order.arrival.number)
        unit = order.verdict.unit
        by = by_unit(unit) if unit is not None else order.arrival.sender
        return Outcome(done=Done.REFUSED, by=by, says=_FAILED)


def _order(ledger: Ledger, rules: Rules, book: Book, arrival: Arrival, now: datetime) -> Order:
    assert isinstance(arrival.verdict, Commanded)
    answered = arrival.mail.in_reply_to.strip()
    files = taught(rules, book.lessons)
    return Order(
        arrival=arrival,
        verdict=arrival.verdict,
        rules=in_force(files, book),
        files=files,
        book=book,
        now=now,
        replied=ledger.letter_called(answered) if answered else None,
        secret=ledger.message_secret,
    )
