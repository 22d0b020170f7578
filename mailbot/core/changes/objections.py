"""What speaks against recording an official letter: said in full, before anything is recorded."""

from collections.abc import Iterator
from dataclasses import replace

from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.amend import changes
from mailbot.core.changes.in_force import in_force
from mailbot.core.changes.official import (
    Announce,
    DaysOff,
    Excuse,
    Move,
    OfficialLetter,
    Revoke,
    Scope,
    in_effect,
)
from mailbot.core.rules import Rules
from mailbot.core.seals import secrecy


def worked_out(rules: Rules, book: Book, draft: OfficialLetter) -> tuple[OfficialLetter, list[str]]:
    """The letter with what it changes, and all that speaks against recording it; `rules` of the files.

    That it changes what has come due already is no objection: a person may want just that.
    """
    against = [
        *_document(draft),
        *_unknown(rules, book, draft.scope),
        *_effect(rules, book, draft),
        *_repeated(book, draft),
    ]
    if against:
        return draft, against
    letter = replace(draft, changes=changes(rules, book, draft))
    return letter, list(_result(letter))


def _document(letter: OfficialLetter) -> Iterator[str]:
    document = letter.document
    for name, text in (("number", document.number), ("issuer", document.issuer)):
        if not text.strip():
            yield f"an official letter needs its document's {name}"
    if document.issued_on > local(letter.recorded_at).date():
        yield f"the document is dated {document.issued_on}, which is still to come"
    title = letter.effect.title if isinstance(letter.effect, Announce) else ""
    if any(map(secrecy.marked, (document.number, document.issuer, document.reason, title))):
        yield "it bears a mark of State secrecy, and nothing of it may be entered here"


def _unknown(rules: Rules, book: Book, scope: Scope) -> Iterator[str]:
    ruled = in_force(rules, book)
    for unit in sorted(scope.units | scope.without):
        if rules.finds_unit(unit) is None:
            yield f"there is no unit {unit!r}; `mailbot units` lists them"
    groups = set(rules.groups).union(*(unit.groups for unit in rules.units))
    for group in sorted(scope.groups - groups):
        yield f"there is no group {group!r}; there are {', '.join(sorted(groups))}"
    reports = [found for report in sorted(scope.reports) if (found := ruled.finds_report(report))]
    for report in sorted(scope.reports - {found.id for found in reports}):
        yield f"there is no report {report!r}; there are {', '.join(found.id for found in rules.reports)}"
    for period in sorted(scope.periods, key=str):
        if not any(report.asks_for(period) for report in reports or (*ruled.reports, *ruled.once)):
            yield f"nothing is asked for the period {period}"


def _effect(rules: Rules, book: Book, letter: OfficialLetter) -> Iterator[str]:
    scope = letter.scope
    match letter.effect:
        case Move():
            if not scope.reports or not scope.periods:
                yield "to move a deadline, name the report and its period"
        case Excuse():
            if not scope.periods:
                yield "to excuse a unit, name the period"
            if not scope.units and not scope.groups:
                yield "to excuse, name the units or the group"
        case Announce(title=title):
            yield from _announce(scope, title)
        case DaysOff():
            yield from _days(rules, book, letter.effect)
        case Revoke(letter=number):
            yield from _revoke(book, number)


def _result(letter: OfficialLetter) -> Iterator[str]:
    if not letter.changes and not isinstance(letter.effect, DaysOff | Revoke):
        yield "it would change nothing: no duty is in its scope, or all of them are so already"
    owed = [change.before for change in letter.changes if change.before and not change.before.excused]
    if owed and isinstance(letter.effect, Announce):
        yield f"{owed[0].key} is owed already; move its deadline instead"


def _announce(scope: Scope, title: str) -> Iterator[str]:
    if title and (scope.reports or scope.periods):
        yield "a report that is asked for once has a title, and no report or period of the rules"
    if title and not scope.units and not scope.groups:
        yield "name the units, or the group, that owe the report"
    if not title and not (scope.reports and scope.periods):
        yield "name a report and its period, or give the title of a report that is asked for once"


def _days(rules: Rules, book: Book, effect: DaysOff) -> Iterator[str]:
    calendar = in_force(rules, book).calendar
    for day, name in effect.off:
        if (why := calendar.why_off(day)) is not None:
            yield f"{day} is off already ({why})"
        if not name.strip():
            yield f"say what the day off {day} is called"
    for day in effect.worked:
        if calendar.is_working(day):
            yield f"{day} is a working day already"


def _revoke(book: Book, number: int) -> Iterator[str]:
    if not 1 <= number <= len(book.official):
        yield f"there is no official letter {number}"
    elif isinstance(book.official[number - 1].effect, Revoke):
        yield f"official letter {number} only revokes another; record what is to hold with a new letter"
    elif all(letter.number != number for letter in in_effect(book.official)):
        yield f"official letter {number} is revoked already"


def _repeated(book: Book, letter: OfficialLetter) -> Iterator[str]:
    for other in in_effect(book.official):
        if (other.document, other.effect, other.scope) == (letter.document, letter.effect, letter.scope):
            yield f"it is recorded already, as official letter {other.number}"
