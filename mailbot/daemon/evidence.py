"""Gathers what one verdict rests on, out of ledger and archive."""

from collections.abc import Iterator
from datetime import datetime

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.changes.in_force import in_force
from mailbot.core.duty import DutyKey
from mailbot.core.senders.known_since import with_owners
from mailbot.core.standings.exhibits import mails_about
from mailbot.core.standings.period_figures import line_of
from mailbot.core.wording import vietnamese
from mailbot.core.wording.rule_words import rule_words
from mailbot.daemon.house import House
from mailbot.errors import Unavailable
from mailbot.papers.evidence import Evidence, Exhibit, SentLetter, Try


def evidence_of(house: House, key: DutyKey, now: datetime) -> Evidence:
    """What there is about the duty `key` at `now`.

    Raises:
        LookupError: if no such duty is announced at `now`.
    """
    book = house.ledger.book()
    rules = in_force(house.rules, book)
    book = with_owners(rules, book, now)
    duty = book.duties.get(key)
    if duty is None or duty.opens_at > now:
        raise LookupError(f"{key} is not announced")
    line = line_of(rules, book, duty, now)
    unit = rules.finds_unit(key.unit)
    mails = tuple(mails_about(book, duty, now))
    return Evidence(
        office=rules.office.name,
        unit=vietnamese.named(unit.name) if unit else key.unit,
        line=line,
        made_at=now,
        profile=rules.profile,
        fingerprint=rules.fingerprint,
        exhibits=tuple(
            _exhibit(house, book, arrival, counts=arrival.number == line.arrival) for arrival in mails
        ),
        letters=tuple(_letters(house, key, frozenset(arrival.number for arrival in mails))),
        rule_words=tuple(rule_words(rules, duty)),
        rules={path.name: path.read_bytes() for path in sorted(house.config.rules.glob("*.toml"))},
    )


def _exhibit(house: House, book: Book, arrival: Arrival, *, counts: bool) -> Exhibit:
    try:
        raw: bytes | None = house.archive.read(arrival.mail.sha256)
    except Unavailable:
        # Discarded with the seal, or taken to another disk; the hash still says which it was.
        raw = None
    return Exhibit(
        arrival=arrival,
        verdict=book.verdict(arrival),
        rulings=tuple(ruling for ruling in book.rulings if ruling.arrival == arrival.number),
        raw=raw,
        counts=counts,
    )


def _letters(house: House, key: DutyKey, answered: frozenset[int]) -> Iterator[SentLetter]:
    """The letters that name the duty, and the answers to its mails, with every try."""
    ledger = house.ledger
    for row in reversed(ledger.letters(unit=key.unit)):
        if row.letter.answers not in answered and not any(str(key) in name for name in row.letter.keys):
            continue
        yield SentLetter(
            number=row.number,
            kind=str(row.letter.kind),
            subject=row.letter.subject,
            recipients=row.letter.recipients,
            queued_at=row.queued_at,
            state=str(row.posting.state),
            raw=row.letter.raw,
            tries=tuple(
                Try(began_at=attempt.began_at, outcome=attempt.outcome or "", reply=attempt.reply or "")
                for attempt in ledger.attempts(row.number)
            ),
        )
