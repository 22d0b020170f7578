"""From the ledger and the boxes to what the pages show: every letter as it lies in a receiver's box."""

from collections import defaultdict
from datetime import datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

from mailbot.core.book import Book
from mailbot.core.changes.in_force import in_force
from mailbot.core.rules import Rules, Unit, UnitId
from mailbot.core.verdict import unit_of
from mailbot.daemon.house import House
from mailbot.ledger.letters import LetterRow
from mailbot.papers.shown import ShownLetter, ShownMail, ShownYear
from mailbot.rehearsal.account import shown_duties, totals
from mailbot.rehearsal.year import Year


def shown(year: Year, now: datetime) -> ShownYear:
    """The year as it stands at `now`."""
    house: House = year.house
    book, script = house.ledger.book(), year.script
    rules = in_force(house.rules, book)
    rows = sorted(house.ledger.letters(), key=lambda row: row.number)
    letters = tuple(_letter(row, rules, year.room.handed_out) for row in rows)
    duties = shown_duties(rules, book, script, now)
    return ShownYear(
        rules=rules,
        year=script.first.year,
        seed=script.seed,
        now=now,
        totals=totals(rules, book, year.room.truths, script, duties),
        duties=duties,
        letters=tuple(sorted(letters, key=lambda letter: letter.posted_at)),
        mails=_mails(book, year, letters),
    )


def _mails(book: Book, year: Year, letters: tuple[ShownLetter, ...]) -> tuple[ShownMail, ...]:
    answers: defaultdict[int, list[ShownLetter]] = defaultdict(list)
    for letter in letters:
        if letter.answers is not None:
            answers[letter.answers].append(letter)
    found = [
        ShownMail(
            arrival=arrival,
            verdict=book.verdict(arrival),
            ruling=book.ruled.get(arrival.number),
            unit=_unit(year.house.rules, unit_of(book.verdict(arrival))),
            text=year.room.truths[arrival.mail.sha256].text,
            letters=tuple(answers[arrival.number]),
        )
        for arrival in sorted(book.arrivals, key=lambda arrival: (arrival.arrived_at, arrival.number))
    ]
    return tuple(found)


def _letter(row: LetterRow, rules: Rules, handed_out: dict[str, Path]) -> ShownLetter:
    path = handed_out.get(row.letter.message_id)
    written = message_from_bytes(path.read_bytes() if path else row.letter.raw)
    texts = {part.get_content_type(): part for part in written.walk() if not part.is_multipart()}
    return ShownLetter(
        number=row.number,
        kind=row.letter.kind,
        unit=_unit(rules, row.letter.unit),
        sender=_decoded(written, "From"),
        to=_decoded(written, "To"),
        copies=_decoded(written, "Cc"),
        subject=_decoded(written, "Subject"),
        dated_at=parsedate_to_datetime(str(written["Date"])),
        posted_at=row.settled_at or row.queued_at,
        text=_text(texts["text/plain"]),
        html=_text(texts["text/html"]),
        answers=row.letter.answers,
        received=path is not None,
    )


def _decoded(written: Message, name: str) -> str:
    value = written[name]
    return "" if value is None else " ".join(str(make_header(decode_header(str(value)))).split())


def _text(part: Message) -> str:
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)
    return octets.decode().replace("\r\n", "\n")


def _unit(rules: Rules, unit_id: UnitId | None) -> Unit | None:
    return rules.finds_unit(unit_id) if unit_id is not None else None
