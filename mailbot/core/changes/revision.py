"""What an edit of the rules does to duties that were announced already (sửa đổi nghĩa vụ).

What has not come due yet follows the rules; each change is a new row of the duty with its reason. What
would change the past is only shown: a person applies it, or nobody. What a letter decided stays, as long as
the rules ask its unit for the report at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from mailbot.core.book import Book
from mailbot.core.calendar import at, local
from mailbot.core.changes.amend import left_by
from mailbot.core.changes.official import Move, OfficialLetter, in_effect
from mailbot.core.duty import REACH, Duty, duty_of, opened_by_key
from mailbot.core.period import Cadence, Period
from mailbot.core.rules import Rules, Unit, UnitId
from mailbot.core.standing import Standing, judge
from mailbot.core.wording.vietnamese import short_day


class ChangeKind(StrEnum):
    """What becomes of a duty."""

    NEW = "new"  # nghĩa vụ mới
    MOVED = "moved"  # thời hạn thay đổi
    REWORDED = "reworded"  # căn cứ, cách tính ghi khác, thời hạn không đổi
    RELEASED = "released"  # quy tắc không còn yêu cầu, hoặc đã chuyển cho đơn vị kế thừa
    RESTORED = "restored"  # quy tắc lại yêu cầu


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One duty as it is announced and as the rules give it now.

    Attributes:
        before: the duty as announced; None for a new one.
        after: the row that would be added.
        past: whether it touches what is due already, and so waits for a person.
        stood, stands: the standing before and after, at the moment asked about.
    """

    kind: ChangeKind
    before: Duty | None
    after: Duty
    past: bool
    stood: Standing | None
    stands: Standing


def changes(rules: Rules, book: Book, now: datetime, go_live: datetime) -> tuple[Change, ...]:
    """Every difference between the announced duties and what `rules` give, by due moment.

    The due moments that a letter decided, what a letter alone asks for, and what has no period stay.
    """
    given, moves = opened_by_key(rules, now, go_live), _moves(book)
    found = [
        change
        for key, duty in given.items()
        if (change := _of_given(rules, book, book.duties.get(key), duty, moves, now)) is not None
    ]
    since = max(go_live, at(local(now).date() - REACH))
    found += [
        change
        for old in book.dues.between(since)
        if old.key not in given and not (old.excused or _is_apart(rules, book, old))
        if (change := _of_gone(rules, book, old, now)) is not None
    ]
    return tuple(sorted(found, key=lambda change: (change.after.due_at, str(change.after.key))))


def harmless(rules: Rules, book: Book, edited: Iterable[Change]) -> Iterator[Duty]:
    """The rows that follow from `edited` without a person: what is new or changed and not due before.

    Duties that are announced already are revised only by the rules that were taken up last: a daemon that
    still has the former ones must not turn back what a person applied.
    """
    for change in edited:
        if not change.past and (change.kind is ChangeKind.NEW or _in_force(rules, book)):
            yield change.after


def _in_force(rules: Rules, book: Book) -> bool:
    return book.edition is not None and book.edition.fingerprint == rules.fingerprint


def _is_apart(rules: Rules, book: Book, duty: Duty) -> bool:
    """Whether the duty came about by a letter or an event, and not by the rules."""
    if duty.key.period.cadence is Cadence.EVENT or (duty.letter and duty.key not in book.as_announced):
        return True
    report = next((report for report in rules.reports if report.id == duty.key.report), None)
    return report is not None and report.due is None


def _moves(book: Book) -> Mapping[Period, list[OfficialLetter]]:
    """The letters in effect that move deadlines, by the periods that they name: each names some."""
    found: defaultdict[Period, list[OfficialLetter]] = defaultdict(list)
    for letter in in_effect(book.official):
        for period in letter.scope.periods if isinstance(letter.effect, Move) else ():
            found[period].append(letter)
    return found


def _of_given(
    rules: Rules,
    book: Book,
    old: Duty | None,
    given: Duty,
    moves: Mapping[Period, list[OfficialLetter]],
    now: datetime,
) -> Change | None:
    if old is None:
        if _came_under_former(rules, book, given):
            return None
        ordered = left_by(moves.get(given.key.period, ()), rules, given)
        if ordered is None:
            return None
        stands = judge(ordered, book, now).standing
        past = waits_for_a_person(rules, book, ordered, now)
        return Change(kind=ChangeKind.NEW, before=None, after=given, past=past, stood=None, stands=stands)
    if old.letter:
        return None
    if old.excused:
        kind = ChangeKind.RESTORED
    elif old.due_at != given.due_at:
        kind = ChangeKind.MOVED
    elif (old.basis, old.derivation) != (given.basis, given.derivation) and old.due_at > now:
        kind = ChangeKind.REWORDED
    else:
        return None
    return _change(kind, book, old, replace(given, reason=_REASONS[kind]), now)


