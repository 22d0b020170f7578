"""Planning: which letters ought to exist now, compared with those that do.

Level-triggered: the plan is a function of rules, book and `now`, with no memory of what was planned
before. A crash, an outage, a changed rule, a late filing or a corrected verdict heals by this path.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from mailbot.core.book import Book
from mailbot.core.calendar import local
from mailbot.core.changes.amend import amended
from mailbot.core.changes.in_force import in_force
from mailbot.core.changes.official import in_effect
from mailbot.core.changes.revision import Change, changes, harmless
from mailbot.core.changes.taught import taught
from mailbot.core.delivery.approval import is_of_another_day
from mailbot.core.delivery.reach import alarms, deliverable
from mailbot.core.duty import Duty
from mailbot.core.emergencies.urgent import urgent
from mailbot.core.letters.answers import answers
from mailbot.core.letters.chase import Wanted, letters, wanted
from mailbot.core.letters.digest import digest, digest_keys
from mailbot.core.letters.escalation import escalation, escalation_keys
from mailbot.core.letters.objection_letter import objection_letters
from mailbot.core.letters.on_dates import on_dates, on_dates_keys
from mailbot.core.letters.supplement import supplements
from mailbot.core.letters.told import told
from mailbot.core.notice import Notice, Pending
from mailbot.core.posting import UNHURRIED, UNSENT, PostedLetter, State
from mailbot.core.replies.results import results
from mailbot.core.rules import Rules
from mailbot.core.senders.known_since import with_owners
from mailbot.core.tasks.assigned import assigned


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do now.

    Attributes:
        announce: duties whose period has opened and that the ledger does not know yet, and those that an
            edit of the rules changes before they are due.
        post: notices that are justified and have no letter.
        withdraw: numbers of unsent letters that are no longer justified.
        withheld: what the rules would change of duties that are due already; a person must apply it.
        doubled: notices left out, for another of this plan is about the same: a mistake of ours, which must
            not keep all others from being written.
    """

    announce: tuple[Duty, ...]
    post: tuple[Notice, ...]
    withdraw: tuple[int, ...]
    withheld: tuple[Change, ...] = ()
    doubled: tuple[Notice, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.announce or self.post or self.withdraw)


def plan(rules: Rules, book: Book, now: datetime, go_live: datetime) -> Plan:
    """Compare what ought to be with what is; before `go_live` nothing ought to be."""
    if now < go_live:
        return Plan(announce=(), post=(), withdraw=())
    rules = taught(rules, book.lessons)
    edited = changes(rules, book, now, go_live)
    announce = tuple(amended(harmless(rules, book, edited), rules, in_effect(book.official)))
    rules = in_force(rules, book)
    book = with_owners(rules, book.announcing(announce), now)
    replies = _replies(rules, book, now, go_live)
    summary = [*digest(rules, book, now, go_live, edited), *escalation(rules, book, now)]
    summary += on_dates(rules, book, now, go_live)
    chases = list(wanted(rules, book, now))
    dated = on_dates_keys(rules, book, now, go_live)
    stale = _stale(book, _justified(rules, book, now, go_live, replies, chases) | dated)
    stale |= outdated(rules, book, now)
    fresh = [want for want in chases if not _is_taken(want.key, book, stale)]
    new = [notice for notice in replies if isinstance(notice, Notice)]
    justified = [*new, *summary, *letters(rules, fresh, now)]
    found = [n for n in justified if not any(_is_taken(key, book, stale) for key in n.keys)]
    once, doubled = _each_once(found)
    post = deliverable(once, book, now)
    quiet = not office_hours(rules, now)
    return Plan(
        announce=announce,
        post=tuple(notice for notice in post if not (quiet and notice.kind in UNHURRIED)),
        withdraw=tuple(sorted(stale)),
        withheld=tuple(change for change in edited if change.past),
        doubled=tuple(doubled),
    )


