"""What official letters do to duties, worked out before anything is recorded.

A duty is what the rules gave when it was announced, then changed by each letter in effect that covers
it, in the order of recording. So a letter can be revoked whatever came after it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from mailbot.core.book import Book
from mailbot.core.calendar import at, local
from mailbot.core.changes.in_force import with_letters
from mailbot.core.changes.official import (
    Announce,
    Change,
    DaysOff,
    Excuse,
    Move,
    OfficialLetter,
    Revoke,
    in_effect,
)
from mailbot.core.due import DueDate
from mailbot.core.duty import Duty, DutyKey, due_of, duties, duty_of
from mailbot.core.rules import Rules, UnitId
from mailbot.core.wording.day_words import until

Letters = Sequence[OfficialLetter]
# A deadline that moves farther than this is looked for only where it was.
_LONGEST_MOVE = timedelta(days=120)


def changes(rules: Rules, book: Book, letter: OfficialLetter) -> tuple[Change, ...]:
    """What `letter`, not recorded yet, would change; `rules` are those of the files.

    Its scope must name only what exists; `mailbot.core.changes.objections` looks after that.
    """
    before, after = in_effect(book.official), in_effect((*book.official, letter))
    found = (
        Change(book.duties.get(key) or ordained(rules, book, key, before), ordained(rules, book, key, after))
        for key in _touched(rules, book, letter)
    )
    return tuple(change for change in found if change.before != change.after)


def amended(given: Iterable[Duty], rules: Rules, letters: Letters) -> Iterator[Duty]:
    """Each duty as the rules give it, followed by what the letters in effect make of it."""
    for duty in given:
        changed = left_by(letters, rules, duty)
        if changed is not None:
            yield duty
            if changed != duty:
                yield changed


def left_by(letters: Letters, rules: Rules, duty: Duty) -> Duty | None:
    """The duty, as the rules give it, under the letters in effect.

    None if one has set its due day before the first day of its unit: who was there before owed it.
    """
    changed, unit = _changed(duty, rules, letters), rules.finds_unit(duty.key.unit)
    begins_on = unit.valid.start if unit is not None else None
    to_come = begins_on is not None and local(changed.due_at).date() < begins_on
    return None if to_come and changed != duty else changed


def foreseen(rules: Rules, book: Book, since: date, until: date) -> list[Duty]:
    """The duties due from `since` to `until`, both included: as announced, or as they will be.

    `rules` are those of the files, or those in force.
    """
    letters = in_effect(book.official)
    farthest = _LONGEST_MOVE if letters else timedelta()
    given = duties(rules, since - farthest, until + farthest)
    ordered = (book.duties.get(duty.key) or left_by(letters, rules, duty) for duty in given)
    announced = book.dues.between(at(since), at(until + timedelta(days=1)))
    found = {duty.key: duty for duty in (*ordered, *announced) if duty is not None}
    return [duty for duty in found.values() if since <= local(duty.due_at).date() <= until]


def ordained(rules: Rules, book: Book, key: DutyKey, letters: Letters) -> Duty | None:
    """The duty of that key under these letters in effect; None if nothing is owed."""
    base = _base(rules, book, key, letters)
    if base is not None:
        return _changed(base, rules, letters)
    asked = next((letter for letter in book.official if key in _asked(rules, letter)), None)
    return _withdrawn(_announced(asked, key), asked) if asked else None


def _base(rules: Rules, book: Book, key: DutyKey, letters: Letters) -> Duty | None:
    """The duty before any letter changed it: as it was announced, or as the rules say."""
    for letter in letters:
        if key in _asked(rules, letter):
            return _announced(letter, key)
    announced = book.duties.get(key)
    if announced is not None and not announced.letter:
        return announced
    return book.as_announced.get(key) or duty_of(rules, key)


def _touched(rules: Rules, book: Book, letter: OfficialLetter) -> list[DutyKey]:
    """The duties that the letter may change: the announced ones in its scope, and those that it names."""
    if isinstance(letter.effect, Revoke):
        revoked = next(other for other in book.official if other.number == letter.effect.letter)
        keys = {change.key for change in revoked.changes}
        return sorted(keys | _covered(rules, book, revoked), key=str)
    return sorted(_covered(rules, book, letter), key=str)


def _covered(rules: Rules, book: Book, letter: OfficialLetter) -> set[DutyKey]:
    keys = set(book.duties)
    if isinstance(letter.effect, Announce):
        return set(_asked(rules, letter))
    if not isinstance(letter.effect, DaysOff):
        keys |= {
            DutyKey(unit.id, report.id, period)
            for period in letter.scope.periods
            for report in rules.reports
            if report.asks_for(period)
            for unit in rules.units
        }
    return {key for key in keys if letter.scope.covers(key, _groups(rules, key.unit))}


def _asked(rules: Rules, letter: OfficialLetter) -> frozenset[DutyKey]:
    """The duties that the letter announces."""
    effect, scope = letter.effect, letter.scope
    if not isinstance(effect, Announce):
        return frozenset()
    on = local(effect.due_at).date()
    if effect.title:
        period = letter.period
        return frozenset(
            DutyKey(unit.id, letter.report, period)
            for unit in rules.units
            if unit.valid.covers(on) and scope.names(unit.id, unit.groups)
        )
    return frozenset(
        DutyKey(unit.id, report.id, period)
        for report in rules.reports
        if report.id in scope.reports
        for period in scope.periods
        for unit in rules.owing(report, on)
        if scope.names(unit.id, unit.groups)
    )


def _announced(letter: OfficialLetter, key: DutyKey) -> Duty:
    assert isinstance(letter.effect, Announce)
    due_at = letter.effect.due_at
    return Duty(
        key=key,
        opens_at=min(letter.recorded_at, due_at),
        due_at=due_at,
        basis=letter.document.cited,
        derivation=f"chậm nhất {until(due_at)} theo {letter.document.cited}",
        letter=letter.document.short,
    )


def _withdrawn(duty: Duty, letter: OfficialLetter) -> Duty:
    """What remains of a duty that only a letter had announced, now that the letter is revoked."""
    says = f"không còn phải gửi do {letter.document.cited} không còn hiệu lực"
    return replace(duty, excused=True, reason=says)


def _changed(duty: Duty, rules: Rules, letters: Letters) -> Duty:
    """The duty after the letters in effect, one after the other; one that nobody owes stays as it is."""
    if duty.excused and not duty.letter:
        return duty
    groups = _groups(rules, duty.key.unit)
    for ordinal, letter in enumerate(letters):
        if isinstance(letter.effect, DaysOff):
            duty = _shifted(duty, letter, rules, letters[: ordinal + 1])
        elif letter.scope.covers(duty.key, groups):
            duty = _obeying(duty, letter)
    return duty


def _obeying(duty: Duty, letter: OfficialLetter) -> Duty:
    why = letter.document.because
    match letter.effect:
        case Move(due_at=due_at) if due_at != duty.due_at:
            says = (
                f"thời hạn được điều chỉnh từ {until(duty.due_at)} thành {until(due_at)} "
                f"theo {letter.document.cited}{why}"
            )
            return replace(
                duty,
                due_at=due_at,
                derivation=says,
                reason=f"theo {letter.document.cited}",
                letter=letter.document.short,
            )
        case Excuse() if not duty.excused:
            says = f"được miễn gửi theo {letter.document.cited}{why}"
            return replace(duty, excused=True, reason=says, letter=letter.document.short)
        case _:
            return duty


def _shifted(duty: Duty, letter: OfficialLetter, rules: Rules, letters: Letters) -> Duty:
    """The duty after days off were decreed: only a due day that the rules themselves gave follows them.

    That its unit ends before the new due day changes nothing: it had the day off as all others had.
    """
    before = _due(with_letters(rules, tuple(letters[:-1])), duty.key)
    after = _due(with_letters(rules, tuple(letters)), duty.key)
    if before is None or after is None or before.at != duty.due_at or after.at == duty.due_at:
        return duty
    says = after.derivation
    if letter.document.number not in says:
        says = f"{says}, theo {letter.document.cited}"
    reason = f"theo {letter.document.cited}"
    return replace(duty, due_at=after.at, derivation=says, reason=reason, letter=letter.document.short)


def _due(rules: Rules, key: DutyKey) -> DueDate | None:
    report = rules.finds_report(key.report)
    if report is None or not report.asks_for(key.period):
        return None
    return due_of(report, key.period, rules.calendar)


def _groups(rules: Rules, unit_id: UnitId) -> frozenset[str]:
    unit = rules.finds_unit(unit_id)
    return unit.groups if unit else frozenset()
