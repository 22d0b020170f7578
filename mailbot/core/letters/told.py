"""Official letters told on: each unit whose duties one changes gets a letter that says so.

The effect was recorded with the letter, so what units read is what the person who recorded it saw.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from mailbot.core.arrival import Arrival
from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.in_force import with_letters
from mailbot.core.changes.official import Change, OfficialLetter, Revoke, in_effect
from mailbot.core.letters.answers import answer_to
from mailbot.core.notice import ChangeMatter, Notice
from mailbot.core.posting import NoticeKind, State
from mailbot.core.rules import Role, Rules, UnitId

# News of a changed duty is of use until it is due, and some days in any case.
_USEFUL_FOR = timedelta(days=5)


def told(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Iterator[Notice]:
    """The letters about official letters that ought to exist at `now`; `rules` are those in force."""
    counting = {letter.number for letter in in_effect(book.official)}
    for letter in book.official:
        # Planning asks every minute, and the letters of years ago tell nobody anything.
        if not go_live <= letter.recorded_at <= now < _useful_until(letter.recorded_at, letter.changes):
            continue
        if letter.number in counting:
            yield from _to_units(
                rules, letter, None, now, _units(letter), book.by_number.get(letter.answers or 0)
            )
        elif isinstance(letter.effect, Revoke):
            revoked = book.official[letter.effect.letter - 1]
            # Whoever was never told of a letter need not hear that it counts no more.
            reached = {unit for unit in _units(letter) if _has_gone(book, _key(revoked, unit))}
            yield from _to_units(rules, letter, revoked, now, reached)


def _to_units(
    rules: Rules,
    letter: OfficialLetter,
    revoked: OfficialLetter | None,
    now: datetime,
    reached: set[UnitId],
    answers: Arrival | None = None,
) -> Iterator[Notice]:
    on = local(now).date()
    # A report that only the revoked letter had asked for is none of the rules in force any more.
    named_by = with_letters(rules, (revoked,)) if revoked is not None else rules
    changes: defaultdict[UnitId, list[Change]] = defaultdict(list)
    for change in letter.changes:
        changes[change.key.unit].append(change)
    for unit in rules.units:
        own = changes[unit.id] if unit.id in reached else []
        named = [(report, change) for change in own if (report := named_by.finds_report(change.key.report))]
        asked = answer_to(rules, answers, unit, now) if answers is not None else ()
        to = tuple(dict.fromkeys((*asked, *rules.emails(unit, Role.OFFICIAL, on)))) if named else ()
        expires_at = _useful_until(letter.recorded_at, own)
        if to and now < expires_at:
            yield Notice(
                kind=NoticeKind.CHANGE,
                keys=(_key(letter, unit.id),),
                to=to,
                due_at=letter.recorded_at,
                expires_at=expires_at,
                matter=ChangeMatter(letter=letter, changes=tuple(named), revoked=revoked),
                unit=unit,
                answers=answers,
            )


def _units(letter: OfficialLetter) -> set[UnitId]:
    return {change.key.unit for change in letter.changes}


def _useful_until(recorded_at: datetime, changes: Sequence[Change]) -> datetime:
    duties = [duty for change in changes for duty in (change.before, change.after) if duty is not None]
    return max([recorded_at + _USEFUL_FOR, *(duty.due_at for duty in duties)])


def _key(letter: OfficialLetter, unit: UnitId) -> str:
    return f"{NoticeKind.CHANGE}/{letter.number}/{unit}"


def _has_gone(book: Book, key: str) -> bool:
    posted = book.letters.get(key)
    return posted is not None and (posted.state is State.SENT or posted.unknown > 0)