def justified_keys(rules: Rules, book: Book, now: datetime, go_live: datetime) -> frozenset[str]:
    """The keys of every notice that is justified at `now`, written already or not.

    What is about to leave is held against this once more: a report may have come in since it was planned.
    """
    if now < go_live:
        return frozenset()
    rules = in_force(rules, book)
    book = with_owners(rules, book, now)
    replies = _replies(rules, book, now, go_live)
    dated = on_dates_keys(rules, book, now, go_live)
    return _justified(rules, book, now, go_live, replies, wanted(rules, book, now)) | dated


def _replies(rules: Rules, book: Book, now: datetime, go_live: datetime) -> list[Notice | Pending]:
    """What is told as soon as it is so: answers, urgent matters, objections, news, missing parts, alarms."""
    return [
        *answers(rules, book, now, go_live),
        *results(rules, book, now),
        *told(rules, book, now, go_live),
        *supplements(rules, book, now),
        *alarms(rules, book, now),
        *assigned(rules, book, now, go_live),
        *urgent(rules, book, now, go_live),
        *objection_letters(rules, book, now),
    ]


def _justified(
    rules: Rules,
    book: Book,
    now: datetime,
    go_live: datetime,
    replies: Iterable[Notice | Pending],
    chases: Iterable[Wanted],
) -> frozenset[str]:
    answered = {key for notice in replies for key in notice.keys}
    summed_up = {*digest_keys(rules, now, go_live), *escalation_keys(rules, book, now)}
    return frozenset(answered | {want.key for want in chases} | summed_up)


def _is_taken(key: str, book: Book, stale: Collection[int]) -> bool:
    """Whether a letter that stays is, or was, for that key."""
    letter = book.letters.get(key)
    return letter is not None and letter.number not in stale


def office_hours(rules: Rules, now: datetime) -> bool:
    """Whether letters that nobody waits for may leave at `now`."""
    here = local(now)
    return (
        rules.calendar.is_working(here.date()) and rules.sending.opens <= here.time() < rules.sending.closes
    )


def _each_once(notices: Iterable[Notice]) -> tuple[list[Notice], list[Notice]]:
    """Of notices with a key in common the first, and the others."""
    found: list[Notice] = []
    doubled: list[Notice] = []
    taken = set[str]()
    for notice in notices:
        (found if taken.isdisjoint(notice.keys) else doubled).append(notice)
        taken.update(notice.keys)
    return found, doubled


def outdated(rules: Rules, book: Book, now: datetime) -> frozenset[int]:
    """The letters that must be written anew: they count the days of another day, or would go astray.

    What some recipient has, or may have, is not among them, nor what a person set aside. What counts days and
    waits for a person is written anew when he lets it go.
    """
    return frozenset(
        letter.number
        for letter in _revocable(book)
        if _miscounts(letter, now) or _goes_astray(letter, rules, now)
    )


def _revocable(book: Book) -> Iterator[PostedLetter]:
    """The letters that nobody can have; one that may have arrived keeps its keys for ever.

    A second letter for them could be the second.
    """
    return (
        letter for letter in book.unsent if letter.state in UNSENT and not (letter.unknown or letter.taken)
    )


def _miscounts(letter: PostedLetter, now: datetime) -> bool:
    if letter.state is not State.WAITING or letter.queued_at is None:
        return False
    return is_of_another_day(letter.kind, letter.queued_at, now)


def _goes_astray(letter: PostedLetter, rules: Rules, now: datetime) -> bool:
    """Whether an address was corrected or has ended since, or is by now another unit's.

    One to a unit that carries the letter's unit on is its own as well.
    """
    if letter.state is State.HELD and not letter.held_why:
        return False
    on, unit = local(now).date(), rules.finds_unit(letter.unit) if letter.unit is not None else None
    owners = [rules.unit_at_address(email, on) for email in letter.recipients]
    theirs = rules.heirs(unit, on) if unit is not None else ()
    return not all(rules.registered(email, on) for email in letter.recipients) or (
        unit is not None and any(owner is not None and owner not in theirs for owner in owners)
    )


def _stale(book: Book, justified: frozenset[str]) -> set[int]:
    """Unsent letters of which some key is justified no more: another letter will say what is left."""
    return {letter.number for letter in _revocable(book) if not justified.issuperset(letter.keys)}