def _of_gone(rules: Rules, book: Book, old: Duty, now: datetime) -> Change | None:
    given = duty_of(rules, old.key)
    unit = rules.finds_unit(old.key.unit)
    if unit is not None and _only_heir(rules, unit) is not None and _came_after_end(unit, book, old):
        return None
    if old.letter and (given is not None or _is_owed_when_due(rules, old)):
        return None
    if given is not None:
        # Its due day was moved out of reach: the rules ask for it, but not now.
        moved = replace(given, reason=_REASONS[ChangeKind.MOVED])
        return _change(ChangeKind.MOVED, book, old, moved, now)
    released = replace(old, excused=True, reason=_why_released(rules, old), letter="")
    return _change(ChangeKind.RELEASED, book, old, released, now)


def _is_owed_when_due(rules: Rules, duty: Duty) -> bool:
    """Whether the rules ask its unit for it on the day to which a letter has moved it."""
    report, unit = rules.finds_report(duty.key.report), rules.finds_unit(duty.key.unit)
    if report is None or unit is None or not report.asks_for(duty.key.period):
        return False
    return report.is_owed_by(unit) and unit.valid.covers(local(duty.due_at).date())


_REASONS = {
    ChangeKind.MOVED: "quy tắc của Văn phòng đã sửa đổi thời hạn",
    ChangeKind.REWORDED: "quy tắc của Văn phòng đã sửa đổi căn cứ hoặc cách tính thời hạn",
    ChangeKind.RESTORED: "quy tắc của Văn phòng lại yêu cầu báo cáo này",
}


def _why_released(rules: Rules, duty: Duty) -> str:
    unit = rules.finds_unit(duty.key.unit)
    if unit is not None and unit.valid.end is not None and unit.valid.end < local(duty.due_at).date():
        ended = f"đơn vị kết thúc hoạt động ngày {short_day(unit.valid.end)}"
        heirs = ", ".join(heir.name for heir in rules.heirs(unit, local(duty.due_at).date()))
        return f"{ended}; {heirs} kế thừa" if heirs else ended
    return "quy tắc của Văn phòng không còn yêu cầu báo cáo này"


def _change(kind: ChangeKind, book: Book, before: Duty, after: Duty, now: datetime) -> Change:
    return Change(
        kind=kind,
        before=before,
        after=after,
        past=before.due_at <= now or after.due_at <= now,
        stood=judge(before, book, now).standing,
        stands=judge(after, book, now).standing,
    )


def waits_for_a_person(rules: Rules, book: Book, given: Duty, now: datetime) -> bool:
    """Whether a duty that is not announced was asked for only after it had been due.

    Until a person applies it nobody owes it; one that an outage merely missed is announced by itself. Nor
    does anybody owe what has come already under the name of the unit that it carries on.
    """
    news = given.due_at < now and _is_news(rules, book, given, now)
    return news or _came_under_former(rules, book, given)


def _is_news(rules: Rules, book: Book, given: Duty, now: datetime) -> bool:
    if book.edition is None:
        return False
    if book.edition.fingerprint != rules.fingerprint:
        return given.due_at < now
    # What the very first rules ask for was asked for from the start, however late mailbot began. Once it is
    # announced, more of it comes by an earlier `go_live` alone, and nobody was reminded of that.
    return (book.edition.number > 1 or bool(book.duties)) and given.due_at < book.edition.taken_up_at


def _came_under_former(rules: Rules, book: Book, given: Duty) -> bool:
    """Whether its report has come, and was recorded for a unit that this one alone carries on.

    The former one had ended by then, and that was entered only afterwards: who sent it was its successor. The
    report stays where it was recorded, and nobody is asked for it again, or called late.
    """
    formers = _formers(rules).get(given.key.unit, ())
    return any(_came_after_end(former, book, given) for former in formers)


def _came_after_end(former: Unit, book: Book, duty: Duty) -> bool:
    copies = book.copies.get(replace(duty.key, unit=former.id), ())
    return any(former.valid.is_over(local(copy.at).date()) for copy in copies)


def _only_heir(rules: Rules, former: Unit) -> Unit | None:
    """Who alone carries on a unit that ends; None where it goes on, or passes on to nobody or to several."""
    if former.valid.end is None or not former.successors:
        return None
    heirs = rules.heirs(former, former.valid.end + timedelta(days=1))
    return heirs[0] if len(heirs) == 1 else None


# The register is walked through once for each edition of the rules, and not for each of its duties.
@lru_cache(maxsize=4)
def _formers(rules: Rules) -> Mapping[UnitId, tuple[Unit, ...]]:
    """The units that have one successor alone, by that one."""
    found: defaultdict[UnitId, tuple[Unit, ...]] = defaultdict(tuple)
    for unit in rules.units:
        if (heir := _only_heir(rules, unit)) is not None:
            found[heir.id] += (unit,)
    return dict(found)
