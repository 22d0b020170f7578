"""Mails that wait because nobody had registered their sender's address, once the register has it.

The mails before are judged as those after: whose they are by the register of today, all else as of their day.
That is a person's step, for the register says from when on an address is a unit's.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.taught import taught
from mailbot.core.mail import Level, Mail
from mailbot.core.remembered import owned
from mailbot.core.rules import Rules, Span, Unit
from mailbot.core.senders.unit_of_mail import unit_of_address, unit_of_sender
from mailbot.core.verdict import (
    Commanded,
    Evidence,
    Question,
    Sealed,
    Source,
    Unclear,
    Verdict,
    is_urgent,
    unit_of,
)

_URGENT = "đã đọc lại: thư có dấu hiệu là báo cáo đột xuất, cần cán bộ xem xét"
_COMMAND = "đã đọc lại: thư là lệnh trả lời của đơn vị, cần cán bộ xem xét"


def known_since(rules: Rules, book: Book, on: date) -> Iterator[tuple[int, Unit]]:
    """The mails that wait as nobody's although their sender is registered on that day, and whose it is."""
    owners: dict[str, Unit | None] = {}
    for arrival in book.unsettled:
        verdict = book.verdict(arrival)
        nobodys = isinstance(verdict, Unclear) and verdict.question is Question.UNIT
        if not nobodys or unit_of(verdict) is not None:
            continue
        # Of a flood most come from one address.
        if (sender := arrival.sender) not in owners:
            owners[sender] = unit_of_address(sender, rules, on)[0] if sender else None
        unit = owners[sender]
        if unit is None or not unit.valid.covers(local(arrival.arrived_at).date()):
            continue
        # Strangers' mails wait for years, and each plan looks through them: only of these few more is read.
        # Of what speaks against its sender a later entry in the register proves nothing.
        if arrival.mail.proof.level is not Level.FAILED:
            yield arrival.number, unit


def with_owners(rules: Rules, book: Book, now: datetime) -> Book:
    """`book` by which such mails are those units': nobody is called late while a mail of his waits."""
    found = known_since(taught(rules, book.lessons), book, local(now).date())
    return owned(book, {number: unit.id for number, unit in found})


def with_sender(rules: Rules, mail: Mail, came_on: date, on: date) -> Rules:
    """`rules` by which the sender is known on the day that the mail came, if only since then, by `on`.

    Whoever had the address on that day, or left it to heirs, has it still.
    """
    unit, exact = unit_of_sender(mail, rules, on)
    if mail.sender is None or unit is None or not exact or not unit.valid.covers(came_on):
        return rules
    if unit_of_sender(mail, rules, came_on)[0] is not None:
        return rules
    email = mail.sender.email.lower()
    addresses = tuple(
        replace(address, valid=Span(start=came_on, end=address.valid.end))
        if address.email == email and address.valid.covers(on)
        else address
        for address in unit.addresses
    )
    known = replace(unit, addresses=addresses)
    return replace(rules, units=tuple(known if each is unit else each for each in rules.units))


def as_ruled(verdict: Verdict) -> Verdict:
    """The verdict on a mail that was read once more, as a ruling may say it.

    What alerts, and what gives a command, does so when it comes: as a ruling it would do nothing, and wait
    for nobody.
    """
    if isinstance(verdict, Commanded) or is_urgent(verdict):
        says = _COMMAND if isinstance(verdict, Commanded) else _URGENT
        findings = replace(
            verdict.findings,
            unit=unit_of(verdict),
            evidence=(*verdict.findings.evidence, Evidence(Source.RULING, says)),
        )
        candidates = verdict.candidates if isinstance(verdict, Unclear) else ()
        return Unclear(question=Question.UNIT, findings=findings, candidates=candidates)
    return verdict


def left_because(verdict: Verdict) -> str:
    """Why a mail still waits that was read once more; "" of others."""
    says = {found.says for found in verdict.findings.evidence if found.source is Source.RULING}
    return next((words for words in (_URGENT, _COMMAND) if words in says), "")


def tells_whose(verdict: Verdict) -> bool:
    """Whether a mail that was read once more need not wait as nobody's any longer.

    What only now shows a mark of secrecy is for a person alone to seal.
    """
    if isinstance(verdict, Sealed):
        return False
    return unit_of(verdict) is not None or (
        isinstance(verdict, Unclear) and verdict.question is Question.FORGED
    )


def why_again(email: str, unit: Unit) -> str:
    """The reason of a ruling on a mail whose sender was registered after it came."""
    return f"đọc lại thư: địa chỉ {email} đã được đăng ký của {unit.name} sau khi thư đến"
