"""The letters that wait for a person, put together where one answer can be given to all."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from mailbot.core.book import Book
from mailbot.core.delivery.fuse import ANSWERS
from mailbot.core.delivery.new_address import asked_about, common_reason
from mailbot.core.letters.digest_matter import HeldLine
from mailbot.core.posting import NoticeKind, PostedLetter, State
from mailbot.core.replies.letting_go import may_go_by_mail
from mailbot.core.replies.thread import duties_of_keys
from mailbot.core.rules import Rules, StaffRole

_ANSWERS_BATCH = 0


def held_lines(rules: Rules, book: Book, now: datetime) -> Iterator[HeldLine]:
    """Answers by their kind and reason; other letters by the plan that wrote them as well."""
    groups: dict[tuple[int, NoticeKind, str], list[PostedLetter]] = {}
    for letter in book.unsent:
        if letter.state is State.HELD:
            together = letter.kind in ANSWERS and may_go_by_mail(letter)
            batch = _ANSWERS_BATCH if together else letter.batch
            groups.setdefault((batch, letter.kind, common_reason(letter.held_why)), []).append(letter)
    reasons = Counter((batch, kind) for batch, kind, _ in groups)
    names = {unit.id: unit.name for unit in rules.units}
    for (batch, kind, why), letters in groups.items():
        named = {letter.unit for letter in letters}
        yield HeldLine(
            batch=batch,
            kind=kind,
            why=why,
            units=tuple(unit for unit in rules.units if unit.id in named),
            numbers=tuple(letter.number for letter in letters),
            named=tuple(names.get(letter.unit, "") if letter.unit else "" for letter in letters),
            new=tuple(asked_about(letter.held_why) for letter in letters),
            together=all(map(may_go_by_mail, letters)),
            readers=len(rules.office.emails(StaffRole.DIGEST)),
            alone=reasons[batch, kind] == 1,
            due_at=_next_due(book, letters, now),
        )


def _next_due(book: Book, letters: Iterable[PostedLetter], now: datetime) -> datetime | None:
    keys = duties_of_keys(key for letter in letters for key in letter.keys)
    dues = (book.duties[key].due_at for key in keys if key in book.duties)
    return min((due_at for due_at in dues if due_at > now), default=None)
