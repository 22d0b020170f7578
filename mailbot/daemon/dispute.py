"""Puts an objection's words beside the evidence: from archive and ledger, for the letter to the staff.

The words are read in a cage of their own: the intake's is busy, and planning waits for nobody's mail.
"""

from datetime import datetime

import structlog

from mailbot.core.language.said import own_words
from mailbot.core.notice import ObjectionMatter
from mailbot.core.seals.secrecy import marked
from mailbot.core.wording import vietnamese
from mailbot.daemon.evidence import evidence_of
from mailbot.daemon.house import House
from mailbot.errors import MailbotError
from mailbot.inbox.extract import Reader
from mailbot.papers.objection import Dispute, dispute_pdf

log = structlog.get_logger()


def dispute_file(house: House, matter: ObjectionMatter, now: datetime) -> bytes:
    """The PDF that goes with the letter about an objection."""
    keys = [
        duty.key
        for contested in matter.lines
        for duty in house.ledger.book().duties.values()
        if str(duty.key) == contested.line.key
    ]
    dispute = Dispute(
        office=vietnamese.named(house.rules.office.name),
        unit=vietnamese.named(matter.unit.name),
        period=matter.period.label,
        number=matter.arrival.number,
        arrived_at=matter.arrival.arrived_at,
        subject=matter.arrival.mail.subject,
        words=_words(house, matter),
        evidence=[evidence_of(house, key, now) for key in keys],
        made_at=now,
    )
    return dispute_pdf(dispute, house.config.templates)


def _words(house: House, matter: ObjectionMatter) -> str:
    """What the unit wrote, without what it quotes; "" if it cannot be read, or bears a mark of secrecy."""
    mail = matter.arrival.mail
    try:
        with Reader(ocr=False) as reader:
            read = reader.parse(house.raw(mail.sha256), sha256=mail.sha256, size=mail.size)
    except (OSError, MailbotError):
        log.exception("the objection's words cannot be read", arrival=matter.arrival.number)
        return ""
    words = own_words(read.text)
    return "" if marked(words) else words
